"""Reading CSV: encodings, separators, caps; refusals name the line."""

import pytest

from matchmaker.exchange import table
from matchmaker.exchange.table import read_bytes, read_table


def read(data, columns=("id", "name"), required=()):
    return read_bytes(
        "f.csv", data if isinstance(data, bytes) else data.encode(), columns, required
    )


def said(data, **options):
    return [problem.sentence() for problem in read(data, **options).problems]


@pytest.mark.parametrize(
    "data",
    [
        "id,name\n1,Utrecht\n",
        "id;name\r\n1;Utrecht\r\n",
        "id\tname\n1\tUtrecht",
        '\ufeff"id","name"\n"1","Utrecht"\n',
        "ID, Name \n1,Utrecht\n\n , \n",
    ],
)
def test_usual_forms_of_csv_are_read(data):
    (line,) = read(data).lines
    assert line.number == 2 and line.cells == {"id": "1", "name": "Utrecht"}


def test_line_numbers_count_lines_of_the_file():
    lines = read('id,name\n1,"two\nlines"\n2,x\n').lines
    assert [line.number for line in lines] == [2, 4]


def test_guarded_cell_is_restored():
    assert read("id,name\n1,'=x\n").lines[0].cells["name"] == "=x"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "f.csv: The file is empty"),
        ("id,name\n1,x".encode("utf-16"), "The file is UTF-16"),
        (b"id,name\n1,a\n2,b\0\n", "f.csv, line 3: The line holds a NUL byte"),
        (b"id,name\n1,a\n2,\xff\n", "f.csv, line 3: The line is not UTF-8"),
        ('id,name\n1,"a"b\n', "The line is no CSV"),
        ('id,name\n1,"a', "The line is no CSV"),
        ("id,name\n1,a,b\n", "line 2: found “b”. The row has more cells"),
        ("id,name,colour\n", "column colour: This column is not known. Known columns: id, name."),
        ("id,id\n", "line 1, column id: This column stands twice."),
        ("id,name\n1,a\u202eb\n", r"found “a\u202eb”. Text without hidden"),
        ("id,name\n1,a\x07b\n", r"found “a\u0007b”. Text without hidden"),
        ("id,name\n1," + "x" * 5001, "At most 5,000 characters"),
    ],
)
def test_bad_form_is_named_with_its_line(data, message):
    assert any(message in sentence for sentence in said(data)), said(data)


def test_missing_column_is_named():
    assert said("id\n", required=("name",)) == [
        "f.csv, line 1, column name: This column is missing."
    ]


def test_file_that_is_not_there_is_named(tmp_path):
    (problem,) = read_table(tmp_path / "no.csv", (), ()).problems
    assert problem.sentence() == "no.csv: The file cannot be read: No such file or directory."


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(table, "MOST_ROWS", 2)
    assert "20,000 rows" in said("id,name\n1,a\n2,b\n3,c\n")[0]


def test_too_large_a_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "MOST_BYTES", 3)
    (tmp_path / "f.csv").write_text("id,name")
    assert "64 MB" in read_table(tmp_path / "f.csv", (), ()).problems[0].sentence()


def test_marks_of_direction_in_a_name_are_kept():
    assert read("id,name\n1,خاركوف\u200f\n").problems == ()
