"""The WebSocket behind `exec` and `attach`: the password first, then what is typed one way and printed the other."""

import anyio
from anyio.to_thread import run_sync
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from rehearsal.core.consoles import Console, Consoles

_PASSWORD_SECONDS = 10.0
_POLICY_VIOLATION = 1008  # RFC 6455, 7.4.1
_WAITING = anyio.CapacityLimiter(
    256
)  # of its own: a console waits in its thread for as long as it is open


def routes(consoles: Consoles) -> list[WebSocketRoute]:
    """Where the offers are taken."""

    async def console(socket: WebSocket) -> None:
        await socket.accept()
        open_console = consoles.claim(socket.path_params["name"], await _password(socket))
        if open_console is None:
            await socket.close(_POLICY_VIOLATION, "The password is wrong.")
            return
        try:
            found = await run_sync(open_console)
        except OSError as problem:
            await socket.send_text(f"{problem}\r\n")
            await socket.close()
            return
        await _join(socket, found)

    return [WebSocketRoute("/consoles/{name}", console)]


async def _password(socket: WebSocket) -> str:
    """Of the header `Authorization` (attach), or the first message (exec)."""
    if given := socket.headers.get("authorization"):
        return given
    with anyio.move_on_after(_PASSWORD_SECONDS):
        return (await _received(socket) or b"").decode("utf-8", "replace")
    return ""


async def _join(socket: WebSocket, console: Console) -> None:
    try:
        async with anyio.create_task_group() as both:
            both.start_soon(_typed, socket, console)
            while printed := await run_sync(console.read, abandon_on_cancel=True, limiter=_WAITING):
                await socket.send_bytes(printed)
            await socket.close()
            both.cancel_scope.cancel()
    except* (WebSocketDisconnect, RuntimeError):  # the client is gone while something was sent
        pass
    finally:
        with anyio.CancelScope(shield=True):
            await run_sync(console.close)


async def _typed(socket: WebSocket, console: Console) -> None:
    while (data := await _received(socket)) is not None:
        await run_sync(console.write, data)
    await run_sync(console.close)


async def _received(socket: WebSocket) -> bytes | None:
    """The next message; None when the client has gone."""
    message = await socket.receive()
    if message["type"] != "websocket.receive":
        return None
    text = message.get("text")
    data: bytes = text.encode() if text is not None else message.get("bytes") or b""
    return data
