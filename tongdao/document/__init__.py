"""From an executed notebook to PDF, Word and pictures; it knows no indicator."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
