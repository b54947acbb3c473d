"""Chinese type for printed papers: a system font where there is one, else the one built from the locked npm package.

A certificate carries people's names, and names use rare characters. So every character is looked up in the fonts'
character maps first; one that no font has is refused by name, never printed as a box (dependencies.md §0.9).

    python -m app.certificates.fonts          build the bundled font (needs node_modules; seconds, once)
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

from app.kernel.errors import Refusal
from app.kernel.i18n import _l

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "node_modules/@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2"
BUNDLED = ROOT / "app/static/dist/fonts/noto-sans-sc-400.ttf"
SIMPLIFIED = 2
"""Place of the simplified Chinese face in the Noto CJK collections (JP, KR, SC, TC, HK)."""


@dataclass(frozen=True)
class Face:
    """One face of a font file."""

    path: Path
    number: int = 0


@dataclass(frozen=True)
class Family:
    """A face for text and one for display; the same file where there is no bold."""

    regular: Face
    bold: Face


_FOLDERS = tuple(
    Path(folder)
    for folder in (
        "/usr/share/fonts/opentype/noto", "/usr/share/fonts/noto-cjk", "/usr/share/fonts/google-noto-cjk",
        "/usr/share/fonts/google-noto-serif-cjk-vf-fonts", "/usr/local/share/fonts/noto-cjk", "/Library/Fonts",
    )
)  # fmt: skip
_NAMES = (("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc"), ("NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc"))


class MissingGlyph(Refusal):
    """No font of this machine has a character of the paper; it is not printed rather than printed wrongly."""

    status, code, text = 503, "missing_glyph", _l("No font on this machine has the character “%(characters)s”. The certificate stands; "
                                                  "it can be printed once an administrator has installed a font that has it.")  # fmt: skip


class NoFont(Refusal):
    """There is no Chinese font at all."""

    status, code, text = 503, "no_chinese_font", _l("No Chinese font is installed on this machine, so nothing can be printed.")


def families(data_dir: Path) -> list[Family]:
    """What this machine has, best first: serif, sans, the bundled one. NoFont when there is none."""
    found = []
    for regular, bold in _NAMES:
        for folder in _FOLDERS:
            if (folder / regular).exists():
                heavy = folder / bold if (folder / bold).exists() else folder / regular
                found.append(Family(Face(folder / regular, SIMPLIFIED), Face(heavy, SIMPLIFIED)))
                break
    bundled = _bundled(data_dir)
    if bundled is not None:
        found.append(Family(Face(bundled), Face(bundled)))
    if not found:
        raise NoFont()
    return found


def choose(choices: Sequence[Family], text: str) -> list[Family]:
    """The first family that has every character; else the first with those that fill its gaps. MissingGlyph otherwise."""
    wanted = {letter for letter in text if not letter.isspace()}
    for family in choices:
        if wanted <= characters(family.regular) and wanted <= characters(family.bold):
            return [family]
    chosen, missing = [choices[0]], wanted - (characters(choices[0].regular) & characters(choices[0].bold))
    for family in choices[1:]:
        filled = missing & characters(family.regular) & characters(family.bold)
        if filled:
            chosen.append(family)
            missing -= filled
    if missing:
        raise MissingGlyph(characters="".join(sorted(missing)))
    return chosen


@lru_cache(maxsize=16)
def characters(face: Face) -> frozenset[str]:
    """Every character that a face can print, from its character map."""
    with TTFont(face.path, fontNumber=face.number if face.path.suffix == ".ttc" else -1, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _bundled(data_dir: Path) -> Path | None:
    """The built font; made once under the data folder where only the package is there."""
    if BUNDLED.exists():
        return BUNDLED
    own = data_dir / "fonts" / BUNDLED.name
    if not own.exists() and PACKAGE.exists():
        build(PACKAGE, own)
    return own if own.exists() else None


def build(source: Path, target: Path) -> None:
    """Unpack a WOFF2 font to TTF, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    with TTFont(source) as font:
        font.flavor = None
        font.save(temporary)
    temporary.replace(target)


def main() -> int:
    """Build the bundled font; 1 with one line when the package is not installed."""
    if not PACKAGE.exists():
        sys.stderr.write("fonts: @fontsource/noto-sans-sc is not in node_modules; run the front-end install first\n")
        return 1
    build(PACKAGE, BUNDLED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
