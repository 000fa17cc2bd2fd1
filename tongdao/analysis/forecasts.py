"""Where an indicator will stand at the deadline: its register's forecast where one speaks, else its series'.

A register's count is a sum of independent yes-or-no outcomes with different chances, a Poisson-binomial variable,
worked out exactly by convolution (Hong 2013, On computing the distribution function for the Poisson binomial
distribution, section 2). Chances are the analyst's, moved by what became of like cases in the register's own past.
For a series, a plan's measures become the few that ``outlook`` knows, which does the forecasting.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tongdao.analysis.actuals import NAN, Standing, net_course, standing, target_of
from tongdao.analysis.aims import Aim, foreseer
from tongdao.base import MONTHS, Period, single_from_cumulative, years_back
from tongdao.forecast import outlook
from tongdao.plan import Feed, Plan, Register
from tongdao.workbook import SERIES, Entry, View, known

Array = NDArray[np.float64]
RENEWAL = "到期待续"
INTERVAL = 0.8


def poisson_binomial(chances: Iterable[float]) -> Array:
    """P(k of the outcomes come true), k = 0 … n, exact."""
    return list(_growing(chances))[-1]


def _growing(chances: Iterable[float]) -> Iterator[Array]:
    """The distribution of none, of the first, of the first two …"""
    made = np.ones(1)
    yield made
    for p in chances:
        longer = np.zeros(len(made) + 1)
        longer[:-1] = made * (1 - p)
        longer[1:] += made * p
        made = longer
        yield made


@dataclass(frozen=True)
class Learned:
    """The chance of a stage: the analyst's ``given``, moved by ``came`` of ``cases`` in past years to ``value``."""

    stage: str
    given: float
    cases: int = 0
    came: int = 0
    prior: float = 4.0

    @property
    def value(self) -> float:
        """The mean of the Beta posterior; the prior is worth ``prior`` cases."""
        return (self.given * self.prior + self.came) / (self.prior + self.cases)


@dataclass(frozen=True)
class Prospect:
    """One holder whose state at the deadline is open: a candidate, an expiring certificate or one at risk.

    ``entry`` decides (an application before the certificate it is to follow); ``held`` is what is valid now, if any.
    """

    entry: Entry
    stage: str
    chance: float
    held: Entry | None = None


@dataclass(frozen=True)
class Foresight:
    """The distribution of an indicator at the deadline: ``sure`` (may be negative for a net) plus the prospects.

    ``need`` is the least value that meets the target; NaN without one.
    """

    register: str
    sure: int
    prospects: tuple[Prospect, ...]
    learned: tuple[Learned, ...]
    need: float

    @cached_property
    def pmf(self) -> Array:
        """P(sure + k), k = 0 … number of prospects."""
        return poisson_binomial(one.chance for one in self.prospects)

    def p_at_least(self, value: float) -> float:
        """P(indicator ≥ value); NaN for NaN."""
        if math.isnan(value):
            return value
        short = max(math.ceil(value) - self.sure, 0)
        return float(min(self.pmf[short:].sum(), 1.0))

    @property
    def p_met(self) -> float:
        return self.p_at_least(self.need)

    @property
    def median(self) -> int:
        return self.sure + int(np.searchsorted(self.pmf.cumsum(), 0.5))

    @property
    def interval(self) -> tuple[int, int]:
        """The shortest range that holds ``INTERVAL``; of several, the lowest."""
        total = np.concatenate([[0.0], self.pmf.cumsum()])
        ends = [int(np.searchsorted(total, total[low] + INTERVAL - 1e-12)) for low in range(len(self.pmf))]
        low = min((low for low, end in enumerate(ends) if end < len(total)), key=lambda at: ends[at] - at, default=0)
        return self.sure + low, self.sure + ends[low] - 1

    def what_if(self, chances: Mapping[str, float]) -> "Foresight":
        """The same with other chances for some prospects, by their entries' numbers."""
        moved = (replace(one, chance=chances.get(one.entry.number, one.chance)) for one in self.prospects)
        return replace(self, prospects=tuple(moved))

    def swings(self) -> tuple[tuple[Prospect, float], ...]:
        """What each prospect's success rather than failure does to the chance of the target, the largest first.

        It is the chance that all the others fall short by just one, put together from those before and those after.
        """
        chances = [one.chance for one in self.prospects]
        lacking = math.ceil(self.need) - self.sure - 1 if not math.isnan(self.need) else -1
        if not 0 <= lacking < len(chances):
            return tuple((one, 0.0) for one in self.prospects)
        before, after = list(_growing(chances)), list(_growing(chances[::-1]))[::-1]
        found = [
            (one, float(np.convolve(before[place], after[place + 1])[lacking]))
            for place, one in enumerate(self.prospects)
        ]
        return tuple(sorted(found, key=lambda pair: (-round(pair[1], 9), pair[0].chance, pair[0].entry.number)))


