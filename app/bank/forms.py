"""Forms of the bank: shape and format; what a question must be is a rule (rules/drafts.py)."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, FormField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from app.bank import words
from app.bank.key_forms import LONG, PARTIAL, KeyForm
from app.bank.part_forms import MOST_SHOWN, PartForm
from app.bank.rules.answers import Kind
from app.bank.rules.drafts import SOURCE, TOPIC, USUAL, Fault, QuestionDraft
from app.bank.rules.formats import common
from app.bank.rules.places import LONGEST_CODE, Place, clock, seconds
from app.bank.service import FORMATS
from app.kernel.forms import Form
from app.kernel.i18n import _, _l

PASTED = 200_000


class QuestionForm(KeyForm):
    """One question of the bank; a case has a form within it for each of its questions."""

    topic = StringField(_l("Knowledge point"), [Length(max=TOPIC, message=LONG)])
    difficulty = SelectField(_l("Difficulty"), default="3", choices=[SelectChoice(str(at), str(at)) for at in range(1, 6)])
    competencies = StringField(_l("Competencies"), [Length(max=300, message=LONG)])
    course = StringField(_l("Course that teaches it"), [Length(max=LONGEST_CODE, message=LONG)])
    lecture = StringField(_l("Number of the lecture"), [Length(max=3, message=LONG)])
    at = StringField(_l("Minute and second"), [Length(max=9, message=LONG)])
    source = StringField(_l("Source"), [Length(max=SOURCE, message=LONG)])

    parts = FieldList(FormField(PartForm), _l("Questions of the case"), max_entries=MOST_SHOWN)

    def show(self, draft: QuestionDraft) -> None:
        """Fill the form from a question as it stands."""
        super().show(draft)
        self.topic.data, self.difficulty.data, self.source.data = draft.topic, str(draft.difficulty), draft.source
        self.competencies.data = "、".join(draft.competencies)
        if draft.place is not None:
            self.course.data, self.lecture.data, self.at.data = draft.place.course, str(draft.place.lecture), clock(draft.place.second)
        for part in draft.parts[:MOST_SHOWN]:
            self.parts.append_entry().form.show(part)

    def part_forms(self) -> list[PartForm]:
        """The forms of the questions of a case, in their order."""
        return [entry.form for entry in self.parts]

    def draft(self, kind: Kind) -> tuple[QuestionDraft, list[Fault]]:
        """What was entered as a draft of this kind, and what of it cannot be read."""
        wrong: list[Fault] = []
        level = self.difficulty.data
        draft = self.keyed(
            kind, wrong, topic=self.topic.data or "", source=self.source.data or "", place=self._place(wrong),
            difficulty=int(level) if level in ("1", "2", "3", "4", "5") else USUAL,
            competencies=common.words(self.competencies.data or ""),
            parts=tuple(one.draft(at, wrong) for at, one in enumerate(self.part_forms(), 1)) if kind is Kind.CASE else (),
        )  # fmt: skip
        return draft, wrong

    def _place(self, wrong: list[Fault]) -> Place | None:
        """Course, lecture and moment, all three or none."""
        course, lecture, at = ((field.data or "").strip() for field in (self.course, self.lecture, self.at))
        if not (course or lecture or at):
            return None
        second = seconds(at)
        if not course or not lecture.isascii() or not lecture.isdigit():
            wrong.append(Fault("lecture" if course else "course", "place_incomplete"))
            return None
        if second is None:
            wrong.append(Fault("at", "time_not_read"))
        return Place(course, int(lecture), second or 0)

    def blame_faults(self, faults: list[Fault], kind: Kind, sentences: Any) -> None:
        """Every fault beside its field, one of a part of a case beside the field of this part; none that its shape says already."""
        in_parts = any(one.points.errors for one in self.part_forms()) or any(
            fault.field.startswith("parts.") and fault.field.endswith(".points") for fault in faults
        )
        placed = [(*self._field_of(fault), fault) for fault in faults if not (in_parts and fault.field == "points")]
        unsaid = [(form, name, fault) for form, name, fault in placed if not form.says(name, fault.code)]  # before any of them is said
        for form, name, fault in unsaid:
            form.accuse(name, words.sentence(fault, sentences), form.own_kind if isinstance(form, PartForm) else kind)
        self.gather()

    def _field_of(self, fault: Fault) -> tuple[KeyForm, str]:
        """The form that has a fault, and the name of its field there."""
        head, _dot, rest = fault.field.partition(".")
        number, _dot, inner = rest.partition(".")
        parts = self.part_forms()
        return (parts[int(number) - 1], inner) if head == "parts" and inner and int(number) <= len(parts) else (self, head)

    def blame_pictures(self) -> list[Fault]:
        """Why pictures are not taken stands beside them; what their words lack comes back."""
        found = self.blame_picture()
        for at, one in enumerate(self.part_forms(), 1):
            found += [Fault(f"parts.{at}.{fault.field}", fault.code) for fault in one.blame_picture()]
        return found

    def gather(self) -> None:
        """Let the form know what stands beside the fields of its parts."""
        told = [one.errors for one in self.part_forms() if one.errors]
        self.parts.errors = [*(one for one in self.parts.errors if not isinstance(one, dict)), *told]

    def told_of_parts(self) -> list[tuple[str, str]]:
        """Every fault of a part: the id of its field, and a sentence that names part and field."""
        return [
            (field.id, _("Question (%(number)s), %(field)s: %(what)s", number=at, field=field.label.text, what=sentence))
            for at, part in enumerate(self.part_forms(), 1) for field in part for sentence in field.errors
        ]  # fmt: skip


class UploadForm(Form):
    """A file of questions."""

    file = FileField(_l("File with questions"), [FileRequired(_l("Choose a file first."))])
    format = SelectField(_l("Format"), default="auto", choices=[SelectChoice(one, words.FORMATS[one]) for one in FORMATS])


class PasteForm(Form):
    """Questions copied out of a document."""

    text = TextAreaField(_l("Text of the questions"), [InputRequired(_l("Paste the questions first.")), Length(max=PASTED, message=LONG)])


class MoveForm(Form):
    """A step of a question, with its reason."""

    reason = TextAreaField(_l("What should be changed"), [Length(max=500, message=LONG)])


__all__ = ["PARTIAL", "MoveForm", "PasteForm", "QuestionForm", "UploadForm"]
