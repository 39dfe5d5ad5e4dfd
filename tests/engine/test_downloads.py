"""What a rehearsal does not fetch: Azure's provider is a third of a gigabyte, and nobody asks it anything."""

import os
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.harness.own_rehearsal import OwnRehearsal

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi_azure_native as azure
azure.resources.ResourceGroup("group", location="westeurope")
"""


class Downloads(ThreadingHTTPServer):
    """Where Pulumi looks for plugins; has none."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def downloads() -> Iterator[Downloads]:
    with Downloads() as server:
        Thread(target=server.serve_forever).start()
        yield server
        server.shutdown()


def test_no_provider_is_fetched_in_a_shell_with_the_rehearsals_variables(
    rehearsal: OwnRehearsal, downloads: Downloads, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "Pulumi.yaml").write_text("name: bare\nruntime: python\n")
    (project / "__main__.py").write_text(PROGRAM)
    told = rehearsal.variables()
    environment = {
        **os.environ,
        **told,
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES": f".*=http://127.0.0.1:{downloads.server_port}",
    }

    def pulumi(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["pulumi", "--cwd", project, "--non-interactive", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert pulumi("stack", "init", "rehearsal").returncode == 0
    # The engine fetches what the program asks for, and what a state that exists was made with.
    for command in [["up", "--yes", "--skip-preview"], ["preview", "--expect-no-changes"]]:
        done = pulumi(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    assert downloads.asked == []