def foresight(view: View, aim: Aim, found: Standing) -> Foresight | None:
    """What the register that foresees an indicator says of the deadline; None where none does or nothing is open."""
    item = aim.item
    if (pair := foreseer(view, aim)) is None or found.cause or not found.end == view.month.end < aim.window.last:
        return None
    register, feed = pair
    rows = view.lists.registers.get(register.name, ())
    last, deadline = view.month.last_day, Period(aim.window.last).last_day
    if not any(row.recorded_at > last for row in rows):
        return None  # the register does not speak of this month: the reading was typed
    entries = _state(rows, feed, last)
    learned = {one.stage: one for one in learn(view.plan, register, feed, rows, view.as_of)}
    prospects = tuple(_prospects(entries, learned, last, deadline, new=feed.rule == "new"))
    unsure = {entry.who for entry, stage, _ in _open(entries, last, deadline) if stage in learned}
    held = {entry.who for entry in entries if entry.valid_on(last)}
    sure = int(found.actual) if feed.rule == "new" else len(held - unsure)
    if item.traits.net:
        sure -= int(found.base)
    need = item.least(found.target) - (item.tolerance if item.word == "左右" else 0.0)
    used = {one.stage for one in prospects}
    return Foresight(register.name, sure, prospects, tuple(one for one in learned.values() if one.stage in used), need)


def learn(plan: Plan, register: Register, feed: Feed, rows: tuple[Entry, ...], day: date) -> Iterator[Learned]:
    """Each stage's chance: how many entries at that stage on the same day of past years held at the year's end."""
    cases = dict.fromkeys((*register.stages, RENEWAL), (0, 0))
    final = _state(rows, feed, day)
    back = plan.years
    while register.since is not None and (then := years_back(day, back)) > register.since:
        deadline = years_back(plan.deadline, back)
        past = _state([row for row in rows if row.recorded_at <= then], feed, then)
        holding = {entry.who for entry in final if entry.valid_on(deadline)}
        for entry, stage, _ in _open(past, then, deadline):
            if stage in cases:
                seen, came = cases[stage]
                cases[stage] = (seen + 1, came + (entry.who in holding))
        back += plan.years
    given = {**register.stages, RENEWAL: register.renewal}
    for stage, (seen, came) in cases.items():
        fixed = given[stage] in (0.0, 1.0)  # certain by definition, not a chance
        yield Learned(stage, given[stage], 0 if fixed else seen, 0 if fixed else came, register.prior)


def _state(rows: Iterable[Entry], feed: Feed, last: date) -> tuple[Entry, ...]:
    """Each entry as it stood at the end of a month: what begins or is revoked later has not happened yet."""
    happened = (row for row in rows if row.begins is None or row.begins <= last)
    own = (row for row in known(happened, date.max) if feed.kind is None or row.kind == feed.kind)
    return tuple(row.model_copy(update={"revoked": None}) if row.revoked and row.revoked > last else row for row in own)


def _open(entries: Iterable[Entry], last: date, deadline: date) -> Iterator[tuple[Entry, str, Entry | None]]:
    """The entry that decides, its stage and what is valid now, for every holder whose state at the deadline is open."""
    entries = tuple(entries)
    valid = {entry.who: entry for entry in entries if entry.valid_on(last)}
    valid |= {entry.who: entry for entry in entries if entry.valid_on(last) and entry.last_day >= deadline}
    asking = {entry.who: entry for entry in entries if entry.begins is None and entry.stage}
    for who in dict.fromkeys((*valid, *asking)):
        entry = valid.get(who)
        if entry is not None and entry.last_day >= deadline:
            if entry.stage:
                yield entry, entry.stage, entry
        elif who in asking:
            yield asking[who], asking[who].stage, entry
        elif entry is not None:
            yield entry, RENEWAL, entry


