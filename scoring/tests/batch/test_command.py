"""`python -m scoring batch`."""

import csv
import json
import random
import signal
import subprocess
import sys
import time

import pytest

SUM = """
import json
def init(): pass
def run(raw):
    return [sum(row) for row in json.loads(raw)["data"]]
"""
SLOW = SUM.replace("    return", "    import time; time.sleep(0.05)\n    return")

COUNTING = """
import json, pathlib, time
calls = pathlib.Path(__file__).parent.parent / "calls"
def init(): pass
def run(raw):
    with calls.open("a") as file:
        file.write("x")
    time.sleep(0.1)
    return [sum(row) for row in json.loads(raw)["data"]]
"""


@pytest.fixture
def source(tmp_path):
    def make(text):
        folder = tmp_path / "source"
        folder.mkdir(exist_ok=True)
        (folder / "score.py").write_text(text)
        return folder

    return make


@pytest.fixture
def batch(clean_environment, tmp_path):
    def start(*arguments):
        return subprocess.Popen(
            [sys.executable, "-m", "scoring", "batch", *map(str, arguments)],
            env=clean_environment(),
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(*arguments):
        process = start(*arguments)
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err

    run.start = start
    return run


def table(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def numbers(path, count):
    path.write_text("a,b\n" + "".join(f"{n},{n % 7}\n" for n in range(count)))
    return path


def test_one_row_out_per_row_in(batch, source, tmp_path):
    given, out = tmp_path / "in.csv", tmp_path / "out.csv"
    given.write_text('a,b\n1,2\nx,3\n1\n4,5\n"q""",8\n')
    code, printed, _ = batch(given, out, "--source", source(SUM), "--json")
    assert code == 0
    assert {name: json.loads(printed)[name] for name in ("rows", "errors")} == {
        "rows": 5,
        "errors": 3,
    }
    rows = table(out)
    assert [row["prediction"] for row in rows] == ["3", "", "", "9", ""]
    assert [row["a"] for row in rows] == ["1", "x", "1", "4", 'q"']
    assert rows[1]["error"].startswith("TypeError: ")
    assert rows[2]["error"] == "the row has 1 values, the header 2"
    assert not (tmp_path / "out.csv.parts").exists()


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_forms_can_be_mixed(batch, source, tmp_path, form):
    from pyarrow import parquet

    given, out = numbers(tmp_path / "in.csv", 20), tmp_path / f"out.{form}"
    assert batch(given, out, "--source", source(SUM), "--chunk-rows", 6)[0] == 0
    back = tmp_path / "back.jsonl"
    if form == "parquet":
        read = parquet.read_table(out).to_pylist()
        assert [row["prediction"] for row in read] == [n + n % 7 for n in range(20)]
        assert isinstance(read[0]["prediction"], int)
        plain = tmp_path / "again.parquet"
        parquet.write_table(parquet.read_table(out).select(["prediction"]), plain)
        assert batch(plain, back, "--source", source(SUM))[0] == 0
        assert [json.loads(line)["prediction"] for line in back.read_text().splitlines()] == [
            n + n % 7 for n in range(20)
        ]
    elif form == "jsonl":
        lines = [json.loads(line) for line in out.read_text().splitlines()]
        assert lines[3] == {"input": {"a": "3", "b": "3"}, "prediction": 6, "error": None}
    else:
        assert [int(row["prediction"]) for row in table(out)] == [n + n % 7 for n in range(20)]


def test_models_without_code(batch, ridge_folder, tmp_path):
    import joblib
    from sklearn.datasets import load_diabetes

    features = load_diabetes().data[:50]
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    given.write_text("".join(json.dumps(row) + "\n" for row in [*features.tolist(), [1, 2]]))
    code, _, err = batch(given, out, "--source", ridge_folder, "--trust-pickle")
    assert code == 0, err
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    expected = joblib.load(ridge_folder / "model.pkl").predict(features)
    assert [line["prediction"] for line in lines[:50]] == pytest.approx(list(expected), rel=1e-5)
    assert lines[50]["prediction"] is None
    assert "10" in lines[50]["error"]


def test_killed_again_and_again_it_ends_with_the_same_file(batch, source, tmp_path):
    given, out = numbers(tmp_path / "in.csv", 300), tmp_path / "out.csv"
    arguments = (given, out, "--source", source(SLOW), "--chunk-rows", 5)
    chance = random.Random(7)
    kills = 0
    for _ in range(40):
        process = batch.start(*arguments)
        parts = tmp_path / "out.csv.parts"
        before = len(list(parts.glob("*.jsonl"))) if parts.exists() else 0
        goal = before + chance.randint(1, 14)
        while process.poll() is None and (
            not parts.exists() or len(list(parts.glob("*.jsonl"))) < goal
        ):
            time.sleep(0.005)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.communicate()
        if process.returncode == 0:
            break
        assert not out.exists()  # never half a file under its name
    assert kills >= 3
    assert [int(row["prediction"]) for row in table(out)] == [n + n % 7 for n in range(300)]
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv", "out.csv", "source"}


def test_what_was_done_is_not_done_again(batch, source, tmp_path):
    given, out = numbers(tmp_path / "in.csv", 100), tmp_path / "out.csv"
    folder = source(COUNTING)
    process = batch.start(given, out, "--source", folder, "--chunk-rows", 10)
    parts = tmp_path / "out.csv.parts"
    while len(list(parts.glob("*.jsonl"))) < 4:
        time.sleep(0.005)
    process.kill()
    process.communicate()
    done = len(list(parts.glob("*.jsonl")))
    (tmp_path / "calls").unlink()
    _, printed, _ = batch(given, out, "--source", folder, "--chunk-rows", 10, "--json")
    assert len((tmp_path / "calls").read_text()) == 10 - done
    assert json.loads(printed)["resumed"] == 10 * done


def test_an_unfinished_batch_of_something_else_is_not_mixed_in(batch, source, tmp_path):
    given, out = numbers(tmp_path / "in.csv", 100), tmp_path / "out.csv"
    folder = source(SLOW.replace("0.05", "30 if 50 in json.loads(raw)['data'][0] else 0"))
    process = batch.start(given, out, "--source", folder, "--chunk-rows", 10)
    while len(list((tmp_path / "out.csv.parts").glob("*.jsonl"))) < 5:
        time.sleep(0.005)
    second = batch(given, out, "--source", folder, "--chunk-rows", 10)
    assert second[0] == 2
    assert "another batch is writing" in second[2]
    process.kill()
    process.communicate()
    code, _, err = batch(given, out, "--source", source(SLOW + "# changed\n"), "--chunk-rows", 10)
    assert code == 2
    assert "another model" in err


def test_a_kill_while_tidying_up_is_recognised(batch, source, tmp_path):
    given, out = numbers(tmp_path / "in.csv", 10), tmp_path / "out.csv"
    folder = source(SUM)
    assert batch(given, out, "--source", folder)[0] == 0
    parts = tmp_path / "out.csv.parts"
    parts.mkdir()
    (parts / "complete.json").write_text(json.dumps({"inode": out.stat().st_ino}))
    before = out.read_bytes()
    code, _, err = batch(given, out, "--source", folder)
    assert (code, out.read_bytes()) == (0, before)
    assert "complete already" in err
    assert not parts.exists()


def test_an_existing_file_is_replaced_only_when_told(batch, source, tmp_path):
    given, out = numbers(tmp_path / "in.csv", 3), tmp_path / "out.csv"
    out.write_text("precious")
    code, _, err = batch(given, out, "--source", source(SUM))
    assert code == 2
    assert "--overwrite" in err
    assert out.read_text() == "precious"
    assert batch(given, out, "--source", source(SUM), "--overwrite")[0] == 0
    assert len(table(out)) == 3


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["absent.csv", "out.csv"], "there is no such file"),
        (["in.txt", "out.csv"], "IN is in.txt"),
        (["in.csv", "out.txt"], "OUT is out.txt"),
        (["in.csv", "out.csv", "--chunk-rows", "0"], "--chunk-rows is 0"),
    ],
)
def test_mistakes_are_told_in_a_sentence(batch, source, tmp_path, arguments, sentence):
    numbers(tmp_path / "in.csv", 3)
    code, _, err = batch(*arguments, "--source", source(SUM))
    assert code == 2
    assert sentence in err
    assert "Traceback" not in err
