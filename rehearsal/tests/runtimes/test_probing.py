"""When a probe is asked, and what it decides."""

from rehearsal.core.containers import Probe
from rehearsal.runtimes.probing import ProbeState


def asked_at(seconds, answers):
    """When the probe was asked, and when its failures were too many."""
    clock, asked, failed = {"now": 0}, [], []

    def check(_):
        asked.append(clock["now"])
        return answers(clock["now"])

    probe = Probe(
        http_path="/",
        http_port=1,
        initial_delay_seconds=300,
        period_seconds=10,
        failure_threshold=3,
    )
    state = ProbeState(probe, check, started=0)
    for now in range(seconds):
        clock["now"] = now
        state.tick(now)
        failed += [now] if state.failed and not failed else []
    return asked, failed


def test_a_slow_start_is_not_asked_before_its_time_and_then_ends_when_it_failed_often_enough():
    assert asked_at(321, lambda _: False) == ([300, 310, 320], [320])


def test_one_that_is_up_in_time_goes_on():
    assert asked_at(400, lambda now: now >= 315)[1] == []
