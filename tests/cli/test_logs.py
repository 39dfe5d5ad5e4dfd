"""`slipway services logs`: readable in a terminal, as printed in a pipe; since when, and what comes."""

import json

import pytest

from slipway.cli.log_display import fresh
from slipway.log_lines import parse, readable


def line(time, level, message, **more):
    return json.dumps(
        {"time": f"2026-11-28T{time}.000Z", "level": level, "message": message, **more}
    )


TRACEBACK = "Traceback (most recent call last):\n  File score.py\nValueError: x\n"
READY = line("13:00:00", "INFO", "Ready", logger="scoring")
FAILED = line("13:05:00", "ERROR", "run() raised", exception=TRACEBACK, request_id="r1")
PLAIN = "a library's own line"
LOG = f"{READY}\n{FAILED}\n{PLAIN}\n"


@pytest.fixture
def log(stack, groups):
    """The service's log."""
    stack(diabetes={})
    groups.printed = [LOG]
    return groups


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setattr("slipway.cli.services.in_a_terminal", lambda: True)


def test_a_pipe_gets_the_lines_as_they_were_printed(slipway, log):
    assert slipway("services", "logs").stdout == LOG


def test_a_terminal_gets_time_level_message_and_the_traceback_in_lines(slipway, log, terminal):
    printed = slipway("services", "logs").stdout
    assert "2026-11-28 13:00:00.000 INFO    Ready\n" in printed
    assert "13:05:00.000 ERROR   run() raised request_id=r1\n    Traceback (most recent" in printed
    assert "\n    ValueError: x\n" in printed
    assert f"\n{PLAIN}\n" in printed


def test_json_is_to_be_had_in_a_terminal_as_well(slipway, log, terminal):
    assert slipway("services", "logs", "--json").stdout == LOG


def test_since_leaves_out_what_is_older(slipway, log):
    done = slipway("services", "logs", "--since", "2026-11-28T13:05")
    assert done.stdout == f"{FAILED}\n{PLAIN}\n"
    log.printed = [LOG]
    assert slipway("services", "logs", "--since", "1s").stdout == ""


def test_a_time_that_cannot_be_read_is_refused(slipway, log):
    done = slipway("services", "logs", "--since", "yesterday")
    assert done.exit_code == 1
    assert "--since must be a span such as 30s, 10m" in done.stderr
    assert "got 'yesterday'" in done.stderr


def test_following_prints_each_line_once_until_it_is_interrupted(slipway, log, monkeypatch):
    log.printed = [f"{READY}\n", LOG, LOG, f"{READY}\n"]  # at last the container starts anew
    pauses = iter([None, None, None])

    def pause(_):
        try:
            next(pauses)
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr("slipway.cli.log_stream.time.sleep", pause)
    done = slipway("services", "logs", "--follow")
    assert done.exit_code == 0
    assert done.stdout == f"{LOG}{READY}\n"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("abc", "abcde", "de"),
        ("abc", "bcde", "de"),
        ("abc", "abc", ""),
        ("aba", "abab", "b"),
        ("abc", "xyz", "xyz"),
        ("", "ab", "ab"),
        ("abc", "", ""),
    ],
)
def test_what_is_new_in_the_last_lines(before, after, expected):
    assert "".join(fresh(list(before), list(after))) == expected


@pytest.mark.parametrize("text", ["42", "null", '"text"', "{}", "{broken"])
def test_what_is_no_log_line_of_the_server_is_shown_as_it_is(text):
    assert parse(text).readable() == text


# A script that prints what is no UTF-8, a NUL, a colour, and megabytes without an end.
LOUD = f"\ufffd\x00\x1b[31m odd\x07 \x9b2J\tend\n{'x' * 6_000_000}\n"


def test_a_loud_log_is_in_a_pipe_as_it_was_printed(slipway, log):
    log.printed = [LOUD]
    # Colours are no part of what a pipe is given.
    assert slipway("services", "logs").stdout == LOUD.replace("\x1b[31m", "")


def test_a_terminal_does_not_obey_what_a_container_prints(slipway, log, terminal):
    said = line("13:00:00", "INFO", "\x1b]0;mine\x07", logger="stdout", asked="\x1b[2J")
    trouble = line("13:00:01", "ERROR", "no", exception="ValueError: \x1b[8m\n  at \x0b line 3")
    log.printed = [f"{LOUD}10 %\r20 %\r\n{said}\n{trouble}\n"]
    printed = slipway("services", "logs", color=False).stdout
    assert printed == (
        f"\ufffd\\x00\\x1b[31m odd\\x07 \\x9b2J\tend\n{'x' * 6_000_000}\n"
        "10 %\n20 %\n"
        "2026-11-28 13:00:00.000 INFO    \\x1b]0;mine\\x07 asked=\\x1b[2J\n"
        "2026-11-28 13:00:01.000 ERROR   no\n    ValueError: \\x1b[8m\n      at \\x0b line 3\n"
    )


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x0c"])
def test_newlines_alone_divide_a_log(slipway, log, sign):
    """In JSON the first two may stand as they are."""
    log.printed = [f'{{"message": "a{sign}b"}}\n']
    assert slipway("services", "logs").stdout == f'{{"message": "a{sign}b"}}\n'


def test_a_whole_log_is_readable_without_colours():
    line = {"time": "2026-11-28T13:00:00Z", "level": "ERROR", "message": "run() raised", "id": "a"}
    log = "\n".join(["plain words", json.dumps({**line, "exception": "Traceback\nValueError: no"})])
    assert readable(log) == (
        "plain words\n2026-11-28 13:00:00 ERROR   run() raised id=a\n    Traceback\n    ValueError: no"
    )
    assert readable("[" * 100_000) == "[" * 100_000
