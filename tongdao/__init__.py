"""Track a plan's quantified targets: readings in, gaps, outlooks and reports out.

    import tongdao as td
    book = td.open_workbook("data/tongdao")
    td.gap_to_target(book, month="2024-09")

Names are loaded when first used: importing the package reads no file and no clock.
"""

import sys

import lazy_loader

# JupyterLab brings rfc3987_syntax, which jsonschema loads whenever it finds it: 2.7 s in altair and again
# in papermill, for a check of URIs that nothing of ours holds. Every process of ours passes through here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "analysis": ["assessment_results", "gaps", "track_record"],
        "lab": ["add", "explore", "live", "look", "past_runs", "what_if"],
        "pages": [
            "Assessment", "Briefing", "DepartmentReport", "GapToTarget", "IndicatorTrend", "MonthlyReport", "Page",
            "WallChart", "display", "wording",
        ],
        "pages.frames": ["entries", "explain", "foresight", "gap_to_target", "outlook", "trend"],
        "workbook": ["Workbook", "open_workbook"],
    },
)  # fmt: skip

if "ipykernel.kernelapp" in sys.modules:  # in a notebook's kernel, where all it needs is loaded anyway
    from tongdao.runs import kernel

    kernel.prepare()
