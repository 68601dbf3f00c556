"""Machine code on disk counts for the sources it was made from, whoever else compiles."""

import subprocess
import sys
import textwrap

import pytest

from matchmaker.matching.engine.machine_code import Shelf, digest_of_sources

CALLER = "def ask(x):\n    return answer(x)\n"
PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {folder!r})
from matchmaker.matching.engine import machine_code
machine_code.digest_of_sources.__wrapped__.__defaults__ = (Path({folder!r}),)
machine_code.digest_of_sources.cache_clear()
from matchmaker.matching.engine.compiled import compiled
import callee, caller
callee.answer = compiled(callee.answer)
caller.answer = callee.answer
ask = compiled(caller.ask)
print(ask(20), sum(ask.stats.cache_hits.values()))
"""


def written(folder, answer):
    (folder / "callee.py").write_text(f"def answer(x):\n    return x + {answer}\n")
    (folder / "caller.py").write_text(CALLER)


def started(folder):
    program = textwrap.dedent(PROGRAM.format(folder=str(folder)))
    return subprocess.Popen(
        [sys.executable, "-B", "-c", program], stdout=subprocess.PIPE, text=True
    )


def told(process):
    told, _ = process.communicate()
    assert process.returncode == 0
    return [int(word) for word in told.split()]


def test_code_kept_by_one_process_serves_the_next(tmp_path):
    written(tmp_path, 1)
    assert told(started(tmp_path)) == [21, 0]
    assert told(started(tmp_path)) == [21, 1]


def test_change_in_another_module_is_noticed(tmp_path):
    written(tmp_path, 1)
    assert told(started(tmp_path)) == [21, 0]
    (tmp_path / "callee.py").write_text("def answer(x):\n    return x + 2\n")
    assert told(started(tmp_path)) == [22, 0]


def test_two_processes_that_compile_at_once_do_no_harm(tmp_path):
    written(tmp_path, 1)
    assert [told(one)[0] for one in [started(tmp_path) for _ in range(2)]] == [21, 21]
    assert told(started(tmp_path)) == [21, 1]


def test_digest_changes_with_name_and_content(tmp_path):
    (tmp_path / "a.py").write_text("1")
    before = digest_of_sources(tmp_path)
    digest_of_sources.cache_clear()
    (tmp_path / "a.py").write_text("2")
    changed = digest_of_sources(tmp_path)
    digest_of_sources.cache_clear()
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert len({before, changed, digest_of_sources(tmp_path)}) == 3


@pytest.fixture
def shelf(tmp_path):
    return Shelf(str(tmp_path), "f-1", ("stamp", "new"))


def test_piece_written_for_other_sources_is_not_read_and_is_dropped(tmp_path, shelf):
    Shelf(str(tmp_path), "f-1", ("stamp", "old")).save("key", "old code")
    assert shelf.load("key") is None
    shelf.save("key", "new code")
    assert shelf.load("key") == "new code"
    assert len(list(tmp_path.glob("*.nbc"))) == 1


def test_two_writers_never_share_a_name(tmp_path, shelf):
    other = Shelf(str(tmp_path), "f-1", ("stamp", "new"))
    assert shelf._data_name(1) != other._data_name(1)


def test_spoilt_file_counts_as_none(tmp_path, shelf):
    shelf.save("key", "code")
    next(tmp_path.glob("*.nbc")).write_bytes(b"")
    assert shelf.load("key") is None


def test_full_disk_keeps_nothing_and_raises_nothing(tmp_path):
    lost = Shelf(str(tmp_path / "nowhere"), "f-1", ("stamp", "new"))
    lost.save("key", "code")
    assert lost.load("key") is None
