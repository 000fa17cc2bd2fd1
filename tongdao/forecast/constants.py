"""The constants that all series of a kind share; tests/benchmarks/fit_outlook.py fits them.

They are few and shrunk, because constants fitted freely to one set of sources fail on others: one set for each of
flow, level and share, fitted over all frequencies at once and pulled to the round numbers of `PLAIN`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Constants:
    """Of one kind of series. Variances are logarithms relative to the level's walk over one year."""

    slope: float = 0.8  # variance of the changing yearly growth
    drift: float = -1.0  # variance of the lasting yearly growth around `growth`
    noise: float = -1.5  # variance of one reading's noise (of a quarter's, for flows)
    season: float = 0.0  # variance of the month's own departure from the year
    vary: float = 1.5  # how much noise and season differ between series: standard deviation of their logarithms
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

FLOW = Constants(
    slope=0.89, drift=-1.03, noise=-0.93, season=0.17, vary=1.82, memory=3.02, growth=0.02, spread=-3.09,
    size=0.28, trust=1.11, scale=-0.1, young=0.06, tail=3.22,
)  # fmt: skip
LEVEL = Constants(
    slope=0.89, drift=0.02, noise=-1.65, season=-0.38, vary=1.8, memory=2.96, growth=0.02, spread=-3.89,
    size=0.0, trust=-1.22, scale=-0.3, young=0.14, tail=2.63,
)  # fmt: skip
SHARE = Constants(
    slope=0.87, drift=-1.97, noise=0.54, season=1.81, vary=1.45, memory=3.61, growth=0.0, spread=-1.69,
    size=0.5, trust=0.22, scale=-0.07, young=-0.08, tail=7.16,
)  # fmt: skip

SMALL_SHARE = 10.0  # a share of less is also read as a level, the more the smaller it is
SMALL_GROWTH = 0.06  # lasting growth expected of it then, for it has more room above than below


@dataclass(frozen=True)
class Counting:
    """Of sparse counts."""

    forget: float = 1.0  # yearly rate at which a past count loses weight
    shape: float = 0.5  # counts which the prior rate is worth
    rate: float = 3.0  # prior rate, per year
    profile: float = 10.0  # counts which an even year is worth against the months' own profile
    burst: float = 1.6  # counts that come together: so many readings tell as much as one
    wander: float = 7.0  # shape of the rate's change from past to future
    regular: float = 0.1  # weight, before any reading, of years that repeat each other
    many: float = 30.0  # counts a year beyond which a series is no longer sparse


COUNTING = Counting(forget=1.11, shape=0.47, rate=3.06, profile=10.9, burst=1.64, wander=7.24)
TARGET_YEARS = 0.5  # without history, the target's yearly rate counts as much as half a year of readings
TARGET_SIGMA = 0.8  # and its logarithmic standard deviation
TARGET_TAIL = 4.0
RATE_YEARS = 5  # annual growth rates: as many last ones
RATE_SIGMA = 2.0  # percentage points, before any reading, worth one reading
LONGEST = {12: 60, 4: 24, 2: 20, 1: 15}  # readings used, by periods a year
INTERVAL = 0.8
FEW_READINGS = 3  # yearly; so few can neither rule a target out nor in
OPEN = 0.05  # what so few leave to either side, at least
SURPRISE = 0.01  # chance left to what nobody foresees: an undecided chance lies between this and 1 - this
