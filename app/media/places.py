"""Where the bytes lie under MEDIA_DIR, and how they get there whole or not at all.

uploads/<asset>.bin     a file on its way in, until its blob exists
blobs/ab/<sha-256>      the file as it came, once, whoever uploaded it (content-addressed)
hls/<asset>/            what is served: master.m3u8, a folder for each rendition, poster, sprite
work/<asset>.<random>/  a job's own folder; nothing in it is ever served
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from pathlib import Path
from uuid import UUID

from app.kernel.storage import sync_folder, sync_tree

CHUNK = 1 << 20
RESERVE = 64 << 20
"""Bytes that stay free whatever is uploaded or encoded, for the database and its log."""


def free_bytes(root: Path) -> int:
    """Free space of the disk under MEDIA_DIR: the outer port that tests replace."""
    root.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(root).free


def upload_file(root: Path, asset_uid: UUID) -> Path:
    """The file on its way in."""
    return root / "uploads" / f"{asset_uid}.bin"


def blob(root: Path, sha256: str) -> Path:
    """The file as it came, by its content."""
    return root / "blobs" / sha256[:2] / sha256


def served(root: Path, asset_uid: UUID) -> Path:
    """The folder of everything a player may fetch."""
    return root / "hls" / str(asset_uid)


def job_folder(root: Path, asset_uid: UUID) -> Path:
    """A fresh name for a job's own folder; what an earlier, killed job of this asset left is removed."""
    clear_jobs(root, asset_uid)
    return root / "work" / f"{asset_uid}.{secrets.token_hex(4)}"


def clear_jobs(root: Path, asset_uid: UUID) -> None:
    """Remove the job folders of an asset."""
    for left in (root / "work").glob(f"{asset_uid}.*"):
        shutil.rmtree(left, ignore_errors=True)


def digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            sha.update(chunk)
    return sha.hexdigest()


def keep(root: Path, path: Path, sha256: str, *, link: bool = True) -> Path:
    """Put the bytes of `path` under their digest; the same content is kept once. `link` where the file is our own."""
    target = blob(root, sha256)
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        try:
            if not link:
                raise OSError("to be copied")
            os.link(path, temporary)
        except OSError:
            shutil.copyfile(path, temporary)
        temporary.chmod(0o644)
        sync_tree(temporary)
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return target


def publish(root: Path, asset_uid: UUID, job: Path, names: list[str]) -> None:
    """Move finished files and folders from the job into the served folder: safe on disk first, then by rename."""
    folder = served(root, asset_uid)
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        sync_tree(job / name)
        if (job / name).is_dir():
            sync_folder(job / name)
    for name in names:
        target = folder / name
        if target.is_dir():
            shutil.rmtree(target)
        (job / name).replace(target)
    sync_folder(folder)


def write_served(root: Path, asset_uid: UUID, name: str, text: str) -> None:
    """Write a small text file into the served folder, whole or not at all."""
    folder = served(root, asset_uid)
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{name}.{secrets.token_hex(4)}"
    temporary.write_text(text, encoding="utf-8")
    sync_tree(temporary)
    temporary.replace(folder / name)
    sync_folder(folder)


def forget(root: Path, asset_uid: UUID) -> None:
    """Remove what belongs to one asset alone; its blob stays until no asset names it."""
    upload_file(root, asset_uid).unlink(missing_ok=True)
    clear_jobs(root, asset_uid)
    shutil.rmtree(served(root, asset_uid), ignore_errors=True)
