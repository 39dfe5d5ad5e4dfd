"""The vendor's archive, from a server of our own on the loopback interface."""

import functools
import hashlib
import http.server
import io
import tarfile
import threading

import pytest

from rehearsal.golang.errors import ToolchainError
from rehearsal.golang.version import Version
from tools import vendor

VERSION = Version(3, 300, 0)
NAME = f"pulumi-v{VERSION}-{vendor._platform()}.tar.gz"


@pytest.fixture
def site(tmp_path):
    """Serves a folder; gives the folder and its address."""
    folder = tmp_path / "site"
    folder.mkdir()

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


PROGRAMS = ("pulumi/pulumi", "pulumi/pulumi-language-python")


def publish(folder, names, *others, checksum=None):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name in names:
            member = tarfile.TarInfo(name)
            member.mode, member.size = 0o755, 1
            tar.addfile(member, io.BytesIO(b"x"))
        for member in others:
            tar.addfile(member)
    (folder / NAME).write_bytes(packed.getvalue())
    listed = folder / f"v{VERSION}" / f"pulumi-{VERSION}-checksums.txt"
    listed.parent.mkdir()
    digest = checksum or hashlib.sha256(packed.getvalue()).hexdigest()
    listed.write_text(f"{'0' * 64}  something-else.tar.gz\n{digest}  {NAME}\n")


def download(site, target):
    vendor.download(VERSION, target, archives=site[1], checksums=site[1])


def test_the_archive_becomes_a_folder_of_programs(site, tmp_path):
    publish(site[0], ["pulumi/pulumi", "pulumi/pulumi-language-python", "pulumi/pulumi-watch"])
    download(site, tmp_path / "made")
    made = sorted(p.name for p in (tmp_path / "made" / "bin").iterdir())
    assert made == ["pulumi", "pulumi-language-python", "pulumi-watch"]
    assert (tmp_path / "made" / "bin" / "pulumi").stat().st_mode & 0o111


@pytest.mark.parametrize(
    ("names", "checksum", "reason"),
    [
        (["pulumi/pulumi"], None, "contains no pulumi-language-python"),
        (["pulumi/pulumi"], "f" * 64, "published is f+; not used"),
    ],
)
def test_what_is_not_the_published_release_is_not_used(site, tmp_path, names, checksum, reason):
    publish(site[0], names, checksum=checksum)
    with pytest.raises(ToolchainError, match=reason):
        download(site, tmp_path / "made")
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def special(name, kind, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def test_nothing_is_written_outside_the_folder(site, tmp_path):
    publish(
        site[0],
        [*PROGRAMS, f"{tmp_path}/absolute", "../../climbing"],
        special("pulumi/link", tarfile.SYMTYPE, str(tmp_path)),
        special("pulumi/hard", tarfile.LNKTYPE, "pulumi/pulumi"),
        special("pulumi/device", tarfile.CHRTYPE),
        special("pulumi/pipe", tarfile.FIFOTYPE),
    )
    download(site, tmp_path / "made")
    made = sorted(p.name for p in (tmp_path / "made" / "bin").iterdir())
    assert made == ["absolute", "climbing", "pulumi", "pulumi-language-python"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["made", "site"]


@pytest.mark.parametrize("name", ["pulumi/..", "other/pulumi", "."])
def test_a_name_that_is_no_new_program_is_refused(site, tmp_path, name):
    publish(site[0], [*PROGRAMS, name])
    with pytest.raises(ToolchainError, match=r"vendor: "):
        download(site, tmp_path / "made")
    assert [p.name for p in tmp_path.iterdir()] == ["site"]


def test_a_vendor_out_of_reach_is_one_sentence(site, tmp_path):
    with pytest.raises(ToolchainError, match="404 File not found"):
        download(site, tmp_path / "made")
    with pytest.raises(ToolchainError, match=r"vendor: http://127\.0\.0\.1:1: .*refused"):
        vendor.download(
            VERSION,
            tmp_path / "made",
            archives="http://127.0.0.1:1",
            checksums="http://127.0.0.1:1",
        )
