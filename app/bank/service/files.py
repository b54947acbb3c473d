"""The file of an import, kept until it is brought in, for a week at most: it goes back to whoever corrects it (service/returning.py).

Folders are days, so that what is too old is found without asking the database. A file that is gone is no fault: its
findings are listed instead.
"""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from app.bank.models import BankImport, ImportState
from app.kernel.storage import Storage
from app.kernel.work import Work
from config import Settings

KEPT = timedelta(days=7)


def keep(work: Work, kept: BankImport, content: bytes) -> None:
    """Keep the file once the import stands."""
    store, key = _store(work.settings), _key(kept)
    work.after_commit.append(partial(_put, store, key, content))


def _put(store: Storage, key: str, content: bytes) -> None:
    store.put(key, content)


def find(settings: Settings, kept: BankImport, now: datetime) -> Path | None:
    """Where the file of an import lies that waits to be corrected; None once it is brought in, or too old."""
    found = _store(settings).path(_key(kept))
    waits = kept.state == ImportState.EXAMINED and now - kept.created_at < KEPT
    return found if waits and found.is_file() else None


def forget(work: Work, kept: BankImport) -> None:
    """Let the file go once the import is brought in or taken back."""
    store, key = _store(work.settings), _key(kept)
    work.after_commit.append(partial(store.delete, key))


def forget_old(settings: Settings, today: date) -> int:
    """Delete the days that are over; how many."""
    root = _store(settings).root
    last = (today - KEPT - timedelta(days=1)).isoformat()
    old = [one for one in root.iterdir() if one.is_dir() and one.name < last] if root.is_dir() else []
    for one in old:
        shutil.rmtree(one, ignore_errors=True)
    return len(old)


def _store(settings: Settings) -> Storage:
    return Storage(settings.data_dir / "question-files")


def _key(kept: BankImport) -> str:
    return f"{kept.created_at.astimezone(UTC):%Y-%m-%d}/{kept.uid}"
