from .ambiguities import chosen as chosen, conflicts as conflicts
from .assessment import Assessment as Assessment, Cell as Cell, LightRule as LightRule, LightStep as LightStep
from .indicator import Indicator as Indicator
from .plan import Plan as Plan, first_period as first_period, read_plan as read_plan
from .register import Feed as Feed, Register as Register
from .settings import Light as Light, RunLimits as RunLimits, Schedule as Schedule, Thresholds as Thresholds
