"""Archives that would reach out of their folder, and those that are as they should be."""

import io
import os
import tarfile

import pytest

from rehearsal.machine import archives
from rehearsal.machine.archives import UnsafeArchiveError


def member(name, content=None, **attributes):
    """A file with this content; another kind of member with `type`."""
    info = tarfile.TarInfo(name)
    info.size = len(content or b"")
    info.mode, info.mtime = 0o644, 1_000_000
    for key, value in attributes.items():
        setattr(info, key, value)
    return info, content


def link(name, to, kind=tarfile.SYMTYPE):
    return member(name, type=kind, linkname=to)


@pytest.fixture
def unpack(tmp_path):
    """Writes an archive of these members and unpacks it; returns the folder."""

    def run(*members, **options):
        path, target = tmp_path / "archive.tar", tmp_path / "deep" / "target"
        with tarfile.open(path, "w") as archive:
            for info, content in members:
                archive.addfile(info, io.BytesIO(content) if content is not None else None)
        target.mkdir(parents=True)
        with tarfile.open(path) as archive:
            archives.unpack(archive, archive, target, **options)
        return target

    return run


def test_files_folders_and_links_are_there_with_their_dates_and_modes(unpack):
    target = unpack(
        member("./a/b/program", b"text", mode=0o6777),
        member("a/b", type=tarfile.DIRTYPE, mode=0o700),
        link("a/soft", "/etc/hostname"),
        link("a/hard", "a/b/program", tarfile.LNKTYPE),
    )
    program = target / "a/b/program"
    assert program.read_bytes() == b"text"
    assert program.stat().st_mode & 0o7777 == 0o755
    assert program.stat().st_mtime == 1_000_000
    assert program.stat().st_uid == os.getuid()
    assert (target / "a").stat().st_mode & 0o777 == 0o755
    assert str((target / "a/soft").readlink()) == "/etc/hostname"
    assert (target / "a/hard").samefile(program)


def test_modes_may_be_given(unpack):
    target = unpack(member("file", b""), mode=lambda _: 0o444)
    assert (target / "file").stat().st_mode & 0o777 == 0o444


def test_the_last_of_two_files_of_one_name_wins_and_nothing_is_written_through_a_link(
    unpack, tmp_path
):
    outside = tmp_path / "outside"
    outside.write_text("untouched")
    target = unpack(
        member("file", b"first"),
        member("file", b"second"),
        link("other", str(outside)),
        member("other", b"mine"),
    )
    assert (target / "file").read_bytes() == b"second"
    assert (target / "other").read_bytes() == b"mine"
    assert outside.read_text() == "untouched"


@pytest.mark.parametrize(
    "members",
    [
        [member("/etc/evil", b"")],
        [member("../evil", b"")],
        [member("a/../../evil", b"")],
        [member("a/../evil", b"")],
        [link("out", "/tmp"), member("out/evil", b"")],
        [link("out", ".."), member("out/evil", b"")],
        [link("a", ".."), link("b", "a/.."), member("b/evil", b"")],
        [link("out", "loop"), link("loop", "out"), member("out/evil", b"")],
        [link("nowhere", "missing"), member("nowhere/evil", b"")],
        [link("hard", "../../secret", tarfile.LNKTYPE)],
        [link("hard", "/etc/passwd", tarfile.LNKTYPE)],
        [link("soft", "/etc/passwd"), link("hard", "soft", tarfile.LNKTYPE)],
        [link("hard", "missing", tarfile.LNKTYPE)],
        [member("null", type=tarfile.CHRTYPE)],
        [member("pipe", type=tarfile.FIFOTYPE)],
        [member(".", b"content")],
    ],
    ids=lambda members: "+".join(f"{info.name}>{info.linkname}" for info, _ in members),
)
def test_what_reaches_outside_is_refused(unpack, tmp_path, members):
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(UnsafeArchiveError):
        unpack(*members)
    assert not list(tmp_path.rglob("evil"))


def test_a_path_that_is_too_long_to_be_followed_is_refused(unpack, tmp_path):
    """Links that grow beyond PATH_MAX when they are followed (CVE-2025-4517) end at the first of them."""
    part = "d" * 247
    steps, folder = [], ""
    for letter in "abcdefghijklmnop":
        steps += [member(f"{folder}{part}", type=tarfile.DIRTYPE), link(f"{folder}{letter}", part)]
        folder += f"{letter}/"
    climb = link(f"{folder}{'l' * 254}", "../" * 16)
    with pytest.raises((UnsafeArchiveError, OSError)):
        unpack(
            *steps, climb, link("escape", f"{folder}{'l' * 254}/../.."), member("escape/evil", b"")
        )
    # By descriptors, as some of the paths are too long for the system.
    assert "evil" not in {name for _, _, names, _ in os.fwalk(tmp_path) for name in names}
