"""Calls from other threads into the event loop."""

import asyncio
import threading

from scoring.server.loop import EventLoop


def test_all_calls_of_all_threads_come_in_their_order_even_when_some_fail():
    seen = {number: [] for number in range(8)}
    failures = []

    def note(thread, call):
        seen[thread].append(call)
        if call % 100 == 7:
            raise ValueError(call)

    async def main():
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: failures.append(context["exception"]))

        def send(thread):
            for call in range(2000):
                loop.call_soon_threadsafe(note, thread, call)

        threads = [threading.Thread(target=send, args=(thread,)) for thread in seen]
        for thread in threads:
            thread.start()
        await asyncio.to_thread(lambda: [thread.join() for thread in threads])
        done = asyncio.Event()
        loop.call_soon_threadsafe(done.set)
        await asyncio.wait_for(done.wait(), 20)

    with asyncio.Runner(loop_factory=EventLoop) as runner:
        runner.run(main())
    assert seen == {number: list(range(2000)) for number in range(8)}
    assert len(failures) == 8 * 20
    assert all(isinstance(failure, ValueError) for failure in failures)


def test_a_sleeping_loop_wakes_up():
    async def main():
        loop = asyncio.get_running_loop()
        for _ in range(100):
            woken = asyncio.Event()
            threading.Timer(0.001, loop.call_soon_threadsafe, (woken.set,)).start()
            await asyncio.wait_for(woken.wait(), 20)

    with asyncio.Runner(loop_factory=EventLoop) as runner:
        runner.run(main())
