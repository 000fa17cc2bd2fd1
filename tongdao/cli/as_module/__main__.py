"""``python -m tongdao``: the command line."""

from tongdao.cli import main

main()
