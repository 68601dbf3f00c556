"""Output files: refused before the work where they cannot be, and written all or none."""

import os
from pathlib import Path

import pytest

from matchmaker.exchange.problems import BadFiles
from matchmaker.exchange.propose import BAD_INPUT, propose
from matchmaker.exchange.writing import check_outputs, write_files
from tests.exchange.files import NEED, OFFER, run, write


def listed(folder):
    return sorted(path.name for path in folder.iterdir())


def test_files_are_written_over_those_that_were_there(tmp_path):
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_text("earlier")
    write_files({a: "new a", b: "new b"})
    assert (a.read_text(), b.read_text(), listed(tmp_path)) == ("new a", "new b", ["a", "b"])


@pytest.mark.parametrize("failing", range(3))
@pytest.mark.parametrize("there", [("a", "b", "c"), (), ("b",)])
def test_all_is_as_it_was_where_one_file_cannot_be_put_in_its_place(
    tmp_path, monkeypatch, failing, there
):
    paths = [tmp_path / name for name in "abc"]
    for name in there:
        (tmp_path / name).write_text(f"earlier {name}")
    replace = os.replace

    def refuse(source, target):
        if target == paths[failing] and Path(source).read_text() == "new":
            raise PermissionError(13, "Permission denied", source, None, target)
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(BadFiles, match=f"{'abc'[failing]}: The file cannot be written: Permission"):
        write_files({path: "new" for path in paths})
    assert listed(tmp_path) == list(there)
    assert [(tmp_path / name).read_text() for name in there] == [f"earlier {n}" for n in there]


def test_file_in_the_way_that_is_a_folder_leaves_the_others_as_they_were(tmp_path):
    a, folder = tmp_path / "a", tmp_path / "d"
    a.write_text("earlier")
    folder.mkdir()
    with pytest.raises(BadFiles, match="d: The file cannot be written"):
        write_files({a: "new", folder: "new"})
    assert a.read_text() == "earlier" and listed(tmp_path) == ["a", "d"]


def test_text_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(BadFiles, match="y: The file cannot be written"):
        write_files({tmp_path / "x": "new", tmp_path / "nowhere" / "y": "new"})
    assert listed(tmp_path) == []


def test_same_file_by_another_name_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with pytest.raises(BadFiles, match="link: --report names the file of --out as well"):
        check_outputs({"--out": tmp_path / "a", "--report": tmp_path / "link"}, {})


def test_files_apart_are_accepted(tmp_path):
    outputs = {"--out": tmp_path / "a", "--report": None}
    assert check_outputs(outputs, {"--needs": tmp_path / "n"}) is None


@pytest.mark.parametrize("option", ["report_path", "wanted_path", "save_path"])
def test_folder_to_write_to_is_refused_before_the_work(tmp_path, option):
    steps = []
    code, said, rows = run(
        tmp_path, **{option: tmp_path}, progress=lambda *step: steps.append(step)
    )
    assert (code, rows, steps) == (BAD_INPUT, None, [])
    assert "names no file" in said[0]


def test_output_that_is_an_input_is_refused_and_the_input_stays(tmp_path):
    needs, offers = write(tmp_path / "n.csv", [NEED]), write(tmp_path / "o.csv", [OFFER])
    before, said = needs.read_bytes(), []
    assert propose(needs, offers, needs, say=said.append) == BAD_INPUT
    assert said[0] == "n.csv: --out names the file of --needs as well; another file is expected."
    assert needs.read_bytes() == before
