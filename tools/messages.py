"""Keep the catalogues: extract new message ids of a domain, list what has no Chinese yet, compile for running.

python tools/messages.py [DOMAIN …]     extract into each domain's catalogue, list what is untranslated
python tools/messages.py --compile      make the binary catalogues (only those older than their text)
python tools/messages.py --check        as the first, writing nothing; exit 1 if anything is missing
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

APP = Path(__file__).resolve().parent.parent / "app"
LOCALE = "zh_Hans_CN"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "_n": (1, 2), "gettext": None, "ngettext": (1, 2), "lazy_gettext": None}
OPTIONS = {"**.html": {"extensions": "jinja2.ext.i18n", "silent": "false", "newstyle_gettext": "true"}}


def catalogue_path(domain: str) -> Path:
    """Where the Chinese of a domain stands; `shared` is what all pages have in common."""
    folder = APP if domain == "shared" else APP / domain
    return folder / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"


def sources(domain: str) -> list[Path]:
    """The folders whose strings belong to `domain`."""
    return [APP / "templates"] if domain == "shared" else [APP / domain]


def domains() -> list[str]:
    """Every domain, and the shared templates."""
    return ["shared", *sorted(path.parent.name for path in APP.glob("*/__init__.py"))]


def extracted(domain: str) -> Catalog:
    """The message ids found in the sources of a domain, without line numbers (they only make noise)."""
    found = Catalog(locale=LOCALE, project="cadre-college")
    for folder in sources(domain):
        if folder.is_dir():
            for name, _line, message, comments, context in extract_from_dir(str(folder), METHODS, OPTIONS, KEYWORDS, ("i18n:",)):
                found.add(message, None, [(f"{folder.relative_to(APP.parent)}/{name}", 0)], auto_comments=comments, context=context)
    return found


def read(domain: str) -> Catalog:
    """The catalogue as it stands, or an empty one."""
    path = catalogue_path(domain)
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE)


def merged(domain: str) -> Catalog:
    """Existing Chinese under the ids that are in the sources now; what is no longer said is dropped."""
    new, old = extracted(domain), read(domain)
    for message in new:
        if message.id and (known := old.get(message.id, message.context)) is not None and "fuzzy" not in known.flags:
            message.string = known.string
    return new


def untranslated(catalogue: Catalog) -> Iterator[str]:
    """The ids that have no Chinese."""
    for message in catalogue:
        texts = message.string if isinstance(message.string, list | tuple) else (message.string,)
        if message.id and not all(texts):
            yield message.id if isinstance(message.id, str) else message.id[0]


def as_text(catalogue: Catalog) -> bytes:
    """The catalogue in its file format, sorted, without dates."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, sort_output=True, omit_header=False, no_location=True, width=140)
    lines = [line for line in buffer.getvalue().split(b"\n") if not line.startswith((b'"POT-Creation', b'"PO-Revision', b'"Generated-By'))]
    return b"\n".join(lines)


def compile_all() -> None:
    """Binary catalogues for running; only those older than their text."""
    for path in APP.glob(f"**/translations/{LOCALE}/LC_MESSAGES/messages.po"):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            with path.open("rb") as source, target.open("wb") as binary:
                write_mo(binary, read_po(source, locale=LOCALE))


def main(arguments: list[str]) -> int:
    """Run as a command; the number of untranslated ids decides the exit status of --check."""
    if "--compile" in arguments:
        compile_all()
        return 0
    missing = 0
    for domain in [name for name in arguments if not name.startswith("-")] or domains():
        catalogue = merged(domain)
        if len(catalogue) == 0:
            continue
        path = catalogue_path(domain)
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_text(catalogue))
        for text in untranslated(catalogue):
            missing += 1
            print(f"{domain}: {text!r}")
    if "--check" not in arguments:
        compile_all()
    return 1 if missing and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
