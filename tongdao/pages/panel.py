"""The same plan in many regions: a league table, the lights of each target, who moved, the worst gaps, the courses.

Every figure is that of the region's own report, which `report gap_to_target --region` makes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from math import isnan
from pathlib import Path
from typing import Any, Self

import pandas as pd

from tongdao.analysis import grouped, panel, panel_view
from tongdao.document import LIGHTS, MUTED, TARGET
from tongdao.pages import vega_lite as vl
from tongdao.pages.display import Cell, Column, Field, Figure, Head, Notice, Table, Text, table
from tongdao.pages.page import Page, data_notes
from tongdao.pages.region_map import SHAPES, Shapes, read_shapes, region_map
from tongdao.pages.wording import BLANK, VERDICTS, chance, change_said, even, percent, said
from tongdao.plan import GROUPS, Groups, Indicator, Plan, read_groups
from tongdao.workbook import Workbook, open_workbook

Row = dict[str, Any]
MOST = 40  # regions that a page names
SHOWN = 15  # of the movers, of the worst gaps
SMALL = 48  # regions with a chart of their own
WORDS = {"green": "绿", "yellow": "黄", "red": "红", "grey": "不判断"}


def panel_of(book: Workbook, month: str = "", as_of: str = "") -> pd.DataFrame:
    """``analysis.panel`` of a workbook; errors as ``Workbook.view``."""
    return panel(panel_view(book, month, as_of))


def league(rows: pd.DataFrame) -> pd.DataFrame:
    """A line for each region, the best first: how many targets show which light, and the one that is worst off.

    Columns: 名次, 地区, then the lights' words, 有望率 (green of those judged) and 最需要关注. Regions of which nothing
    can be judged come last and have no place.
    """
    asked = rows[rows["verdict"] != "followed"]
    counts = pd.crosstab(asked["region"], asked["light"]).reindex(columns=[*WORDS], fill_value=0)
    counts = counts.reindex(rows["region"].unique(), fill_value=0)
    judged = counts[["green", "yellow", "red"]].sum(axis=1)
    rate = counts["green"] / judged.where(judged > 0)
    worst = asked[asked["light"] == "red"].sort_values("p_met", kind="stable").groupby("region")["name"].first()
    names = rows.groupby("region", sort=False)["region_name"].first()
    table = pd.DataFrame({"地区": names, **{word: counts[light] for light, word in WORDS.items()}, "rate": rate})
    table = table.assign(red=counts["red"] / judged.where(judged > 0), 最需要关注=worst)
    table = table.sort_values(["rate", "red"], ascending=[False, True], kind="stable")
    place = pd.Series(list(zip(-table["rate"], table["red"], strict=True)), index=table.index)
    first = {pair: at for at, pair in reversed([*enumerate(place, 1)])}
    table.insert(0, "名次", [BLANK if isnan(pair[0]) else str(first[pair]) for pair in place])
    table.insert(6, "有望率", [percent(value) or BLANK for value in table.pop("rate")])
    return table.drop(columns="red").fillna({"最需要关注": BLANK}).reset_index(drop=True)


def group_table(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """``analysis.grouped`` in words: 组, 指标, 地区数, 实际, 目标, 完成率, 截至 and 说明."""
    items = {item.id: item for item in plan.indicators}
    words = {"group": "组", "name": "指标", "regions": "地区数", "actual": "实际", "target": "目标", "unit": "单位"}
    words |= {"completion": "完成率", "until": "截至", "why": "说明"}
    for name in ("actual", "target"):
        rows = rows.assign(**{name: [said(row[name], items[row["id"]]) or BLANK for row in _rows(rows)]})
    done = [percent(value) or BLANK for value in rows["completion"]]
    shown = rows.assign(regions=rows["regions"].astype(str), completion=done, until=rows["until"].replace("", BLANK))
    return shown[[*words]].rename(columns=words)


@dataclass(frozen=True, repr=False)
class RegionPanel(Page):
    """The plan in all its regions; ``indicator`` is the one whose regions are drawn one by one."""

    indicator: str = ""
    shapes: Shapes = field(default=(), kw_only=True, compare=False)
    groups: Groups = field(default_factory=dict, kw_only=True, compare=False)

    @classmethod
    def open(
        cls, workbook: str | Path | Workbook, month: str = "", as_of: str = "", *, region: str = "", **asked: Any
    ) -> Self:
        """As ``Page.open``; by default of the latest month for which any region has a reading."""
        book = workbook if isinstance(workbook, Workbook) else open_workbook(workbook)
        asked["shapes"] = read_shapes(book.folder / SHAPES, book.plan.regions)
        asked["groups"] = read_groups(book.folder / GROUPS, book.plan.indicators, book.plan.regions)
        view = panel_view(book, month, as_of)
        return super().open(book, str(view.month), view.as_of.isoformat(), region=region, **asked)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """``analysis.panel`` of the view, made once."""
        return panel(self.view)

    @property
    def targets(self) -> pd.DataFrame:
        """Its rows that have a target."""
        return self.frame[self.frame["verdict"] != "followed"]

    def head(self, title: str = "") -> Head:
        """The head of a report that speaks of all regions."""
        return super().head(title or "各地区进展")

    def conclusion(self) -> Text:
        """How many targets of how many regions stand how, and which target shows the most red lights."""
        rows, regions = self.targets, self.frame["region"].nunique()
        if rows.empty:
            return Text(f"{regions}个地区，计划没有目标可以判断。")
        counts = rows["verdict"].value_counts()
        parts = "、".join(f"{word}{counts[name]}项" for name, word in VERDICTS.items() if counts.get(name))
        red = rows[rows["light"] == "red"]["name"].value_counts()
        most = f"红灯最多的是{red.index[0]}（{red.iloc[0]}个地区）。" if len(red) and regions > 1 else ""
        return Text(f"{regions}个地区共{len(rows)}项目标：{parts}。{most}")

    def league_table(self) -> Table:
        """The regions in order of their lights; of many the first and the last."""
        table = league(self.frame)
        shown = table if len(table) <= MOST else pd.concat([table.head(MOST // 2), table.tail(MOST // 2)])
        columns = [Column("名次", "right", 5), Column("地区", "left", 15)]
        columns += [Column(name, "right", 6) for name in shown.columns[2:7]]
        cells = [[str(value) for value in row] for row in shown.itertuples(index=False)]
        left = f"共{len(table)}个地区，列前后各{MOST // 2}个。" if len(shown) < len(table) else ""
        note = f"{left}名次按有望率（绿灯占能判断的目标）排，相同的红灯少的在前；再相同的并列。"
        return Table([*columns, Column("最需要关注", "left", 20)], cells, title="各地区的灯", note=note)

    def group_table(self) -> Table | Notice | None:
        """The figures of the groups of regions; nothing where the workbook brings no ``groups.csv``."""
        if not self.groups:
            return None
        every = group_table(grouped(self.frame, self.view.plan, self.groups), self.view.plan)
        known = every[every["实际"] != BLANK]
        if known.empty:
            return Notice("各组都没有可以合计或平均的数，原因见 tongdao status --each group。")
        widths = {"组": 15, "指标": 22, "地区数": 7, "实际": 12, "目标": 12, "完成率": 8, "截至": 9}
        columns = [Column(name, "left" if name in ("组", "指标") else "right", size) for name, size in widths.items()]
        note = f"共{len(every)}行，有数的{len(known)}行，列出{min(len(known), MOST)}行；其余见 status --each group。"
        return Table(columns, known.head(MOST)[[*widths]].to_numpy().tolist(), title="各组的合计或平均", note=note)

    def lights(self) -> Figure | Notice:
        """How many regions show which light, target by target."""
        rows = self.targets
        if rows.empty:
            return Notice("计划没有目标可以判断。")
        counts = pd.crosstab(rows["name"], rows["light"]).reindex(columns=[*WORDS], fill_value=0)
        counts = counts.sort_values(["red", "yellow"], ascending=False)
        long = counts.rename_axis(columns="light").reset_index().melt("name", value_name="x", var_name="light")
        long = long[long["x"] > 0].assign(order=lambda made: made["light"].map([*WORDS].index))
        long["end"] = long.sort_values(["name", "order"]).groupby("name")["x"].cumsum()
        begins, middle = long["end"] - long["x"], long["end"] - long["x"] / 2
        long = long.assign(start=begins, middle=middle, words=long["x"].astype(str))
        color = vl.field("light:N", scale={"domain": [*LIGHTS], "range": [*LIGHTS.values()]}, legend=None)
        y = vl.names_down(counts.index, labelLimit=260)
        most = float(counts.sum(axis=1).max())
        x = vl.field("start:Q", title=None, axis=vl.figures_axis(0, most, whole=True))
        named = long[long["x"] >= 0.04 * most]
        bars = vl.mark("bar", long, {"y": y, "x": x, "x2": "end", "color": color})
        text = vl.mark("text", named, {"y": y, "x": "middle:Q", "text": "words:N"}, color="white", fontSize=10)
        spec = vl.layered(self.view, [bars, text], height=20 * len(counts) + 30)
        words = "，".join(f"{word}{int(counts[light].sum())}" for light, word in WORDS.items())
        return Figure("各项目标的灯在地区间的分布", spec, f"目标数：{words}", "从左到右绿、黄、红、不判断，个地区")

    def movers(self) -> Table | Notice:
        """The regions that gained or lost the most places in an indicator since the figure before."""
        rows = self.frame.assign(moved=self.frame["rank_before"] - self.frame["rank"])
        rows = rows[rows["moved"].abs() > 0]
        if rows.empty:
            return Notice("与上一期相比，各地区的位次没有变化，或没有可以比的位次。")
        rows = rows.sort_values("moved", key=lambda moved: -moved.abs(), kind="stable").head(SHOWN)
        fields = (
            Field[Row]("地区", 14, lambda row: row["region_name"]),
            Field[Row]("指标", 22, lambda row: row["name"]),
            Field[Row]("位次", 9, lambda row: f"{row['rank']:.0f}/{row['regions']:.0f}", "right"),
            Field[Row]("上期", 9, lambda row: f"{row['rank_before']:.0f}", "right"),
            Field[Row]("变动", 9, lambda row: f"{row['moved']:+.0f}", "right"),
        )
        return table(fields, _rows(rows), title="位次变动最大的", note="按同一期的数排，第1位最好；变动为正是上升。")

    def worst(self) -> Table | Notice:
        """The targets least likely to be met, and those missed; of like chances the least complete first."""
        red = self.targets[self.targets["light"] == "red"]
        if red.empty:
            return Notice("没有亮红灯的目标。")
        items, bounds = {item.id: item for item in self.view.plan.indicators}, self.view.plan.thresholds
        chances = red["p_met"].fillna(0.0).clip(lower=bounds.floor)  # of a missed target nothing is left
        rows = red.assign(p=chances, short=-red["gap"] / red["target"].abs())
        rows = rows.sort_values(["p", "short"], kind="stable", na_position="last").head(SHOWN)

        def amount(title: str, name: str, told: Callable[[float, Indicator], str] = said) -> Field[Row]:
            groups = rows.groupby("id")[name]
            alike = {str(one): even(told(value, items[str(one)]) for value in values) for one, values in groups}
            return Field(title, 8, lambda row: alike[row["id"]][told(row[name], items[row["id"]])] or BLANK, "right")

        fields = (
            Field[Row]("地区", 13, lambda row: Cell(row["region_name"], light=row["light"])),
            Field[Row]("指标", 20, lambda row: row["name"]),
            *(amount("目标", "target"), amount("实际", "actual"), amount("差距", "gap", change_said)),
            Field[Row]("完成率", 7, lambda row: percent(row["completion"]), "right"),
            Field[Row]("可能性", 8, lambda row: chance(row["p_met"], bounds, firm=self.firm) or BLANK, "right"),
        )
        note = f"红灯共{len(red)}项，按可能性从低到高列，相同的先列差得多的。"
        return table(fields, _rows(rows), title="差得最多的", note=note)

    def notes(self) -> Text:
        """What the figures stand on, and which targets no region has of its own."""
        plan, points = self.view.plan, data_notes((), self.view)
        aims = [item for item in plan.indicators if item.has_target]
        same = [item.name for item in aims if not (item.parts or item.id in plan.by_region)]
        if same:
            which = "、".join(same) if len(same) < max(len(aims), 6) else f"全部{len(same)}项"
            points.append(f"没有分到各地区的目标，每个地区都按计划的目标判断：{which}。")
        if len(same) < len(aims) or plan.by_region:
            points.append("分到各地区的目标取自 targets.csv 或计划的 parts；没有分到的地区只跟踪，不亮灯。")
        points.append("各地区的数与该地区自己的差距分析相同；名册、台账只计入计划的地区。")
        return Text(points=points)

    def multiples(self) -> Figure | Notice:
        """One indicator in every region, each in a small chart with its own scale: readings and target."""
        item = self._drawn()
        if item is None:
            return Notice("没有可以逐个地区画的指标。")
        own = self.frame[self.frame["id"] == item.id]
        own = own.sort_values(["completion_rank", "rank"], kind="stable").head(SMALL)
        rows = [
            {"region": row["region_name"], "x": end, "y": value, "light": row["light"]}
            for row in _rows(own)
            for end, value in self._course(item, row["region"])
        ]
        if not rows:
            return Notice(f"{item.name}在各地区都没有可画的读数。")
        frame = pd.DataFrame(rows)
        frame["last"] = ~frame["region"].duplicated(keep="last")
        x = vl.field("x:Q", axis=None, scale={"zero": False, "nice": False})
        places = {"x": x, "y": vl.field("y:Q", axis=None, scale={"zero": False})}
        ends = vl.mark("point", None, {**places, **vl.light_channels()}, filled=True, size=45, opacity=1)
        course = vl.mark("line", None, places, color=MUTED, strokeWidth=1.6)
        layers = [course, ends | {"transform": [{"filter": "datum.last"}]}]
        if own["target"].notna().all() and not item.traits.net and item.judged != "final_year":
            frame["goal"] = frame["region"].map(own.set_index("region_name")["target"])
            goal = {"x": x, "y": vl.field("goal:Q", axis=None)}
            layers.insert(0, vl.mark("line", None, goal, color=TARGET, strokeDash=[3, 2], strokeWidth=1))
        header = {"title": None, "labelFontSize": 10, "labelPadding": 2, "labelLimit": 84}
        made = {
            "data": vl.rows(frame),
            "facet": vl.field("region:N", sort=list(own["region_name"]), header=header),
            "spec": {"layer": layers, "width": 76, "height": 36},
            "resolve": {"scale": {"y": "independent"}},
        }
        spec = vl.themed(made, columns=6, bounds="flush", spacing={"row": 24, "column": 11})
        aim = "，橙色虚线为目标" if "goal" in frame else ""
        words = f"灰线为本年或历年读数，末点为灯色{aim}；各图的刻度不同，{item.unit}"
        words = f"示例数据；{words}" if self.view.plan.example else words
        every = self.frame["region"].nunique()
        words = f"共{every}个地区，画完成率或位次最前的{len(own)}个；{words}" if len(own) < every else words
        return Figure(f"{item.name}：各地区的走势", spec, f"{len(own)}个地区", words)

    def map(self) -> Figure | None:
        """One indicator's lights on the map; nothing where the workbook brings no ``regions.geojson``."""
        item = self._drawn()
        if item is None or not self.shapes:
            return None
        own = self.frame[self.frame["id"] == item.id]
        spec = region_map(self.view, self.shapes, dict(zip(own["region"], own["light"], strict=True)))
        words = "，".join(f"{word}{(own['light'] == light).sum()}" for light, word in WORDS.items())
        return Figure(f"{item.name}：各地区的灯", spec, f"地区数：{words}", "没有数的地区为灰")

    def _drawn(self) -> Indicator | None:
        """The indicator that is asked for, else the one with the most red lights, else the first with a completion."""
        if self.indicator:
            return self.view.plan.find_indicator(self.indicator)
        red = self.targets[self.targets["light"] == "red"]["id"].value_counts()
        known = self.frame[self.frame["actual"].notna()]["id"]
        names = [*red.index, *known]
        return self.view.plan.indicator(names[0]) if names else None

    def _course(self, item: Indicator, region: str) -> Iterator[tuple[int, float]]:
        """Month and figure: of what begins again each January those of this year, else of all."""
        own = self.view.course(item, region)
        year = self.view.month.end // 12
        for end, since, value in zip(own.end, own.since, own.value, strict=True):
            if not item.restarts or (end // 12 == year and since % 12 == 0):
                yield end, value


def _rows(frame: pd.DataFrame) -> list[Row]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]
