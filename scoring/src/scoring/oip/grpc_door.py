"""The door of gRPC: every call, of whatever service, is let in, read, answered, refused and seen here.

Handlers take messages one by one even where the protocol knows a single one. So the key is asked for before the
message is read, a message that never comes has an end, and one that is too large is counted like everything else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import unquote

import grpc

from scoring.http import identifiers
from scoring.http.errors import Refusal
from scoring.http.message import Request, Response
from scoring.oip import grpc_status
from scoring.oip.grpc_status import Context
from scoring.oip.rpc import RPC
from scoring.service import Service

#: Raises google.protobuf's DecodeError.
Parse = Callable[[bytes], Any]
#: One call's own part: what is answered, as bytes.
Work = Callable[["Call"], Awaitable[bytes]]

# A message that is refused by gRPC itself shows as "none", and a moment later as a call that has ended.
_MOMENT_SECONDS = 1.0


class Call:
    """One call: in HTTP's terms for keys, limits and observers, and gRPC's own context."""

    def __init__(self, path: str, route: str, context: Context, scheme: str) -> None:
        self.context = context
        #: Seconds that the client still waits; None: for ever.
        self.remaining: float | None = context.time_remaining()
        #: Its message has not been taken.
        self.unread = False
        self.request = Request(
            RPC,
            path,
            "",
            _headers(context),
            b"",
            time.monotonic(),
            client=_address(context.peer()),
            scheme=scheme,
            http_version="2",
        )
        self.request.outcome.route = route

    @property
    def late(self) -> bool:
        return self.remaining is not None and not self.context.time_remaining()


class Door:
    """Makes handlers for a gRPC server. Lives on one event loop."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._scheme = "http" if service.settings.tls_certificate is None else "https"
        # With the client of each.
        self._streams: dict[asyncio.Task[Any], str] = {}
        self._ending = False
        self._calls = 0

    @property
    def busy(self) -> bool:
        """A call is being answered."""
        return bool(self._calls or self._streams)

    def clients(self) -> set[str]:
        """Those that have a stream open; any thread."""
        return set(list(self._streams.values()))

    def unary(
        self,
        path: str,
        parse: Parse,
        answer: Callable[[Any, Call], Awaitable[Any]],
        *,
        is_open: bool = False,
        keeps_body: bool = False,
    ) -> Any:
        """One message in, one out. `keeps_body`: what was sent is shown to observers (data collection)."""

        async def work(call: Call) -> bytes:
            received = await self._received(call)
            if keeps_body:
                call.request.body = received
            message = await answer(parse(received), call)
            return bytes(message.SerializeToString())

        async def called(_: Any, context: Context) -> bytes:
            call = Call(path, path, context, self._scheme)
            self._service.open[call] = None
            self._calls += 1
            try:
                return await self._answered(call, work, is_open=is_open)
            finally:
                self._calls -= 1
                self._service.open.pop(call, None)

        return grpc.stream_unary_rpc_method_handler(called)

    def stream(
        self,
        path: str,
        parse: Parse,
        answers: Callable[[AsyncIterator[Any]], AsyncIterator[Any]],
        *,
        is_open: bool = False,
    ) -> Any:
        """Any number of messages both ways, until the client has had enough or the server stops."""

        async def work(call: Call) -> bytes:
            if self._ending:
                return b""
            async for message in answers(_messages(call.context, parse)):
                await call.context.write(message.SerializeToString())
            return b""

        async def called(_: Any, context: Context) -> None:
            task = asyncio.current_task()
            assert task is not None  # noqa: S101  (a coroutine of the server)
            call = Call(path, path, context, self._scheme)
            self._streams[task] = call.request.client
            try:
                await self._answered(call, work, is_open=is_open)
            finally:
                self._streams.pop(task, None)

        return grpc.stream_stream_rpc_method_handler(called)

    def unknown(self, path: str) -> Any:
        """Refuses a method that nobody serves."""

        async def work(call: Call) -> bytes:
            raise grpc_status.NoMethod

        async def called(_: Any, context: Context) -> None:
            await self._answered(Call(path, "", context, self._scheme), work, is_open=True)

        return grpc.stream_stream_rpc_method_handler(called)

    def end_streams(self) -> None:
        """A watcher would keep a server that stops waiting for ever."""
        self._ending = True
        for task in self._streams:
            task.cancel()

    async def _answered(self, call: Call, work: Work, *, is_open: bool) -> bytes:
        request = call.request
        try:
            identifiers.assign(request)
            if self._service.guard is not None and not is_open:
                self._service.guard.check(request)
            response = grpc_status.answered(await work(call))
        except asyncio.CancelledError:
            if asyncio.current_task() not in self._streams or call.context.cancelled():
                self._seen(request, self._left(call))
                raise
            response = grpc_status.answered()  # end_streams()
        except Exception as error:
            response = grpc_status.refused(request, error)
        identifiers.echo(request, response, self._service.settings.server_version)
        self._seen(request, response)
        return grpc_status.put_into(call.context, response)

    def _seen(self, request: Request, response: Response) -> None:
        request.outcome.total_seconds = time.monotonic() - request.received_at
        self._service.observe(request, response)

    async def _received(self, call: Call) -> bytes:
        """The call's message. Raises Refusal (400, 408)."""
        settings = self._service.settings
        call.unread = True
        try:
            async with asyncio.timeout(settings.body_read_timeout_seconds):
                received = await call.context.read()
        except TimeoutError:
            seconds = settings.body_read_timeout_seconds
            raise Refusal(408, f"The message was not here after {seconds:g} s.") from None
        if received is grpc.aio.EOF:
            await asyncio.sleep(_MOMENT_SECONDS)
            raise Refusal(400, "The call has no message; this method takes one.")
        call.unread = False
        return bytes(received)

    def _left(self, call: Call) -> Response:
        """What is seen of a call that ended before its answer."""
        if call.late:
            return grpc_status.gone(call.request, 504, TimeoutError("the client's deadline passed"))
        if call.unread:
            limit = self._service.settings.max_body_bytes
            error = ConnectionError(
                f"the message is larger than {limit} bytes, or the client went away while it sent it"
            )
            return grpc_status.gone(call.request, 413, error)
        error = ConnectionError("the client cancelled the call or went away")
        return grpc_status.gone(call.request, grpc_status.CLIENT_GONE, error)


async def _messages(context: Context, parse: Parse) -> AsyncIterator[Any]:
    while (received := await context.read()) is not grpc.aio.EOF:
        yield parse(received)


def _headers(context: Context) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in context.invocation_metadata() or ():
        if isinstance(value, str):
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers


def _address(peer: str) -> str:
    """As the relay has put it into its end's name: `unix-abstract:<name>/127.0.0.1:5000`."""
    return unquote(peer.partition("/")[2])
