"""Containers that cannot write to their image's files share one root of it."""

import errno
import fcntl
import io
import os
import tarfile
import tempfile
import threading
import time

import pytest

from rehearsal.runtimes.process import inventory, layers
from rehearsal.runtimes.process.pull import Image
from rehearsal.runtimes.process.roots import SharedRoots

TAR = "application/vnd.oci.image.layer.v1.tar"
DAYS = 2 * 86_400


@pytest.fixture
def image(tmp_path):
    """`image(*files)`: an image of one layer for each file, whose content is its name."""

    def make(*files, **config):
        return Image(config, [_layer(tmp_path, name) for name in files])

    return make


def _layer(tmp_path, name):
    archive = tmp_path / "layer.tar"
    with tarfile.open(archive, "w") as tar:
        info = tarfile.TarInfo(name)
        info.size = len(name)
        tar.addfile(info, io.BytesIO(name.encode()))
    place = tmp_path / "layers-unpacked" / name.replace("/", "-")
    return layers.unpacked(place) or layers.unpack(archive, TAR, place)


@pytest.fixture
def refer(tmp_path):
    """`refer(container, image)`: the container's root, which is made."""
    shared = SharedRoots(tmp_path)

    def make(container, image):
        link = tmp_path / "rootfs" / container / "app"
        shared.refer(link, image)
        return link

    return make


@pytest.fixture
def reads(monkeypatch):
    """Names of the files that were read to know whether they are as they were."""
    names, content = [], inventory._content

    def noted(path, mode):
        if not path.is_dir():
            names.append(path.name)
        return content(path, mode)

    monkeypatch.setattr(inventory, "_content", noted)
    return names


def test_containers_of_an_image_share_its_root(image, refer):
    one, two = refer("one", image("app/a", "app/b")), refer("two", image("app/a", "app/b"))
    assert one.resolve() == two.resolve()
    assert sorted(path.name for path in (one / "app").iterdir()) == ["a", "b"]
    layers.remove(one)
    assert (two / "app/a").read_text() == "app/a"


def test_roots_are_their_owners_alone(tmp_path, image, refer):
    refer("one", image("app/a"))
    assert (tmp_path / "roots").stat().st_mode & 0o777 == 0o700


def test_images_have_roots_of_their_own(image, refer):
    one = refer("one", image("app/a", "app/b"))
    assert not (refer("two", image("app/a")) / "app/b").exists()
    there = refer("three", image("app/a", "app/b", WorkingDir="/work/here"))
    assert (there / "work/here").is_dir()
    assert not (one / "work").exists()


def test_a_root_follows_its_container_to_another_image(image, refer):
    refer("one", image("app/a"))
    assert [path.name for path in (refer("one", image("app/b")) / "app").iterdir()] == ["b"]


def test_nothing_is_read_again_for_the_next_image(image, refer, reads):
    refer("one", image("app/a", "app/b"))
    reads.clear()
    refer("one", image("app/a", "app/b"))
    assert reads == []
    refer("one", image("app/a", "app/b", "app/c"))
    # The new layer's own, when it is unpacked.
    assert reads == ["c"]


def test_an_older_image_is_not_read_either(image, refer, reads):
    """Its files have further names since, by the newer one's root."""
    for files in (("app/a",), ("app/a", "app/b")):
        refer("one", image(*files))
    reads.clear()
    refer("one", image("app/a"))
    assert reads == []


def test_a_file_that_was_altered_since_is_read(image, refer, reads):
    root = refer("one", image("app/a", "app/b"))
    refer("two", image("app/a"))
    (root / "app/a").chmod(0o444)
    reads.clear()
    layers.unpacked(root.resolve().parent)
    assert reads == ["a"]


def test_a_file_that_is_altered_while_names_are_given_is_found(tmp_path, image):
    layer = image("app/a").layers[0]
    kept = layer.parent / layers.INVENTORY
    with inventory.moving(layer, kept):
        os.link(layer / "app/a", tmp_path / "further")
        (layer / "app/a").chmod(0o644)
        (layer / "app/a").write_text("APP/A")
        (layer / "app/a").chmod(0o444)
    assert layers.unpacked(layer.parent) is None


def test_what_no_container_uses_goes_after_a_day(tmp_path, image, refer):
    used, unused = refer("one", image("app/a")), refer("two", image("app/b"))
    left = unused.resolve()
    layers.remove(unused)
    young = refer("three", image("app/c")).resolve()
    layers.remove(tmp_path / "rootfs" / "three" / "app")
    for root in (used.resolve(), left):
        os.utime(root.parent, (time.time() - DAYS,) * 2)
    refer("four", image("app/d"))
    assert (used / "app/a").is_file()
    assert young.is_dir()
    assert not left.exists()


def test_a_root_that_was_damaged_is_composed_again(image, refer):
    root = refer("one", image("app/a"))
    (root / "app/a").unlink()
    (root / "app/stranger").write_text("in the way")
    assert [path.name for path in (refer("two", image("app/a")) / "app").iterdir()] == ["a"]


def test_a_folder_that_a_container_locked_is_composed_again(image, refer):
    """Landlock keeps nobody from changing the mode of what is its own."""
    root = refer("one", image("app/a"))
    (root / "app").chmod(0o100)
    again = refer("two", image("app/a"))
    assert (again / "app").stat().st_mode & 0o700 == 0o700
    assert (again / "app/a").read_text() == "app/a"


def test_two_rehearsals_take_turns(tmp_path, image, refer):
    """They share the cache: what one sweeps, the other may be about to refer to."""
    refer("one", image("app/a"))
    with (tmp_path / ".roots.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = threading.Thread(target=refer, args=("two", image("app/a")))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join(30)
    assert not waiting.is_alive()
    assert (tmp_path / "rootfs/two/app/app/a").exists()


def test_a_disk_that_is_full_is_told_as_what_it_kept_from_being_made(image, refer, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    found = image("app/a")
    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(
        layers.LayerError, match=r"root cannot be composed: .*No space left on device"
    ):
        refer("one", found)
