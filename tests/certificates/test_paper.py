"""The PDF: what it says, what it refuses to print, that it is the same each time."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from app.certificates import fonts, paper
from app.certificates.fonts import Face, Family, MissingGlyph, NoFont, choose, families
from app.certificates.typeset import Run
from app.certificates.wording import Words

ISSUED = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
URL = "https://college.example/verify/PC-2026-000123?code=ABCD-2345"
WORDS = Words(
    college="干部网上学院", title="结业证书", salutation=(Run("陈珺堃", True), Run("　同志：")),
    body=(Run("于 2026 年 11 月 20 日在干部网上学院学习"), Run("《领导沟通技巧》", True), Run("，计 "), Run("1.25 学时", whole=True)),
    date="2026 年 11 月 22 日", number="证书编号　PC-2026-000123", code="校验码　ABCD-2345", scan="扫码验证真伪",
    proof="台账凭据　9f8e7d6c", seal="干部网上学院证书章", subject="PC-2026-000123",
)  # fmt: skip


@pytest.fixture(scope="module")
def available(tmp_path_factory):
    try:
        return families(tmp_path_factory.mktemp("fonts"))
    except NoFont:
        pytest.fail("install fonts-noto-cjk, or the front-end packages")


def made(words=WORDS, available=None):
    return paper.certificate(words, URL, choose(available, words.text()), ISSUED)


def test_the_paper_is_one_landscape_sheet_with_embedded_type(available):
    content = made(available=available)
    assert content.startswith(b"%PDF-")
    assert re.search(rb"/MediaBox \[0 0 841\.89 595\.28\]", content)
    assert content.count(b"/Type /Page\n") == 1
    assert b"/FontFile" in content
    assert len(content) < 120_000


def test_the_same_certificate_is_the_same_file(available):
    assert made(available=available) == made(available=available)


def test_every_character_can_be_copied_out_of_the_file(available):
    """The embedded type carries its map back to Unicode, so that search, copy and screen readers get the words."""
    mapped = ""
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made(available=available), re.DOTALL):
        text = zlib.decompress(stream) if stream[:1] == b"\x78" else stream
        if b"begincmap" in text:
            codes = re.findall(rb"^<[0-9A-Fa-f]+>\s*<([0-9A-Fa-f]+)>\s*$", text, re.MULTILINE)
            mapped += "".join(bytes.fromhex(code.decode()).decode("utf-16-be") for code in codes)
    assert {letter for letter in WORDS.text() if not letter.isspace()} <= set(mapped)


def test_a_revoked_certificate_says_so_on_the_paper(available):
    assert made(replace(WORDS, revoked="已撤销"), available) != made(available=available)


def test_the_longest_title_still_fits(available):
    long = (Run("学习"), Run("《" + "关于推进干部教育培训高质量发展的若干问题研究" * 14 + "》", True), Run("。"))
    assert len(made(replace(WORDS, body=long), available)) < 150_000


def test_an_english_certificate_is_printed_too(available):
    words = replace(WORDS, title="Certificate of Completion", salutation=(Run("This is to certify that "), Run("Li Xue", True)))
    assert made(words, available).startswith(b"%PDF-")


def test_a_character_that_no_font_has_is_refused_by_name(available):
    """Rare characters of names: never a box on a certificate (dependencies.md §0.9)."""
    with pytest.raises(MissingGlyph) as refusal:
        choose(available, "李\U000e0041\u0378")
    assert "\u0378" in refusal.value.facts["characters"]
    assert (refusal.value.status, refusal.value.code) == (503, "missing_glyph")


def test_gaps_of_one_font_are_filled_by_the_next(monkeypatch):
    first, second = Family(Face(Path("a")), Face(Path("a"))), Family(Face(Path("b")), Face(Path("b")))
    have = {Path("a"): frozenset("李学"), Path("b"): frozenset("䶮学")}
    monkeypatch.setattr(fonts, "lacking", lambda face, wanted: wanted - have[face.path])
    assert choose([first, second], "李学") == [first]
    assert choose([first, second], "学䶮") == [second]
    assert choose([first, second], "李 䶮") == [first, second]
    with pytest.raises(MissingGlyph):
        choose([first, second], "李䶮囍")


def test_without_any_font_nothing_is_printed(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    monkeypatch.setattr(fonts, "PACKAGE", tmp_path / "none")
    monkeypatch.setattr(fonts, "BUNDLED", tmp_path / "none")
    with pytest.raises(NoFont):
        families(tmp_path)
    assert fonts.main() == 1


@pytest.fixture
def bare(monkeypatch, tmp_path):
    """A machine with the front-end packages and without any font."""
    if not fonts.PACKAGE.exists():
        pytest.fail("install the front-end packages: npm ci")
    monkeypatch.setattr(fonts, "_FOLDERS", ())
    monkeypatch.setattr(fonts, "BUNDLED", tmp_path / "dist")


def test_the_bundled_fonts_are_built_once_where_no_system_font_is(bare, tmp_path):
    first = families(tmp_path)
    built = [tmp_path / "fonts" / f"noto-sans-sc-{weight}.ttf" for weight in (400, 700)]
    assert first == [Family(*map(Face, built))]
    before = [file.stat().st_mtime_ns for file in built]
    assert families(tmp_path) == first
    assert [file.stat().st_mtime_ns for file in built] == before
    assert made(WORDS, first).startswith(b"%PDF-")


def test_what_setup_has_built_is_used_without_building_again(bare, tmp_path):
    assert fonts.main() == 0
    assert families(tmp_path / "data") == [Family(*(Face(tmp_path / "dist" / f"noto-sans-sc-{weight}.ttf") for weight in (400, 700)))]
    assert not (tmp_path / "data").exists()


def test_a_cut_font_has_the_letters_of_the_paper_and_no_others(available):
    """Milliseconds instead of half a second: fpdf2 reads some eighty letters, not the 44,000 of the font."""
    face = available[0].bold
    with TTFont(io.BytesIO(fonts.cut(face, "结业证书 2026"))) as font:
        assert set(map(chr, font.getBestCmap())) == set("结业证书 2026")


def test_a_server_that_prints_nothing_loads_nothing_for_printing():
    """Neither the PDF nor the workbook library is in a worker that nobody asked for them."""
    heavy = "fpdf", "fontTools", "uharfbuzz", "openpyxl"
    code = f"import sys, app.factory as f; f._register(f.Flask('x')); sys.exit(', '.join(m for m in {heavy} if m in sys.modules) or 0)"
    done = subprocess.run([sys.executable, "-c", code], cwd=fonts.ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
