"""`python -m tools.pictures`: pictures of every page at both widths and in both themes into docs/images (needs Chromium)."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image  # noqa: E402  # the path above makes the tests importable from anywhere
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.e2e.conftest import ARGUMENTS, CHROMIUM, LiveCollege, Visitor, open_visitor  # noqa: E402
from tests.e2e.furnish import furnish  # noqa: E402
from tests.e2e.places import PLACES, Place, reach  # noqa: E402

IMAGES = ROOT / "docs" / "images"
WIDTHS = {1440: 900, 390: 844}
THEMES = ("light", "dark")
COLOURS = 24
MANY_COLOURS = 128
"""For the pages that the README and the documents show."""
SHOWN = ("home-", "lecture-1440", "ledger-1440", "course-", "courses-")
TALLEST = 2_000
"""Pixels of a picture's height: a long page is cut there."""


def main(names: Iterable[str]) -> int:
    """Furnish a fresh college and picture the named places, or all of them."""
    wanted = [place for place in PLACES if not names or place.name in names]
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder, sync_playwright() as playwright:
        college = LiveCollege(Path(folder))
        college.flask("prepare")
        try:
            college.start_web()
            college.start_worker()
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            picture_all(college, browser, wanted, Path(folder))
        finally:
            college.stop()
    size = sum(file.stat().st_size for file in IMAGES.glob("*.png"))
    print(f"{len(list(IMAGES.glob('*.png')))} pictures, {size / 1e6:.1f} MB")
    return 0


def picture_all(college: LiveCollege, browser: Browser, places: list[Place], folder: Path) -> None:
    """One signed-in browser per person; every place at each width and theme."""
    people: dict[str | None, Visitor] = {}

    def visit(user_name: str | None) -> Visitor:
        if user_name not in people:
            people[user_name] = open_visitor(college, browser, user_name)
        return people[user_name]

    known = furnish(college, visit, folder)
    for place in places:
        page = reach(visit(place.who), place, known)
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            whole = int(page.evaluate("document.documentElement.scrollHeight"))
            page.set_viewport_size({"width": width, "height": min(max(whole, height), TALLEST)})  # the tab bar stays at the foot
            for theme in THEMES:
                take(page, theme, IMAGES / f"{place.name}-{width}-{theme}.png")


def take(page: Page, theme: str, file: Path) -> None:
    """One picture in few colours."""
    page.evaluate(
        """async theme => {
            document.documentElement.dataset.theme = theme;
            document.getAnimations().forEach(one => one.finish());
            await document.fonts.ready;
        }""",
        theme,
    )
    picture = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    colours = MANY_COLOURS if file.name.startswith(SHOWN) else COLOURS
    picture.quantize(colours, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
