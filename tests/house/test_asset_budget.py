"""What the front end may weigh, and what may be in it (frontend.md §5, §2.1; decisions 29).

The budgets are bytes as the browser gets them: the entry, all it imports, compressed. They read the build of
`node tools/assets.mjs`; building takes a second and is done here when it was not done before.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SRC, DIST = ROOT / "app/static/src", ROOT / "app/static/dist"
KB = 1024


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    """The names of the build."""
    if not (DIST / "manifest.json").exists():
        subprocess.run(["node", "tools/assets.mjs"], cwd=ROOT, check=True, capture_output=True)
    return json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))


def with_imports(name: str, seen: set[str] | None = None) -> set[str]:
    """A built script and every chunk it imports."""
    seen = seen if seen is not None else set()
    if name not in seen:
        seen.add(name)
        for other in re.findall(r'(?:from|import)\s*\(?"\./([^"]+\.js)"', (DIST / name).read_text(encoding="utf-8")):
            with_imports(other, seen)
    return seen


def weight(names: set[str]) -> int:
    """Bytes over the wire."""
    return sum(len(gzip.compress((DIST / name).read_bytes(), 9)) for name in names)


@pytest.mark.parametrize(
    ("entry", "most"),
    [("app.js", 20), ("player.js", 130), ("exam.js", 20), ("upload.js", 25), ("desk.js", 10), ("preview.js", 125)],
)
def test_a_script_stays_within_its_budget(manifest: dict[str, str], entry: str, most: int) -> None:
    assert weight(with_imports(manifest[entry])) <= most * KB


def test_the_style_sheet_stays_within_its_budget(manifest: dict[str, str]) -> None:
    assert weight({manifest["app.css"]}) <= 15 * KB


def test_core_of_any_page_leaves_room_for_its_html(manifest: dict[str, str]) -> None:
    core = with_imports(manifest["app.js"]) | {manifest["app.css"], manifest["icons.svg"], manifest["favicon.svg"]}
    assert weight(core) <= 35 * KB


def test_every_built_file_has_its_compressed_sibling(manifest: dict[str, str]) -> None:
    for name in manifest.values():
        assert gzip.decompress((DIST / f"{name}.gz").read_bytes()) == (DIST / name).read_bytes()


def test_the_licences_of_what_is_built_in_are_shipped(manifest: dict[str, str]) -> None:
    notices = (DIST / "third-party.txt").read_text(encoding="utf-8")
    assert all(package in notices for package in ("hls.js", "tus-js-client", "lucide-static"))


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.css")), ids=lambda path: path.name)
def test_styles_use_nothing_the_oldest_browsers_lack(path: Path) -> None:
    """Chromium 87, Firefox 91, Safari 15 drop whole blocks at these (frontend.md §1d)."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(r"@layer|@container|:has\(|:is\(|:where\(|color-mix\(|\bdvh\b|aspect-ratio|^\s*&", text, flags=re.MULTILINE)


@pytest.mark.parametrize("path", sorted([*SRC.rglob("*.js"), *SRC.rglob("*.css")]), ids=lambda path: str(path.relative_to(SRC)))
def test_nothing_is_fetched_from_outside(path: Path) -> None:
    found = re.findall(r"https?://[^\s\"')]+", path.read_text(encoding="utf-8"))
    assert [address for address in found if not address.startswith("http://www.w3.org/")] == []


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.js")), ids=lambda path: str(path.relative_to(SRC)))
def test_scripts_put_no_strings_into_the_page_as_markup(path: Path) -> None:
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", path.read_text(encoding="utf-8"))


def test_every_icon_named_in_a_template_is_in_the_sprite() -> None:
    names = set((SRC / "icons.txt").read_text(encoding="utf-8").split())
    missing = {
        f"{path.name}: {name}"
        for path in (ROOT / "app").rglob("templates/**/*.html")
        for name in re.findall(r"""\bicon\(\s*["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
        if name not in names
    }
    assert missing == set()


def test_the_icon_list_is_sorted_and_says_nothing_twice() -> None:
    names = (SRC / "icons.txt").read_text(encoding="utf-8").split()
    assert names == sorted(set(names))


def test_lock_file_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
