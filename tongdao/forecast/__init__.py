"""Predictive distributions of series: from numbers to quantiles and chances; it knows no indicator."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
