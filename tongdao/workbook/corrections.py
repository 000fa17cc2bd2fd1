"""corrections.toml: known mistakes put right on reading; the delivered figure stays in its file."""

import tomllib
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field, ValidationError

from tongdao.base import DataError, Part, UsageError, fault_sentence, parse_period, toml_fault
from tongdao.plan import Plan

CORRECTIONS = "corrections.toml"


class Correction(Part):
    """One entry: of which reading, what it should be (``change``, in the indicator's unit), why and who says so.

    ``recorded_at`` narrows it to one vintage, ``region`` to another region than the plan's.
    """

    indicator: str
    period: str
    change: Annotated[float, Field(allow_inf_nan=False)]
    reason: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    region: str = ""
    recorded_at: str = ""


class _File(Part):
    correction: tuple[Correction, ...] = ()


def read_corrections(workbook: Path, plan: Plan) -> tuple[Correction, ...]:
    """The entries with indicator and period in our own spelling; none where the file is absent.

    Raises:
        DataError: no TOML, an unknown key or indicator, or a period that cannot be read; file and key are named.
    """
    path = workbook / CORRECTIONS
    if not path.is_file():
        return ()
    content: dict[str, object] = {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        entries = _File.model_validate(content).correction
        return tuple(
            entry.model_copy(
                update={
                    "indicator": plan.indicator(entry.indicator).id,
                    "period": str(parse_period(entry.period)),
                    "region": entry.region or plan.region,
                }
            )
            for entry in entries
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"更正文件 {path} {toml_fault(error)}。") from None
    except ValidationError as error:
        raise DataError(
            f"更正文件 {path}：{fault_sentence(error, content, _File, {'correction': Correction})}。"
        ) from None
    except UsageError as error:
        raise DataError(f"更正文件 {path}：{error}") from None


def matching(readings: pd.DataFrame, entry: Correction) -> "pd.Series[bool]":
    """Which rows an entry speaks of."""
    found = (
        (readings["indicator"] == entry.indicator)
        & (readings["period"] == entry.period)
        & (readings["region"] == entry.region)
    )
    return found & (readings["recorded_at"] == entry.recorded_at) if entry.recorded_at else found


def corrected(readings: pd.DataFrame, entries: tuple[Correction, ...]) -> pd.DataFrame:
    """The readings with every entry applied; the source says so."""
    frame = readings.copy() if entries else readings
    for entry in entries:
        rows = matching(frame, entry)
        frame.loc[rows, "value"] = entry.change
        frame.loc[rows, "source"] = frame.loc[rows, "source"] + f"（已更正：{entry.reason}，{entry.source}）"
    return frame
