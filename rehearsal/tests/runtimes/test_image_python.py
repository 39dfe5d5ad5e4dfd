"""Which Python an image is run by: what it says of itself, and never just any."""

import json
import sys
from pathlib import Path

import pytest

from rehearsal.core.containers import PullError
from rehearsal.distribution.auth import RegistryAuth
from rehearsal.distribution.client import RegistryHttp
from rehearsal.distribution.reference import parse
from rehearsal.runtimes.process.pull import Image
from rehearsal.runtimes.process.runtime import ProcessRuntime

OURS = f"{sys.version_info.major}.{sys.version_info.minor}"


@pytest.mark.parametrize(
    ("config", "base", "expected"),
    [
        ({"Labels": {"io.slipway.python": "3.12"}}, "python:3.11-slim", "3.12"),
        ({}, "python:3.11-slim", "3.11"),
        ({"Env": ["PYTHON_VERSION=3.13.1"]}, "", "3.13.1"),
        ({"Env": ["PATH=/bin"], "Labels": None}, "nginx:1", None),
    ],
)
def test_label_then_base_then_variable(config, base, expected):
    assert Image(config, [], base).python == expected


@pytest.fixture
def runtime(places):
    made = ProcessRuntime(places.state, places.cache, places.ca)
    yield made
    made.recover(())


def test_the_base_alone_is_enough(runtime, group, push, until):
    image = push("import sys; print('%d.%d' % sys.version_info[:2])", dockerfile=WITHOUT_LABEL)
    made = group(image, restart_policy="Never")
    runtime.start(made)
    assert until(lambda: runtime.logs(made.id, "app")) == f"{OURS}\n"


def test_an_image_that_does_not_tell_is_refused(runtime, group, push, oci_door):
    image = without_base(push("print(1)", dockerfile=WITHOUT_LABEL), oci_door)
    with pytest.raises(PullError, match="does not tell which Python it wants"):
        runtime.start(group(image))


WITHOUT_LABEL = f"""\
FROM python:{OURS}-slim
ENTRYPOINT ["python","/var/app/main.py"]
COPY app/ /var/app/
"""


def without_base(image, oci_door):
    """The same image with a manifest that names no base."""
    reference = parse(image)
    auth = RegistryAuth(bearer=oci_door.tokens["pusher"])
    registry = RegistryHttp(reference.host, auth, Path(oci_door.ca))
    document = registry.get_manifest(reference.repository, reference.digest).document
    document.pop("annotations")
    digest = registry.put_manifest(
        reference.repository, "bare", json.dumps(document).encode(), document["mediaType"]
    )
    return reference.by_digest(digest)
