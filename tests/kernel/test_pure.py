"""Small pure parts: identifiers, quantities, paths, cursors, signatures, covers, files."""

from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.clock import civil, span_text
from app.kernel.covers import cover_svg
from app.kernel.errors import Invalid, NotFound
from app.kernel.fields import day, whole, year
from app.kernel.ids import person_of, person_uid, uuid7
from app.kernel.paging import decode_cursor, encode_cursor, keyset
from app.kernel.presentation import clock_text, local_path, moment_text, size_text
from app.kernel.quantity import ceil_to, floor_to, hours_text, in_percent
from app.kernel.signing import Signer
from app.kernel.storage import Storage
from config import Settings, SettingsError

NOW = datetime(2026, 11, 22, tzinfo=UTC)


@given(st.integers(0, 2**32 - 1))
def test_a_person_uid_carries_its_person_and_is_otherwise_unique(person_id):
    first, second = person_uid(person_id, NOW), person_uid(person_id, NOW)
    assert person_of(first) == person_of(second) == person_id
    assert first != second
    assert first.variant == uuid7(NOW).variant


def test_any_other_uid_belongs_to_nobody():
    assert person_of(uuid7(NOW)) == -1


@given(st.decimals("0", "9999", places=2), st.sampled_from([Decimal("0.25"), Decimal("0.5"), Decimal("0.01")]))
def test_floor_and_ceiling_enclose_the_value(value, quantum):
    low, high = floor_to(value, quantum), ceil_to(value, quantum)
    assert low <= value <= high
    assert high - low in (0, quantum)


@pytest.mark.parametrize(
    ("value", "text"), [("20.00", "20"), ("0.25", "0.25"), ("1.50", "1.5"), ("-8.00", "-8"), ("100", "100"), ("0", "0")]
)
def test_hours_are_shown_without_idle_zeros(value, text):
    assert hours_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [(date(2026, 9, 22), date(2026, 9, 22), "2026-09-22"), (date(2026, 12, 31), date(2027, 1, 1), "2026-12-31 – 2027-01-01")],
)
def test_one_day_is_told_once(first, last, text):
    assert span_text(first, last) == text


@pytest.mark.parametrize(
    ("share", "percent"),
    [("1/3", "33.33"), ("2/3", "66.67"), (Decimal("0.9"), "90"), ("0.00125", "0.12"), (Decimal("0.76"), "76"), ("1", "100")],
)
def test_a_share_of_the_rules_is_said_in_percent(share, percent):
    assert in_percent(share) == Decimal(percent)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "/\\evil",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "",
        None,
        "\\/evil",
        "/a\\b",
        "/\t/[",
        "/\t/evil",
    ],
)
def test_no_redirect_leaves_the_college(target):
    assert local_path(target) == "/"


def test_our_own_addresses_are_followed():
    assert local_path("/courses?q=沟通#top") == "/courses?q=沟通#top"


@pytest.mark.parametrize("word", ["x", "W10", "eyJhIjoxfQ", "%%%", "WzEsMl0" * 50, "W251bGxd",
                                  "WzkyMjMzNzIwMzY4NTQ3NzU4MDhd", "Wy0xXQ", "WyJ4Il0", "W3RydWVd"])  # fmt: skip
def test_a_forged_cursor_is_refused_by_name(word):
    with pytest.raises(Exception) as refused:
        decode_cursor(word, int)
    assert refused.value.code == "invalid"


def test_a_page_begins_after_the_one_before():
    page = keyset(list(range(5)), lambda n: (n,), size=4)
    assert page.items == (0, 1, 2, 3)
    assert decode_cursor(page.next, int) == [3]
    assert keyset([1], lambda n: (n,), size=4).next is None
    assert decode_cursor(encode_cursor(["a", 1]), str, int) == ["a", 1]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-22T00:00:00"])
def test_a_cursor_at_the_end_of_the_calendar_is_refused_by_name(moment):
    with pytest.raises(Invalid):
        decode_cursor(encode_cursor([moment, 1]), datetime, int)
    assert decode_cursor(encode_cursor(["2026-11-22T08:00:00+08:00", 1]), datetime, int) == [NOW, 1]


def test_a_moment_no_wall_can_show_is_shown_as_it_stands():
    """A page that has one among its rows is shown all the same."""
    last = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    assert civil(last) == last and moment_text(last) == "9999-12-31 23:59"
    assert civil(NOW).hour == 8


def test_a_signature_serves_one_purpose_only():
    play, reset = Signer("secret", "play"), Signer("secret", "reset")
    signature = play.sign(b"message")
    assert play.verify(b"message", signature)
    assert not play.verify(b"massage", signature)
    assert not reset.verify(b"message", signature)
    assert not play.verify(b"message", "é" + signature)


