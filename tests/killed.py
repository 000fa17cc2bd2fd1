"""Deliveries handed in by processes that are killed at random moments of their work."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

#: Forked when all is imported and without the guarded child: every blow falls where files are judged and written.
PROGRAM = """
import os, random, signal, sys, time
from datetime import date
from importlib import import_module
from pathlib import Path
import psycopg
from tongdao.intake import sandbox
from tongdao.intake import Delivery, take_in

def here(work, request, content, *, seconds):
    module, _, name = work.partition(":")
    return getattr(import_module(module), name)(request, content)

sandbox.apart = here
draw, longest, day = random.Random(sys.argv[1]), 0.0, date.fromisoformat(sys.argv[2])
def take(book, file):
    return take_in(book, Delivery(file.name, file.read_bytes(), "某", day)).verdict

places = [*map(Path, sys.argv[3:])]
take(places[0], places[2])  # imports what all need
for at, (book, file) in enumerate(zip(places[1::2], places[2::2], strict=True)):
    reading, writing = os.pipe()
    began, child = time.perf_counter(), os.fork()
    if not child:
        os.write(writing, take(book, file).encode())
        os._exit(0)
    if at and sys.argv[1]:  # the first shows how long one takes
        time.sleep(draw.random() * longest)
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(writing)
    longest = longest or time.perf_counter() - began
    print(os.read(reading, 20).decode(), flush=True)
"""


def handed_in(seed: str, day: date, other: Path, deliveries: Sequence[tuple[Path, Path]]) -> Iterator[str]:
    """Hand files in to workbooks, a process each, all but the first killed; without a seed none is.

    Gives the verdict of each, or nothing where it was killed before; ``other`` is a workbook to begin with.
    """
    words = [seed, day.isoformat(), str(other), *(str(path) for pair in deliveries for path in pair)]
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, *words]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout
        yield from (line.strip() for line in process.stdout)
    assert process.returncode == 0
