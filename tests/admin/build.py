"""Helpers around backups: an empty college, what is in one, its commands."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import inspect, text

from app.admin import migrating
from app.admin.backup import making, rows
from app.factory import create_app
from app.kernel.work import College

QUIET: Callable[[str], None] = lambda _line: None  # noqa: E731


def open_college(source: Flask, folder: Path, url: str) -> Flask:
    """Another, empty college of the same secret."""
    settings = source.extensions["college"].settings
    return create_app(
        dataclasses.replace(settings, database_url=url, data_dir=folder / "var", media_dir=folder / "media"),
        clock=source.extensions["college"].clock,
    )


def migrated(college: College) -> None:
    with college.engine.connect() as connection:
        migrating.upgrade(connection)
        connection.commit()


def lay(root: Path) -> None:
    """Media as a college has them, and what a backup leaves out."""
    for name, content in {
        "blobs/ab/abcd": b"film" * 1000, "hls/01890000-0000-7000-8000-000000000000/360p/0.m4s": b"segment", "work/x.1/half": b"half",
        "hls/01890000-0000-7000-8000-000000000000/.poster.jpg.1.part": b"half", "uploads/u.bin": b"",
    }.items():  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    (root / "blobs" / "link").symlink_to("/etc/passwd")


def run(app: Flask, *arguments: str) -> Any:
    """One of the college's commands, in its own context."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=arguments)


def backed_up(app: Flask, out: Path) -> Path:
    return making.create(app.extensions["college"], out, QUIET).path


def content(college: College) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with college.engine.connect() as connection:
        return {
            name: sorted((tuple(sorted(row._mapping.items())) for row in connection.execute(text(f'SELECT * FROM "{name}"'))), key=repr)
            for name in rows.names_of(connection)
        }


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def state(app: Flask) -> Any:
    """All that a refused restore may not change."""
    college = app.extensions["college"]
    with college.engine.connect() as connection:
        tables = sorted(inspect(connection).get_table_names())
    found = (tables, content(college) if tables else {}, files(college.settings.media_dir))
    return (*found, {name: one for name, one in files(college.settings.data_dir).items() if "sqlite3" not in name})
