"""Track a plan's quantified targets: readings in, gaps, outlooks and reports out.

    import tongdao as td
    book = td.open_workbook("data/tongdao")
    td.gap_to_target(book, month="2024-09")

Names are loaded when first used: importing the package reads no file and no clock.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

# JupyterLab brings rfc3987_syntax, which jsonschema loads whenever it finds it: 2.7 s in altair and again
# in papermill, for a check of URIs that nothing of ours holds. Every process of ours passes through here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

if TYPE_CHECKING:
    from tongdao import (
        assessment_tables,
        briefing,
        change_notes,
        charts,
        department_report,
        display,
        foresight_tables,
        ledger_tables,
        progress_table,
        record_notes,
        tables,
        trace,
        trend_tables,
        wall_chart,
        wording,
    )
    from tongdao.assessment import assessment_results
    from tongdao.backtest import track_record
    from tongdao.exploration import explore, look
    from tongdao.exploration.live import live
    from tongdao.exploration.office import add, past_runs
    from tongdao.exploration.what_if import what_if
    from tongdao.gap import gaps
    from tongdao.status import gap_to_target
    from tongdao.workbook import Workbook, open_workbook

_HOMES = {
    "add": "tongdao.exploration.office",
    "assessment_results": "tongdao.assessment",
    "Workbook": "tongdao.workbook",
    "open_workbook": "tongdao.workbook",
    "past_runs": "tongdao.exploration.office",
    "track_record": "tongdao.backtest",
    "explore": "tongdao.exploration",
    "gaps": "tongdao.gap",
    "live": "tongdao.exploration.live",
    "look": "tongdao.exploration",
    "gap_to_target": "tongdao.status",
    "what_if": "tongdao.exploration.what_if",
}
_MODULES = (
    "assessment_tables",
    "briefing",
    "change_notes",
    "charts",
    "department_report",
    "display",
    "foresight_tables",
    "ledger_tables",
    "progress_table",
    "record_notes",
    "tables",
    "trace",
    "trend_tables",
    "wall_chart",
    "wording",
)

__all__ = [
    "Workbook",
    "add",
    "assessment_results",
    "assessment_tables",
    "briefing",
    "change_notes",
    "charts",
    "department_report",
    "display",
    "explore",
    "foresight_tables",
    "gap_to_target",
    "gaps",
    "ledger_tables",
    "live",
    "look",
    "open_workbook",
    "past_runs",
    "progress_table",
    "record_notes",
    "tables",
    "trace",
    "track_record",
    "trend_tables",
    "wall_chart",
    "what_if",
    "wording",
]


# Questions to a workbook that share a name with the module of arithmetic behind them.
_QUESTIONS = {
    "outlook": "outlook_table",
    "trend": "trend_table",
    "explain": "explanation_table",
    "foresight": "foresight_of",
    "entries": "entries_table",
}


class _Package(ModuleType):
    """`td.outlook(book)` asks a workbook; `from tongdao.outlook import …` reaches the module of that name.

    Importing a submodule sets it on its package, and would put the module where the question belongs.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in _QUESTIONS:
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return import_module(f"tongdao.{name}")
    if name in _QUESTIONS:
        return getattr(import_module("tongdao.status"), _QUESTIONS[name])
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'tongdao' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_QUESTIONS])


if "ipykernel.kernelapp" in sys.modules:  # in a notebook's kernel, where all it needs is loaded anyway
    import_module("tongdao.screen").prepare()
