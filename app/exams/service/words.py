"""The sentence of each fault code of an examination, its paper and its roster."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.bank import service as bank
from app.kernel.i18n import _l

SENTENCES: Mapping[str, Any] = {
    **bank.SENTENCES,
    "pass_mark_outside": _l("The pass mark lies between 1 and 100."),
    "max_attempts_outside": _l("Between 1 and 50 attempts are possible."),
    "limit_minutes_outside": _l("The time limit lies between 1 and 600 minutes."),
    "cooling_minutes_outside": _l("The wait between two attempts lies between 0 minutes and 90 days."),
    "window_needed": _l("Results after the window need a moment at which the window closes."),
    "window_backwards": _l("The window closes after it opens."),
    "window_too_short": _l("The window is shorter than the time limit."),
    "too_many_bands": _l("At most eight grades are possible."),
    "band_outside": _l("Write each grade as a score from 0 to 100 and a name of up to 20 characters, for example: 90 Excellent."),
    "band_twice": _l("Two grades begin at the same score."),
    "hours_outside": _l("The hours lie between 0 and 40, with up to two decimals."),
    "keys_before_another_attempt": _l(
        "With more than one attempt (“Attempts allowed”), “What candidates see of the result” cannot be everything at once: the answers "
        "would be known in the next attempt. Show them later, allow one attempt, or make it a self-test that is not graded."
    ),
    "hours_of_ungraded": _l("What is not graded is worth no study hours."),
    "bands_of_ungraded": _l("What is not graded has no grades."),
    "release_of_ungraded": _l("Of what is not graded everything is shown, at once or once the window has closed."),
    "markers_outside": _l("One or two people mark a written answer."),
    "password_outside": _l("The password has 6 to 60 characters."),
    "moment_outside": _l("A moment lies in the years 2000 to 2100."),
    "zone_needed": _l("A moment says its offset, for example 2026-12-01T09:00:00+08:00."),
    "unit_unknown": _l("There is no unit with this code."),
    "class_unknown": _l("There is no such training class, or you do not see it, or it was cancelled."),
    "course_unknown": _l("There is no course with this code."),
    "rank_unknown": _l("There is no such rank."),
    "team_unknown": _l("There is no such team."),
    "rows_needed": _l("A blueprint has at least one row."),
    "too_many_rows": _l("At most 40 rows are possible."),
    "too_many_questions": _l("At most 300 questions make a paper."),
    "forms_outside": _l("There are no forms, or two to six."),
    "count_outside": _l("A row asks for 1 to 300 questions."),
    "difficulty_backwards": _l("The hardest is not easier than the easiest."),
    "questions_needed": _l("Choose at least one question."),
    "question_twice": _l("Two of these questions say the same."),
    "question_not_approved": _l("This question is not approved, or not in the bank."),
    "person_unknown": _l("There is nobody of this user name within your scope."),
    "marker_unknown": _l("One of these people may not mark, or is not within your scope."),
    "extra_for_oneself": _l("Nobody gives himself extra time; somebody else does."),
    "person_barred": _l("Whoever set this examination up, opened it or read its answers does not sit it."),
    "named_twice": _l("This name stands in the list twice; the first counts."),
    "list_empty": _l("There is nobody in this list."),
    "list_too_long": _l("At most 5,000 people come on a roster at once. Please divide them."),
    "file_unread": _l("This file is neither an XLSX workbook nor a CSV table. Save it as XLSX and try again."),
    "unit_without_people": _l("Nobody of this unit is within your scope."),
    "extra_outside": _l("Extra time lies between 0 and 240 minutes."),
}
