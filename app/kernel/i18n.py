"""Words for people: English message ids, a complete Chinese catalogue, one per domain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import Locale
from flask import g, has_app_context
from flask_babel import Babel, get_locale, get_translations, gettext, lazy_gettext, ngettext
from flask_babel import force_locale as in_locale
from markupsafe import Markup

if TYPE_CHECKING:
    from flask import Flask

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
"""What a person chooses, and the catalogue it means. The first is the default."""

_ = gettext
_n = ngettext
_l: Any = lazy_gettext

__all__ = ["LOCALES", "_", "_l", "_n", "in_locale", "locale_code", "set_up"]


def _locale() -> Locale | None:
    """What flask_babel's get_locale gives, by one look at `g` instead of four: a page asks a hundred times."""
    kept = g.get("_flask_babel") if has_app_context() else None
    kept_locale: Locale | None = getattr(kept, "babel_locale", None)
    return kept_locale or get_locale()


def locale_code() -> str:
    """`zh` or `en`: the language of the answer being made."""
    locale = _locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def set_up(app: Flask, choose: Any) -> None:
    """Merge the catalogues of all domains; `choose` names the locale of a request."""
    root = Path(app.root_path)
    folders = [*sorted(str(path.relative_to(root)) for path in root.glob("*/translations")), "translations"]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(folders)
    Babel(app, default_locale="zh_Hans_CN", default_timezone="Asia/Shanghai", locale_selector=choose)
    said = _said_in_templates()
    app.jinja_env.globals.update(_=said, gettext=said, lang=locale_code)


def _said_in_templates() -> Callable[..., Markup]:
    """`_` of the templates: markup whose variables are escaped, as Jinja's own, without three calls for each word.

    A page says a hundred words or more. Catalogues do not change while a process runs, so each word is looked up once.
    """
    known: dict[str, dict[str, Markup]] = defaultdict(dict)

    def said(message: str, /, **variables: Any) -> Markup:
        locale = _locale()
        words = known[locale.language if locale is not None else ""]
        text = words.get(message)
        if text is None:
            text = words[message] = Markup(get_translations().ugettext(message))  # noqa: S704  # our own words, or an id
        return text % variables if variables or "%" in text else text

    return said
