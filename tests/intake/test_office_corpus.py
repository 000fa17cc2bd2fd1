"""The corpus of files that offices really send, judged by the program that came with it."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.shared
def test_the_corpus_of_office_files_is_read_right_and_no_wrong_number_is_accepted(shared: Path) -> None:
    corpus = shared / "officefiles"
    tongdao = Path(sys.executable).with_name("tongdao")
    command = [sys.executable, corpus / "check.py", tongdao, corpus, corpus / "plan"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout
    assert ", 0 wrong numbers accepted" in done.stdout
