"""Refuses requests without a `Host`, or with several: readers could take them for different ones (RFC 9112)."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send


def one_host(application: ASGIApp) -> ASGIApp:
    """The application, behind that check."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["http_version"] != "1.0" and _hosts(scope) != 1:
            refusal = PlainTextResponse(
                f"Bad Request: the request has {_hosts(scope)} 'Host' headers; send exactly one.",
                status_code=400,
                headers={"Connection": "close"},
            )
            await refusal(scope, receive, send)
            return
        await application(scope, receive, send)

    return checked


def _hosts(scope: Scope) -> int:
    return sum(name == b"host" for name, _ in scope["headers"])
