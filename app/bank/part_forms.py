"""The questions of a case on the form: a form for each, added, moved and taken out by buttons that need no script."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from app.bank import words
from app.bank.key_forms import LETTERS, KeyForm
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import PARTS, Fault, QuestionDraft
from app.kernel.i18n import _l

INNER = [one for one in Kind if one is not Kind.CASE]
"""What a question of a case may be."""
KINDS = [SelectChoice(one.value, words.KINDS[one]) for one in INNER]
MOST_SHOWN = 2 * PARTS
"""Questions of one case that the form shows: a file may bring more than a case may have, and they have to be seen to be taken out."""
_CHOICE = frozenset({"right", "keeps_order", *(f"option_{letter}" for letter in LETTERS)})
USED = {
    Kind.SINGLE: _CHOICE, Kind.MULTIPLE: _CHOICE | {"partial"}, Kind.JUDGE: frozenset({"truth"}),
    Kind.BLANK: frozenset({"blanks", "strict_case", "strict_width", "each_blank"}), Kind.SHORT: frozenset({"sample", "rubric", "longest"}),
}  # fmt: skip
"""The fields that a part of each kind uses beside those of every kind."""
_NAME = re.compile(r"parts-(\d{1,3})-(\w+)")
_STEP = re.compile(r"(up|down|out)-(\d{1,2})")


class PartForm(KeyForm):
    """One question of a case; the token stands in the form around it."""

    class Meta:
        csrf = False

    kind = SelectField(
        _l("Kind of question"), default=Kind.SINGLE.value, choices=[SelectChoice(one.value, words.KINDS[one]) for one in INNER]
    )

    @property
    def own_kind(self) -> Kind:
        """The kind that is chosen."""
        return Kind(self.kind.data) if self.kind.data in INNER else Kind.SINGLE

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether what its kind uses is in shape; what was typed for another kind before is kept, and asked of nobody."""
        super().validate(extra_validators)
        for name in {name for kind, names in USED.items() if kind is not self.own_kind for name in names} - USED[self.own_kind]:
            self[name].errors = []
        return not self.errors

    def show(self, draft: QuestionDraft) -> None:
        """Fill the form from a part as it stands."""
        super().show(draft)
        self.kind.data = draft.kind.value

    def draft(self, at: int, wrong: list[Fault]) -> QuestionDraft:
        """The part as it was entered; what cannot be read is told under its number from 1."""
        mine: list[Fault] = []
        made = self.keyed(self.own_kind, mine)
        wrong += [Fault(f"parts.{at}.{one.field}", one.code) for one in mine]
        return made


def rearranged(sent: Iterable[tuple[str, object]], step: str) -> MultiDict[str, object]:
    """What was sent after a step on its parts: `add`, `up-2`, `down-1`, `out-3` (numbers from 1); all else stays as it was typed."""
    own: list[tuple[str, object]] = []
    parts: dict[int, list[tuple[str, object]]] = {}
    for name, value in sent:
        found = _NAME.fullmatch(name)
        if found:
            parts.setdefault(int(found[1]), []).append((found[2], value))
        else:
            own.append((name, value))
    order = _stepped([parts[at] for at in sorted(parts)], step)
    return MultiDict([*own, *((f"parts-{at}-{name}", value) for at, part in enumerate(order) for name, value in part)])


def _stepped(order: list[list[tuple[str, object]]], step: str) -> list[list[tuple[str, object]]]:
    if step == "add" and len(order) < PARTS:
        return [*order, [("kind", Kind.SINGLE.value), ("points", "2"), ("longest", "1000")]]
    found = _STEP.fullmatch(step)
    at = int(found[2]) - 1 if found else -1
    if found is None or not 0 <= at < len(order):
        return order
    rest = [*order[:at], *order[at + 1 :]]
    if found[1] == "out":
        return rest
    to = max(at - 1, 0) if found[1] == "up" else at + 1
    return [*rest[:to], order[at], *rest[to:]]
