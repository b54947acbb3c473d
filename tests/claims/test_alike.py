"""The same picture is found again when it was saved anew, and two certificates of one form stay two."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image, ImageDraw

from app.claims.service import alike
from app.kernel.work import College
from tests.claims import build
from tests.claims.build import Cast


def certificate(name: str, *, scale: float = 1, kind: str = "PNG", **more: Any) -> bytes:
    """A form with a frame, lines of text, a seal, and a name on it."""
    page = Image.new("RGB", (1240, 880), "#fdfbf4")
    draw = ImageDraw.Draw(page)
    draw.rectangle((40, 40, 1200, 840), outline="#9a2a2a", width=14)
    for row, words in enumerate(["CERTIFICATE", "has taken part in the training of the year", "forty hours", "Training Institute"]):
        draw.text((300, 160 + 120 * row), words, fill="#222222", font_size=46)
    draw.text((520, 580), name, fill="#111111", font_size=64)
    draw.ellipse((880, 560, 1080, 760), outline="#c22222", width=12)
    if scale != 1:
        page = page.resize((int(1240 * scale), int(880 * scale)), Image.Resampling.LANCZOS)
    kept = io.BytesIO()
    page.save(kept, kind, **more)
    return kept.getvalue()


@pytest.fixture
def cast(college: College) -> Cast:
    return build.cast(college)


SAVED_ANEW = {
    "another quality": {"kind": "JPEG", "quality": 60},
    "through a chat": {"kind": "JPEG", "quality": 70, "scale": 0.61},
    "larger": {"kind": "JPEG", "quality": 85, "scale": 1.4},
    "another format": {"kind": "WEBP", "quality": 80, "scale": 0.8},
}


def codes(college: College, uid: Any) -> list[str]:
    return [one["code"] for one in build.row(college, uid).findings]


@pytest.mark.parametrize("how", SAVED_ANEW)
def test_a_picture_saved_anew_is_found_with_a_colleague(college: College, cast: Cast, how: str) -> None:
    build.handed_in(college, cast.colleague, file=certificate("Mei Lan", kind="JPEG", quality=92))
    again = build.handed_in(college, cast.cadre, file=certificate("Mei Lan", **SAVED_ANEW[how]), cert_no="YJ-2026-00999")
    assert codes(college, again) == ["same_file_elsewhere"]


@pytest.mark.parametrize("name", ["Mei Lin", "Mei Lau", "Bo Yuan"])
def test_the_form_with_another_name_is_another_picture(college: College, cast: Cast, name: str) -> None:
    mine, other = certificate("Mei Lan", kind="JPEG", quality=92), certificate(name, kind="JPEG", quality=92)
    build.handed_in(college, cast.colleague, file=mine)
    assert codes(college, build.handed_in(college, cast.cadre, file=other, cert_no="YJ-2026-00999")) == []


def test_by_the_average_hash_alone_a_letter_would_be_overlooked() -> None:
    """Negative control: what keeps two names apart is the comparison point by point."""
    mine, other = (alike.average_hashes(Image.open(io.BytesIO(certificate(name)))) for name in ("Mei Lan", "Mei Lau"))
    assert mine[0] in other


def test_a_picture_whose_file_is_gone_is_no_match(college: College, cast: Cast) -> None:
    build.handed_in(college, cast.colleague, file=certificate("Mei Lan"))
    for small in (college.settings.data_dir / "evidence").rglob("*.preview"):
        small.write_bytes(b"torn")
    again = certificate("Mei Lan", kind="JPEG", quality=60)
    assert codes(college, build.handed_in(college, cast.cadre, file=again, cert_no="YJ-2026-00999")) == []


def test_a_grey_picture_is_tried_both_ways_in_few_hashes_only() -> None:
    grey = alike.average_hashes(Image.effect_noise((300, 300), 4))
    assert len(grey) == len(set(grey)) == 2**alike.TRIED
    assert alike.average_hashes(Image.new("RGB", (300, 300), "teal"))[0] == "0" * 36
