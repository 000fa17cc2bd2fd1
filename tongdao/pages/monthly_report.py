"""The outlook's own record, in a box: how often it was right, or that nobody can say yet."""

import math

from tongdao.analysis import ENOUGH, Gap, TrackRecord
from tongdao.pages.display import Notice, Record
from tongdao.pages.wording import percent, rounded
from tongdao.workbook import View

COIN = 0.25  # the Brier score of saying one half every time
CLOSE = 0.02


def track_record_notice(view: View, record: TrackRecord) -> Notice:
    """How past judgements ended, said so that a layman sees whether to trust the chances."""
    rows, targets = record.judgements, record.targets
    if not record.enough:
        found = f"往年可检验的目标只有{targets}项" if targets else "往年没有可检验的读数"
        return Notice(f"可能性的历史检验：{found}（至少{ENOUGH}项才作评价），准确程度暂无法评价。")
    bounds = view.plan.thresholds
    high, came = record.between(bounds.likely, 1.01)
    low, failed = record.between(0.0, bounds.at_risk)
    score = record.brier
    text = (
        f"可能性的历史检验：给往年设同样进取的目标，逐月只用当时已知的读数判断，共{len(rows)}次、涉及{targets}项目标。"
        f"判为可能性{percent(bounds.likely)}以上的{high}次，实现{came}次；"
        f"判为不足{percent(bounds.at_risk)}的{low}次，未实现{low - failed}次。"
        f"布里尔分数{rounded(score, 2)}（越小越准），{_worth(score)}。"
    )
    return Notice(text)


def _worth(score: float) -> str:
    """A score beside a tossed coin's; closer than ``CLOSE`` to it is no difference."""
    if score < COIN - CLOSE:
        return f"好于掷硬币（{COIN}）"
    if score < COIN + CLOSE:
        return f"与掷硬币（{COIN}）相当，可能性仅供参考"
    return f"不如掷硬币（{COIN}），可能性仅供参考"


def judgement_record(view: View, rows: tuple[Gap, ...]) -> Record:
    """Every judgement of this report, to be kept with its date when the report is published."""
    return Record(
        "judgements",
        [
            {
                "month": str(view.month),
                "as_of": view.as_of.isoformat(),
                "indicator": row.item.id,
                "target": _plain(row.target),
                "actual": _plain(row.actual),
                "point": _plain(row.point),
                "p_met": _plain(row.p_met),
                "verdict": row.verdict,
            }
            for row in rows
            if row.item.has_target
        ],
    )


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 6)
