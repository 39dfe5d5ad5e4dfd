"""Copying images with their models between two registries, against the real registry door."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from azure.containerregistry import ContainerRegistryClient

from slipway.registry.client import RegistryClient
from slipway.registry.copying import Progress
from slipway.registry.errors import NotFoundError, RegistryError
from tests.harness.pushed_images import GivenToken, Pusher

COPY = Path(__file__).parents[1] / "processes" / "copy_killed.py"


class Watched(Progress):
    def __init__(self):
        self.total = self.done = 0
        self.stages = []

    def begin(self, total):
        self.total += total

    def advance(self, size):
        self.done += size

    def stage(self, sentence):
        self.stages.append(sentence)


class World:
    """Two registries, and names that no other test has."""

    def __init__(self, azure, tmp_path):
        self.azure = azure
        self.source = RegistryClient(azure.login_server)
        self.target = RegistryClient(azure.other_login_server)
        unique = uuid.uuid4().hex[:8]
        self.image, self.model = f"image-{unique}", f"model-{unique}"
        self.folder = tmp_path

    def client(self, login_server):
        return ContainerRegistryClient(login_server, GivenToken(self.azure.tokens["owner"]))

    def pusher(self, login_server=None):
        return Pusher(self.client(login_server or self.azure.login_server))

    def file(self, content):
        path = self.folder / f"{uuid.uuid4().hex}.pkl"
        path.write_bytes(content)
        return path

    def release(self, content=b"weights", *, client=None, index=False, layer=b"layer", **said):
        """Register the model and publish an image of it."""
        client = client or self.source
        model = client.models.register(self.model, self.file(content), **said)
        key = f"key of {self.image} {content!r}"
        push = self.pusher(client.login_server)
        digest = push(self.image, key, [model.id], index=index, layer=layer)
        return model, client.images.publish(self.image, digest, key, [model.id])

    def copy(self, version, progress=None):
        return self.source.copy_image(self.image, version, self.target, progress)


@pytest.fixture
def world(azure, tmp_path):
    return World(azure, tmp_path)


@pytest.mark.parametrize("index", [False, True])
def test_a_copy_has_digest_number_models_and_what_is_said_of_them(world, index):
    world.release(b"first")
    model, image = world.release(b"second", index=index, tags={"stage": "dev"})
    world.source.models.register(model.name, world.file(b"second"), tags={"stage": "tested"})
    progress = Watched()
    copied = world.copy(image.version, progress)

    assert (image.version, model.version) == (2, 2)
    there = world.target.images.get(world.image, 2)
    assert (there.digest, there.content_key, there.models) == (
        image.digest,
        image.content_key,
        (f"{world.model}:2",),
    )
    kept = world.target.models.get(world.model, 2)
    assert kept.digest == model.digest
    assert kept.tags == {"stage": "tested"}
    path = world.target.models.download(world.model, 2, world.folder / "out")
    assert path.read_bytes() == b"second"
    assert (copied.new, copied.there) == ([model.id, image.id], [])
    assert progress.done == progress.total == copied.sent_bytes > 0
    assert [stage.partition(" (")[0] for stage in progress.stages] == [
        f"reading {image.id} and its models in {world.source.login_server}",
        f"copying {model.id} to {world.target.login_server}",
        f"copying {image.id} to {world.target.login_server}",
    ]


def test_the_next_number_in_the_target_is_after_the_copy(world):
    world.release(b"first")
    _, second = world.release(b"second")
    world.copy(second.version)
    assert [image.version for image in world.target.images.list(world.image)] == [2]
    _, third = world.release(b"third", client=world.target)
    assert third.version == 3


def test_a_copy_says_where_it_is_from_and_so_does_its_copy(world, start_oci_door):
    _, image = world.release()
    world.copy(1)
    there = world.target.images.get(world.image)
    assert world.target.images.origin(there) == image.ref
    assert world.source.images.origin(image) == ""
    model = world.target.models.get(world.model)
    assert world.target.models.origin(model).startswith(f"{world.source.login_server}/models/")
    world.source.images.delete(world.image, 1)
    world.source.models.delete(world.model, 1)
    world.target.copy_image(world.image, 1, world.source)
    back = world.source.images.get(world.image)
    assert world.source.images.origin(back) == image.ref


def test_a_copy_was_created_where_it_was_built(world):
    world.release()
    (built,) = world.source.images.times(world.image).values()
    world.copy(1)
    (there,) = world.target.images.times(world.image).values()
    assert (built.copied, there.created) == ("", built.created)
    assert there.copied >= built.created


def test_copying_again_sends_nothing(world):
    world.release()
    world.copy(1)
    again = world.copy(1)
    assert (again.new, again.sent_bytes) == ([], 0)
    assert again.there == [f"{world.model}:1", f"{world.image}:1"]


def test_a_second_image_of_the_same_model_sends_what_is_new_only(world):
    world.release()
    world.copy(1)
    push = world.pusher()
    digest = push(world.image, "other", [f"{world.model}:1"])
    world.source.images.publish(world.image, digest, "other", [f"{world.model}:1"])
    copied = world.copy(2)
    assert copied.new == [f"{world.image}:2"]
    assert copied.kept_bytes == len(b"layer")


def test_a_layer_that_another_image_of_the_target_has_is_mounted(world):
    layer = os.urandom(1 << 20)
    world.release(layer=layer)
    world.copy(1)
    world.image = f"{world.image}-b"
    world.release(layer=layer)
    push = world.pusher(world.target.login_server)
    for number in range(9):
        push(f"a{number}-{world.image}", "another", [])
    copied = world.copy(1)
    assert copied.mounted_bytes == len(layer)
    assert copied.sent_bytes < 10_000
    assert world.target.images.get(world.image).version == 1


def test_a_number_that_is_other_content_there_is_refused_before_anything_is_sent(world):
    model, image = world.release()
    other_model, other = world.release(b"other", client=world.target)
    with pytest.raises(RegistryError) as refused:
        world.copy(1)
    first, second = str(refused.value).splitlines()
    assert first.startswith(f"{model.id} cannot be copied to {world.target.login_server}")
    assert second.startswith(f"{image.id} cannot be copied to {world.target.login_server}")
    assert f"that number is other content there ({other.digest}, not {image.digest})" in second
    assert world.target.images.list(world.image) == [other]
    assert world.target.models.list(world.model) == [other_model]


def test_content_that_has_another_number_there_is_refused_with_it(world):
    world.release(b"first")
    _, image = world.release(b"second")
    world.release(b"second", client=world.target)
    with pytest.raises(RegistryError) as refused:
        world.copy(image.version)
    assert f"the same content is there as {world.model}:1" in str(refused.value)
    assert f"the same content is there as {world.image}:1" in str(refused.value)


def test_another_build_of_the_content_under_the_same_number_is_the_same_image(world):
    world.release()
    _, built_there = world.release(client=world.target)
    copied = world.copy(1)
    assert copied.new == []
    assert world.target.images.list(world.image) == [built_there]


def test_a_number_that_was_deleted_there_is_not_given_again(world):
    world.release(b"first")
    world.copy(1)
    world.release(b"second")
    world.copy(2)
    world.target.images.delete(world.image, 1)
    with pytest.raises(RegistryError, match=f"{world.image}:1 .* was deleted there"):
        world.copy(1)


def test_deleting_a_copy_takes_the_note_of_its_origin_along(world):
    world.release()
    world.copy(1)
    world.target.images.delete(world.image, 1)
    world.target.models.delete(world.model, 1)
    registry = world.client(world.target.login_server)
    assert not {f"images/{world.image}", f"models/{world.model}"} & {
        *registry.list_repository_names()
    }
    world.copy(1)
    assert world.target.images.get(world.image).version == 1


def test_an_image_that_is_not_there_is_refused(world):
    world.release()
    with pytest.raises(NotFoundError, match=rf"{world.image}:7 is not in .* the versions: 1\."):
        world.copy(7)
    with pytest.raises(RegistryError, match="the same registry"):
        world.source.copy_image(world.image, 1, world.source)


def test_damaged_content_is_not_copied(world):
    model, _ = world.release(b"undamaged weights")
    blob = Path(world.azure.state, "blobs", "sha256", model.sha256[:2], model.sha256)
    blob.write_bytes(b"damaged!! weights")
    with pytest.raises(
        RegistryError, match=f"{world.source.login_server} returned content that does not match"
    ):
        world.copy(1)
    assert world.target.models.list(world.model) == []
    assert world.target.images.list(world.image) == []
    blob.write_bytes(b"undamaged weights")
    world.copy(1)
    assert world.target.images.get(world.image).version == 1


def test_who_may_not_push_to_the_target_is_told_which_role_is_missing(world, azure):
    world.release()
    target = RegistryClient(azure.other_login_server, GivenToken(azure.tokens["puller"]))
    with pytest.raises(RegistryError) as refused:
        world.source.copy_image(world.image, 1, target)
    assert azure.other_login_server in str(refused.value)
    assert "AcrPush" in str(refused.value)


def test_killed_at_any_point_and_run_again(world, azure):
    """Before its first write to the target, its fourth, and so on to its end."""
    world.release(tags={"stage": "dev"}, layer=os.urandom(5 << 20))  # two chunks
    command = [sys.executable, str(COPY), azure.login_server, azure.other_login_server]
    done = subprocess.run(
        [*command, f"{world.image}:1", azure.tokens["owner"], "3"],
        env={**os.environ, **azure.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    *kills, whole = [json.loads(line) for line in done.stdout.splitlines()]
    assert not whole["killed"]
    assert len(kills) > 8
    everything = [f"{world.model}:1", f"{world.image}:1"]
    for kill in kills:
        assert kill["seen_after_kill"] in ([], everything[:1], everything), kill
        assert kill["seen_at_end"] == everything, kill
        assert kill["origin"].startswith(azure.login_server), kill
