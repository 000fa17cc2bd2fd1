"""Track a plan's quantified targets: readings in, gaps, outlooks and reports out.

    import tongdao as td
    book = td.open_workbook("data/tongdao")
    td.gap_to_target(book, month="2024-09")

Names are loaded when first used: importing the package reads no file and no clock.
"""

import os
import sys

import lazy_loader

# Our tables are small: the threads that BLAS starts would only wait, and wait busily (a fifth of a report's CPU time).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# JupyterLab brings rfc3987_syntax, which jsonschema loads whenever it finds it: 2.7 s in altair and again
# in papermill, for a check of URIs that nothing of ours holds. Every process of ours passes through here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# python -m tongdao finds __main__.py there: beside this file it would be one entry too many at the top level.
__path__.append(f"{__path__[0]}/cli/as_module")

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "analysis": ["assessment_results", "gaps", "track_record"],
        "lab": ["add", "explore", "live", "look", "past_runs", "what_if"],
        "lab.analyst": ["entries", "explain", "foresight", "gap_to_target", "outlook", "panel", "trend"],
        "pages": [
            "Assessment", "Briefing", "DepartmentReport", "GapToTarget", "IndicatorTrend", "MonthlyReport", "Page",
            "RegionPanel", "WallChart", "display", "wording",
        ],
        "workbook": ["Workbook", "open_workbook"],
    },
)  # fmt: skip

if "ipykernel.kernelapp" in sys.modules:  # in a notebook's kernel, where all it needs is loaded anyway
    from tongdao.runs import kernel

    kernel.prepare()
