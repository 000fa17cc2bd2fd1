"""Where an indicator will stand at the deadline: its register's forecast where one speaks, else its series'.

A register's count is a sum of independent yes-or-no outcomes with different chances, a Poisson-binomial variable,
worked out exactly by convolution (Hong 2013, On computing the distribution function for the Poisson binomial
distribution, section 2). Chances are the analyst's, moved by what became of like cases in the register's own past.
For a series ``questions`` asks, and ``outlook`` does the forecasting.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tongdao.analysis.actuals import NAN, Standing
from tongdao.analysis.aims import Aim, foreseer
from tongdao.analysis.questions import questions
from tongdao.base import Period, years_back
from tongdao.forecast import outlook
from tongdao.plan import Feed, Plan, Register
from tongdao.workbook import Entry, View, known

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


def forecasts(asked: Sequence[tuple[View, Mapping[str, Aim], Mapping[str, Standing]]]) -> list[dict[str, Forecast]]:
    """The outlook of every aim of each view, by its key: the register's where one speaks, else the series'."""
    found = _of_series([(view, aims) for view, aims, _ in asked])
    for made, (view, aims, standings) in zip(found, asked, strict=True):
        for key, aim in aims.items() if view.has_readings and view.plan.registers else ():
            ahead = foresight(view, aim, standings[key])
            if ahead is not None:
                low, high = ahead.interval
                years, series_p = made[key].history_years, made[key].p_met
                made[key] = Forecast(ahead.median, low, high, ahead.p_met, years, series_p, ahead)
    return found


def _of_series(asked: Sequence[tuple[View, Mapping[str, Aim]]]) -> list[dict[str, Forecast]]:
    cases, history = questions({f"\t{at}": (view, aims.values()) for at, (view, aims) in enumerate(asked)})
    made = [dict.fromkeys(aims, Forecast()) for _, aims in asked]
    if cases.empty:
        return made
    answers = outlook(cases, history)
    for case, *quantiles, p_met, years in zip(*(answers[name].tolist() for name in _ANSWER), strict=True):
        key, _, at = case.rpartition("\t")
        name, _, lead = key.partition("|")
        mine, aim = made[int(at)], asked[int(at)][1][name]
        if lead:  # the lead over a reference region decides; the indicator's own row came before
            mine[name] = replace(mine[name], p_met=p_met, series_p=p_met)
            continue
        figures: list[float] = quantiles
        if aim.item.traits.averaged:
            figures = [100 * ((level / 100) ** (1 / len(aim.ends)) - 1) for level in figures]
        if aim.item.measure == "rank":
            figures = [max(place, 1.0) for place in figures]
        point, low, high = figures
        mine[name] = Forecast(point, low, high, p_met, int(years), p_met)
    return made


_ANSWER = ("case", "point", "lo80", "hi80", "p_met", "history_years")
