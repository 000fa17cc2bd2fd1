from . import backtest as backtest
from .actuals import owed as owed, standing as standing
from .assessment import (
    NOT_COUNTED as NOT_COUNTED,
    UNDEFINED as UNDEFINED,
    Result as Result,
    Score as Score,
    assessment_results as assessment_results,
    lights as lights,
)
from .backtest import ENOUGH as ENOUGH, TrackRecord as TrackRecord, track_record as track_record
from .changes_over_time import trend as trend, trend_summary as trend_summary
from .checks import Finding as Finding, findings as findings
from .gap import Gap as Gap, gaps as gaps
from .peers import (
    Comparison as Comparison,
    Place as Place,
    compare as compare,
    place as place,
    rises as rises,
    wholes as wholes,
    yearly_values as yearly_values,
)
from .register_forecast import Foresight as Foresight, Learned as Learned, Prospect as Prospect, foresight as foresight
from .road_map import RoadMap as RoadMap, State as State, Step as Step, road_map as road_map
from .sdg_measures import METHODS as METHODS, STATUS_WORDS as STATUS_WORDS, progress as progress
from .series_forecast import Asking as Asking, questions as questions
from .since_last_month import Change as Change, changes as changes
