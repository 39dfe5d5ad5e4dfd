"""Batches: everybody gets their own rows, whatever else happens."""

import asyncio
import threading
import time
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.engine.batching import Batcher, Limits
from scoring.engine.executor import Executor
from scoring.engine.job import DeadlineExceeded, QueueFull, QueueWaitExceeded
from scoring.http.message import Outcome


def run(scenario, workers=1):
    """Runs `scenario(executor)` on a loop, with an executor whose threads end with it."""

    async def main():
        executor = Executor(workers)
        executor.start()
        try:
            return await asyncio.wait_for(scenario(executor), 30)
        finally:
            executor.stop()

    return asyncio.run(main())


def doubled(inputs, outputs):
    return {"y": inputs["x"] * 2}


def rows(*values):
    return {"x": np.array(values, np.float64).reshape(len(values), 1)}


requests = st.lists(
    st.tuples(
        st.lists(st.integers(-1000, 1000), min_size=1, max_size=5),  # rows
        st.booleans(),  # the client goes away
        st.integers(0, 3),  # rounds of the loop before it is sent
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(requests, st.booleans(), st.integers(1, 8), st.sampled_from([1, 3, 1024]))
def test_each_client_gets_its_own_rows(clients, slow, most_rows, most_requests):
    def predict(inputs, outputs):
        if (inputs["x"] == 13).any():
            raise ValueError("thirteen")
        if slow:
            time.sleep(0.0005)
        return {"y": inputs["x"] * 2}

    async def client(batcher, values, leaves, rounds):
        for _ in range(rounds):
            await asyncio.sleep(0)
        future = batcher.submit(rows(*values), len(values))
        if leaves:
            await asyncio.sleep(0)
            future.cancel()
        try:
            return (await future)["y"].ravel().tolist()
        except asyncio.CancelledError:
            return "left"
        except ValueError as error:
            return str(error)

    async def scenario(executor):
        batcher = Batcher(predict, executor, Limits(rows=most_rows, requests=most_requests))
        return await asyncio.gather(*(client(batcher, *about) for about in clients))

    answers = run(scenario)
    for (values, leaves, _), answer in zip(clients, answers, strict=True):
        expected = "thirteen" if 13 in values else [2.0 * value for value in values]
        assert answer == expected or (leaves and answer == "left")


def test_requests_that_wait_while_a_batch_runs_share_the_next():
    sizes = []

    def predict(inputs, outputs):
        sizes.append(len(inputs["x"]))
        time.sleep(0.05)
        return doubled(inputs, outputs)

    async def scenario(executor):
        batcher = Batcher(predict, executor, Limits())
        first = batcher.submit(rows(1), 1)
        while not sizes:
            await asyncio.sleep(0.001)
        others = [batcher.submit(rows(value), 1) for value in range(20)]
        await asyncio.gather(first, *others)

    run(scenario)
    assert sizes == [1, 20]


def test_switched_off_nobody_shares():
    sizes = []

    def predict(inputs, outputs):
        sizes.append(len(inputs["x"]))
        return doubled(inputs, outputs)

    async def scenario(executor):
        batcher = Batcher(predict, executor, Limits(requests=1))
        await asyncio.gather(*(batcher.submit(rows(value), 1) for value in range(10)))

    run(scenario)
    assert sizes == [1] * 10


def test_caps_of_rows_and_bytes_hold_and_a_larger_request_runs_alone():
    sizes = []

    def predict(inputs, outputs):
        sizes.append(len(inputs["x"]))
        time.sleep(0.01)
        return doubled(inputs, outputs)

    async def scenario(executor):
        batcher = Batcher(predict, executor, Limits(rows=4, bytes=3 * 8))
        wide = [batcher.submit(rows(*range(9)), 9)]
        await asyncio.gather(*wide, *(batcher.submit(rows(value), 1) for value in range(10)))

    run(scenario)
    assert sizes[0] == 9
    assert max(sizes[1:]) <= 3
    assert sum(sizes) == 19


def test_different_shapes_and_outputs_do_not_meet():
    seen = []

    def predict(inputs, outputs):
        seen.append((inputs["x"].shape, outputs))
        time.sleep(0.01)
        return {"y": inputs["x"]}

    async def scenario(executor):
        batcher = Batcher(predict, executor, Limits())
        shapes = [(1, 2), (1, 3), (1, 2), (1, 3)]
        futures = [batcher.submit({"x": np.ones(shape)}, 1) for shape in shapes]
        futures.append(batcher.submit({"x": np.ones((1, 2))}, 1, ["y"]))
        answers = await asyncio.gather(*futures)
        return [answer["y"].shape for answer in answers]

    assert run(scenario) == [(1, 2), (1, 3), (1, 2), (1, 3), (1, 2)]
    assert all(shape[1] in (2, 3) for shape, _ in seen)
    assert [shape for shape, outputs in seen if outputs] == [(1, 2)]


def test_a_model_that_sums_up_rows_stops_sharing_and_answers_right():
    async def scenario(executor):
        batcher = Batcher(
            lambda inputs, outputs: {"y": inputs["x"].sum(axis=0)}, executor, Limits()
        )
        answers = await asyncio.gather(
            *(batcher.submit(rows(value, value), 2) for value in range(5))
        )
        return [answer["y"].item() for answer in answers]

    assert run(scenario) == [0, 2, 4, 6, 8]


def test_more_requests_than_may_wait_are_refused():
    release = threading.Event()

    def predict(inputs, outputs):
        release.wait(10)
        return doubled(inputs, outputs)

    async def scenario(executor):
        batcher = Batcher(predict, executor, Limits(queue=2))
        first = batcher.submit(rows(0), 1)
        await asyncio.sleep(0.05)
        waiting = [batcher.submit(rows(1), 1), batcher.submit(rows(2), 1)]
        with pytest.raises(QueueFull):
            batcher.submit(rows(3), 1)
        waiting[0].cancel()
        replacement = batcher.submit(rows(3), 1)
        release.set()
        return [(await future)["y"].item() for future in (first, waiting[1], replacement)]

    assert run(scenario) == [0, 4, 6]


@pytest.mark.parametrize(
    ("limits", "deadline", "error", "started"),
    [
        (Limits(), 0.05, DeadlineExceeded, False),
        (Limits(wait=0.05), None, QueueWaitExceeded, False),
        (Limits(wait=0.05), 10, QueueWaitExceeded, False),
    ],
)
def test_time_limits_in_the_queue(limits, deadline, error, started):
    release = threading.Event()

    def predict(inputs, outputs):
        release.wait(10)
        return doubled(inputs, outputs)

    async def scenario(executor):
        batcher = Batcher(predict, executor, limits)
        running = batcher.submit(rows(1), 1)
        await asyncio.sleep(0.02)
        until = None if deadline is None else time.monotonic() + deadline
        with pytest.raises(error) as caught:
            await batcher.submit(rows(2), 1, deadline=until)
        assert caught.value.started is started
        release.set()
        assert (await running)["y"].item() == 2

    run(scenario)


def test_a_deadline_while_running_is_answered_at_once():
    release = threading.Event()

    def predict(inputs, outputs):
        release.wait(10)
        return doubled(inputs, outputs)

    async def scenario(executor):
        batcher = Batcher(predict, executor, Limits(wait=0.01))
        begun = time.monotonic()
        with pytest.raises(DeadlineExceeded) as caught:
            await batcher.submit(rows(1), 1, deadline=begun + 0.1)
        release.set()
        assert caught.value.started
        assert 0.09 < time.monotonic() - begun < 5

    run(scenario)


@pytest.mark.parametrize("leaving", ["cancelled", "late"])
def test_who_leaves_the_queue_takes_the_inputs_along(leaving):
    """A queue of abandoned requests must not hold their tensors until a slow model has ended."""
    release = threading.Event()

    def predict(inputs, outputs):
        release.wait(10)
        return doubled(inputs, outputs)

    async def scenario(executor):
        batcher = Batcher(predict, executor, Limits())
        running = batcher.submit(rows(1), 1)
        await asyncio.sleep(0.02)
        large = np.ones((1000, 1))
        kept = weakref.ref(large)
        until = time.monotonic() + 0.02 if leaving == "late" else None
        waiting = batcher.submit({"x": large}, len(large), deadline=until)
        del large
        if leaving == "cancelled":
            waiting.cancel()
        await asyncio.wait([waiting])
        await asyncio.sleep(0)
        assert kept() is None
        release.set()
        assert (await running)["y"].item() == 2

    run(scenario)


def test_the_loop_answers_while_a_slow_model_runs():
    async def scenario(executor):
        batcher = Batcher(
            lambda inputs, outputs: time.sleep(0.5) or doubled(inputs, outputs), executor, Limits()
        )
        future = batcher.submit(rows(1), 1)
        longest = 0.0
        while not future.done():
            begun = time.monotonic()
            await asyncio.sleep(0.001)
            longest = max(longest, time.monotonic() - begun)
        return longest

    assert run(scenario) < 0.25


def test_quick_models_run_on_the_loop_once_they_are_known_to_be_quick():
    threads = []

    def predict(inputs, outputs):
        threads.append(threading.get_ident())
        return doubled(inputs, outputs)

    async def scenario(executor):
        batcher = Batcher(predict, executor, Limits())
        reports = []
        batcher.observers.append(reports.append)
        outcome = Outcome()
        for _ in range(3):
            await batcher.submit(rows(1), 1, outcome=outcome)
        assert outcome.queue_seconds is not None
        assert outcome.compute_seconds is not None
        return threading.get_ident(), reports

    loop, reports = run(scenario)
    assert threads[0] != loop
    assert threads[-1] == loop
    assert [report.inline for report in reports] == [thread == loop for thread in threads]
