"""A folder of plain files, opened once: readings, registers, ledger, and what was known on a day."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
