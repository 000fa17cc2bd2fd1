from . import deliveries as deliveries, forms as forms
from .deliveries import (
    VERDICTS as VERDICTS,
    lacking_in as lacking_in,
    marked_path as marked_path,
    take_in as take_in,
    user_name as user_name,
)
from .receipt import Receipt as Receipt
from .sheet import SEVERITIES as SEVERITIES, Delivery as Delivery
