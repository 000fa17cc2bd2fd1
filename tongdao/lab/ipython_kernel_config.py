"""Read by every Python kernel of this environment, from etc/ipython: Chinese in pictures and messages."""

import os

below = ["tongdao.lab.launch"] if os.environ.get("TONGDAO_LAB_ROOT") else []  # kernels of ``tongdao lab``
c.InteractiveShellApp.extensions = ["tongdao.runs.kernel", *below]  # type: ignore[name-defined]  # noqa: F821
