"""What the addresses and forms of the desk say, read with care."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.datastructures import MultiDict

from app.desk.queries import Wanted, few_of, steps_of
from app.desk.rules import Chip, Step, Tab, Verb
from app.desk.service.keeping import Asked
from app.kernel.errors import Invalid
from app.kernel.fields import day, whole
from app.kernel.i18n import _l
from app.kernel.work import Work


class BadHours(Invalid):
    """Hours that are no figure."""

    code, text = "desk_hours", _l("Please enter the hours as a number with at most two decimals.")


def wanted(work: Work, given: MultiDict[str, str]) -> Wanted:
    """What list is asked for; a word that means nothing is the first choice."""
    steps = steps_of(work) or (Step.CHECK,)
    step = _word(Step, given.get("step"), steps[0])
    step = step if step in steps else steps[0]
    tab = _word(Tab, given.get("tab"), Tab.WAITING)
    if (tab is Tab.APPEALS and step is Step.CHECK) or (tab is Tab.RETURNED and step is Step.HEAR):
        tab = Tab.WAITING
    chip = _word(Chip, given.get("chip"), Chip.ALL)
    return Wanted(
        step, tab, chip, given.get("unit", "").strip()[:60], given.get("kind", "")[:30], day(given.get("since")), day(given.get("until")),
        few_of(work, step),
    )  # fmt: skip


def address(wanted: Wanted, **other: Any) -> dict[str, Any]:
    """The words of a list's address, without those that say nothing; `other` replaces some."""
    said: dict[str, Any] = {
        "step": wanted.step if wanted.step is not Step.CERTIFY else None, "tab": wanted.tab if wanted.tab is not Tab.WAITING else None,
        "chip": wanted.chip if wanted.chip is not Chip.ALL else None, "unit": wanted.unit, "kind": wanted.kind,
        "since": wanted.since and wanted.since.isoformat(), "until": wanted.until and wanted.until.isoformat(),
    }  # fmt: skip
    return {name: str(value) for name, value in {**said, **other}.items() if value}


def asked() -> Asked:
    """The decision in a posted form."""
    verb = _one_of((Verb.PASS, Verb.CERTIFY, Verb.REJECT), Verb.RETURN)
    hours = hours_given(request.form.get("hours", "")) if verb is Verb.CERTIFY else None
    reason = request.form.get("reason", "").strip()
    subject = request.form.get("subject", "")[:16] if verb is Verb.CERTIFY else ""
    return Asked(verb, hours, reason, subject or None)


def hearing() -> Asked:
    """What was found of an appeal; whatever is no grant lets the decision stand."""
    reason = request.form.get("reason", "").strip()
    verb = _one_of((Verb.GRANT,), Verb.UPHOLD)
    return Asked(verb, hours_granted() if verb is Verb.GRANT else None, reason)


def asked_of_courses() -> Asked:
    """Certify, or decline with a reason."""
    is_no = request.form.get("verb") == "decline"
    return Asked(Verb.DECLINE, reason=request.form.get("reason", "").strip()) if is_no else Asked(Verb.CERTIFY_COURSES)


def asked_of_sample() -> Asked:
    """Found right, or taken back with a reason."""
    is_no = request.form.get("verb") == "revoke"
    return Asked(Verb.TAKE_BACK, reason=request.form.get("reason", "").strip()) if is_no else Asked(Verb.FOUND)


def hours_granted() -> Decimal:
    """Hours that an appeal is granted; BadHours where the field is empty, for without any the decision would stand."""
    hours = hours_given(request.form.get("hours", ""))
    if hours is None:
        raise BadHours(field="hours")
    return hours


def hours_given(text: str) -> Decimal | None:
    """Hours as typed; None for an empty field. Raises BadHours."""
    text = text.strip()
    if not text:
        return None
    try:
        hours = Decimal(text) if len(text) <= 8 else None
        if hours is not None and hours.is_finite() and hours == round(hours, 2):
            return hours
    except InvalidOperation:  # no figure, or one (1e99999) that has no hundredths
        pass
    raise BadHours(field="hours")


def uids() -> list[UUID]:
    """The chosen claims; what is no uid is left out."""
    found = []
    for text in request.form.getlist("claim"):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def courses() -> list[tuple[UUID, UUID]]:
    """The chosen courses as (person, version)."""
    found = []
    for text in request.form.getlist("course"):
        person, _dot, version = text.partition(".")
        try:
            found.append((UUID(person), UUID(version)))
        except ValueError:
            continue
    return found


def delegation() -> tuple[int, date | None, date | None]:
    """To whom, from when, to when; what is missing is refused by the service."""
    given = request.form
    return whole(given.get("person", ""), 11) or 0, day(given.get("from_on")), day(given.get("to_on"))


def _one_of(verbs: tuple[Verb, ...], otherwise: Verb) -> Verb:
    """The verb in a posted form, of those that may stand there."""
    return next((verb for verb in verbs if verb == request.form.get("verb")), otherwise)


def _word(words: Any, given: str | None, otherwise: Any) -> Any:
    return words(given) if given in {str(one) for one in words} else otherwise
