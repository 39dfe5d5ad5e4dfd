"""A package of a private index is locked and installed, and the credentials stay behind."""

import base64
import functools
import http.server
import threading
import zipfile

import pytest

from rehearsal.builders.embedded.builder import EmbeddedBuilder
from rehearsal.builders.request import BuildError, BuildRequest
from slipway.imagebuild import dockerfile, indexes
from slipway.imagebuild.build_secrets import build_secrets
from slipway.imagebuild.context import ContextSpec, stage

USER, PASSWORD = "me-myself", "hunter2-planted"
WHEEL, INFO = "acmefeatures-0.3-py3-none-any.whl", "acmefeatures-0.3.dist-info"


class Guarded(http.server.SimpleHTTPRequestHandler):
    """Gives nothing to whoever has no credentials."""

    def do_GET(self):
        wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") == f"Basic {wanted}":
            super().do_GET()
            return
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="index"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def index(tmp_path):
    """The address of the index, without credentials."""
    place = tmp_path / "index" / "simple" / "acmefeatures"
    place.mkdir(parents=True)
    with zipfile.ZipFile(place / WHEEL, "w") as wheel:
        wheel.writestr("acmefeatures.py", "X = 1\n")
        wheel.writestr(
            f"{INFO}/METADATA", "Metadata-Version: 2.1\nName: acmefeatures\nVersion: 0.3\n"
        )
        wheel.writestr(f"{INFO}/WHEEL", "Wheel-Version: 1.0\nGenerator: x\nTag: py3-none-any\n")
        wheel.writestr(f"{INFO}/RECORD", "acmefeatures.py,,\n")
    (place / "index.html").write_text(f'<a href="{WHEEL}">{WHEEL}</a>')
    handler = functools.partial(Guarded, directory=str(tmp_path / "index"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


@pytest.fixture
def told(index, tmp_path, monkeypatch):
    """told(password) -> what pip is told on this machine, from now on."""
    monkeypatch.setattr("slipway.imagebuild.runtime_package.requirements", lambda _: ())
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    for name in ("UV_INDEX", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)

    def write(password):
        configuration = tmp_path / "pip.conf"
        address = index.replace("//", f"//{USER}:{password}@")
        configuration.write_text(f"[global]\nindex-url = {address}\ntrusted-host = 127.0.0.1\n")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
        return build_secrets(indexes.of_this_machine())

    return write


@pytest.fixture
def staged(told, tmp_path):
    told(PASSWORD)
    conda_file, script = tmp_path / "myenv.yml", tmp_path / "score.py"
    conda_file.write_text("dependencies:\n- python=3.11\n- pip: [acmefeatures==0.3]\n")
    script.write_text("def init(): ...\ndef run(data): ...\n")
    spec = ContextSpec(entry_script=script, conda_file=conda_file)
    return stage(spec, tmp_path / "made" / "contexts", tmp_path / "made" / "locks")


@pytest.fixture
def build(staged, tmp_path):
    said = []

    def make(secrets):
        text = (staged / "Dockerfile").read_text()
        request = BuildRequest(
            context=staged, dockerfile=text, secrets=secrets, progress=said.append
        )
        return EmbeddedBuilder(tmp_path / "made" / "cache").build(request), said

    return make


def test_a_package_of_a_private_index_is_in_the_image_and_credentials_are_nowhere(
    build, told, tmp_path
):
    _, said = build(told(PASSWORD))
    made = {path: path.read_bytes() for path in (tmp_path / "made").rglob("*") if path.is_file()}
    layers = b"".join(data for path, data in made.items() if path.name == "layer.tar")
    assert f"{dockerfile.LIBRARIES.strip('/')}/acmefeatures.py".encode() in layers
    for data in (*made.values(), *map(str.encode, said)):
        assert PASSWORD.encode() not in data
        assert USER.encode() not in data


def test_a_build_that_is_not_let_in_says_so_without_the_credentials(build, told, monkeypatch):
    monkeypatch.setenv("UV_NO_CACHE", "1")  # the lock's download would do
    with pytest.raises(BuildError, match="401 Unauthorized") as refusal:
        build(told("hunter3-planted"))
    assert "hunter3" not in str(refusal.value)
    assert USER not in str(refusal.value)
