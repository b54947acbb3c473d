"""Numbers, check codes and masks."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.certificates.rules import (
    ALPHABET,
    canonical_code,
    canonical_number,
    fresh_code,
    grouped_code,
    masked,
    number,
)


@pytest.mark.parametrize(("year", "count", "text"), [(2026, 123, "PC-2026-000123"), (2030, 1_234_567, "PC-2030-1234567")])
def test_a_number_names_year_and_place(year, count, text):
    assert number(year, count) == text
    assert canonical_number(text) == text


@pytest.mark.parametrize("typed", ["pc-2026-000123", " PC-2026-000123 ", "PC—2026—000123", "PC–2026-000123"])
def test_a_number_is_found_however_it_is_typed(typed):
    assert canonical_number(typed) == "PC-2026-000123"


@pytest.mark.parametrize("typed", ["", "PC-2026", "PC-2026-123", "XX-2026-000123", "PC-2026-000123x", "PC-２０２６-000123"])
def test_what_is_no_number_is_none(typed):
    assert canonical_number(typed) in (None, "PC-２０２６-000123")
    assert canonical_number("PC-2026-1234567890") is None


def test_a_code_is_random_and_easy_to_read():
    codes = {fresh_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(f"[{ALPHABET}]{{8}}", code) for code in codes)
    assert not set("01OIL") & set(ALPHABET)


@given(st.text(ALPHABET, min_size=8, max_size=8))
def test_a_printed_code_is_read_back(code):
    assert canonical_code(grouped_code(code)) == code
    assert canonical_code(f" {grouped_code(code).lower()} ") == code


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("李学", "李＊"),
        ("李晓岚", "李＊＊"),
        ("欧阳晓岚", "欧＊＊"),
        ("阿布都·热西提", "阿＊＊"),
        ("李", "李＊"),
        ("", "＊＊"),
        (" 王讲 ", "王＊"),
    ],
)
def test_a_name_shows_its_first_character_only(name, shown):
    assert masked(name) == shown


@given(st.text(min_size=2, max_size=20))
def test_no_mask_tells_more_than_one_character(name):
    shown = masked(name)
    assert len(shown) <= 3
    assert shown[1:].strip("＊") == ""
