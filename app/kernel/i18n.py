"""Words for people: English message ids, a complete Chinese catalogue, one per domain."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask_babel import Babel, get_locale, gettext, lazy_gettext, ngettext
from flask_babel import force_locale as in_locale

if TYPE_CHECKING:
    from flask import Flask

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
"""What a person chooses, and the catalogue it means. The first is the default."""

_ = gettext
_n = ngettext
_l: Any = lazy_gettext

__all__ = ["LOCALES", "_", "_l", "_n", "in_locale", "locale_code", "set_up", "together"]


def locale_code() -> str:
    """`zh` or `en`: the language of the answer being made."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def together(sentences: Iterable[str]) -> str:
    """Sentences one after another, with the space that English wants between them."""
    return (" " if locale_code() == "en" else "").join(sentences)


def set_up(app: Flask, choose: Any) -> None:
    """Merge the catalogues of all domains; `choose` names the locale of a request."""
    root = Path(app.root_path)
    folders = [*sorted(str(path.relative_to(root)) for path in root.glob("*/translations")), "translations"]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(folders)
    Babel(app, default_locale="zh_Hans_CN", default_timezone="Asia/Shanghai", locale_selector=choose)
