"""Refusals: a status, a code that never changes, and one sentence for the person."""

from __future__ import annotations

from typing import Any, ClassVar

from app.kernel.i18n import _l


class Refusal(Exception):
    """The college says no. Raised by services, turned into a page or a problem document at one place."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "refused"
    text: ClassVar[Any] = _l("This cannot be done.")
    keeps: ClassVar[bool] = False
    """Whether what was written before the refusal is kept (a counted failure); otherwise nothing is changed."""

    def __init__(self, text: Any = None, **facts: Any) -> None:
        super().__init__(self.code)
        self.words = text
        self.facts = facts

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language, with the facts filled in."""
        words = self.text if self.words is None else self.words
        return str(words) % self.facts if self.facts and "%(" in str(words) else str(words)

    @property
    def public_facts(self) -> dict[str, Any]:
        """What the problem document tells besides the sentence."""
        return {key: value for key, value in self.facts.items() if not key.startswith("_")}


class Unauthenticated(Refusal):
    """Nobody is signed in."""

    status, code, text = 401, "sign_in_required", _l("Please sign in.")


class Forbidden(Refusal):
    """The person may see the thing but not do this."""

    status, code, text = 403, "forbidden", _l("You are not allowed to do this.")


class NotFound(Refusal):
    """There is no such thing, or it lies outside the person's scope; the two are not told apart."""

    status, code, text = 404, "not_found", _l("There is nothing at this address.")


class Conflict(Refusal):
    """The state has moved on, or the thing exists already."""

    status, code, text = 409, "conflict", _l("Someone else changed this in the meantime.")


class Gone(Refusal):
    """It was there, and its time is over."""

    status, code, text = 410, "gone", _l("This is over.")


class TooLarge(Refusal):
    """More than is accepted."""

    status, code, text = 413, "too_large", _l("That is larger than is accepted.")


class Invalid(Refusal):
    """A value that cannot be; `field` names it."""

    status, code, text = 422, "invalid", _l("Please check what was entered.")

    def __init__(self, text: Any = None, *, field: str = "", **facts: Any) -> None:
        super().__init__(text, **({"field": field} if field else {}), **facts)
        self.field = field


class Locked(Refusal):
    """Someone else holds it now."""

    status, code, text = 423, "locked", _l("This is in use elsewhere.")


class TooMany(Refusal):
    """Too fast; `retry_after` seconds until it is worth trying again."""

    status, code, text = 429, "too_many", _l("Too many requests. Please try again in %(retry_after)s seconds.")

    def __init__(self, text: Any = None, *, retry_after: int = 1, **facts: Any) -> None:
        super().__init__(text, retry_after=retry_after, **facts)
        self.retry_after = retry_after


class Unavailable(Refusal):
    """The college cannot do it now; nothing was changed."""

    status, code, text = 503, "unavailable", _l("The college is busy. Nothing was lost; please try again.")


class NoSpace(Refusal):
    """The disk is full; nothing was changed."""

    status, code, text = 507, "no_space", _l("There is not enough free space. Nothing was lost; please tell an administrator.")
