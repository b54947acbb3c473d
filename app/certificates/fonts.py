"""Chinese type for printed papers: a system font where there is one, else those built from the locked npm package.

A certificate carries people's names, and names use rare characters. So every character is looked up in the fonts'
character maps first; one that no font has is refused by name, never printed as a box (dependencies.md §0.9). HarfBuzz cuts
from a font what one paper needs: milliseconds where fpdf2 alone would take half a second (docs/adr/0016).

    python -m app.certificates.fonts          build the bundled fonts (needs node_modules; seconds, once)
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.kernel.errors import Refusal
from app.kernel.i18n import _l

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "node_modules/@fontsource/noto-sans-sc/files"
BUNDLED = ROOT / "app/static/dist/fonts"
WEIGHTS = (400, 700)
SIMPLIFIED = 2
"""Place of the simplified Chinese face in the Noto CJK collections (JP, KR, SC, TC, HK)."""
UNUSED = (b"GSUB", b"GPOS", b"GDEF", b"BASE", b"vhea", b"vmtx", b"VORG")
"""Tables for shaping and vertical type; the papers are set letter by letter, from left to right."""


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
        found.append(bundled)
    if not found:
        raise NoFont()
    return found


def choose(choices: Sequence[Family], text: str) -> list[Family]:
    """The first family that has every character; else the first with those that fill its gaps. MissingGlyph otherwise."""
    wanted = {letter for letter in text if not letter.isspace()}
    for family in choices:
        if not _gaps(family, wanted):
            return [family]
    chosen, missing = [choices[0]], _gaps(choices[0], wanted)
    for family in choices[1:]:
        left = _gaps(family, missing)
        if left != missing:
            chosen.append(family)
            missing = left
    if missing:
        raise MissingGlyph(characters="".join(sorted(missing)))
    return chosen


def _gaps(family: Family, wanted: Set[str]) -> Set[str]:
    return lacking(family.regular, wanted) | lacking(family.bold, wanted)


def lacking(face: Face, wanted: Set[str]) -> set[str]:
    """Those of the characters that a face cannot print, by its character map."""
    have = _opened(face).unicodes
    return {letter for letter in wanted if ord(letter) not in have}


def cut(face: Face, text: str) -> bytes:
    """A font with the characters of `text` and nothing else; what the face lacks is left out."""
    import uharfbuzz  # only who prints loads what printing needs

    wish = uharfbuzz.SubsetInput()
    wish.flags = uharfbuzz.SubsetFlags.NO_HINTING | uharfbuzz.SubsetFlags.DESUBROUTINIZE | uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    wish.unicode_set.set({ord(letter) for letter in text})
    wish.drop_table_tag_set.update({int.from_bytes(table) for table in UNUSED})
    return bytes(uharfbuzz.subset(_opened(face), wish).blob.data)


@lru_cache(maxsize=16)
def _opened(face: Face) -> Any:
    """A face over the mapped file: pages that nobody needs are never read."""
    import uharfbuzz  # only who prints loads what printing needs

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(face.path)), face.number if face.path.suffix == ".ttc" else 0)


def _bundled(data_dir: Path) -> Family | None:
    """The built fonts; made once under the data folder where only the package is there."""
    own = data_dir / "fonts"
    if not _built(BUNDLED) and not _built(own) and _packed(WEIGHTS[0]).exists():
        build(own)
    place = BUNDLED if _built(BUNDLED) else own
    regular, bold = (Face(_unpacked(place, weight)) for weight in WEIGHTS)
    return Family(regular, bold) if _built(place) else None


def _packed(weight: int) -> Path:
    return PACKAGE / f"noto-sans-sc-chinese-simplified-{weight}-normal.woff"


def _unpacked(folder: Path, weight: int) -> Path:
    return folder / f"noto-sans-sc-{weight}.ttf"


def _built(folder: Path) -> bool:
    return all(_unpacked(folder, weight).exists() for weight in WEIGHTS)


def build(folder: Path) -> None:
    """Unpack the fonts of the package to TTF in a folder, each of them whole or not at all; two who print at once each make their own."""
    from fontTools.ttLib import TTFont  # once in the life of a machine

    folder.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        target = _unpacked(folder, weight)
        temporary = target.with_name(f".{target.name}.{os.getpid()}.{threading.get_ident()}")
        with TTFont(_packed(weight), lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font:
            font.flavor = None
            font.save(temporary)
        temporary.replace(target)


def main() -> int:
    """Build the bundled fonts; 1 with one line when the package is not installed."""
    if not _packed(WEIGHTS[0]).exists():
        sys.stderr.write("fonts: @fontsource/noto-sans-sc is not in node_modules; run the front-end install first\n")
        return 1
    build(BUNDLED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
