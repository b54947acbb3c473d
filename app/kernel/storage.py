"""Files of the college behind one door: local folders today, an object store by another implementation."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Storage:
    """A folder whose writes are atomic and durable: temporary name, fsync, rename, fsync of the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def path(self, key: str) -> Path:
        """Where `key` lies; a key that would leave the folder is refused with ValueError."""
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root) or path == self.root:
            raise ValueError(f"key leaves the store: {key!r}")
        return path

    def exists(self, key: str) -> bool:
        """Whether something lies at `key`."""
        return self.path(key).exists()

    @contextmanager
    def writing(self, key: str) -> Iterator[Path]:
        """Give a temporary path beside `key`; when the block ends well it takes the name at once, whole or not at all."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}.part")
        try:
            yield temporary
            sync_tree(temporary)
            if target.is_dir():
                shutil.rmtree(target)
            temporary.replace(target)
            sync_folder(target.parent)
        finally:
            if temporary.is_dir():
                shutil.rmtree(temporary, ignore_errors=True)
            else:
                temporary.unlink(missing_ok=True)

    def put(self, key: str, content: bytes) -> Path:
        """Store bytes under `key`, replacing what was there."""
        with self.writing(key) as path:
            path.write_bytes(content)
        return self.path(key)

    def delete(self, key: str) -> None:
        """Remove a file or folder; nothing there is no error."""
        path = self.path(key)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def free_bytes(self) -> int:
        """Free space of the disk that holds the store."""
        self.root.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.root).free


def sync_tree(path: Path) -> None:
    """Make a file, or every file of a folder, safe on disk."""
    for file in [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.is_file()):
        with file.open("rb") as handle:
            os.fsync(handle.fileno())


def sync_folder(path: Path) -> None:
    """Make a rename inside `path` safe on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
