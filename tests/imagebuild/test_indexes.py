"""What pip and uv are told of package indexes on this machine, and what comes of it."""

import functools
import os
import threading
import zipfile
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from slipway.imagebuild import conda, lock
from slipway.imagebuild.errors import BuildInputError
from slipway.imagebuild.indexes import Indexes, of_this_machine

NONE = {"PIP_CONFIG_FILE": os.devnull}
A, B, C = (f"https://{name}.example/simple" for name in "abc")


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, {}),
        ({"PIP_INDEX_URL": A, "PIP_EXTRA_INDEX_URL": f"{B} {C}"}, {"default": A, "extra": (B, C)}),
        ({"UV_DEFAULT_INDEX": A, "PIP_INDEX_URL": B}, {"default": A}),
        ({"UV_INDEX_URL": A, "UV_EXTRA_INDEX_URL": B}, {"default": A, "extra": (B,)}),
        ({"UV_INDEX": f"acme={B} {C}", "PIP_EXTRA_INDEX_URL": B}, {"extra": (B, C)}),
        (
            {
                "UV_INDEX": f"acme-ml={B}",
                "UV_INDEX_ACME_ML_USERNAME": "me",
                "UV_INDEX_ACME_ML_PASSWORD": "p@ss",
            },
            {"extra": ("https://me:p%40ss@b.example/simple",)},
        ),
        ({"PIP_TRUSTED_HOST": "a.example", "UV_INSECURE_HOST": "b.example"}, {"trusted": ("b.example", "a.example")}),
    ],
)  # fmt: skip  # a line a case
def test_variables(variables, told):
    assert of_this_machine({**NONE, **variables}) == Indexes(**told)


def test_the_nearest_file_wins_and_a_variable_over_all(tmp_path):
    own = tmp_path / "config" / "pip" / "pip.conf"
    own.parent.mkdir(parents=True)
    own.write_text(f"[global]\nindex-url = {A}\nextra_index_url =\n  {B}\n  {C}\n")
    variables = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    found = of_this_machine(variables)
    assert (found.default, found.extra) == (A, (B, C))
    own.write_text(f"[install]\nindex-url = {B}\n[global]\nindex-url = {A}\n")
    assert of_this_machine(variables).default == B
    chosen = tmp_path / "pip.conf"
    chosen.write_text(f"[global]\nextra-index-url = {C}\n")
    found = of_this_machine({**variables, "PIP_CONFIG_FILE": str(chosen)})
    assert (found.default, found.extra) == ("", (C,))
    assert of_this_machine({**variables, "PIP_INDEX_URL": C}).default == C


def test_pips_authorities_are_those_of_uv_where_it_has_none():
    assert str(of_this_machine({**NONE, "PIP_CERT": "/a.pem"}).authorities) == "/a.pem"
    both = {**NONE, "PIP_CERT": "/a.pem", "SSL_CERT_FILE": "/b.pem"}
    assert str(of_this_machine(both).authorities) == "/b.pem"


@pytest.mark.parametrize("text", ["index-url = https://user:hunter2@a.example\n", "\xff"])
def test_a_broken_file_is_refused_without_showing_it(tmp_path, text):
    path = tmp_path / "pip.conf"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(BuildInputError, match=r"pip\.conf is no readable pip configuration") as no:
        of_this_machine({"PIP_CONFIG_FILE": str(path)})
    assert "hunter2" not in str(no.value)


def test_uv_is_told_once():
    indexes = Indexes(default=A, extra=(B, C), trusted=("c.example",))
    told = indexes.environment({"PATH": "p", "UV_INDEX_URL": "old", "UV_EXTRA_INDEX_URL": "old"})
    assert told == {
        "PATH": "p",
        "UV_DEFAULT_INDEX": A,
        "UV_INDEX": f"{B} {C}",
        "UV_INSECURE_HOST": "c.example",
    }


@pytest.fixture
def private_index(tmp_path):
    """The address of an index on this machine that has one package, acmefeatures 0.3."""
    place = tmp_path / "index" / "simple" / "acmefeatures"
    place.mkdir(parents=True)
    name, info = "acmefeatures-0.3-py3-none-any.whl", "acmefeatures-0.3.dist-info"
    with zipfile.ZipFile(place / name, "w") as wheel:
        wheel.writestr("acmefeatures.py", "def double(x):\n    return 2 * x\n")
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: acmefeatures\nVersion: 0.3\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: hand\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    (place / "index.html").write_text(f'<a href="{name}">{name}</a>')
    handler = functools.partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "index"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


def test_a_package_of_a_private_index_is_locked_as_pip_is_told(private_index, project, monkeypatch):
    project.conda.write_text("dependencies:\n- pip:\n  - acmefeatures==0.3\n")
    environment = conda.read(project.conda)
    monkeypatch.setattr("slipway.imagebuild.runtime_package.requirements", lambda _: ())
    monkeypatch.delenv("UV_EXTRA_INDEX_URL", raising=False)
    with pytest.raises(BuildInputError, match="acmefeatures"):
        lock.lock(environment, project.cache)
    configuration = project.root / "pip.conf"
    secret = private_index.replace("http://", "http://me:hunter2@")
    configuration.write_text(f"[global]\nextra-index-url = {secret}\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(configuration))
    text = lock.lock(environment, project.cache)
    assert "acmefeatures==0.3 \\\n    --hash=sha256:" in text
    assert "hunter2" not in text
    assert "127.0.0.1" not in text


def test_credentials_of_an_index_are_in_no_message(project, monkeypatch):
    project.conda.write_text("dependencies:\n- pip:\n  - acmefeatures==0.3\n")
    monkeypatch.setattr("slipway.imagebuild.runtime_package.requirements", lambda _: ())
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://me-myself:hunter2@127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(BuildInputError) as refusal:
        lock.lock(conda.read(project.conda), project.cache)
    assert "hunter2" not in str(refusal.value)
    assert "me-myself" not in str(refusal.value)
