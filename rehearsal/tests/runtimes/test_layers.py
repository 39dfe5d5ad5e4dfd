"""Layers on their way into a container: what reaches out of it, and what a container leaves for the next one."""

import io
import os
import tarfile

import pytest

from rehearsal.builders.embedded.layer import Entry
from rehearsal.builders.embedded.layer_cache import LayerCache
from rehearsal.core.containers import PullError
from rehearsal.runtimes.process import layers
from rehearsal.runtimes.process.layers import LayerError
from rehearsal.runtimes.process.runtime import ProcessRuntime

TAR = "application/vnd.oci.image.layer.v1.tar"
WRITER = """
import pathlib, sys, time
own = pathlib.Path(__file__)
print("first line:", own.read_text().splitlines()[1], flush=True)
own.write_text("\\nprint('altered')\\n")
(own.parent / "lib" / "helper.py").unlink()
time.sleep(600)
"""


def file(name, content=b""):
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o644
    return info, content


def folder(name):
    info = tarfile.TarInfo(name)
    info.type, info.mode = tarfile.DIRTYPE, 0o755
    return info, None


def link(name, to):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, to
    return info, None


@pytest.fixture
def runtime(places):
    """Whatever a test leaves running ends with it."""
    made = ProcessRuntime(places.state, places.cache, places.ca)
    yield made
    made.recover(())


@pytest.fixture
def compose(tmp_path):
    """Unpacks layers of these members and composes them; the folder beside the root holds what must not be touched."""

    def run(*given):
        rootfs = tmp_path / "roots" / "mine"
        places = []
        for number, members in enumerate(given):
            archive = tmp_path / f"{number}.tar"
            with tarfile.open(archive, "w") as tar:
                for info, content in members:
                    tar.addfile(info, io.BytesIO(content) if content is not None else None)
            places.append(layers.unpack(archive, TAR, tmp_path / "unpacked" / str(number)))
        layers.compose(places, rootfs)
        return rootfs

    neighbour = tmp_path / "roots" / "neighbour"
    neighbour.mkdir(parents=True)
    (neighbour / "file").write_text("untouched")
    yield run
    assert (neighbour / "file").read_text() == "untouched"
    assert not list((tmp_path / "roots").rglob("evil"))


def test_upper_layers_win_and_whiteouts_take_away(compose):
    root = compose(
        [file("a/one", b"1"), file("a/two", b"1"), file("b/three", b"1"), file("c", b"1")],
        [file("a/.wh.one"), file("a/two", b"2"), file("b/.wh..wh..opq"), file("c/now/a/folder")],
    )
    assert not (root / "a/one").exists()
    assert (root / "a/two").read_text() == "2"
    assert list((root / "b").iterdir()) == []
    assert (root / "c/now/a/folder").is_file()
    assert not list(root.rglob(".wh.*"))


