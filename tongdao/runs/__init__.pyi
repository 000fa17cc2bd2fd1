from . import crontab as crontab
from .batch import (
    Busy as Busy,
    dask as dask,
    log as log,
    make_due as make_due,
    only_one as only_one,
    processes as processes,
    readable as readable,
    run_many as run_many,
)
from .doctor import problems as problems
from .fork_server import ForkServer as ForkServer, ready_server as ready_server, start_early as start_early
from .job import Job as Job, is_made as is_made
from .jobs import (
    briefing_job as briefing_job,
    due_days as due_days,
    due_jobs as due_jobs,
    jobs as jobs,
    one_job as one_job,
    repeated as repeated,
    schedule_faults as schedule_faults,
    timetable as timetable,
    with_data as with_data,
)
from .journal import find_run as find_run, last_runs as last_runs, published as published, runs as runs
from .replay import differences as differences, replay as replay
from .report import Published as Published, get_ready as get_ready, run_report as run_report
