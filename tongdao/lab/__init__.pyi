from .analyst import moved_figures as moved_figures
from .explore import explore as explore, look as look
from .launch import add as add, lab_arguments as lab_arguments, new_workbook as new_workbook, past_runs as past_runs
from .linked import live as live
from .what_if import what_if as what_if
