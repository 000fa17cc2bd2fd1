from .explore import explore as explore, look as look
from .explore.linked import live as live
from .explore.what_if import what_if as what_if
from .hand_in import add as add, past_runs as past_runs
from .launch import lab_arguments as lab_arguments, new_workbook as new_workbook