def test_a_shared_layer_is_still_known_as_undamaged(tmp_path):
    """A container that shares the layer's files gives each another name; one that alters them is found out."""
    archive = tmp_path / "one.tar"
    with tarfile.open(archive, "w") as tar:
        info, content = file("app/one", b"content")
        tar.addfile(info, io.BytesIO(content))
    place = tmp_path / "unpacked" / "one"
    files = layers.unpack(archive, TAR, place)
    layers.compose([files], tmp_path / "root", shared=True)
    shared = tmp_path / "root/app/one"
    assert shared.stat().st_ino == (files / "app/one").stat().st_ino
    assert layers.unpacked(place) == files
    seen = shared.stat()
    shared.chmod(0o644)
    shared.write_bytes(b"CONTENT")
    shared.chmod(0o444)
    os.utime(shared, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert layers.unpacked(place) is None


def test_a_link_that_stays_inside_is_gone_through(compose):
    root = compose([file("usr/lib/one"), link("lib", "usr/lib")], [file("lib/two")])
    assert (root / "lib").is_symlink()
    assert sorted(path.name for path in (root / "usr/lib").iterdir()) == ["one", "two"]


@pytest.mark.parametrize("name", [".wh...", "deep/.wh...", ".wh..", ".wh."])
def test_a_whiteout_of_what_is_not_in_its_folder_is_refused(compose, name):
    with pytest.raises(LayerError, match="reaches outside the image"):
        compose([file("deep/file")], [file(name)])


@pytest.mark.parametrize("to", ["..", "../neighbour", "/tmp", "a/../..", "../../roots/neighbour"])
def test_a_layer_does_not_write_through_a_link_of_a_lower_one(compose, to):
    with pytest.raises(LayerError, match="reaches outside the image"):
        compose([folder("a"), link("out", to)], [file("out/evil")])


def test_a_link_to_nowhere_gives_way_to_a_folder(compose):
    root = compose([link("out", "missing")], [file("out/file")])
    assert (root / "out").is_dir()
    assert not (root / "out").is_symlink()


def test_no_path_is_too_long_to_be_looked_at(compose):
    """The way out of CVE-2025-4517, from two layers: a link beyond PATH_MAX when it is resolved."""
    part = "d" * 247
    steps, place = [], ""
    for letter in "abcdefghijklmnop":
        steps += [folder(f"{place}{part}"), link(f"{place}{letter}", part)]
        place += f"{letter}/"
    climb = link(f"{place}{'l' * 254}", "../" * 16)
    escape = link("escape", f"{place}{'l' * 254}/../neighbour")
    with pytest.raises(LayerError):
        compose([*steps, climb, escape], [file("escape/file", b"overwritten")])


def test_what_a_container_does_to_its_files_is_its_own_affair(runtime, places, group, push, until):
    """Another container of the same image, and the next one, get the files of the layer."""
    image = push(script=WRITER)
    for number in range(2):
        made = group(image, restart_policy="Never")
        runtime.start(made)
        until(lambda made=made: "first line" in runtime.logs(made.id, "app"))
        assert "altered" not in runtime.logs(made.id, "app"), number
        runtime.stop(made.id)


@pytest.mark.parametrize("damage", ["altered", "removed", "added", "link"])
def test_a_cached_layer_that_was_damaged_heals(runtime, places, group, server_image, until, damage):
    made = group(server_image)
    runtime.start(made)
    runtime.stop(made.id)
    (script,) = (places.cache / "layers-unpacked").rglob("main.py")
    text, seen = script.read_text(), script.stat()
    if damage == "altered":
        script.chmod(0o644)
        script.write_text(text.replace("serving", "perving"))
        script.chmod(0o444)
        os.utime(script, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    elif damage == "added":
        (script.parent / "lib" / "json.py").write_text("raise SystemExit('a stranger')")
    else:
        script.unlink()
    if damage == "link":
        script.symlink_to("/etc/hostname")
    runtime.start(made)
    until(lambda: "serving" in runtime.logs(made.id, "app"))
    runtime.stop(made.id)
    (script,) = (places.cache / "layers-unpacked").rglob("main.py")
    assert script.read_text() == text
    assert not list((places.cache / "layers-unpacked").rglob("json.py"))


def test_an_undamaged_layer_is_not_fetched_again(runtime, places, group, server_image):
    inodes = []
    for _ in range(2):
        made = group(server_image)
        runtime.start(made)
        runtime.stop(made.id)
        inodes.append(
            [path.stat().st_ino for path in (places.cache / "layers-unpacked").rglob("main.py")]
        )
    assert inodes[0] == inodes[1]


def test_a_working_directory_outside_the_image_is_not_made(
    runtime, places, group, push, until, tmp_path
):
    dockerfile = (
        "FROM python:{python}-slim\nCOPY app/ /app/\nWORKDIR ../../../../outside\n"
        'CMD ["python","/app/main.py"]\n'
    )
    made = group(push(dockerfile=dockerfile), restart_policy="Never")
    try:
        runtime.start(made)
        until(lambda: runtime.state(made.id)[0].state != "Waiting")
    except PullError:
        pass
    runtime.stop(made.id)
    assert not [path for path in tmp_path.rglob("outside") if "rootfs" not in path.parts]


def test_a_built_layer_that_was_altered_is_built_again(tmp_path):
    """Its size and dates say nothing; the registry would refuse it by its digest."""
    cache, source = LayerCache(tmp_path / "layers"), tmp_path / "file"
    source.write_text("content")
    made = cache.put("key", lambda _: [Entry("file", source)])
    assert cache.get("key") == made
    before = made.path.stat()
    content = bytearray(made.path.read_bytes())
    content[512] ^= 1
    made.path.write_bytes(content)
    os.utime(made.path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert cache.get("key") is None
    assert cache.put("key", lambda _: [Entry("file", source)]) == made
    assert cache.get("key") == made


def test_caches_are_their_owners_alone(runtime, places, group, server_image):
    made = group(server_image)
    runtime.start(made)
    runtime.stop(made.id)
    assert {path.name: path.stat().st_mode & 0o777 for path in places.cache.iterdir()} == {
        "layers-unpacked": 0o700,
        "rootfs": 0o700,
        "pythons": 0o700,
    }
