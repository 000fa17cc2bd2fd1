from . import crontab as crontab
from .batch import dask as dask, processes as processes, run_many as run_many
from .doctor import ailments as ailments
from .fork_server import Warm as Warm
from .jobs import (
    briefing_job as briefing_job,
    due_jobs as due_jobs,
    jobs as jobs,
    one_job as one_job,
    repeated as repeated,
    timetable as timetable,
)
from .journal import find_run as find_run, runs as runs
from .replay import differences as differences, replay as replay
from .report import (
    Job as Job,
    Published as Published,
    get_ready as get_ready,
    is_made as is_made,
    run_report as run_report,
)
from .unattended import Busy as Busy, make_due as make_due, only_one as only_one
