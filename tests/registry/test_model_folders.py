"""Folders as models, against the real registry door: what lies there, what is sent, what comes back."""

import hashlib
import os
import uuid

import pytest

from slipway.registry.client import RegistryClient
from slipway.registry.connection import Connection
from slipway.registry.errors import RegistryError
from tests.harness.pushed_images import Pusher

SAVED_MODEL = {
    "saved_model.pb": b"graph",
    "variables/variables.data-00000-of-00001": b"weights" * 100,
    "variables/variables.index": b"the index",
    "assets/labels für alle.txt": b"",
    ".hidden.json": b"{}",
}


@pytest.fixture
def client(azure) -> RegistryClient:
    return RegistryClient(azure.login_server)


@pytest.fixture
def name() -> str:
    return f"model-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def saved(tmp_path):
    return written(tmp_path / "bert", SAVED_MODEL)


@pytest.fixture
def sent(monkeypatch):
    """Sizes of the blobs that are uploaded; with `fail_after` set, the next one after so many is a break."""

    class Sent(list):
        fail_after = None

    sizes, put = Sent(), Connection.put_blob

    def counted(connection, repository, data):
        if sizes.fail_after is not None and len(sizes) >= sizes.fail_after:
            raise KeyboardInterrupt
        sizes.append(os.fstat(data.fileno()).st_size if hasattr(data, "name") else 0)
        return put(connection, repository, data)

    monkeypatch.setattr(Connection, "put_blob", counted)
    return sizes


def written(folder, files):
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def held(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_folder_comes_back_as_it_was(client, name, saved, tmp_path):
    model = client.models.register(name, saved)
    assert (model.filename, model.files) == ("bert", 5)
    assert model.size == sum(map(len, SAVED_MODEL.values()))
    path = client.models.download(name, None, tmp_path / "out")
    assert path == tmp_path / "out" / "bert"
    assert held(path) == SAVED_MODEL
    assert [each.name for each in path.parent.iterdir()] == ["bert"]
    assert client.models.download(name, 1, tmp_path / "out") == path


def test_each_file_is_a_layer_that_other_tools_find(client, name, saved, manifest):
    model = client.models.register(name, saved)
    layers = manifest(f"models/{name}", model.digest)["layers"]
    for key in ("org.cncf.model.filepath", "org.opencontainers.image.title"):
        assert [layer["annotations"][key] for layer in layers] == sorted(SAVED_MODEL)
    by_path = {layer["annotations"]["org.cncf.model.filepath"]: layer for layer in layers}
    graph = hashlib.sha256(b"graph").hexdigest()
    assert by_path["saved_model.pb"]["digest"] == f"sha256:{graph}"
    # Registries refuse blobs of no bytes.
    assert by_path["assets/labels für alle.txt"]["mediaType"].endswith("oci.empty.v1+json")
    assert all(layer["size"] for layer in layers)


def test_times_modes_and_order_make_no_other_version(client, name, saved, tmp_path):
    first = client.models.register(name, saved)
    again = written(tmp_path / "elsewhere" / "bert", dict(reversed(SAVED_MODEL.items())))
    (again / "saved_model.pb").chmod(0o755)
    os.utime(again / "saved_model.pb", (0, 0))
    (again / "empty" / "folders").mkdir(parents=True)
    written(again, {".DS_Store": b"of a Mac", "__pycache__/x.pyc": b"of Python", ".git/HEAD": b""})
    assert client.models.register(name, again) == first


@pytest.mark.parametrize(
    "change",
    [
        {"saved_model.pb": b"another"},
        {"more": b""},
        {"variables/saved_model.pb": b"graph"},
        {"assets/labels für alle.txt": b"{}"},
    ],
)
def test_another_path_or_content_is_the_next_version(client, name, saved, change):
    client.models.register(name, saved)
    assert client.models.register(name, written(saved, change)).version == 2


def test_only_what_changed_is_sent(client, name, saved, sent):
    client.models.register(name, saved)
    assert max(sent) == 700
    sent.clear()
    written(saved, {"variables/variables.index": b"another index"})
    assert client.models.register(name, saved).version == 2
    assert max(sent) == len(b"another index")


def test_a_broken_upload_goes_on_where_it_was(client, name, saved, sent, tmp_path):
    sent.fail_after = 2
    with pytest.raises(KeyboardInterrupt):
        client.models.register(name, saved)
    assert client.models.list(name) == []
    before, sent.fail_after = sorted(sent), None
    sent.clear()
    assert client.models.register(name, saved).version == 1
    assert not {size for size in before if size} & set(sent)
    assert held(client.models.download(name, 1, tmp_path / "out")) == SAVED_MODEL


def test_a_folder_is_never_taken_for_the_file_that_lists_it(client, name, saved, tmp_path):
    listing = "".join(
        f"{path}\0{hashlib.sha256(content).hexdigest()}\0"
        for path, content in sorted(SAVED_MODEL.items())
    )
    model = client.models.register(name, saved)
    for content in (listing.encode(), model.sha256.encode()):
        (tmp_path / "model.pkl").write_bytes(content)
        assert client.models.register(name, tmp_path / "model.pkl").version > 1


def test_one_file_in_a_folder_is_not_the_file(client, name, tmp_path):
    folder = written(tmp_path / "net", {"model.onnx": b"one"})
    assert client.models.register(name, folder / "model.onnx").version == 1
    assert client.models.register(name, folder).version == 2
    assert client.models.download(name, 2, tmp_path / "out").is_dir()
    assert client.models.download(name, 1, tmp_path / "out").is_file()


def test_what_is_said_later_is_beside_the_folder_until_it_is_deleted(client, name, saved):
    client.models.register(name, saved, tags={"stage": "dev"})
    client.models.register(name, saved, tags={"stage": "prod"})
    assert client.models.get(name).tags == {"stage": "prod"}
    client.models.delete(name, 1)
    assert client.models.list(name) == []
    assert client.models.register(name, saved).tags == {}


def test_another_folder_is_not_overwritten(client, name, saved, tmp_path):
    client.models.register(name, saved)
    mine = written(tmp_path / "out" / "bert", {**SAVED_MODEL, "mine": b"mine"})
    with pytest.raises(RegistryError, match="exists and is not"):
        client.models.download(name, 1, tmp_path / "out")
    assert (mine / "mine").exists()
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "bert").symlink_to(tmp_path / "nowhere")
    with pytest.raises(RegistryError, match="exists and is not"):
        client.models.download(name, 1, tmp_path / "links")


