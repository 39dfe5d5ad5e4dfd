"""The embedded builder makes a real image from a Dockerfile, and only sends what is missing."""

import json
import os
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from rehearsal.builders.embedded.builder import EmbeddedBuilder
from rehearsal.builders.request import BuildError, BuildRequest
from rehearsal.distribution.auth import RegistryAuth
from rehearsal.distribution.client import RegistryHttp

# Any version would do: this one is here.
OURS = f"{sys.version_info.major}.{sys.version_info.minor}"
DOCKERFILE = f"""\
ARG BASE_IMAGE=python:{OURS}-slim-bookworm
FROM ${{BASE_IMAGE}}
ENV PYTHONPATH=/opt/lib GREETING='it costs $5'
LABEL io.slipway.python=3.11
WORKDIR /var/app
COPY lib/ /opt/lib/
RUN PYTHONHASHSEED=0 python -m compileall -q --invalidation-mode unchecked-hash /opt/lib
COPY app/ /var/app/
USER 1000
EXPOSE 5001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s CMD ["python", "-V"]
ENTRYPOINT ["python","main.py"]
COPY models/ /var/app/models/
"""


@pytest.fixture
def context(tmp_path):
    return make_context(tmp_path / "context")


def make_context(folder, model="weights"):
    for name, text in {
        "lib/thing.py": "VALUE = {'a', 'b', 'c'}\n",
        "lib/pack/__init__.py": "",
        "app/main.py": "import thing\n",
        "models/m/1/model.pkl": model,
        "Dockerfile": DOCKERFILE,
        ".dockerignore": "Dockerfile\n.dockerignore\n**/*.tmp\n",
        "app/left.tmp": "x",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def request(context, registry=None, tag="1", **more):
    tags = [f"{registry.host}/images/{context.parent.name}:{tag}"] if registry else []
    auth = {"auth": registry.auth} if registry else {}
    text = more.pop("dockerfile", (context / "Dockerfile").read_text())
    return BuildRequest(
        context=context, dockerfile=text, tags=tags, push=registry is not None, **auth, **more
    )


def test_the_image_in_the_registry_is_what_the_dockerfile_says(context, registry, tmp_path):
    wanted = request(context, registry, labels={"team": "blue"})
    result = EmbeddedBuilder(tmp_path / "cache", registry.ca).build(wanted)
    repository = f"images/{context.parent.name}"
    client = RegistryHttp(registry.host, registry.auth(), registry.ca)
    manifest = client.get_manifest(repository, "1")
    assert manifest.digest == result.digest
    assert manifest.document["annotations"] == {
        "org.opencontainers.image.base.name": f"python:{OURS}-slim-bookworm"
    }
    client.get_blob(repository, manifest.document["config"]["digest"], tmp_path / "config", 0)
    config = json.loads((tmp_path / "config").read_text())
    assert config["rootfs"]["diff_ids"] == list(result.layers)
    assert config["config"] == {
        "Env": ["PYTHONPATH=/opt/lib", "GREETING=it costs $5"],
        "Entrypoint": ["python", "main.py"],
        "ExposedPorts": {"5001/tcp": {}},
        "Healthcheck": {"Test": ["CMD", "python", "-V"], "Interval": 5_000_000_000},
        "Labels": {"io.slipway.python": "3.11", "team": "blue"},
        "StopSignal": "SIGTERM",
        "User": "1000",
        "WorkingDir": "/var/app",
    }


def test_layers_hold_the_files_as_roots_with_one_date(context, tmp_path):
    result = EmbeddedBuilder(tmp_path / "cache").build(request(context))
    members = {}
    for path in (tmp_path / "cache" / "layers").glob("*/layer.tar"):
        with tarfile.open(path) as tar:
            members |= {member.name: member for member in tar}
    assert {member.uid for member in members.values()} == {0}
    assert {member.mtime for member in members.values()} == {315_532_800}
    assert "var/app/models/m/1/model.pkl" in members
    assert "var/app/left.tmp" not in members
    assert any(n.startswith("opt/lib/pack/__pycache__/__init__.cpython-") for n in members)
    assert len(result.layers) == 4


def test_the_same_inputs_elsewhere_have_the_same_digest(context, tmp_path):
    other = make_context(tmp_path / "other" / "context")
    for path in other.rglob("*"):
        path.chmod(0o700)
        path.chmod(
            0o744
            if path.is_file() and path.suffix == ".never"
            else 0o600
            if path.is_file()
            else 0o700
        )
    first = EmbeddedBuilder(tmp_path / "cache-1").build(request(context))
    second = EmbeddedBuilder(tmp_path / "cache-2").build(request(other))
    assert first.digest == second.digest


def test_a_new_model_sends_one_layer_and_the_manifest(context, registry, tmp_path):
    builder = EmbeddedBuilder(tmp_path / "cache", registry.ca)
    first = builder.build(request(context, registry))
    assert builder.build(request(context, registry)).digest == first.digest
    make_context(context, model="better weights")
    before = registry.received()
    second = builder.build(request(context, registry, tag="2"))
    assert first.layers[:-1] == second.layers[:-1]
    assert first.layers[-1] != second.layers[-1]
    assert second.bytes_uploaded == registry.received() - before
    assert second.bytes_uploaded < 20_000


def test_packages_are_installed_from_a_lock_without_scripts(context, tmp_path):
    (context / "requirements.lock").write_text(LOCK)
    text = DOCKERFILE.replace(
        "COPY lib/ /opt/lib/",
        "RUN --mount=type=secret,id=pip_conf --mount=type=bind,source=requirements.lock,target=/r.lock "
        "PIP_CONFIG_FILE=/run/secrets/pip_conf python -m pip install --no-compile --no-deps --require-hashes "
        "--target /opt/lib -r /r.lock && rm -rf /opt/lib/bin",
    )
    EmbeddedBuilder(tmp_path / "cache").build(request(context, dockerfile=text))
    names = set()
    for path in (tmp_path / "cache" / "layers").glob("*/layer.tar"):
        with tarfile.open(path) as tar:
            names |= set(tar.getnames())
    assert "opt/lib/threadpoolctl.py" in names
    assert not any(name.startswith("opt/lib/bin") for name in names)


LOCK = """\
threadpoolctl==3.5.0 \\
    --hash=sha256:56c1e26c150397e58c4926da8eeee87533b1e32bef131bd4bf6a2f45f3185467
"""


def test_a_step_that_fails_is_told_with_its_line_and_output(context, tmp_path):
    (context / "requirements.lock").write_text(LOCK.replace("56c1e26c", "00000000"))
    text = DOCKERFILE.replace(
        "COPY lib/ /opt/lib/",
        "RUN --mount=type=bind,source=requirements.lock,target=/r.lock "
        "python -m pip install --require-hashes --target /opt/lib -r /r.lock",
    )
    with pytest.raises(
        BuildError, match=r"Dockerfile line 6: RUN failed with exit code"
    ) as failure:
        EmbeddedBuilder(tmp_path / "cache").build(request(context, dockerfile=text))
    assert "threadpoolctl" in str(failure.value)
    assert not list((tmp_path / "cache" / "layers").glob("*/layer.tar"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("FROM ${BASE_IMAGE}", "FROM nginx:1"),
        ("USER 1000", "RUN apt-get update"),
        ("USER 1000", "RUN python -m pip install --target /opt/lib -r /r.lock; rm -rf /"),
        ("USER 1000", "RUN rm -rf /opt/../../home"),
        ("USER 1000", "RUN find /opt -name x -exec sh {} +"),
        ("USER 1000", "ADD https://example.org/x /x"),
        ("USER 1000", "VOLUME /data"),
        ("USER 1000", "COPY --from=other /a /b"),
        ("USER 1000", "FROM python:3.11"),
    ],
)
def test_what_only_docker_can_do_is_refused_by_line(context, tmp_path, old, new):
    text = DOCKERFILE.replace(old, new)
    line = text.splitlines().index(new) + 1
    with pytest.raises(BuildError, match=rf"Dockerfile line {line}: .*SLIPWAY_RUNTIME=docker"):
        EmbeddedBuilder(tmp_path / "cache").build(request(context, dockerfile=text))


def test_a_python_that_is_not_here_is_named_and_no_other_installs_for_it(context, tmp_path):
    text = DOCKERFILE.replace(f"python:{OURS}-", "python:3.99-")
    with pytest.raises(BuildError, match=r"Dockerfile line 7: the image needs Python 3\.99"):
        EmbeddedBuilder(tmp_path / "cache").build(request(context, dockerfile=text))


def test_a_file_outside_the_context_is_not_copied(context, tmp_path):
    (tmp_path / "secret").write_text("x")
    text = DOCKERFILE.replace("COPY app/ /var/app/", "COPY ../secret /var/app/secret")
    with pytest.raises(BuildError, match="not found in the build context"):
        EmbeddedBuilder(tmp_path / "cache").build(request(context, dockerfile=text))


def test_a_registry_that_refuses_is_told_in_its_words(context, registry, tmp_path):
    wanted = request(context, registry)
    nobody = BuildRequest(context=wanted.context, dockerfile=wanted.dockerfile, tags=wanted.tags)
    with pytest.raises(BuildError, match=r"UNAUTHORIZED|refused the credentials"):
        EmbeddedBuilder(tmp_path / "cache", registry.ca).build(nobody)


def test_build_arguments_and_platform_of_the_base(context, tmp_path):
    wanted = request(context, build_args={"BASE_IMAGE": f"mirror.example/library/python:{OURS}"})
    EmbeddedBuilder(Path(tmp_path / "cache")).build(wanted)


def test_a_password_is_exchanged_at_the_registrys_own_token_endpoint(context, registry, tmp_path):
    wanted = request(context, registry)
    logged_in = replace(wanted, auth=lambda host: registry.password)
    result = EmbeddedBuilder(tmp_path / "cache", registry.ca).build(logged_in)
    assert result.digest.startswith("sha256:")


RUN_IN_IMAGE = """\
ARG IMAGE
FROM ${IMAGE}
ARG VALUE_0
ENV QUOTED="${VALUE_0}" PLAIN=two
RUN --mount=type=secret,id=TOKEN,target=/run/own/TOKEN,mode=0444 python -m compared /run/own
"""
ODD = "$5 \"and\" 'six' \\ \n ${seven}"
COMPARED = """\
import json, os, sys, thing
folder = sys.argv[1]
seen = [os.environ["QUOTED"], os.environ["PLAIN"], os.environ["GREETING"], sorted(thing.VALUE), os.getcwd()[-8:]]
names = os.listdir(folder) if os.path.isdir(folder) else []
seen.append({name: open(os.path.join(folder, name)).read() for name in names})
print("seen", json.dumps(seen))
sys.exit(7 if "TOKEN" in seen[-1] else 0)
"""


def test_a_program_runs_in_a_finished_image_with_variables_and_secrets(context, registry, tmp_path):
    (context / "lib" / "compared.py").write_text(COMPARED)
    builder = EmbeddedBuilder(tmp_path / "cache", registry.ca)
    image = f"{registry.host}/images/{context.parent.name}"
    digest = builder.build(request(context, registry)).digest

    def run(**more):
        return builder.build(
            BuildRequest(
                context=tmp_path / "empty",
                dockerfile=RUN_IN_IMAGE,
                build_args={"IMAGE": f"{image}@{digest}", "VALUE_0": ODD},
                push=False,
                **{"auth": registry.auth, **more},
            )
        )

    left = tmp_path / "cache" / "builds" / "run-of-a-killed-one"
    left.mkdir(parents=True)
    os.utime(left, (0, 0))
    assert run().layers == ()
    with pytest.raises(BuildError) as refused:
        run(secrets={"TOKEN": "planted"})
    assert str(refused.value).startswith("Dockerfile line 5: RUN failed with exit code 7:\nseen ")
    assert json.loads(str(refused.value).partition("seen ")[2]) == [
        ODD,
        "two",
        "it costs $5",
        ["a", "b", "c"],
        "/var/app",
        {"TOKEN": "planted"},
    ]
    with pytest.raises(BuildError, match=r"UNAUTHORIZED|refused the credentials"):
        run(auth=lambda _: RegistryAuth(username="x", password="y"))
    assert list((tmp_path / "cache" / "builds").iterdir()) == []


def test_a_base_by_digest_alone_has_the_python_that_the_image_is_labelled_with(context, tmp_path):
    base = f"python@sha256:{'0' * 64}"
    by_digest = DOCKERFILE.replace(f"python:{OURS}-slim-bookworm", base)
    text = by_digest.replace("io.slipway.python=3.11", f"io.slipway.python={OURS}")
    assert EmbeddedBuilder(tmp_path / "cache").build(request(context, dockerfile=text)).layers
    unlabelled = by_digest.replace("LABEL io.slipway.python=3.11\n", "")
    with pytest.raises(BuildError, match="a base that does not tell its Python"):
        EmbeddedBuilder(tmp_path / "other").build(request(context, dockerfile=unlabelled))
