"""The cycle beside a year: its years, which of them count for somebody, its coverage."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale

from app.compliance import words as compliance
from app.hours.printing import wording
from app.rulebook.rules import Measure
from tests.hours import build

D = Decimal


def card(client: Any) -> tuple[str, list[str]]:
    """The card of the cycle, and the cells of its table."""
    html = " ".join(client.get("/hours").get_data(as_text=True).split()).partition('id="cycle"')[2].partition("</section>")[0]
    return html, [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", html)]


def test_the_cycle_stands_beside_the_year_with_its_coverage(client, work_as):
    with work_as() as work:
        person = build.cadre(work, rank="division")
        for year, days in ((2024, D(5)), (2026, D(3))):
            build.posted(work, person, f"{year} 专题班", "24", date(year, 6, 5), category="special_class", delivery="offline",
                         off_post=True, days=days, occurred_from=date(year, 6, 1), span_days=5)  # fmt: skip
        build.posted(work, person, "网课", "12", date(2025, 6, 5))
    client.sign_in("lixue")
    html, cells = card(client)
    assert cells == ["2023", "0", "–", "2024", "24", "5 天", "2025", "12", "–", "2026", "24", "3 天", "2027", "–", "–"]
    for words in ("已覆盖", "本周期至今在职 4 年，其中 2 年参加过脱产培训", "五年集中培训"):
        assert words in html


def test_years_of_the_cycle_before_somebody_joined_are_not_told_as_his(client, work_as):
    with work_as() as work:
        person = build.cadre(work, since=date(2026, 7, 1))
        build.posted(work, person, "网课", "12", date(2026, 9, 5))
    client.sign_in("lixue")
    html, cells = card(client)
    assert cells[::3] == ["2023", "2024", "2025", "2026", "2027"]
    assert cells[1::3] == ["–", "–", "–", "12", "–"]
    assert "本周期至今在职 1 年，其中 0 年参加过脱产培训" in html
    assert "year=2025" not in html


def test_an_early_year_of_the_cycle_is_the_one_that_is_open_on_its_page(client, work_as):
    with work_as() as work:
        build.cadre(work)
    client.sign_in("lixue")
    for path in ("/hours", "/hours/transcript"):
        assert 'aria-current="page">2023</a>' in client.get(f"{path}?year=2023").text
        assert ">2023</a>" not in client.get(f"{path}?year=2026").text.partition('id="cycle"')[0]


@pytest.mark.parametrize(("figure", "told"), [("1", "1 day"), ("1.00", "1 day"), ("0.5", "0.5 days"), ("0", "0 days")])
def test_one_day_is_a_day(app: Flask, client, work_as, figure, told):
    with app.test_request_context(), force_locale("en"):
        assert (wording.amount(D(figure), Measure.DAYS), compliance.amount(D(figure), "days")) == (told, told)
    with work_as() as work:
        person = build.cadre(work)
        build.posted(work, person, "专题班", "8", date(2026, 6, 5), category="special_class", delivery="offline", off_post=True,
                     days=D(figure))  # fmt: skip
    client.sign_in("lixue")
    assert f"registered {told}<" in client.get("/hours?lang=en").text
