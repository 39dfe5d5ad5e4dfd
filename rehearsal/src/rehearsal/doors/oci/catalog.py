"""What one registry knows: repositories, manifests, tags, attributes; one SQLite file.

Each public method is one transaction, so that a SIGKILL leaves a registry that is whole and a
locked tag is checked and written in one step.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rehearsal.doors.oci import catalog_file, errors
from rehearsal.doors.oci.attributes import Attributes, Kind


@dataclass(frozen=True)
class Manifest:
    """What a client puts: the bytes and what the registry read in them."""

    digest: str
    media_type: str
    content: bytes
    config_media_type: str | None
    subject: str | None
    blobs: tuple[str, ...]
    children: tuple[str, ...]
    size: int
    """Bytes of the manifest and of everything that it names."""


class Catalog:
    """The metadata of one registry. Called from the registry's event loop only."""

    def __init__(self, path: Path) -> None:
        self._db = catalog_file.open_catalog(path)
        self._attributes = Attributes(self._db)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # Blobs ---------------------------------------------------------------------------------

    def link_blob(self, repository: str, digest: str) -> None:
        """The repository holds the blob from now on."""
        with self._transaction():
            self._db.execute("insert or ignore into blobs values (?, ?)", (repository, digest))

    def has_blob(self, repository: str, digest: str) -> bool:
        """Whether the repository holds the blob."""
        query = "select 1 from blobs where repository = ? and digest = ?"
        return self._db.execute(query, (repository, digest)).fetchone() is not None

    def unlink_blob(self, repository: str, digest: str) -> list[str]:
        """Drop a blob from the repository; returns it when no repository holds it any more."""
        with self._transaction():
            self._db.execute(
                "delete from blobs where repository = ? and digest = ?", (repository, digest)
            )
            return self._unheld([digest])

    # Manifests -----------------------------------------------------------------------------

    def put_manifest(self, repository: str, manifest: Manifest, tag: str | None) -> None:
        """Store it, and point the tag at it; refused when either, or the repository, is locked."""
        with self._transaction():
            self._require_content(repository, manifest)
            self._ensure_repository(repository)
            self._attributes.require_writable("repositories", repository)
            self._insert(repository, manifest)
            if tag is not None:
                self._point(repository, tag, manifest.digest)

    def manifest(self, repository: str, reference: str) -> sqlite3.Row:
        """The row of a manifest by digest or tag, or MANIFEST_UNKNOWN."""
        digest = reference if ":" in reference else self._digest_of(repository, reference)
        query = "select * from manifests where repository = ? and digest = ?"
        row: sqlite3.Row | None = self._db.execute(query, (repository, digest)).fetchone()
        if row is None:
            raise errors.manifest_unknown(reference)
        return row

    def delete_manifest(self, repository: str, digest: str) -> list[str]:
        """Delete it with its tags; returns the blobs that nothing holds any more."""
        with self._transaction():
            self.manifest(repository, digest)
            self._attributes.require_deletable("repositories", repository)
            self._attributes.require_deletable("manifests", repository, digest)
            for tag in self.tags(repository, digest):
                self._attributes.require_deletable("tags", repository, tag["name"])
            return self._remove_manifest(repository, digest)

    def delete_tag(self, repository: str, tag: str) -> None:
        """Remove the tag; the manifest stays."""
        with self._transaction():
            self.tag(repository, tag)
            self._attributes.require_deletable("repositories", repository)
            self._attributes.require_deletable("tags", repository, tag)
            self._db.execute(
                "delete from tags where repository = ? and name = ?", (repository, tag)
            )
            self._drop_repository_when_empty(repository)

    def delete_repository(self, repository: str) -> tuple[list[str], list[str], list[str]]:
        """Delete all; returns digests of manifests, names of tags, blobs that nothing holds."""
        with self._transaction():
            self.repository(repository)
            self._attributes.require_deletable("repositories", repository)
            tags = [row["name"] for row in self.tags(repository)]
            digests = [row["digest"] for row in self.manifests(repository)]
            for tag in tags:
                self._attributes.require_deletable("tags", repository, tag)
            for digest in digests:
                self._attributes.require_deletable("manifests", repository, digest)
            free = [
                blob for digest in digests for blob in self._remove_manifest(repository, digest)
            ]
            return digests, tags, free

    # Reading -------------------------------------------------------------------------------

    def repositories(self) -> list[str]:
        """Names, sorted."""
        rows = self._db.execute("select name from repositories where listEnabled order by name")
        return [row["name"] for row in rows]

    def repository(self, name: str) -> sqlite3.Row:
        """The row, or NAME_UNKNOWN."""
        query = "select * from repositories where name = ?"
        row: sqlite3.Row | None = self._db.execute(query, (name,)).fetchone()
        if row is None:
            raise errors.name_unknown(name)
        return row

    def tags(self, repository: str, digest: str | None = None) -> list[sqlite3.Row]:
        """Tags by name, all or those of one manifest."""
        query = "select * from tags where repository = ? and listEnabled"
        if digest is None:
            return self._db.execute(f"{query} order by name", (repository,)).fetchall()
        query = f"{query} and digest = ? order by name"
        return self._db.execute(query, (repository, digest)).fetchall()

    def tag(self, repository: str, tag: str) -> sqlite3.Row:
        """The row, or TAG_UNKNOWN."""
        query = "select * from tags where repository = ? and name = ?"
        row: sqlite3.Row | None = self._db.execute(query, (repository, tag)).fetchone()
        if row is None:
            raise errors.tag_unknown(tag)
        return row

    def manifests(self, repository: str) -> list[sqlite3.Row]:
        """Manifests by digest."""
        query = "select * from manifests where repository = ? and listEnabled order by digest"
        return self._db.execute(query, (repository,)).fetchall()

    def referrers(self, repository: str, subject: str) -> list[sqlite3.Row]:
        """Manifests whose `subject` is this one."""
        query = "select * from manifests where repository = ? and subject = ? order by created"
        return self._db.execute(query, (repository, subject)).fetchall()

    def change(self, kind: Kind, key: tuple[str, ...], attributes: Mapping[str, bool]) -> None:
        """Set changeable attributes (ATTRIBUTES) of a repository, tag or manifest."""
        with self._transaction():
            self._attributes.change(kind, key, attributes)

    # Within a transaction --------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def _require_content(self, repository: str, manifest: Manifest) -> None:
        for digest in manifest.blobs:
            if not self.has_blob(repository, digest):
                raise errors.manifest_blob_unknown(digest)
        for digest in manifest.children:
            try:
                self.manifest(repository, digest)
            except errors.OciError:
                raise errors.manifest_blob_unknown(digest) from None

    def _ensure_repository(self, name: str) -> None:
        now = _now()
        self._db.execute(
            "insert into repositories (name, created, updated) values (?, ?, ?)"
            " on conflict (name) do update set updated = excluded.updated",
            (name, now, now),
        )

    def _insert(self, repository: str, manifest: Manifest) -> None:
        now = _now()
        values = (
            repository,
            manifest.digest,
            manifest.media_type,
            manifest.content,
            manifest.config_media_type,
            manifest.subject,
            now,
            now,
            manifest.size,
        )
        self._db.execute(
            "insert or ignore into manifests (repository, digest, media_type, content,"
            " config_media_type, subject, created, updated, size)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        for digest in (*manifest.blobs, *manifest.children):
            self._db.execute(
                "insert or ignore into uses values (?, ?, ?)", (repository, manifest.digest, digest)
            )

    def _point(self, repository: str, tag: str, digest: str) -> None:
        self._attributes.require_writable("tags", repository, tag)
        now = _now()
        self._db.execute(
            "insert into tags (repository, name, digest, created, updated) values (?, ?, ?, ?, ?)"
            " on conflict (repository, name) do update"
            " set digest = excluded.digest, updated = excluded.updated",
            (repository, tag, digest, now, now),
        )

    def _digest_of(self, repository: str, tag: str) -> str:
        try:
            return str(self.tag(repository, tag)["digest"])
        except errors.OciError:
            raise errors.manifest_unknown(tag) from None

    def _remove_manifest(self, repository: str, digest: str) -> list[str]:
        key = (repository, digest)
        rows = self._db.execute(
            "select digest from uses where repository = ? and manifest = ?", key
        ).fetchall()
        self._db.execute("delete from tags where repository = ? and digest = ?", key)
        self._db.execute("delete from manifests where repository = ? and digest = ?", key)
        self._db.execute("delete from uses where repository = ? and manifest = ?", key)
        used = [row["digest"] for row in rows]
        self._drop_unused_blobs(repository, used)
        self._drop_repository_when_empty(repository)
        return self._unheld(used)

    def _drop_unused_blobs(self, repository: str, digests: list[str]) -> None:
        for digest in digests:
            self._db.execute(
                "delete from blobs where repository = ?1 and digest = ?2 and not exists"
                " (select 1 from uses where repository = ?1 and digest = ?2)",
                (repository, digest),
            )

    def _drop_repository_when_empty(self, repository: str) -> None:
        self._db.execute(
            "delete from repositories where name = ?1 and not exists"
            " (select 1 from manifests where repository = ?1)",
            (repository,),
        )

    def _unheld(self, digests: list[str]) -> list[str]:
        query = "select 1 from blobs where digest = ?"
        return [d for d in digests if self._db.execute(query, (d,)).fetchone() is None]


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
