"""Between this package's messages and the WSGI-shaped objects that raw entry scripts use."""

from __future__ import annotations

import importlib
import io
import sys
from typing import Any

from werkzeug.wrappers import Request as WerkzeugRequest

from scoring.http.message import Request, Response


def aml_request(request: Request) -> WerkzeugRequest:
    """The request as a raw `run()` gets it: an AMLRequest, or Flask's own class in an environment with Flask."""
    made: WerkzeugRequest = _request_class()(environ(request))
    return made


def _request_class() -> Any:
    if "flask" in sys.modules:
        return importlib.import_module("flask").Request
    return importlib.import_module("azureml_inference_server_http.api.aml_request").AMLRequest


def environ(request: Request) -> dict[str, Any]:
    """The request as PEP 3333 describes it."""
    host, _, port = request.headers.get("host", "localhost").partition(":")
    client, _, client_port = request.client.rpartition(":")
    made: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.path,
        "QUERY_STRING": request.query,
        "RAW_URI": _uri(request),
        "REQUEST_URI": _uri(request),
        "SERVER_NAME": host,
        "SERVER_PORT": port or ("443" if request.scheme == "https" else "80"),
        "SERVER_PROTOCOL": f"HTTP/{request.http_version}",
        "REMOTE_ADDR": client,
        "REMOTE_PORT": client_port,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        made[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return made


def _uri(request: Request) -> str:
    return f"{request.path}?{request.query}" if request.query else request.path


def from_response_object(value: Any, failed_header: str) -> Response:
    """What the script returned as AMLResponse, flask.Response or alike."""
    if value.status_code >= 500:
        value.headers[failed_header] = "True"
    headers = [
        (name, text) for name, text in value.headers.items() if name.lower() != "content-length"
    ]
    return Response(value.status_code, headers, value.get_data())
