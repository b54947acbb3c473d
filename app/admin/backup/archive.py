"""The file of a backup: a plain tar whose last member lists every other with size and SHA-256, and is signed.

college-backup.json   first: the format, so that a foreign file is known at once
data/…                public keys and signed heads of the ledger, evidence of claims, pictures of questions
database/…            the rows, as of one moment
media/…               every file under MEDIA_DIR
manifest.json         what the archive holds, from which revision of the schema, and what was left out
manifest.sig          the list signed with the college's key

What is read here was perhaps written by an enemy: nothing is unpacked before the whole list is checked, only ordinary
files with ordinary names are, each may only be as large as the list says, and none is compressed (MSA-25-0051).
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

FORMAT = {"format": "cadre-college-backup", "version": 1}
HEAD, MANIFEST, SIGNATURE = "college-backup.json", "manifest.json", "manifest.sig"
ROOMS = ("data", "database", "media")
CHUNK = 1 << 20
LARGEST_LIST = 512 << 20
MOST_MEMBERS = 20_000_000
_PART = re.compile(r"[A-Za-z0-9_\-+=@][A-Za-z0-9_.\-+=@]*")


class BadBackup(Exception):
    """Why a backup is not taken or not restored, in a sentence for the operator."""


@dataclass(frozen=True)
class Member:
    """One file of the archive."""

    name: str
    size: int
    sha256: str


@dataclass
class Writer:
    """Writes members one after the other and keeps the list."""

    tar: tarfile.TarFile
    moment: float
    members: list[Member] = field(default_factory=list)

    def add(self, name: str, source: IO[bytes], size: int) -> None:
        """Put `size` bytes of `source` into the archive; what is missing (a file that shrank meanwhile) is zeros."""
        if not is_ordinary(name):
            raise BadBackup(f"the file {name!r} has a name that a backup cannot hold")
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = size, int(self.moment), 0o600
        reading = _Reading(source, size)
        self.tar.addfile(info, reading)
        self.members.append(Member(name, size, reading.sha.hexdigest()))

    def add_bytes(self, name: str, content: bytes) -> None:
        """A small member that is at hand."""
        self.add(name, io.BytesIO(content), len(content))


class _Reading:
    """A source of exactly `size` bytes that is hashed while it is read."""

    def __init__(self, source: IO[bytes], size: int) -> None:
        self.source, self.left, self.sha = source, size, hashlib.sha256()

    def read(self, count: int = -1) -> bytes:
        wanted = self.left if count < 0 else min(count, self.left)
        chunk = self.source.read(wanted)
        chunk += b"\0" * (wanted - len(chunk))
        self.left -= wanted
        self.sha.update(chunk)
        return chunk


def is_ordinary(name: str) -> bool:
    """Whether a name is a relative path of plain parts under one of the rooms: no `..`, no hidden part, no absolute path."""
    parts = name.split("/")
    return len(name) <= 400 and len(parts) > 1 and parts[0] in ROOMS and all(_PART.fullmatch(part) for part in parts)


def message(manifest: bytes) -> bytes:
    """What is signed: a purpose of its own, so that no signature of a ledger head can stand for it."""
    return b"cadre-college-backup manifest sha256 " + hashlib.sha256(manifest).hexdigest().encode()


@dataclass(frozen=True)
class Signed:
    """The list of an archive as its bytes, with the signature that came with it."""

    manifest: bytes
    key_id: str
    public: bytes
    signature: bytes


class Reader:
    """An archive whose headers and list have been checked; the content of a member is checked while it is unpacked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._tar = tarfile.open(path, "r:", errorlevel=2)  # noqa: SIM115  # closed by close()
        except (OSError, tarfile.TarError) as error:
            raise BadBackup(f"{path} is not a backup of this college: {error}") from error
        try:
            self._infos = self._scanned()
            self.signed = self._signed()
            self.facts = _facts(self.signed.manifest)
            self.members = self._listed()
        except (tarfile.TarError, EOFError, UnicodeError) as error:
            self.close()
            raise BadBackup(f"{path} is damaged or was cut off: {error}") from error
        except BadBackup:
            self.close()
            raise

    def _scanned(self) -> dict[str, tarfile.TarInfo]:
        """The headers of all members; the first says what this file is."""
        found: dict[str, tarfile.TarInfo] = {}
        total, limit = 0, self.path.stat().st_size
        for info in self._tar:
            if not found and info.name != HEAD:
                raise BadBackup(f"{self.path} is a tar file, but not a backup of a college")
            if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or info.sparse or info.name in found:
                raise BadBackup(f"the backup holds {info.name!r}, which is not an ordinary file; nothing was changed")
            if info.name not in (HEAD, MANIFEST, SIGNATURE) and not is_ordinary(info.name):
                raise BadBackup(f"the backup holds a file with the name {info.name!r}, which would lie elsewhere; nothing was changed")
            total += info.size
            if info.size < 0 or total > limit or len(found) > MOST_MEMBERS:
                raise BadBackup(f"{self.path} is damaged or was cut off: it says that it is larger than it is")
            found[info.name] = info
        return found

    def _small(self, name: str) -> bytes:
        info = self._infos.get(name)
        if info is None:
            raise BadBackup(f"{self.path} was cut off: it has no {name}")
        if info.size > LARGEST_LIST:
            raise BadBackup(f"{name} of the backup is larger than any list may be")
        file = self._tar.extractfile(info)
        content = file.read() if file else b""
        if len(content) != info.size:
            raise BadBackup(f"{self.path} was cut off in {name}")
        return content

    def _signed(self) -> Signed:
        if _json(self._small(HEAD)) != FORMAT:
            raise BadBackup(f"{self.path} is a backup in a format that this version does not read")
        manifest, note = self._small(MANIFEST), _json(self._small(SIGNATURE))
        try:
            return Signed(manifest, str(note["key_id"]), bytes.fromhex(note["public"]), bytes.fromhex(note["signature"]))
        except (KeyError, TypeError, ValueError) as error:
            raise BadBackup("the signature of the backup cannot be read") from error

    def _listed(self) -> list[Member]:
        """The members as the list has them; list and headers tell the same."""
        try:
            listed = [Member(str(one["name"]), int(one["size"]), str(one["sha256"])) for one in self.facts["members"]]
        except (KeyError, TypeError, ValueError) as error:
            raise BadBackup("the list of the backup cannot be read") from error
        held = {name: info.size for name, info in self._infos.items() if name not in (HEAD, MANIFEST, SIGNATURE)}
        if {one.name: one.size for one in listed} != held or len(listed) != len(held):
            raise BadBackup(f"{self.path} does not hold what its list says: it is damaged or was changed")
        return listed

    def unpack(self, folder: Path, tell: Callable[[int], None] = lambda _bytes: None) -> None:
        """Write every member under `folder`; the first whose bytes are not those of the list is an end."""
        for member in self.members:
            target = folder / PurePosixPath(member.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            sha = hashlib.sha256()
            with target.open("xb") as file:
                for chunk in self._content(member):
                    sha.update(chunk)
                    file.write(chunk)
                    tell(len(chunk))
            if sha.hexdigest() != member.sha256:
                raise BadBackup(f"{member.name} of the backup is damaged: its SHA-256 is not the one of the list")

    def _content(self, member: Member) -> Iterator[bytes]:
        file = self._tar.extractfile(self._infos[member.name])
        left = member.size
        while left:
            try:
                chunk = file.read(min(CHUNK, left)) if file else b""
            except tarfile.TarError as error:
                raise BadBackup(f"{self.path} was cut off in {member.name}") from error
            if not chunk:
                raise BadBackup(f"{self.path} was cut off in {member.name}")
            left -= len(chunk)
            yield chunk

    def close(self) -> None:
        """Close the file."""
        self._tar.close()


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError as error:
        raise BadBackup("a list of the backup is damaged") from error


def _facts(manifest: bytes) -> dict[str, Any]:
    facts = _json(manifest)
    if not isinstance(facts, dict) or not all(isinstance(facts.get(name), str) for name in ("engine", "revision", "made_at")):
        raise BadBackup("the list of the backup cannot be read")
    return facts
