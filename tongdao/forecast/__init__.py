"""Predictive distributions of series: from numbers to quantiles and chances; it knows no indicator."""

import sys
from types import ModuleType

import lazy_loader
import scipy

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

# Four compiled functions are all that is asked of scipy.special. Its own __init__ rewrites the descriptions of all the
# others and takes four times as long as they do, so it is passed by; who imports the whole of it later gets the whole.
if "scipy.special" not in sys.modules:
    sys.modules["scipy.special"] = passed = ModuleType("scipy.special")
    passed.__path__ = [f"{scipy.__path__[0]}/special"]
    import scipy.special._ufuncs

    del sys.modules["scipy.special"]
