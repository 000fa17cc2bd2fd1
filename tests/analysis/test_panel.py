"""The panel: every figure is the single region's own, targets by region hold on their days, ranks are the trend's."""

import csv
import json
import math
import os
import random
import re
import shutil
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT, SMALL, Run, flow_rows, indicator, small_workbook

import tongdao as td
from tongdao.analysis import compare, gaps
from tongdao.analysis.panel import _FIGURES, panel
from tongdao.base import DataError, UsageError
from tongdao.workbook import View, digest, open_workbook

KINDS = sorted(path.name for path in (ROOT.parent / "shared" / "plan_kinds").glob("p*"))
REGIONS = [f"88{number:04d}" for number in range(12)]


def same(one: object, other: object) -> bool:
    """Equal to the last bit, or both not a number."""
    return one == other or (
        isinstance(one, float) and isinstance(other, float) and math.isnan(one) and math.isnan(other)
    )


def many_regions(kind: Path, folder: Path, draw: random.Random) -> Path:
    """A plan of a kind in regions whose readings are drawn from its own: larger or smaller, some of them missing."""
    shutil.copytree(kind, folder)
    plan = (folder / "plan.toml").read_text(encoding="utf-8")
    names = "\n".join(f'{code} = "第{at}县"' for at, code in enumerate(REGIONS, 1))
    (folder / "plan.toml").write_text(plan.replace("[regions]\n", f"[regions]\n{names}\n", 1), encoding="utf-8")
    region = re.search(r'^region = "(\w+)"', plan, re.M)[1]  # type: ignore[index]
    with (folder / "readings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    own = [row for row in rows if row["region"] == region]
    for code in REGIONS:
        factor, gaps_in = draw.choice([0.5, 1, 2, 3, 10]), draw.choice([0.0, 0.0, 0.05])
        for row in own:
            if draw.random() >= gaps_in:
                more = float(row["value"]) * factor
                value = row["value"] if row["unit"] in ("%", "位", "") else f"{more:g}"
                rows.append(row | {"region": code, "value": value})
    with (folder / "readings.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_is_the_one_of_a_workbook_of_that_region_alone(kind: str, shared: Path, tmp_path: Path) -> None:
    book = open_workbook(many_regions(shared / "plan_kinds" / kind, tmp_path / "book", random.Random(kind)))
    whole = book.view()
    table = panel(whole).set_index(["region", "id"])
    plan = (book.folder / "plan.toml").read_text(encoding="utf-8")
    for code in random.Random(kind).sample(REGIONS, 4):
        alone = re.sub(r'^region = "\w+"', f'region = "{code}"', plan, count=1, flags=re.M)
        alone = re.sub(r"^parts = .*$", "", alone, flags=re.M)  # shares of the whole are no region's own parts
        (book.folder / "plan.toml").write_text(alone, encoding="utf-8")
        own = open_workbook(book.folder).view(whole.month, whole.as_of)
        for row in gaps(own):
            if whole.plan.indicator(row.item.id).parts:
                continue
            found = table.loc[(code, row.item.id)]
            wrong = {
                name: (found[name], getattr(row, name))
                for name in _FIGURES
                if not same(found[name], getattr(row, name))
            }
            assert not wrong, (code, row.item.id)


@pytest.mark.parametrize("kind", KINDS[::4])
def test_one_region_is_asked_as_all_are(kind: str, shared: Path, tmp_path: Path) -> None:
    book = open_workbook(many_regions(shared / "plan_kinds" / kind, tmp_path / "book", random.Random(kind)))
    table = panel(book.view())
    for code, rows in table[table["region"].isin(REGIONS)].groupby("region"):
        single = gaps(book.view(book.view().month, region=str(code)))
        for at, name in ((at, name) for at in range(len(single)) for name in _FIGURES):
            assert same(rows[name].iloc[at], getattr(single[at], name)), (code, name)


def test_the_rank_is_the_one_that_the_trend_report_gives() -> None:
    book = td.open_workbook("data/hunan")
    view = book.view("2024-12")
    table = panel(view).set_index(["region", "id"])
    for region in ("430000", "440000", "540000"):
        own = book.view("2024-12", region=region)
        for item in own.plan.indicators:
            place = compare(own, item)
            found = table.loc[(region, item.id)]
            assert (math.isnan(found["rank"]) and place is None) or found["rank"] == place.rank  # type: ignore[union-attr]


PLAN = SMALL + '110101 = "东县"\n110102 = "西县"\n110103 = "南县"\n'
MONTHS = {2022: [10.0] * 12, 2023: [10.0] * 12, 2024: [12.0] * 6}


def several(folder: Path, targets: str = "", more: str = "target = 300") -> Path:
    rows = flow_rows("firms", "家", MONTHS, "2024-07-12")
    rows += [row.replace("110000", code) for code in ("110101", "110102", "110103") for row in rows]
    book = small_workbook(folder, PLAN + indicator("firms", "家", "flow", more), rows)
    if targets:
        (book / "targets.csv").write_text(targets, encoding="utf-8-sig")
    return book


def test_targets_by_region_hold_from_their_day_and_leave_the_others_without_one(tmp_path: Path) -> None:
    targets = "region,indicator,target,unit,effective\n110101,firms,140,家,\n"
    targets += "东县,firms,100,家,2024-06-01\n110102,firms,80,家,\n"
    book = open_workbook(several(tmp_path, targets))
    for day, expected in (("2024-05-31", 140.0), ("2024-07-12", 100.0)):
        table = td.panel(book, "2024-06", day).set_index("region")["target"]
        assert [table[code] for code in ("110101", "110102")] == [expected, 80.0]
        assert math.isnan(table["110103"])  # the others were given theirs, this one has none
        assert table["110000"] == 300.0
    table = td.panel(book, "2024-06").set_index("region")
    assert list(table.loc[["110000", "110101", "110102", "110103"], "verdict"])[2:] == ["likely", "followed"]


def test_parts_are_the_targets_of_their_regions(tmp_path: Path) -> None:
    book = open_workbook(several(tmp_path, more="target = 300\nparts = { 110101 = 170, 110102 = 130 }"))
    table = td.panel(book, "2024-06").set_index("region")["target"]
    assert table[["110101", "110102"]].tolist() == [170.0, 130.0]
    assert math.isnan(table["110103"])


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("110109,firms,10,家,", ["第 2 行", "region", "110109"]),
        ("110101,firm,10,家,", ["第 2 行", "indicator", "firm"]),
        ("110101,firms,10,亿元,", ["第 2 行", "unit", "家"]),
        ("110101,firms,十,家,", ["第 2 行", "十", "12.5"]),
        ("110101,firms,nan,家,", ["第 2 行", "nan"]),
        ("110101,firms,10,家,6月", ["第 2 行", "6月"]),
        ("110101,firms,10,家,\n东县,firms,12,家,", ["第 3 行", "两次"]),
    ],
)
def test_a_target_that_cannot_stand_is_named(rows: str, words: list[str], tmp_path: Path) -> None:
    book = several(tmp_path, f"region,indicator,target,unit,effective\n{rows}\n")
    with pytest.raises(DataError) as refused:
        open_workbook(book)
    assert all(word in str(refused.value) for word in ("targets.csv", *words)), refused.value


