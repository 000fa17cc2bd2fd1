"""Predictive distributions of series: from numbers to quantiles and chances; it knows no indicator."""

import lazy_loader
import numpy

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

# scipy.special looks over all that numpy has, and numpy would load its Fortran compiler and its tests for that: half of
# what the import of both costs.
_unasked = {"f2py", "testing"} - vars(numpy).keys()
vars(numpy).update(dict.fromkeys(_unasked))
import scipy.special  # noqa: E402, F401

for _name in _unasked:
    delattr(numpy, _name)
