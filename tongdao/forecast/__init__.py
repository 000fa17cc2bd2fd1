"""Predictive distributions of series: from numbers to quantiles and chances; it knows no indicator."""

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def _later(package: str, name: str) -> None:
    """Have a module loaded only where something of it is used."""
    if (whole := f"{package}.{name}") not in sys.modules and (spec := find_spec(whole)) and spec.loader:
        spec.loader = LazyLoader(spec.loader)
        sys.modules[whole] = module = module_from_spec(spec)
        spec.loader.exec_module(module)
        setattr(sys.modules[package], name, module)


# scipy.special looks over all that numpy has, its Fortran compiler too: half of what the import of both costs.
_later("numpy", "f2py")
_later("numpy", "testing")