def test_a_broken_download_leaves_nothing(client, name, saved, tmp_path, monkeypatch):
    client.models.register(name, saved)
    pieces = Connection.blob_pieces

    def breaking(connection, repository, digest):
        yield from pieces(connection, repository, digest)
        raise RegistryError("content that does not match its digest")

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "blob_pieces", breaking)
        with pytest.raises(RegistryError, match="does not match"):
            client.models.download(name, 1, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    assert held(client.models.download(name, 1, tmp_path / "out")) == SAVED_MODEL


def test_a_copy_of_an_image_takes_its_folders_along(azure, client, name, saved, tmp_path):
    model = client.models.register(name, saved, tags={"stage": "dev"})
    image = f"image-{uuid.uuid4().hex[:8]}"
    digest = Pusher(client._connection.client)(image, "key", [model.id])
    client.images.publish(image, digest, "key", [model.id])
    target = RegistryClient(azure.other_login_server)
    client.copy_image(image, 1, target)
    assert target.models.get(name) == model
    assert held(target.models.download(name, 1, tmp_path / "out")) == SAVED_MODEL
    assert target.models.register(name, saved).version == 1


def test_a_folder_that_cannot_be_one_is_a_sentence(client, name, tmp_path, monkeypatch):
    (tmp_path / "empty" / "inner").mkdir(parents=True)
    with pytest.raises(RegistryError, match=r"^The model folder \S*empty holds no file"):
        client.models.register(name, tmp_path / "empty")
    folder = written(tmp_path / "two", {"a": b"1", "b": b"2"})
    monkeypatch.setenv("SLIPWAY_MAX_MODEL_BYTES", "1")
    with pytest.raises(RegistryError, match=r"two has more than the allowed 1 bytes"):
        client.models.register(name, folder)
    monkeypatch.setenv("SLIPWAY_MAX_MODEL_BYTES", "many")
    with pytest.raises(RegistryError, match="must be a number of bytes, got 'many'"):
        client.models.register(name, folder)


def test_the_folder_may_be_where_one_is(client, name, saved, monkeypatch):
    monkeypatch.chdir(saved)
    assert client.models.register(name, ".").filename == "bert"
