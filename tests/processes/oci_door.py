"""The OCI door in a process of its own, with as much of Entra and ARM as its clients ask for.

Run as `python oci_door.py STATE_DIR PORT`; prints one JSON line when it serves. `PORT` 0 is any.
"""

import json
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import trustme
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from rehearsal.core import identity, ids
from rehearsal.core.errors import ArmError
from rehearsal.core.rbac import ACR_PULL, ACR_PUSH, Rbac
from rehearsal.core.resource import Resource, now
from rehearsal.core.store import Store
from rehearsal.core.tokens import ACR_AUDIENCE, ARM_AUDIENCE, Tokens
from rehearsal.doors.oci.server import OciDoor

NAME, OTHER = "acr1", "acr2"
PULLER, PUSHER, NOBODY = (f"{n}0000000-0000-4000-8000-000000000000" for n in (1, 2, 3))


@dataclass
class Tls:
    certificate: str
    key: str


@dataclass
class TwoRegistries:
    """ARM, as far as the door asks it: which registries are there?"""

    group: str

    def id(self, name: str) -> str:
        return f"{self.group}/providers/Microsoft.ContainerRegistry/registries/{name}"

    def list(self, resource_type: str | None = None) -> list[dict[str, Any]]:
        return [
            {"id": self.id(name), "name": name, "type": resource_type} for name in (NAME, OTHER)
        ]


def main(root: Path, port: int) -> None:
    root.mkdir(parents=True, exist_ok=True)
    tls = certificate(root)
    own = identity.load(root)
    store = Store(root)
    tokens = Tokens(own)
    group = f"/subscriptions/{own.subscription_id}/resourceGroups/group"
    arm = TwoRegistries(group)
    for number, (principal, role) in enumerate([(PULLER, ACR_PULL), (PUSHER, ACR_PUSH)]):
        store.put(assignment(arm.id(NAME), number, principal, role))
    door = OciDoor(arm, tokens, Rbac(store, own.object_id), tls, root)
    door.open_registry(NAME, port)
    door.open_registry(OTHER, 0)
    login_server = f"localhost:{door.port(NAME)}"
    entra = serve_entra(tokens, tls, login_server, group)
    people = {"owner": own.object_id, "puller": PULLER, "pusher": PUSHER, "nobody": NOBODY}
    report = {
        "login_server": login_server,
        "ca": str(root / "ca.pem"),
        "state": str(root / "registries" / NAME),
        "other_login_server": f"localhost:{door.port(OTHER)}",
        "other_state": str(root / "registries" / OTHER),
        "tokens": {n: tokens.issue(p, ACR_AUDIENCE) for n, p in people.items()},
        "passwords": {n: door.refresh_token(NAME, p) for n, p in people.items()},
        "environment": {
            "ARM_METADATA_HOSTNAME": entra,
            "ARM_TENANT_ID": own.tenant_id,
            "ARM_CLIENT_ID": own.client_id,
            "ARM_CLIENT_SECRET": own.client_secret,
            "ARM_SUBSCRIPTION_ID": own.subscription_id,
            "ARM_DISABLE_INSTANCE_DISCOVERY": "true",
            "SSL_CERT_FILE": str(root / "ca.pem"),
            "REQUESTS_CA_BUNDLE": str(root / "ca.pem"),
        },
    }
    print(json.dumps(report), flush=True)
    threading.Event().wait()


def certificate(root: Path) -> Tls:
    """The authority and the certificate; kept over a restart, as the clients trust them."""
    chain = root / "tls.pem"
    if not chain.exists():
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(root / "ca.pem"))
        issued = authority.issue_cert("localhost")
        issued.private_key_and_cert_chain_pem.write_to_path(str(chain))
    return Tls(str(chain), str(chain))


def assignment(scope: str, number: int, principal: str, role: str) -> Resource:
    name = f"{number}0000000-1111-4000-8000-000000000000"
    text = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    definition = f"/providers/Microsoft.Authorization/roleDefinitions/{role}"
    properties = {"principalId": principal, "scope": scope, "roleDefinitionId": definition}
    return Resource(
        id=ids.parse(text),
        body={"properties": properties},
        api_version="2022-04-01",
        created_at=now(),
        created_by="test",
        modified_at=now(),
        modified_by="test",
    )


def serve_entra(tokens: Tokens, tls: Tls, login_server: str, group: str) -> str:
    """Metadata, Entra's token endpoint and the list of registries; returns host and port.

    The list has only the first: so a command that is told none finds the one.
    """

    async def metadata(request: Request) -> JSONResponse:
        here = f"https://{request.url.netloc}"
        authentication = {"loginEndpoint": here, "audiences": [ARM_AUDIENCE]}
        body = {"name": "rehearsal", "resourceManager": here, "authentication": authentication}
        return JSONResponse(body)

    async def discovery(request: Request) -> JSONResponse:
        here = f"https://{request.url.netloc}/{request.path_params['tenant']}"
        body = {
            "issuer": f"{here}/v2.0",
            "authorization_endpoint": f"{here}/oauth2/v2.0/authorize",
            "token_endpoint": f"{here}/oauth2/v2.0/token",
        }
        return JSONResponse(body)

    async def token(request: Request) -> JSONResponse:
        form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        try:
            tenant, client = request.path_params["tenant"], form["client_id"]
            principal = tokens.sign_in(tenant, client, form["client_secret"])
        except ArmError as error:
            body = {"error": error.code, "error_description": error.message}
            return JSONResponse(body, status_code=error.status)
        audience = form["scope"].removesuffix("/.default")
        issued = tokens.issue(principal.object_id, audience)
        body = {"token_type": "Bearer", "expires_in": 3600, "access_token": issued}
        return JSONResponse(body)

    async def registries(_: Request) -> JSONResponse:
        identifier = f"{group}/providers/Microsoft.ContainerRegistry/registries/{NAME}"
        properties = {"loginServer": login_server}
        one = {"id": identifier, "name": NAME, "tags": {}, "properties": properties}
        return JSONResponse({"value": [one]})

    app = Starlette(
        routes=[
            Route("/metadata/endpoints", metadata),
            Route("/{tenant}/v2.0/.well-known/openid-configuration", discovery),
            Route("/{tenant}/oauth2/v2.0/token", token, methods=["POST"]),
            Route("/subscriptions/{id}/providers/{type:path}", registries),
        ]
    )
    return _serve(app, tls)


def _serve(app: Starlette, tls: Tls) -> str:
    config = uvicorn.Config(
        app,
        port=0,
        ssl_certfile=tls.certificate,
        ssl_keyfile=tls.key,
        log_config=None,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    listener = config.bind_socket()
    listener.listen()  # uvicorn would only do so in its thread, after this process said that it serves
    threading.Thread(target=server.run, args=([listener],), daemon=True).start()
    return f"localhost:{listener.getsockname()[1]}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
