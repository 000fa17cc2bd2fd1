"""Track a plan's quantified targets: readings in, gaps, outlooks and reports out.

    import tongdao as td
    book = td.open_workbook("data/tongdao")
    td.gap_to_target(book, month="2024-09")

Names are loaded when first used: importing the package reads no file and no clock.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

# JupyterLab brings rfc3987_syntax, which jsonschema loads whenever it finds it: 2.7 s in altair and again
# in papermill, for a check of URIs that nothing of ours holds. Every process of ours passes through here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# Where each name is at home; those without a home are modules, which notebooks take tables and charts from.
_HOMES = {
    "": "assessment_tables briefing change_notes charts department_report display foresight_tables ledger_tables "
    "progress_table record_notes tables trace trend_tables wall_chart wording",
    "assessment": "assessment_results",
    "backtest": "track_record",
    "exploration": "explore look",
    "exploration.live": "live",
    "exploration.office": "add past_runs",
    "exploration.what_if": "what_if",
    "gap": "gaps",
    "status": "gap_to_target",
    "workbook": "Workbook open_workbook",
}
_NAMES = {name: home for home, names in _HOMES.items() for name in names.split()}

__all__ = list(_NAMES)


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
    if name in _QUESTIONS:
        return getattr(import_module("tongdao.status"), _QUESTIONS[name])
    if name not in _NAMES:
        raise AttributeError(f"module 'tongdao' has no attribute {name!r}")
    home = _NAMES[name]
    return getattr(import_module(f"tongdao.{home}"), name) if home else import_module(f"tongdao.{name}")


def __dir__() -> list[str]:
    return sorted([*__all__, *_QUESTIONS])


if "ipykernel.kernelapp" in sys.modules:  # in a notebook's kernel, where all it needs is loaded anyway
    import_module("tongdao.screen").prepare()
