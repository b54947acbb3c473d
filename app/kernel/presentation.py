"""What every template may use: theme, size and language of the reader, filters, navigation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import format_date, get_locale, get_translations
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.kernel.assets import Assets
from app.kernel.clock import civil, span_text
from app.kernel.i18n import LOCALES, locale_code, together
from app.kernel.i18n import _n as ngettext
from app.kernel.quantity import hours_text
from app.kernel.work import NOBODY

THEMES, SIZES = ("light", "dark", "auto"), ("std", "lg", "xl")
NavItem = tuple[str, str, str, str]
_navigation: list[Callable[[Any], list[NavItem]]] = []


def navigation(make: Callable[[Any], list[NavItem]]) -> Callable[[Any], list[NavItem]]:
    """Register who lists the main navigation: (label, address, key, icon) for an actor."""
    _navigation[:] = [make]
    return make


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """A preference from its cookie; the first allowed value stands for none."""
    value = request.cookies.get(name, "")
    return value if value in allowed else allowed[0]


def choose_locale() -> str:
    """The catalogue of a request: `?lang=`, then the cookie, then (for programs) Accept-Language; Chinese otherwise."""
    if not has_request_context():
        return LOCALES["zh"]
    for wanted in (request.args.get("lang"), request.cookies.get("lang")):
        if wanted in LOCALES:
            return LOCALES[wanted]
    if request.path.startswith("/api/") and request.accept_languages.best_match(["zh", "en"]) == "en":
        return LOCALES["en"]
    return LOCALES["zh"]


def local_path(target: str | None, otherwise: str = "/") -> str:
    """`target` if it is a path of our own, else `otherwise`: no open redirect, whatever the spelling."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target or any(ord(letter) < 32 for letter in target):
        return otherwise
    parts = urlsplit(target)
    return otherwise if parts.scheme or parts.netloc else target


def clock_text(milliseconds: int | None) -> str:
    """Media time as people read it: 1:05, or 1:02:03 from an hour on."""
    seconds = (milliseconds or 0) // 1000
    hours, rest = divmod(seconds, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def size_text(count: int | None) -> str:
    """A size in bytes with the unit that keeps it short."""
    amount = float(count or 0)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def day_text(value: date | datetime | None) -> str:
    """A civil date, 2026-11-22."""
    if value is None:
        return ""
    return f"{civil(value) if isinstance(value, datetime) else value:%Y-%m-%d}"


def span_shown(first: date, last: date) -> Markup:
    """`span_text` for a page: no date is broken into two lines, and one day is told once."""
    days = [Markup('<span class="num nowrap">%s</span>') % day for day in span_text(first, last).split(" – ")]
    return Markup(" – ").join(days)


def moment_text(value: datetime | None) -> str:
    """A moment on the city's clock, 2026-11-22 10:05."""
    return f"{civil(value):%Y-%m-%d %H:%M}" if value else ""


def long_day_text(value: date) -> str:
    """A date in prose: 11 月 22 日, or 22 November."""
    return f"{value.month} 月 {value.day} 日" if locale_code() == "zh" else format_date(value, "d MMMM")


def number_text(value: Decimal | int) -> str:
    """A figure with grouped thousands."""
    return f"{value:,}"


def set_up(app: Flask, asset: Assets) -> None:
    """Give templates their filters and context."""
    app.jinja_env.filters.update(
        hours=hours_text,
        clock=clock_text,
        size=size_text,
        day=day_text,
        span=span_shown,
        moment=moment_text,
        long_day=long_day_text,
        number=number_text,
        together=together,
    )
    said = _said_in_templates()
    app.jinja_env.globals.update(asset=asset, csrf_token=generate_csrf, _=said, gettext=said, _n=ngettext, lang=locale_code)

    @app.context_processor
    def context() -> dict[str, Any]:
        actor = g.get("actor", NOBODY)
        college = app.extensions["college"]
        return {
            "theme": choice("theme", THEMES),
            "size": choice("size", SIZES),
            "locale": locale_code(),
            "actor": actor,
            "me": actor if actor.is_signed_in else None,
            "nav": [item for make in _navigation for item in make(actor)] if actor.is_signed_in else [],
            "has_search": "search.search" in app.view_functions,
            "is_demo": college.settings.is_demo,
            "now": college.clock.now(),
            "badges": g.get("badges", {}),
            "active": "",
        }


def _said_in_templates() -> Callable[..., Markup]:
    """`_` of the templates: markup whose variables are escaped, as Jinja's own, without three calls for each word.

    A page says a hundred words or more. Catalogues do not change while a process runs, so each word is looked up once,
    and the language of the answer, once flask_babel has chosen it, is read by one look at `g` instead of its four.
    """
    known: dict[str, dict[str, Markup]] = defaultdict(dict)

    def said(message: str, /, **variables: Any) -> Markup:
        chosen = g.get("_flask_babel") if has_app_context() else None
        locale = getattr(chosen, "babel_locale", None) or get_locale()
        words = known[locale.language if locale is not None else ""]
        text = words.get(message)
        if text is None:
            text = words[message] = Markup(get_translations().ugettext(message))  # noqa: S704  # our own words, or an id
        return text % variables if variables or "%" in text else text

    return said
