"""Slides as HTML, and HTML as 1280 × 720 pictures through headless Chromium. Layouts: see content/README.md."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from content.builder import HERE
from content.script import Item, Slide, clauses

WIDTH, HEIGHT = 1280, 720
_NUMERALS = "零一二三四五六七八九十"
_FRAMEWORKS = {"loyalty": "大忠诚教育", "competence": "胜任力培训", "restraint": "约束力培养"}
_CROSS = '<svg viewBox="0 0 50 50"><circle cx="25" cy="25" r="25" fill="#b3372a"/>' + (
    '<path d="M16 16l18 18M34 16L16 34" stroke="#fff" stroke-width="5" stroke-linecap="round"/></svg>'
)
_CHECK = '<svg viewBox="0 0 50 50"><circle cx="25" cy="25" r="25" fill="#1b6e53"/>' + (
    '<path d="M14 26l8 8 15-17" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)
_QUOTE = '<svg class="sign" viewBox="0 0 170 130"><path fill="currentColor" d="M70 0C28 10 0 45 0 85c0 28 16 45 39 45' + (
    " 21 0 36-15 36-36S61 58 41 58c2-18 14-32 35-42zM160 0c-42 10-70 45-70 85 0 28 16 45 39 45 21 0 36-15 36-36s-14-36-34"
    '-36c2-18 14-32 35-42z"/></svg>'
)
_HILLS = (
    '<svg class="hills" viewBox="0 0 1262 300" preserveAspectRatio="none"><circle cx="1088" cy="66" r="46" fill="#e3b25c"/>'
    '<path fill="#bcd6dc" d="M0 220C180 150 300 170 440 190S690 90 830 120s190 60 270 20 110-40 162-30v200H0z"/>'
    '<path fill="#6fa9a5" d="M0 250c140-60 260-40 400-10s250-50 390-60 240 40 330 10 110-20 142-10v120H0z"/>'
    '<path fill="#1b6e53" d="M500 300c120-60 230-80 350-70s250-50 412-40v110z"/>'
    '<path fill="#17568c" d="M0 196c200-26 380-8 560 30s280 44 420 30 190-24 282-14v58H0z"/></svg>'
)


@dataclass(frozen=True)
class Setting:
    """Where a slide stands."""

    framework: str
    course: str
    lecturer: str
    lecture_no: int
    slides: int


def _labelled(item: Item) -> str:
    label = f"<b>{escape(item.label)}</b>" if item.label else ""
    return f"{label}<span>{escape(item.text)}</span>"


def _points(items: Sequence[Item], active: int | None, inner: Callable[[int, Item], str], tag: str = "ul") -> str:
    rows = [f'<li class="{"on" if n == active else ""}">{inner(n, item)}</li>' for n, item in enumerate(items)]
    return f"<{tag}>{''.join(rows)}</{tag}>"


def _bullets(slide: Slide, active: int | None) -> str:
    return _points(slide.items, active, lambda _, item: _labelled(item))


def _steps(slide: Slide, active: int | None) -> str:
    def card(number: int, item: Item) -> str:
        return f"<i>{number + 1}</i><b>{escape(item.label)}</b><span>{_phrased(item.text)}</span>"

    return _points(slide.items, active, card, "ol")


def _compare(slide: Slide, active: int | None) -> str:
    def column(number: int, item: Item) -> str:
        lines = "".join(f"<span>{escape(line)}</span>" for line in item.text.split("；"))
        return f"<b>{_CHECK if number else _CROSS}{escape(item.label)}</b>{lines}"

    return _points(slide.items, active, column)


def _ladder(slide: Slide, active: int | None) -> str:
    rows = _points(slide.items, active, lambda _, item: _labelled(item), "ol")
    heights = "".join(
        f".ladder li:nth-child({n + 1}){{min-height:{44 + 56 * (n + 1) // len(slide.items)}%}}" for n in range(len(slide.items))
    )
    return f"<style>{heights}</style>{rows}"


def _ring(items: Sequence[Item], active: int | None) -> str:
    """Nodes with their labels on a circle, arrows clockwise between them."""
    drawn = ['<svg viewBox="-200 -200 400 400"><circle r="138" fill="none" stroke="#17568c" stroke-width="6"/>']
    for n, item in enumerate(items):
        turn = 2 * math.pi * n / len(items) - math.pi / 2
        half = turn + math.pi / len(items)
        x, y, ax, ay = (138 * f(a) for a, f in ((turn, math.cos), (turn, math.sin), (half, math.cos), (half, math.sin)))
        fill, ink = ("#17568c", "#fff") if n == active else ("#fffdf9", "#17568c")
        drawn.append(
            f'<path d="M-14 -16L16 0L-14 16z" fill="#17568c" transform="translate({ax:.1f} {ay:.1f})'
            f' rotate({math.degrees(half) + 90:.1f})"/><circle cx="{x:.1f}" cy="{y:.1f}" r="58" fill="{fill}"'
            f' stroke="#17568c" stroke-width="5"/><text x="{x:.1f}" y="{y + 14:.1f}" font-size="40" font-weight="700"'
            f' text-anchor="middle" fill="{ink}">{escape(item.label)}</text>'
        )
    return "".join(drawn) + "</svg>"


def _cycle(slide: Slide, active: int | None) -> str:
    return _ring(slide.items, active) + _points(slide.items, active, lambda _, item: _labelled(item))


def _summary(slide: Slide, active: int | None) -> str:
    kept = [item for item in slide.items if item.label != "想一想"]
    asked = [item for item in slide.items if item.label == "想一想"]
    rows = _points(kept, active, lambda _, item: f"{_CHECK}{_labelled(item)}")
    return rows + "".join(f'<div class="think">{_labelled(item)}</div>' for item in asked)


_BODIES: dict[str, Callable[[Slide, int | None], str]] = {
    "bullets": _bullets, "case": _bullets, "matrix": _bullets, "steps": _steps, "compare": _compare,
    "ladder": _ladder, "cycle": _cycle, "summary": _summary,
}  # fmt: skip


def _title(slide: Slide, setting: Setting) -> str:
    subtitle = escape(slide.items[0].text) if slide.items else ""
    return (
        f'<main><div class="chip">{_FRAMEWORKS[setting.framework]}</div><div class="course">{escape(setting.course)}'
        f" · 第{_NUMERALS[setting.lecture_no]}讲</div><h1>{escape(slide.heading)}</h1>"
        f'<div class="sub">{subtitle}</div><div class="who">主讲　{escape(setting.lecturer)}</div></main>{_HILLS}'
    )


def _phrased(text: str) -> str:
    """The text as phrases that lines do not break."""
    return "".join(f'<span class="phrase">{escape(clause)}</span>' for clause in clauses(text))


def _quote(slide: Slide) -> str:
    lines = "".join(f"<p>{_phrased(item.text)}</p>" for item in slide.items)
    return f"<main>{_QUOTE}<h1>{escape(slide.heading)}</h1>{lines}</main>"


def page(slide: Slide, number: int, active: int | None, setting: Setting) -> str:
    """One slide as a whole HTML document; `number` counts from 0."""
    if slide.layout == "title":
        inner = _title(slide, setting)
    elif slide.layout == "quote":
        inner = _quote(slide)
    else:
        body = _BODIES[slide.layout](slide, active)
        inner = f'<main><h1>{escape(slide.heading)}</h1><div class="body">{body}</div></main>'
    footer = "" if slide.layout == "title" else (
        f"<footer><span>{escape(setting.course)} · 第{_NUMERALS[setting.lecture_no]}讲</span>"
        f"<span>{number + 1} / {setting.slides}</span></footer>"
    )  # fmt: skip
    css = (HERE / "slides.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><style>{css}</style>'
        f'<body class="{slide.layout}" data-framework="{setting.framework}"><div class="bar"></div>{inner}{footer}</body></html>'
    )


class Overflowing(ValueError):
    """A slide whose text does not fit; shorten it."""


class Camera:
    """Takes pictures of slides."""

    def __init__(self, tab: Page) -> None:
        self._tab = tab

    def take(self, html: str, to: Path) -> None:
        """Write a PNG. Raises `Overflowing` when an element sticks out of the readable part (y ≤ 612 px)."""
        self._tab.set_content(html)
        low = self._tab.evaluate(
            "Math.max(0, ...[...document.querySelectorAll('main li, main p, main .think, main .sub')]"
            ".map(e => Math.max(e.getBoundingClientRect().bottom, e.getBoundingClientRect().top + e.scrollHeight)))"
        )
        wide = self._tab.evaluate("Math.max(...[...document.querySelectorAll('main *')].map(e => e.getBoundingClientRect().right))")
        if low > 612 or wide > WIDTH - 40:
            raise Overflowing(f"{to.name}: reaches to {wide:.0f}, {low:.0f} px")
        self._tab.screenshot(path=to)


@contextmanager
def camera(chromium: str) -> Iterator[Camera]:
    """A Chromium tab of slide size."""
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--font-render-hinting=none"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield Camera(browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}))
        browser.close()
