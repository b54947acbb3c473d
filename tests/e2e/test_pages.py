"""Every page in both widths, both themes and both languages: accessible, quiet, within the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page

from tests.e2e.conftest import LiveCollege, Visit, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
LOOKS = [(1440, "light", "zh"), (1440, "dark", "en"), (390, "light", "en"), (390, "dark", "zh")]


@dataclass(frozen=True)
class Place:
    """A page: who looks at it, where it is, and the link on it that leads to the page that is meant."""

    name: str
    who: str | None
    path: str
    link: str = ""
    then: str = ""


PLACES = [
    Place("sign-in", None, "/sign-in"),
    Place("home", "section", "/"),
    Place("rules", "section", "/hours"),
    Place("courses", "section", "/courses"),
    Place("course", "section", "/courses", "main a[href^='/courses/']"),
    Place("lecture", "section", "/courses", "main a[href^='/courses/']", "main a[href*='/lectures/']"),
    Place("exams", "section", "/exams"),
    Place("ledger", "section", "/ledger"),
    Place("account", "section", "/account"),
    Place("sessions", "section", "/account/sessions"),
    Place("password", "section", "/account/password"),
    Place("verify", None, "/verify/PC-2026-000000"),
    Place("nowhere", "section", "/nowhere"),
    Place("studio", "instructor", "/studio"),
    Place("course-form", "instructor", "/studio/courses/new"),
    Place("editor", "instructor", "/studio", "main a.who"),
    Place("media", "instructor", "/studio/media"),
    Place("asset", "instructor", "/studio/media", "main a[href^='/studio/media/']"),
    Place("manage", "city", "/manage"),
    Place("people", "city", "/manage/people"),
    Place("person", "city", "/manage/people", "main table a, main li a[href*='/manage/people/']"),
    Place("units", "city", "/manage/units"),
    Place("import", "city", "/manage/people/import"),
    Place("desk", "reviewer", "/manage/courses?state=published"),
    Place("version", "reviewer", "/manage/courses?state=published", "main a.who"),
    Place("jobs", "sysadmin", "/manage/jobs"),
]


@pytest.fixture(scope="module")
def addresses() -> dict[str, str]:
    """Addresses found by following links, kept between looks."""
    return {}


def dressed(context: BrowserContext, base: str, theme: str, lang: str, size: str = "std") -> None:
    """The reader's choices, as the preferences page keeps them."""
    context.add_cookies([{"name": name, "value": value, "url": base} for name, value in (("theme", theme), ("lang", lang), ("size", size))])


def reach(visitor: Visitor, place: Place, addresses: dict[str, str]) -> Page:
    """Open the page that is meant."""
    page = visitor.page
    if place.name not in addresses:
        visitor.go(place.path)
        for selector in filter(None, (place.link, place.then)):
            visitor.go(page.locator(selector).first.get_attribute("href") or "")
        addresses[place.name] = re.sub(r"^https?://[^/]+", "", page.url)
    visitor.go(addresses[place.name])
    return page


@pytest.mark.parametrize(("width", "theme", "lang"), LOOKS)
@pytest.mark.parametrize("who", sorted({place.who or "" for place in PLACES}))
def test_pages_are_accessible_and_stay_within_the_screen(live: LiveCollege, visit: Visit, addresses, who, width, theme, lang) -> None:
    visitor = visit(who or None, width=width)
    dressed(visitor.context, live.url, theme, lang)
    found = {}
    for place in PLACES:
        if (place.who or "") != who:
            continue
        page = reach(visitor, place, addresses)
        violations = Axe().run(page, options=AXE).response["violations"]
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        faults = [f"{violation['id']}: {violation['nodes'][0]['html'][:120]}" for violation in violations]
        faults += [f"wider than the screen by {wide} px"] if wide > 0 else []
        faults += [f"English on a Chinese page: {text}" for text in (english(page) if lang == "zh" else [])]
        if faults:
            found[place.name] = faults
        visitor.faults[:] = [fault for fault in visitor.faults if "404" not in fault or place.name not in ("nowhere", "verify")]
    assert found == {}


def english(page: Page) -> list[str]:
    """Sentences of the page that are English words only (three or more of them): a string without its Chinese."""
    words = re.findall(r"[A-Za-z][a-z]+(?: [A-Za-z][a-z']*){2,}[.,]?", page.locator("body").inner_text())
    return [sentence for sentence in words if "Noto" not in sentence][:3]


@pytest.mark.parametrize(
    "place", [place for place in PLACES if place.name in ("home", "courses", "ledger", "sign-in", "lecture")], ids=lambda p: p.name
)
def test_the_smallest_screen_with_the_largest_type_needs_no_sideways_scroll(live: LiveCollege, visit: Visit, addresses, place) -> None:
    visitor = visit(place.who, width=320, height=640)
    dressed(visitor.context, live.url, "light", "zh", "xl")
    page = reach(visitor, place, addresses)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
