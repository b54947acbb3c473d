"""Write docs/reference from the code itself, so that it cannot rot: permissions, refusals, actions, events, settings.

python tools/reference.py            write the pages
python tools/reference.py --check    exit 1 if a page is not what the code says
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
import tempfile
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app import factory  # noqa: E402  # the path above makes it importable from anywhere
from app.kernel import events  # noqa: E402
from app.kernel.errors import Refusal  # noqa: E402
from config import Settings  # noqa: E402

FOLDER = ROOT / "docs" / "reference"


def application() -> Any:
    """A college on an empty database, to look at."""
    folder = Path(tempfile.mkdtemp())
    return factory.create_app(Settings(app_env="test", data_dir=folder, media_dir=folder, secret_key="x" * 40))


def first_line(thing: Any) -> str:
    """The first sentence of a docstring."""
    return (inspect.getdoc(thing) or "").split("\n")[0]


def classes(base: type[Any]) -> Iterator[type[Any]]:
    """Every subclass of `base`, however deep."""
    for child in type.__subclasses__(base):
        yield child
        yield from classes(child)


def permissions(app: Any) -> str:
    """Every route and who may enter."""
    lines = [
        "# Who may enter",
        "",
        "`public`: anyone. `signed-in`: any person. Otherwise the action that must be granted (see actions.md);",
        "what the page then shows is limited to the person's scope.",
        "",
        "| method | route | who | what |",
        "|---|---|---|---|",
    ]
    rows = [(e.rule, method, e.allow, e.summary) for e in app.extensions["endpoints"].values() for method in e.methods]
    return "\n".join([*lines, *(f"| `{method}` | `{rule}` | `{allow}` | {what} |" for rule, method, allow, what in sorted(rows))]) + "\n"


def refusals() -> str:
    """Every refusal: its code never changes."""
    found = {cls.code: cls for cls in sorted(classes(Refusal), key=lambda c: c.__qualname__) if cls.__module__.startswith("app.")}
    lines = ["# Refusals", "", "Each refusal has a status, a code that never changes and one sentence for the person."]
    for code, cls in sorted(found.items()):
        lines += ["", f"## {code}", "", f"{cls.status} · {first_line(cls)}"]
    return "\n".join(lines) + "\n"


def actions() -> str:
    """Every action a role may be granted."""
    lines = ["# Actions", "", "Declared where they are done; `content/roles.toml` says which role has which."]
    for module in factory.modules("actions"):
        for _name, cls in inspect.getmembers(module, inspect.isclass):
            if issubclass(cls, StrEnum) and cls is not StrEnum and cls.__module__ == module.__name__:
                lines += ["", f"## {module.__name__.split('.')[1]}", "", first_line(cls), ""] + [f"- `{member.value}`" for member in cls]
    return "\n".join(lines) + "\n"


def announced() -> str:
    """Every event and who listens."""
    lines = ["# Events", "", "Lower floors announce; listeners act in the same transaction."]
    for cls in sorted(events._listeners, key=lambda c: c.__name__):
        heard = [f"`{fn.__module__}.{fn.__name__}`" for fn in events.listeners_of(cls)]
        lines += [
            "",
            f"## {cls.__name__}",
            "",
            f"`{cls.__module__}` · {first_line(cls)}",
            "",
            f"Heard by {', '.join(heard) or 'nobody yet'}.",
        ]
    return "\n".join(lines) + "\n"


SETTING_WORDS = {
    "APP_ENV": "`demo`, `production` or `test`. Production refuses the demo college, a movable clock and a short secret.",
    "DATABASE_URL": "SQLAlchemy address; empty means SQLite under DATA_DIR. PostgreSQL: `postgresql+psycopg://…`.",
    "DATA_DIR": "Database, keys, job queue and index of this college.",
    "MEDIA_DIR": "Originals and renditions.",
    "CONTENT_DIR": "Rules, roles, jurisdictions and courses that the college ships with.",
    "HOST": "Address to listen on.",
    "PORT": "Port to listen on.",
    "WEB_WORKERS": "Web processes.",
    "BLOCKING_THREADS": "Threads of each web process: 64 when viewers reach it directly, 2–8 behind nginx.",
    "SECRET_KEY": "Signs sessions, play URLs and tokens. At least 32 characters in production; made once under DATA_DIR otherwise.",
    "DEMO_CLOCK_FILE": "A file with a signed number of seconds added to the clock at every unit of work (demo and test only).",
    "MEDIA_ACCEL": "`off`: segments are sent by the application; `x-accel`: by nginx through X-Accel-Redirect.",
    "FFMPEG_BINARY": "ffmpeg to use; otherwise the one on PATH, otherwise the packaged one.",
    "RULE_SET": "The rule set in force (`demo`), optionally pinned (`demo@1`).",
    "ACCOUNT_PROFILE": "`demo`, `mlps3` (GB/T 22239 level 3) or `asvs` (OWASP): password, lock-out and idle rules.",
    "JOBS_URL": "What carries wake-ups to the worker: empty for SQLite under DATA_DIR, `postgresql://…` or `redis://…`.",
    "PUBLIC_URL": "Address printed into certificates; empty means the address of the request.",
    "TRUSTED_HOSTS": "Names the college answers to, separated by commas; else that of PUBLIC_URL and this machine.",
    "SECURE_COOKIES": "Cookies over HTTPS only; on by default in production.",
    "PROXY_HOPS": "How many proxies stand in front and may be believed about the caller's address.",
    "MEDIA_MAX_BYTES": "Largest upload.",
    "METRICS_TOKEN": "Bearer token for /metrics from elsewhere; without it only this machine may read it.",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR.",
}


def settings() -> str:
    """Every setting of the environment; a setting without words is a KeyError, so none is left out."""
    lines = ["# Settings", "", "Read once from the environment (`NAME`, or `NAME_FILE` naming a file that holds the value)."]
    for field in dataclasses.fields(Settings):
        name = field.name.upper()
        default = "" if field.name == "secret_key" else f" Default: `{field.default}`." if field.default not in ("", None) else ""
        lines += ["", f"## {name}", "", SETTING_WORDS[name] + default]
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Every page of docs/reference that is made from the code."""
    app = application()
    return {
        "permissions.md": permissions(app),
        "refusals.md": refusals(),
        "actions.md": actions(),
        "events.md": announced(),
        "settings.md": settings(),
    }


def main(arguments: list[str]) -> int:
    """Write or check the pages."""
    stale = [name for name, text in pages().items() if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for name in stale:
            print(f"docs/reference/{name} is not what the code says; run tools/reference.py")
        return 1 if stale else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
