from .actuals import (
    base_month as base_month,
    brought as brought,
    net_course as net_course,
    owed as owed,
    standing as standing,
    unplaced as unplaced,
)
from .aims import foreseer as foreseer, main_aim as main_aim
from .assessment import (
    Result as Result,
    Score as Score,
    assessment_results as assessment_results,
)
from .checks import Finding as Finding, delivery_faults as delivery_faults, findings as findings
from .forecasts import Foresight as Foresight, Learned as Learned, Prospect as Prospect, foresight as foresight
from .gap import Change as Change, Gap as Gap, changes as changes, gaps as gaps
from .panel import (
    grouped as grouped,
    members as members,
    panel as panel,
    panel_at as panel_at,
    panel_view as panel_view,
)
from .questions import questions as questions
from .road_map import RoadMap as RoadMap, State as State, Step as Step, road_map as road_map
from .sdg_measures import METHODS as METHODS, STATUS_WORDS as STATUS_WORDS, progress as progress
from .track_record import ENOUGH as ENOUGH, TrackRecord as TrackRecord, track_record as track_record
from .trends import (
    Comparison as Comparison,
    Place as Place,
    change_column as change_column,
    changes_frame as changes_frame,
    compare as compare,
    place as place,
    profile as profile,
    region_points as region_points,
    rises as rises,
    trend_summary as trend_summary,
    wholes as wholes,
    yearly_values as yearly_values,
)
