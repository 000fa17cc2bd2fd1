"""Read by every Python kernel of this environment, from etc/ipython: Chinese in pictures and messages."""

c.InteractiveShellApp.extensions = ["tongdao.runs.kernel"]  # type: ignore[name-defined]  # noqa: F821
