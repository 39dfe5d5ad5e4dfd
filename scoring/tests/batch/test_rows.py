"""From cells and lines to values."""

import pytest

from scoring.batch.rows import open_rows
from scoring.errors import ScoringError


def read(path, records=False):
    rows = open_rows(path, records=records)
    return [(row.values, row.error) for row in rows]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("1,2.5", [1, 2.5]),
        ("-3e2,0", [-300.0, 0]),
        ("a,1", ["a", 1]),
        (",1", [None, 1]),
        ("007,1", ["007", 1]),
        ("true,null", ["true", "null"]),
        ('"1,5",2', ["1,5", 2]),
        ('"[1]",2', ["[1]", 2]),
        ('"say ""x""",2', ['say "x"', 2]),
        ("nan,inf", ["nan", "inf"]),
        ("é,1", ["é", 1]),
    ],
)
def test_cells_of_csv(tmp_path, line, values):
    path = tmp_path / "in.csv"
    path.write_text(f"a,b\n{line}\n", encoding="utf-8")
    assert read(path) == [(values, None)]
    assert read(path, records=True) == [(dict(zip("ab", values, strict=True)), None)]


def test_rows_of_the_wrong_width_are_rows_with_an_error(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("a,b\n1\n1,2,3\n\n1,2\n")
    assert read(path) == [
        (None, "the row has 1 values, the header 2"),
        (None, "the row has 3 values, the header 2"),
        ([1, 2], None),
    ]


def test_lines_of_jsonl(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'[1, 2]\n{"a": 1}\n\n{"a": \n5\n\xff[1]\n')
    values, errors = zip(*read(path), strict=True)
    assert values == ([1, 2], {"a": 1}, None, None, None)
    assert [bool(error) for error in errors] == [False, False, True, True, True]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("in.txt", "", "must end in .csv, .jsonl, .parquet"),
        ("in.csv", "", "has no header line"),
        ("in.csv", "a,a\n1,2\n", "names a column twice"),
        ("in.parquet", "not parquet", "is not a Parquet file"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, name, content, sentence):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(ScoringError, match=sentence):
        open_rows(path, records=False)
