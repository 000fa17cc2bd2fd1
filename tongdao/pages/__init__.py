"""What reports say and show: wording, tables, charts, and one module for each notebook."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
