"""The corpus of files that offices really send, judged by the program that came with it."""

from pathlib import Path

import pytest
from conftest import COMMAND, judged


@pytest.mark.slow
@pytest.mark.shared
def test_the_corpus_of_office_files_is_read_right_and_no_wrong_number_is_accepted(shared: Path) -> None:
    corpus = shared / "officefiles"
    code, said = judged(corpus / "check.py", COMMAND, corpus, corpus / "plan")
    assert code == 0, said
    assert ", 0 wrong numbers accepted" in said