def test_the_command_tells_what_the_table_tells(run: Run, tmp_path: Path) -> None:
    book = several(tmp_path, "region,indicator,target,unit\n110101,firms,140,家\n110102,firms,80,家\n")
    done = run("status", "--workbook", book, "--each", "region", "--json")
    rows = json.loads(done.out)
    assert done.code == 0
    table = pd.DataFrame(rows)
    for code in ("110101", "110102", "110103"):
        own = json.loads(run("status", "--workbook", book, "--region", code, "--json").out)[0]
        found = next(row for row in rows if row["region"] == code)
        shared_names = set(own) & set(found)
        assert {name: found[name] for name in shared_names} == {name: own[name] for name in shared_names}
    assert set(table["month"]) == {"2024-06"}
    screen = run("status", "--workbook", book, "--each", "region").out
    assert "东县" in screen
    assert "有望率" in screen
    assert run("status", "--workbook", book, "--each", "firms").code == 2


def test_a_region_that_is_not_there_is_refused_and_a_part_of_a_name_will_do(tmp_path: Path) -> None:
    book = open_workbook(several(tmp_path))
    assert book.view(region="东").plan.region == "110101"
    with pytest.raises(UsageError, match="没有名为“北县”的地区"):
        book.view(region="北县")
    with pytest.raises(UsageError, match="几个地区"):
        book.view(region="县")


def test_a_region_has_a_digest_of_its_own_and_the_plan_s_region_keeps_its_own(tmp_path: Path) -> None:
    book = open_workbook(several(tmp_path))
    views = [book.view("2024-06", region=code) for code in (None, "110000", "110101", "110102")]
    found = [digest(view) for view in views]
    assert found[0] == found[1]
    assert len(set(found)) == 3


