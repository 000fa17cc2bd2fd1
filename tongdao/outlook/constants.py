"""The constants that all series of a kind share; tests/benchmarks/fit_outlook.py fits them.

They are few and shrunk, because constants fitted freely to one set of sources fail on others: one set is fitted
for each of flow, level and share over all frequencies, pulled to the round numbers of `PLAIN`; a frequency then
departs from its set only as far as a second, stronger pull allows.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Constants:
    """Of one kind of series. Variances are logarithms relative to the level's walk over one year."""

    slope: float = 0.8  # variance of the changing yearly growth
    drift: float = -1.0  # variance of the lasting yearly growth around `growth`
    noise: float = -1.5  # variance of one reading's noise (of a quarter's, for flows)
    season: float = 0.0  # variance of the month's own departure from the year
    memory: float = 2.5  # years over which that departure changes, as a logarithm
    growth: float = 0.02  # lasting yearly growth expected before any reading (logarithmic)
    spread: float = -3.5  # standard deviation of the level's walk over one year, before any reading (log)
    size: float = 0.0  # how that grows with the size of a share, or with the smallness of a count
    trust: float = 1.1  # readings which `spread` is worth, as a logarithm
    scale: float = 0.0  # stretch of every predictive standard deviation (log)
    young: float = 0.0  # further stretch with three years' worth divided by the years of history (log)
    tail: float = 4.0  # degrees of freedom of the predictive t


PLAIN = Constants()
PLAIN_SHARE = Constants(growth=0.0, spread=-2.5, size=0.5, tail=7.0)

FLOW_MONTHLY = Constants(
    slope=0.93, drift=-1.65, noise=-0.67, season=0.59, memory=3.58, growth=0.02, spread=-3.75,
    size=0.4, trust=1.66, scale=-0.05, young=0.17, tail=3.45,
)  # fmt: skip
FLOW_QUARTERLY = Constants(
    slope=1.22, drift=-1.74, noise=-0.55, season=0.11, memory=3.71, growth=0.02, spread=-3.84,
    size=0.38, trust=1.7, scale=-0.08, young=0.17, tail=3.41,
)  # fmt: skip
LEVEL = Constants(
    slope=1.59, drift=-0.32, noise=-1.33, season=-0.38, memory=3.39, growth=0.02, spread=-5.43,
    size=0.0, trust=0.19, scale=-0.14, young=0.12, tail=3.29,
)  # fmt: skip
LEVEL_YEARLY = Constants(
    slope=1.46, drift=0.45, noise=-0.68, season=-0.35, memory=3.23, growth=0.02, spread=-6.52,
    size=0.0, trust=0.03, scale=-0.04, young=0.09, tail=2.93,
)  # fmt: skip
SHARE = Constants(
    slope=1.6, drift=-1.82, noise=-0.66, season=0.97, memory=4.01, growth=0.0, spread=-3.35,
    size=0.5, trust=0.74, scale=0.13, young=-0.03, tail=7.11,
)  # fmt: skip
SHARE_YEARLY = Constants(
    slope=1.22, drift=-1.86, noise=0.35, season=0.74, memory=3.82, growth=0.0, spread=-1.98,
    size=0.5, trust=1.29, scale=0.0, young=-0.07, tail=7.71,
)  # fmt: skip


@dataclass(frozen=True)
class Counting:
    """Of sparse counts."""

    forget: float = 1.0  # yearly rate at which a past count loses weight
    shape: float = 0.5  # counts which the prior rate is worth
    rate: float = 3.0  # prior rate, per year
    profile: float = 10.0  # counts which an even year is worth against the months' own profile
    burst: float = 1.6  # counts that come together: so many readings tell as much as one
    wander: float = 7.0  # shape of the rate's change from past to future
    many: float = 30.0  # counts a year beyond which a series is no longer sparse


COUNTING = Counting(forget=1.17, shape=0.47, rate=3.05, profile=11.1, burst=1.64, wander=7.05)
TARGET_YEARS = 0.5  # without history, the target's yearly rate counts as much as half a year of readings
TARGET_SIGMA = 0.8  # and its logarithmic standard deviation
TARGET_TAIL = 4.0
RATE_YEARS = 5  # annual growth rates: as many last ones
RATE_SIGMA = 2.0  # percentage points, before any reading, worth one reading
LONGEST = {12: 60, 4: 24, 1: 15}  # readings used, by periods a year
INTERVAL = 0.8
