"""The page of search."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request
from flask.typing import ResponseReturnValue

from app.kernel.i18n import _, locale_code
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work
from app.search import queries
from app.search.models import House
from app.search.rules.words import LONGEST_QUERY

routes = Routes("search", __name__)


@routes.get("/search", allow=SIGNED_IN)
def search(work: Work) -> ResponseReturnValue:
    """Courses, lectures and spoken words that have what was asked for; without a question, the field alone."""
    query = request.args.get("q", "").strip()
    house = House(request.args["in"]) if request.args.get("in") in set(House) else None
    found = queries.search(work, query, house, request.args.get("page"), english=locale_code() == "en")
    query = query[:LONGEST_QUERY]

    def address(one: House | None) -> str:
        return "/search?" + urlencode({"q": query} | ({"in": str(one)} if one else {}))

    names = {House.COURSES: _("Courses"), House.LECTURES: _("Single lectures"), House.TRANSCRIPTS: _("Said in lectures")}
    ways = [(text, address(one), one == house, None) for one, text in ((None, _("All")), *names.items())]
    return page("search/search.html", query=query, house=house, found=found, address=address, names=names, ways=ways)
