"""Whether an exam is well formed. Pure: faults are codes on fields, in the order of the form."""

from __future__ import annotations

from dataclasses import dataclass

from app.bank.rules.drafts import Fault, text_faults


@dataclass(frozen=True)
class ExamTerms:
    """The figures of an exam as its author sets them."""

    title: str
    pass_mark: int
    max_attempts: int
    limit_minutes: int
    draw: int | None = None
    bank_draw: int | None = None
    """How many questions a closing quiz draws from the bank, beside its own."""
    topics: tuple[str, ...] = ()
    """The knowledge points these may be of, beside what the lectures of the course teach."""


def exam_faults(terms: ExamTerms) -> list[Fault]:
    """What keeps these terms from being those of an exam. `draw` is held against the pool when the exam is opened."""
    found = text_faults("title", terms.title.strip(), 120, needed=True)
    for name, least, most in (("pass_mark", 1, 100), ("max_attempts", 1, 50), ("limit_minutes", 1, 600)):
        if not least <= getattr(terms, name) <= most:
            found.append(Fault(name, f"{name}_outside"))
    if terms.draw is not None and not 1 <= terms.draw <= 500:
        found.append(Fault("draw", "draw_outside"))
    if terms.bank_draw is not None and not 0 <= terms.bank_draw <= 100:
        found.append(Fault("bank_draw", "bank_draw_outside"))
    return found
