"""Which passwords are accepted, profile by profile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.people.demo.cast import CAST, PASSWORD
from app.people.rules.passwords import PROFILES, findings, has_expired

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "profile", "expected"),
    [
        ("kJ8-lampe-Tisch", "mlps3", ()),
        ("kJ8-lampe", "mlps3", ("too_short",)),
        ("nur-kleine-buchstaben", "mlps3", ("too_plain",)),
        ("nur-kleine-buchstaben", "asvs", ()),
        ("P@ssw0rd123", "mlps3", ("common",)),
        ("Password2026!", "asvs", ("common",)),
        ("Qwertyuiop1!", "mlps3", ("common",)),
        ("Aa1!Aa1!Aa1!", "mlps3", ("common",)),
        ("1234567890Aa", "mlps3", ("common",)),
        ("x" * 129 + "A1", "mlps3", ("too_long",)),
        ("Liuyian-2026-ok", "mlps3", ("personal",)),
        ("宣传部-Aa-2026-x", "mlps3", ("personal",)),
    ],
)
def test_findings_name_all_that_is_wrong(password: str, profile: str, expected: tuple[str, ...]) -> None:
    assert findings(password, PROFILES[profile], ["liuyian", "宣传部"]) == expected


def test_the_demo_password_is_good_for_every_demo_account() -> None:
    for member in CAST:
        assert findings(PASSWORD, PROFILES["demo"], (member.user_name, member.name, member.unit)) == ()


def test_a_long_password_is_judged_at_once() -> None:
    assert "too_long" in findings("aB3-" * 250_000, PROFILES["mlps3"])


@pytest.mark.parametrize(("profile", "expired"), [("mlps3", True), ("asvs", False), ("demo", False)])
def test_only_mlps3_asks_for_a_new_password_every_ninety_days(profile: str, expired: bool) -> None:
    assert has_expired(NOW - timedelta(days=91), PROFILES[profile], NOW) is expired
    assert has_expired(NOW - timedelta(days=89), PROFILES[profile], NOW) is False
