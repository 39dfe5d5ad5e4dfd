"""The rehearsal's commands with one more door in the table: for the test that nothing else is needed for it."""

import socket

from rehearsal.cli import app
from rehearsal.doors import table
from rehearsal.doors.kind import DoorKind


class Bell:
    """Says hello to everybody who comes."""

    def start(self, port=0):
        self._listener = socket.create_server(("127.0.0.1", port))
        return self._listener.getsockname()[1]

    def stop(self):
        self._listener.close()


def variables(opened):
    tenant = opened.identity.tenant_id
    return {"BELL": f"{tenant}@{opened.port}", "PULUMI_DEBUG_PROVIDERS": f"bell:{opened.port}"}


BELL = DoorKind(
    name="bell",
    title="doorbell",
    address="tcp://127.0.0.1:{port}",
    make=lambda parts: Bell(),
    variables=variables,
)

table.DOORS = (*table.DOORS, BELL)

if __name__ == "__main__":
    app()
