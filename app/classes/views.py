"""The classes of a cadre as he sees them: which, when, where, and how each stands."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.classes import queries, words
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work
from app.people import service as people

routes = Routes("classes", __name__)


@routes.get("/classes", allow=SIGNED_IN)
def my_classes(work: Work) -> ResponseReturnValue:
    """The classes one is in, and those one was in."""
    cursor = request.args.get("page")
    return page("classes/own.html", ahead=queries.ahead(work), past=queries.past(work, cursor), today=people.today(work), words=words,
                here=url_for(".my_classes"))  # fmt: skip