def _prospects(
    entries: tuple[Entry, ...], learned: Mapping[str, Learned], last: date, deadline: date, *, new: bool
) -> Iterator[Prospect]:
    held = {one.who for one in entries if one.begins is not None and one.last_day >= date(last.year - 1, 12, 31)}
    for entry, stage, valid in _open(entries, last, deadline):
        if stage in learned and learned[stage].value > 0 and not (new and entry.who in held):
            yield Prospect(entry, stage, learned[stage].value, valid)


_Ends = NDArray[np.int64]
_Name = tuple[str, str, str]  # tag of the view, indicator, region
_LETTER = {"month": "M", "quarter": "Q", "half": "H", "year": "A"}
_LONGEST_STEP = 2  # January and February are published together; a longer step says nothing of its months


@dataclass(frozen=True)
class Forecast:
    """The outlook of one indicator at the deadline, in its unit; NaN where nothing can be said.

    ``p_met`` is NaN without a target; ``history_years`` counts complete earlier years. Where ``register`` is there, the
    figures are its own, and ``series_p`` is the chance that the series alone would give.
    """

    point: float = NAN
    lo80: float = NAN
    hi80: float = NAN
    p_met: float = NAN
    history_years: int = 0
    series_p: float = NAN
    register: Foresight | None = None


def forecasts(view: View, aims: Mapping[str, Aim], standings: Mapping[str, Standing]) -> dict[str, Forecast]:
    """The outlook of every aim, by its key: the register's where one speaks, else the series'."""
    made = _of_series(view, aims)
    for key, aim in aims.items() if view.has_readings else ():
        ahead = foresight(view, aim, standings[key])
        if ahead is not None:
            low, high = ahead.interval
            years, series_p = made[key].history_years, made[key].p_met
            made[key] = Forecast(ahead.median, low, high, ahead.p_met, years, series_p, ahead)
    return made


def _of_series(view: View, aims: Mapping[str, Aim]) -> dict[str, Forecast]:
    cases, history = questions({"": (view, aims.values())})
    made = dict.fromkeys(aims, Forecast())
    if cases.empty:
        return made
    for row in outlook(cases, history).to_dict("records"):
        name, _, lead = row["case"].partition("|")
        if lead:  # the lead over a reference region decides; the indicator's own row came before
            made[name] = replace(made[name], p_met=row["p_met"], series_p=row["p_met"])
        else:
            figures = [row["point"], row["lo80"], row["hi80"]]
            item = aims[name].item
            if item.traits.averaged:
                figures = [100 * ((level / 100) ** (1 / len(aims[name].ends)) - 1) for level in figures]
            if item.measure == "rank":
                figures = [max(place, 1.0) for place in figures]
            point, low, high = figures
            made[name] = Forecast(point, low, high, row["p_met"], int(row["history_years"]), row["p_met"])
    return made


class _Course(NamedTuple):
    """A series in time: last months of its periods, ascending, and the values there."""

    ends: _Ends
    values: Array


