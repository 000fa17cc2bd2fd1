"""Notebooks run, judged and published; knows notebooks and files, not indicators."""
