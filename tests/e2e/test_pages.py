"""Every page, in both languages, at three widths and in both themes: accessible, quiet, within the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.e2e.conftest import LiveCollege, Visitor, open_visitor
from tests.e2e.furnish import furnish
from tests.e2e.places import PLACES, Place, reach, routes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
LOOKS = {
    "zh": ((1440, "light", "std"), (390, "dark", "lg"), (320, "", "xl")),
    "en": ((1440, "dark", "std"), (390, "light", "lg"), (320, "", "xl")),
}
"""Language → width, theme (none: the width only), type size, one after the other on the page as it stands."""
MISSING = r"status of 40[34]"


class Visitors(dict[str | None, Visitor]):
    """One browser profile per person, opened and signed in when first asked for."""

    def __init__(self, live: LiveCollege, browser: Browser) -> None:
        super().__init__()
        self._live, self._browser = live, browser

    def __missing__(self, user_name: str | None) -> Visitor:
        self[user_name] = open_visitor(self._live, self._browser, user_name)
        return self[user_name]


@pytest.fixture(scope="module")
def visitors(live: LiveCollege, browser: Browser) -> Iterator[Visitors]:
    """The people of this module."""
    found = Visitors(live, browser)
    yield found
    for visitor in found.values():
        visitor.context.close()


@pytest.fixture(scope="module")
def known(live: LiveCollege, visitors: Visitors, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What furnishing made, and the addresses found by following links."""
    return furnish(live, visitors.__getitem__, tmp_path_factory.mktemp("furnish"))


def test_every_page_of_the_college_is_a_place() -> None:
    assert routes() - {place.route for place in PLACES} == set()


@pytest.mark.parametrize("lang", LOOKS)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_page_is_accessible_quiet_and_within_the_screen(visitors: Visitors, known: dict[str, str], place: Place, lang: str) -> None:
    visitor = visitors[place.who]
    visitor.faults.clear()
    visitor.page.set_viewport_size({"width": 1440, "height": 900})
    visitor.context.add_cookies([{"name": "lang", "value": lang, "url": visitor.base}])
    page = reach(visitor, place, known)
    found = [*english(page)] if lang == "zh" else []
    page.evaluate(AXE_SCRIPT)
    for width, theme, size in LOOKS[lang]:
        dress(page, width, theme, size)
        found += [f"{width} px: {fault}" for fault in (*beyond(page), *(violations(page) if theme else ()))]
    faults = [
        fault for fault in visitor.faults if place.name not in ("not-found", "forbidden", "verify-unknown") or not re.search(MISSING, fault)
    ]
    found += faults
    assert not found, "\n".join(found)


def dress(page: Page, width: int, theme: str, size: str) -> None:
    """The reader's choices, as the page's own script shows them."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(
        """([theme, size]) => {
            Object.assign(document.documentElement.dataset, { theme: theme || "light", size });
            document.getAnimations().forEach(one => one.finish()); // colours on their way to the other theme
        }""",
        [theme, size],
    )


def violations(page: Page) -> list[str]:
    """What axe finds: rule, then the beginning of each element."""
    found: dict[str, Any] = page.evaluate("options => axe.run(options)", AXE)
    return [f"{one['id']}: {node['html'][:120]}" for one in found["violations"] for node in one["nodes"][:3]]


def beyond(page: Page) -> list[str]:
    """What is wider than the place it has: the page, by which element; the words of a tab, chip or button."""
    return list(
        page.evaluate(
            """() => {
                const wide = document.documentElement.scrollWidth - window.innerWidth;
                const cramped = [...document.querySelectorAll(".seg > *, .chip, .btn")]
                    .filter(one => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1)
                    .map(one => `words wider than what holds them: ${one.outerHTML.slice(0, 120)}`);
                if (wide <= 0) return cramped;
                const far = [...document.querySelectorAll("body *")].find(one => one.getBoundingClientRect().right > innerWidth + 0.2);
                return [...cramped, `wider than the screen by ${wide} px: ${far ? far.outerHTML.slice(0, 120) : ""}`];
            }"""
        )
    )


def english(page: Page) -> list[str]:
    """Sentences of a Chinese page that are English words only, three or more: a string without its Chinese."""
    words = re.findall(r"[A-Za-z][a-z]+(?: [A-Za-z][a-z']*){2,}[.,]?", page.locator("body").inner_text())
    return [f"English on a Chinese page: {sentence}" for sentence in words if "Noto" not in sentence]
