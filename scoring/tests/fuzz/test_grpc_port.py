"""One server, and whatever arrives at its gRPC port."""

import psutil
import pytest
from hypothesis import given, settings

from scoring_fuzz import grpc_port, places
from scoring_fuzz.frames import conversations
from scoring_fuzz.server import running_server

MOST_GROWN_BYTES = 100e6
KEPT = places.kept(grpc_port.NAME)


@pytest.fixture(scope="module")
def server():
    with running_server() as server:
        yield server


@pytest.mark.parametrize("file", KEPT, ids=[file.name for file in KEPT])
def test_frames_that_were_thought_of(server, file):
    grpc_port.check(server, file.read_bytes())


def test_whatever_one_client_sends_others_are_served(server):
    memory = psutil.Process(server.pid).memory_info
    before = memory().rss

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(conversations())
    def promised(sent):
        grpc_port.check(server, sent)

    promised()
    assert memory().rss - before < MOST_GROWN_BYTES
