"""My ledger: a year of lines, and what each of them rests on."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from app.kernel.errors import NotFound
from app.kernel.fields import whole
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work
from app.ledger.queries import pages
from app.ledger.rules.posting import Category
from app.ledger.words import axis, category

routes = Routes("ledger", __name__)
routes.blueprint.add_app_template_filter(category)
routes.blueprint.add_app_template_filter(axis)
FIRST_YEAR, LAST_YEAR = 1950, 2200


@routes.get("/ledger", allow=SIGNED_IN)
def my_ledger(work: Work) -> ResponseReturnValue:
    """The lines of a year with their sum; reversals and what they took back are both there."""
    category, kind = request.args.get("category", ""), request.args.get("kind", "all")
    shown = pages.year_page(
        work, work.person_id, _year(request.args.get("year")), category if category in set(Category) else "",
        kind if kind in pages.KINDS else "all",
    )  # fmt: skip
    tabs = [(str(year), f"/ledger?year={year}", year == shown.year, None) for year in shown.years]
    return page("ledger/ledger.html", shown=shown, category=category, kind=kind, year_tabs=tabs)


@routes.get("/ledger/<int:seq>", allow=SIGNED_IN)
def my_line(work: Work, seq: int) -> ResponseReturnValue:
    """One line of mine: what was studied, by which rule it counts, and the proof that it stands in the sealed tree."""
    return page("ledger/line.html", shown=pages.line_page(work, work.person_id, seq))


def _year(text: str | None) -> int | None:
    """A year from the address; NotFound for what is none."""
    if not text:
        return None
    year = whole(text)
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotFound()
    return year
