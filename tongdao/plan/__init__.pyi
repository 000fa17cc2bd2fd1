from .ambiguities import chosen as chosen, conflicts as conflicts
from .indicator import COUNT_UNITS as COUNT_UNITS, Indicator as Indicator, Window as Window
from .plan import Plan as Plan, read_plan as read_plan
from .quotes import quote_faults as quote_faults
from .regional import (
    GROUPS as GROUPS,
    TARGETS as TARGETS,
    Groups as Groups,
    by_word as by_word,
    codes_of as codes_of,
    read_groups as read_groups,
)
from .settings import (
    Cell as Cell,
    Feed as Feed,
    Light as Light,
    Register as Register,
    RunLimits as RunLimits,
    Schedule as Schedule,
    Thresholds as Thresholds,
)
from .text.proposal import TEXT as TEXT, TO_CONFIRM as TO_CONFIRM, choices as choices, propose as propose
