"""Who is ended when, by the clock: rules alone, without sockets."""

import pytest

from scoring.server.census import Found, Progress
from scoring.server.connections import Connections, Rules, Traffic

HTTP, HEALTH = 5001, 5000
HEAD, KEEP_ALIVE, LIMIT = 30, 75, 16


class Port:
    """Connections by name, and looks at them."""

    def __init__(self):
        rules = Rules(HEAD, KEEP_ALIVE, LIMIT, frozenset([HTTP]))
        self._connections = Connections(rules)
        self._open = {}
        self.told = {}

    def open(self, *names, port=HTTP):
        for name in names:
            self._open[name] = Found(hash(name), len(self._open), port, name)

    def look(self, now, heard=(), busy=(), sending=()):
        """The names that are ended, by reason."""
        seen = list(self._open.values())
        traffic = Traffic(set(heard), set(busy), set(sending))
        found = self._connections.judge(now, seen, traffic, lambda one: self.told.get(one.client))
        ended = {
            why: [one.client for one in getattr(found, why)]
            for why in ("silent", "rested", "evicted", "deaf")
        }
        self.full = bool(found.full)
        return {why: names for why, names in ended.items() if names}

    def gone(self, *names):
        for name in names:
            del self._open[name]


@pytest.fixture
def port():
    return Port()


def test_who_says_nothing_has_the_time_of_a_head(port):
    port.open("a")
    assert port.look(0) == {}
    port.open("b")
    assert port.look(1) == {}
    assert port.look(HEAD - 0.1) == {}
    assert port.look(HEAD) == {"silent": ["a"]}
    # Told once more, and at once, if that has no effect.
    assert port.look(HEAD + 0.5) == {"deaf": ["a"]}
    port.gone("a")
    assert port.look(HEAD + 1) == {"silent": ["b"]}


def test_who_has_been_answered_rests_for_as_long_as_the_setting_says(port):
    port.open("a")
    port.look(0, heard=["a"])
    assert port.look(HEAD + 1) == {}
    assert port.look(KEEP_ALIVE - 1) == {}
    assert port.look(KEEP_ALIVE - 0.5, heard=["a"]) == {}
    assert port.look(2 * KEEP_ALIVE - 1) == {}
    assert port.look(2 * KEEP_ALIVE) == {"rested": ["a"]}


def test_who_waits_for_an_answer_is_never_idle(port):
    port.open("a")
    for now in range(0, 10 * KEEP_ALIVE, 10):
        assert port.look(now, busy=["a"]) == {}
    assert port.look(10 * KEEP_ALIVE + HEAD) == {}
    assert port.look(11 * KEEP_ALIVE) == {"rested": ["a"]}


def test_a_request_that_was_never_whole_is_none(port):
    port.open("a")
    port.look(0)
    assert port.look(2 * HEAD, busy=["a"], sending=["a"]) == {}
    # It was refused; its client has no right to a rest.
    assert port.look(2 * HEAD + 1) == {"silent": ["a"]}


def test_a_next_head_that_is_on_its_way_is_waited_for_once(port):
    port.open("a")
    port.look(0, heard=["a"])
    port.told["a"] = Progress(silent=3, sending=False, taken=9)
    assert port.look(KEEP_ALIVE) == {}
    assert port.look(KEEP_ALIVE + HEAD - 1) == {}
    assert port.look(KEEP_ALIVE + HEAD) == {"rested": ["a"]}


def test_an_answer_that_is_taken_slowly_is_taken(port):
    port.open("a")
    port.look(0, heard=["a"])
    now = KEEP_ALIVE
    for taken in range(1, 9):
        port.told["a"] = Progress(silent=now, sending=True, taken=taken)
        assert port.look(now) == {}
        now += HEAD
    port.told["a"] = Progress(silent=now, sending=True, taken=taken)
    assert port.look(now) == {"rested": ["a"]}


def crowd(port, prefix, count=LIMIT, at=0.0, **more):
    names = [f"{prefix}{number:02}" for number in range(count)]
    for number, name in enumerate(names):
        port.open(name)
        port.look(at + number / 100, **{key: names[: number + 1] for key in more})
    return names


def test_where_all_places_are_taken_the_oldest_silent_go(port):
    names = crowd(port, "s")
    served = names[0]
    found = port.look(1, heard=[served])
    assert found == {"evicted": names[1:5]}
    assert not port.full


def test_those_that_have_just_come_are_left_alone(port):
    names = [f"n{number}" for number in range(LIMIT)]
    port.open(*names)
    assert port.look(0) == {}
    # Nobody is refused for them: some will have gone in a moment.
    assert not port.full
    assert port.look(0.1) == {}
    assert port.look(0.3) == {"evicted": names[:4]}


def test_those_that_send_a_first_request_go_behind_the_silent_the_most_silent_first(port):
    names = [f"u{number:02}" for number in range(LIMIT - 1)]
    port.open(*names, "silent")
    port.told = {name: Progress(number, False, 0) for number, name in enumerate(names)}
    port.look(0, busy=names, sending=names)
    assert port.look(1, busy=names, sending=names) == {"evicted": ["silent", *names[:-4:-1]]}


def test_who_rests_within_the_setting_is_never_evicted_and_others_are_refused(port):
    names = [f"r{number:02}" for number in range(LIMIT)]
    port.open(*names)
    port.look(0, heard=names)
    assert port.look(1) == {}
    assert port.full
    assert port.look(KEEP_ALIVE - 1) == {}
    assert port.full
    assert port.look(KEEP_ALIVE) == {"rested": names}
    assert not port.full


def test_those_whose_rest_is_over_go_before_anybody_is_refused(port):
    names = [f"r{number:02}" for number in range(LIMIT)]
    port.open(*names)
    # Something of their next requests has come: they would be waited for.
    port.told = {name: Progress(1, False, 0) for name in names}
    for number in range(LIMIT):
        port.look(number / 10, heard=names[number:])
    assert port.look(KEEP_ALIVE + 2) == {"evicted": names[:4]}
    assert not port.full


def test_other_ports_have_no_limit(port):
    names = [f"h{number}" for number in range(3 * LIMIT)]
    port.open(*names, port=HEALTH)
    assert port.look(0) == {}
    assert port.look(1) == {}
    assert not port.full
