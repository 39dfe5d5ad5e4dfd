"""Tables: whole where another program reads them, readable on 80 columns."""

import json

import pytest

from slipway.cli import printing

DIGEST = "sha256:" + "ab" * 32
ROW = {
    "id": "diabetes:1",
    "created": "2026-11-28T13:33:19+00:00",
    "digest": DIGEST,
    "tags": {"data": "diabetes", "method": "ridge"},
    "description": "Ridge regression on scikit-learn's diabetes data [v2], " * 4,
    "framework": "ScikitLearn",
}
COLUMNS = ("id", "tags", "created", "framework", "digest", "description")


@pytest.fixture
def terminal(monkeypatch):
    """terminal(columns): printing goes to a terminal of this width."""

    def of(columns):
        monkeypatch.setattr(printing, "in_a_terminal", lambda: True)
        monkeypatch.setenv("COLUMNS", str(columns))

    return of


def test_a_row_that_is_piped_is_one_line_with_everything(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    printing.show([ROW], COLUMNS, as_json=False)
    header, line = capsys.readouterr().out.splitlines()
    assert header.split() == list(COLUMNS)
    for text in (DIGEST, ROW["created"], ROW["description"].strip(), "data=diabetes, method=ridge"):
        assert text in line


def test_one_thing_that_is_piped_has_a_line_for_each_of_its_properties(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    printing.show_one(ROW, as_json=False)
    assert len(capsys.readouterr().out.splitlines()) == len(ROW)


def test_80_columns_show_what_fits_without_breaking_words(capsys, terminal):
    terminal(80)
    printing.show([ROW], COLUMNS, as_json=False)
    printed = capsys.readouterr()
    assert max(map(len, printed.out.splitlines())) <= 80
    for text in ("diabetes:1", "2026-11-28 13:33", "ScikitLearn", "abababababab"):
        assert text in printed.out
    assert DIGEST not in printed.out
    assert "Not shown for lack of width: description" in printed.err


def test_a_wider_terminal_shows_more_and_wraps_only_texts(capsys, terminal):
    terminal(130)
    printing.show([ROW], COLUMNS, as_json=False)
    printed = capsys.readouterr()
    assert "[v2]" in printed.out
    assert printed.err == ""
    assert max(map(len, printed.out.splitlines())) <= 130


def test_json_has_all_as_it_is(capsys, terminal):
    terminal(20)
    printing.show([ROW], ("id",), as_json=True)
    assert json.loads(capsys.readouterr().out) == [ROW]