@pytest.mark.parametrize("killed", [False, True])
def test_more_processes_or_a_killed_one_change_no_row(killed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    view = open_workbook(ROOT / "data" / "hunan").view("2024-12")
    module = sys.modules[panel.__module__]
    alone, rows = panel(view), module._rows
    monkeypatch.setattr(module, "TOGETHER", 4)
    monkeypatch.setattr(module.os, "cpu_count", lambda: 2)
    parent = os.getpid()

    def dying(view: View, before: View | None, regions: Sequence[str]) -> Iterator[tuple[object, ...]]:
        if os.getpid() != parent and "340000" in regions:
            os.kill(os.getpid(), signal.SIGKILL)
        return rows(view, before, regions)

    if killed:
        monkeypatch.setattr(module, "_rows", dying)
    assert panel(view).equals(alone)


def test_the_registers_of_the_plan_s_region_say_nothing_of_another(county: Path) -> None:
    text = (county / "plan.toml").read_text(encoding="utf-8")
    (county / "plan.toml").write_text(
        text.replace("[regions]\n", '[regions]\n431221 = "中方县"\n', 1), encoding="utf-8"
    )
    view = open_workbook(county).view("2024-09", region="431221")
    assert not view.plan.registers
    assert not view.lists.days
    assert {row.verdict for row in gaps(view)} <= {"no_data", "pending", "cannot_judge"}


GROUPS = "region,group,rate\n东县,甲市,10\n110102,甲市,30\n110102,乙市,\n南县,乙市,5\n"


def grouped(book: Path, run: Run) -> dict[tuple[str, str], dict[str, object]]:
    done = run("status", "--each", "group", "--month", "2024-06", "--json", "--workbook", book)
    assert done.code == 0, done.err
    return {(row["group"], row["id"]): row for row in json.loads(done.out)}


def test_a_group_is_the_sum_or_the_weighted_mean_of_its_regions_or_says_why_not(tmp_path: Path, run: Run) -> None:
    book = several(tmp_path, "region,indicator,target,unit\n110101,firms,100,家\n110102,firms,80,家\n")
    shares = [("110101", 20), ("110102", 60), ("110103", 50)]
    with (book / "readings.csv").open("a", encoding="utf-8") as file:
        for code, value in shares:
            file.write(f"rate,{code},2024-06,{value},%,level,final,,2024-07-12\n")
            file.write(f"place,{code},2024-06,{value},位,level,final,,2024-07-12\n")
    with (book / "plan.toml").open("a", encoding="utf-8") as file:
        file.write(
            indicator("rate", "%", "share", "target = 60")
            + indicator("place", "位", "rank", 'target = 9\nword = "以内"')
        )
    (book / "groups.csv").write_text(GROUPS, encoding="utf-8-sig")
    found = grouped(book, run)
    firms = found["甲市", "firms"]
    assert (firms["actual"], firms["target"], firms["completion"]) == (144, 180, 0.8)
    assert found["乙市", "firms"]["target"] is None  # one of its regions was given none
    assert found["甲市", "rate"]["actual"] == 50  # (10 × 20 + 30 × 60) ÷ 40
    assert "分母" in str(found["乙市", "rate"]["why"])
    assert "不能相加" in str(found["甲市", "place"]["why"])
    rows = (book / "readings.csv").read_text(encoding="utf-8")
    kept = [row for row in rows.splitlines() if "firms,110101,2024-06" not in row and "rate,110102" not in row]
    (book / "readings.csv").write_text("\n".join([*kept, ""]), encoding="utf-8")
    found = grouped(book, run)
    assert "不是同一期" in str(found["甲市", "firms"]["why"])
    assert "缺西县的数" in str(found["甲市", "rate"]["why"])
    assert [found["甲市", name]["actual"] for name in ("firms", "rate")] == [None, None]
    shown = run("status", "--each", "group", "--month", "2024-06", "--workbook", book)
    assert "甲市" in shown.out
    assert "不是同一期" in shown.out


def test_an_average_is_never_added_up_and_a_scaled_count_is(tmp_path: Path, run: Run) -> None:
    book = several(tmp_path)
    items = {"人均可支配收入": "元", "常住人口": "万人", "地区生产总值": "亿元", "全员劳动生产率": "万元/人"}
    with (book / "plan.toml").open("a", encoding="utf-8") as file:
        for at, (name, unit) in enumerate(items.items()):
            file.write(
                indicator(f"item_{at}", unit, "level", "target = 60").replace('name = "item_', f'name = "{name}_')
            )
    with (book / "readings.csv").open("a", encoding="utf-8") as file:
        for at, unit in enumerate(items.values()):
            for code, value in (("110101", 20), ("110102", 60)):
                file.write(f"item_{at},{code},2024-06,{value},{unit},level,final,,2024-07-12\n")
    for header, weights in (("", ("", "")), (",item_0", (",10", ",30"))):
        lines = (f"{code},甲市{weight}\n" for code, weight in zip(("110101", "110102"), weights, strict=True))
        (book / "groups.csv").write_text(f"region,group{header}\n" + "".join(lines), encoding="utf-8")
        found = {name: row for (_, name), row in grouped(book, run).items()}
        assert [found[f"item_{at}"]["actual"] for at in range(4)] == [50 if header else None, 80, 80, None]
        assert "没有分母" in str(found["item_3"]["why"])


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("region,gruop\n东县,甲市\n", "缺少列 group"),
        ("region,group,rat\n东县,甲市,1\n", "不认识的列 rat"),
        ("region,group\n北县,甲市\n", "第 2 行“北县，甲市”"),
        ("region,group\n东县,甲市\n110101,甲市\n", "第 3 行"),
        ("region,group,firms\n东县,甲市,-1\n", "大于 0"),
        ("", "请先建立它"),
    ],
)
def test_a_group_that_cannot_stand_is_named(table: str, words: str, tmp_path: Path, run: Run) -> None:
    book = several(tmp_path)
    if table:
        (book / "groups.csv").write_text(table, encoding="utf-8-sig")
    done = run("status", "--each", "group", "--workbook", book)
    assert done.code == 2
    assert words in done.sentence