def questions(asked: Mapping[str, tuple[View, Iterable[Aim]]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases and the history that ``outlook`` takes (its docstring has the columns).

    Each key is added to the names of the cases and series of its view.
    """
    having = {tag: (view, aims) for tag, (view, aims) in asked.items() if view.has_readings}
    courses, singles = _courses({tag: view for tag, (view, _) in having.items()})
    found = [
        (case | {key: f"{case[key]}{tag}" for key in ("case", "series")}, course, MONTHS[aim.item.frequency])
        for tag, (view, aims) in having.items()
        for aim in aims
        for case, course in _asked(view, aim, tag, courses, singles)
    ]
    if not found:
        return pd.DataFrame(), pd.DataFrame()
    history = {
        "series": [case["series"] for case, course, _ in found for _ in course.ends],
        "period": [_period(end, months) for _, course, months in found for end in course.ends.tolist()],
        "value": np.concatenate([course.values for _, course, _ in found]),
    }
    return pd.DataFrame([case for case, _, _ in found]), pd.DataFrame(history)


_NOTHING = _Course(np.empty(0, np.int64), np.empty(0))


@cache
def _period(end: int, months: int) -> str:
    return str(Period(end, months))


def _asked(
    view: View, aim: Aim, tag: str, courses: Mapping[_Name, _Course], singles: Mapping[_Name, _Course]
) -> list[tuple[dict[str, object], _Course]]:
    item, months = aim.item, MONTHS[aim.item.frequency]
    name = (tag, item.id, aim.region)
    ends, values = courses.get(name, _NOTHING)
    on_grid = (ends + 1) % months == 0
    ends, values = ends[on_grid], values[on_grid]
    if not len(ends) or not aim.ends or ends[-1] >= aim.ends[-1] or item.traits.yes_or_no:
        return []
    whole = item.traits.net or item.traits.averaged or item.change
    found = standing(view, aim) if whole else Standing(actual=values[-1], target=target_of(aim, NAN))
    if np.isnan(found.actual):
        return []
    case: dict[str, object] = {
        "case": aim.key,
        "series": aim.key,
        "measure": "level" if item.measure == "rank" else item.measure,
        "whole": item.counts,
        "frequency": _LETTER[item.frequency],
        "origin": _period(int(ends[-1]), months),
        "deadline": _period(aim.ends[-1], months),
        "target": item.least(found.target) + (item.tolerance if item.decreasing and not item.two_sided else 0.0),
        "sense": "<=" if item.decreasing and not item.two_sided else "about" if item.word == "左右" else ">=",
        "tolerance": item.tolerance,
        "two_sided": item.two_sided,
        "limit": NAN if item.upper_limit is None else item.upper_limit,
        "since": None,
    }
    match item.measure:
        case "flow":
            ends, values = singles[name]
            case["since"] = _period(aim.ends.start, months)
        case "net":
            ends, values = net_course(view.series(item, aim.region).query("end in @ends"), found.actual)
        case "growth":
            case["measure"] = "rate"
        case "average_growth":
            values = _index(values, ends < aim.window.first)
            ends = np.append(ends[:1] - months, ends)
            case["measure"] = "index"
            if item.target is not None:
                case["target"] = 100 * (1 + item.target / 100) ** len(aim.ends)
    asked = [(case, _Course(ends, values))]
    if item.target_region is not None:
        other = courses.get((tag, item.id, item.target_region), _NOTHING)
        shared, mine, theirs = np.intersect1d(ends, other.ends, return_indices=True)
        if len(shared):
            origin = _period(int(shared[-1]), months)
            key, goal = f"{aim.key}|lead", item.target_plus
            changes = {"case": key, "series": key, "measure": "net", "whole": False, "target": goal, "limit": NAN}
            asked.append(({**case, **changes, "origin": origin}, _Course(shared, values[mine] - other.values[theirs])))
    return asked


def _courses(views: Mapping[str, View]) -> tuple[dict[_Name, _Course], dict[_Name, _Course]]:
    """Every series of the views, and what each step of every flow added, on the indicators' own grids.

    All are cut from one table: a frame of its own for each would take longer than their forecasts.
    """
    if not views:
        return {}, {}
    rows = pd.concat([view.observed[[*SERIES, "end", "value", "since"]].assign(at=tag) for tag, view in views.items()])
    items = {item.id: item for view in views.values() for item in view.plan.indicators}
    flows = {name: MONTHS[item.frequency] for name, item in items.items() if item.traits.cumulates}
    steps = single_from_cumulative(rows[(rows["end"] + 1) % rows["indicator"].map(flows) == 0], ["at", *SERIES])
    length, end, value = (steps[name].to_numpy() for name in ("months", "end", "value"))
    singles = {name: _steps(length[at], end[at], value[at], flows[name[1]]) for name, at in _places(steps).items()}
    ends, values = rows["end"].to_numpy(), rows["value"].to_numpy(float)
    return {name: _Course(ends[at], values[at]) for name, at in _places(rows).items()}, singles


def _places(rows: pd.DataFrame) -> dict[_Name, _Ends]:
    return rows.groupby(["at", *SERIES]).indices  # type: ignore[return-value]


def _steps(length: _Ends, end: _Ends, value: Array, months: int) -> _Course:
    """Single amounts on the indicator's grid; a month reported with the next one counts as empty."""
    near = length <= max(_LONGEST_STEP, months)
    empty = end[near & (length > months)] - months
    ends, values = np.append(end[near], empty), np.append(value[near].astype(float), np.zeros(len(empty)))
    order = np.argsort(ends, kind="stable")
    return _Course(ends[order], values[order])


def _index(rates: Array, before: NDArray[np.bool_]) -> Array:
    """Yearly rates chained to a level from the year before the first: 100 in the last year ``before`` the plan."""
    level = np.append(1.0, np.cumprod(1 + rates / 100))
    return np.asarray(level * (100 / level[np.count_nonzero(before)]), float)