def test_covers_are_the_same_for_ever_and_well_formed():
    assert cover_svg("a") == cover_svg("a") != cover_svg("b")
    assert ElementTree.fromstring(cover_svg("a")).tag.endswith("svg")


def test_media_time_and_sizes_are_read_by_people():
    assert [clock_text(ms) for ms in (0, 65_000, 3_723_000)] == ["0:00", "1:05", "1:02:03"]
    assert [size_text(n) for n in (0, 999, 1_500, 2_400_000, 3_000_000_000)] == ["0 B", "999 B", "1.5 KB", "2.4 MB", "3.0 GB"]


def test_a_store_writes_whole_files_or_nothing(tmp_path):
    store = Storage(tmp_path)
    store.put("a/b.txt", b"one")
    with pytest.raises(RuntimeError), store.writing("a/b.txt") as path:
        path.write_bytes(b"half")
        raise RuntimeError
    assert store.path("a/b.txt").read_bytes() == b"one"
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["b.txt"]


@pytest.mark.parametrize("key", ["../x", "/etc/passwd", "a/../../x", ""])
def test_no_key_leaves_the_store(tmp_path, key):
    with pytest.raises(ValueError):
        Storage(tmp_path).path(key)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"APP_ENV": "production"}, "SECRET_KEY"),
        ({"APP_ENV": "production", "SECRET_KEY": "s" * 40, "DEMO_CLOCK_FILE": "/x"}, "DEMO_CLOCK_FILE"),
        ({"APP_ENV": "production", "SECRET_KEY": "s" * 40, "ACCOUNT_PROFILE": "demo"}, "ACCOUNT_PROFILE"),
        ({"APP_ENV": "moon"}, "APP_ENV"),
        ({"PORT": "eighty"}, "PORT"),
        ({"PORT": "-1"}, "PORT"),
        ({"SECURE_COOKIES": "ja"}, "SECURE_COOKIES"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL"),
        ({"SECRET_KEY_FILE": "/nowhere/at/all"}, "SECRET_KEY_FILE"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(environ, named, tmp_path):
    with pytest.raises(SettingsError, match=named):
        Settings.from_env({"DATA_DIR": str(tmp_path), **environ})


def test_a_secret_may_come_from_a_file(tmp_path):
    (tmp_path / "key").write_text("k" * 40 + "\n")
    settings = Settings.from_env({"APP_ENV": "production", "SECRET_KEY_FILE": str(tmp_path / "key"), "DATA_DIR": str(tmp_path)})
    assert settings.secret_key == "k" * 40
    assert settings.account_profile == "mlps3"
    assert settings.secure_cookies


def test_folders_are_absolute_whatever_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({"MEDIA_DIR": "films", "DATA_DIR": "data"})
    assert (settings.media_dir, settings.data_dir) == (tmp_path / "films", tmp_path / "data")
    assert settings.content_dir.is_absolute()


@pytest.mark.parametrize(
    ("environ", "hosts"),
    [
        ({}, []),
        ({"TRUSTED_HOSTS": "college.example.org, .example.net"}, ["college.example.org", ".example.net"]),
        ({"PUBLIC_URL": "https://college.example.org:8443/"}, ["college.example.org", "localhost", "127.0.0.1", "[::1]"]),
    ],
)
def test_the_hosts_of_a_college_come_from_its_settings(environ, hosts, tmp_path):
    assert Settings.from_env({"DATA_DIR": str(tmp_path), **environ}).hosts == hosts


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("2026", 2026), ("0007", 7), ("9" * 9, 999_999_999), ("9" * 10, None), ("000002026123", None), ("²", None), ("٣", None),
     ("-1", None), ("1e3", None), (" 1", None), ("", None)],
)  # fmt: skip
def test_a_number_in_an_address_is_ascii_digits_and_not_too_many(text, number):
    assert whole(text) == number


@pytest.mark.parametrize(("text", "found"), [
    ("2026-11-27", date(2026, 11, 27)), ("2026-02-30", None), ("1899-12-31", None), ("27.11.2026", None), ("", None), (None, None),
])  # fmt: skip
def test_a_day_of_a_field_is_a_civil_one_of_known_years(text, found):
    assert day(text) == found


def test_a_year_of_an_address_has_four_digits():
    assert (year("2026"), year(""), year(None)) == (2026, None, None)
    for wrong in ("26", "20260", "２０２６", "-202", "abcd"):
        with pytest.raises(NotFound):
            year(wrong)
