"""What examinations refuse, and with which sentence."""

from __future__ import annotations

from collections.abc import Mapping

from app.exams.rules.timing import Start
from app.kernel.errors import Conflict, Forbidden, Gone, Invalid, Locked, TooMany
from app.kernel.i18n import _l


class NotEligible(Forbidden):
    """The person may not sit this exam, or not yet; nobody says yes unless someone is asked (decisions 23)."""

    code, text = "not_eligible", _l("This exam is not open to you yet.")


class ExamClosed(Conflict):
    """The exam takes no further attempts."""

    code, text = "exam_closed", _l("This exam is closed.")


class ExamNotOpenYet(Conflict):
    """The window opens later."""

    code, text = "exam_not_open", _l("This exam has not opened yet.")


class ExamOver(Conflict):
    """The window has closed."""

    code, text = "exam_over", _l("The time of this exam is over.")


class AttemptsUsedUp(Conflict):
    """No attempt is left (INV-I19)."""

    code, text = "attempts_used_up", _l("All attempts of this exam have been used.")


class AlreadyPassed(Conflict):
    """A passed exam whose results are out is not sat again."""

    code, text = "already_passed", _l("You have passed this exam already.")


class CoolingOff(Conflict):
    """The next attempt is allowed later."""

    code, text = "cooling_off", _l("The next attempt is not possible yet.")


class ExamNotReady(Conflict):
    """The pool holds fewer questions than the paper needs."""

    code, text = "exam_not_ready", _l("This exam has too few questions to be sat.")


class Superseded(Locked):
    """The attempt goes on elsewhere; `device` names where (ATK-A57)."""

    code, text = "superseded", _l("This attempt is being continued on another device.")


class PastDeadline(Gone):
    """Received after the deadline and its grace, by the server's clock (ATK-A51)."""

    code, text = "past_deadline", _l("The time of this attempt is over. What was saved before counts.")


class StillTime(Conflict):
    """A page says that the time is over, and it is not: extra time was given meanwhile. `deadline` says until when."""

    code, text = "still_time", _l("There is still time: this attempt has been given more.")


class AttemptOver(Gone):
    """Handed in: nothing can be changed any more (ATK-A54)."""

    code, text = "attempt_over", _l("This attempt has been handed in and can no longer be changed.")


class QuestionPassed(Conflict):
    """The examination goes one way, and the candidate has gone on; `place` is where he stands (ATK-A53)."""

    code, text = "question_passed", _l("You have gone on from this question; in this examination there is no way back.")


class QuestionNotReached(Conflict):
    """The examination goes one way, and this question has not come yet; `place` is where the candidate stands (ATK-A53)."""

    code, text = "question_not_reached", _l("This question has not come yet; in this examination they come one after another.")


class OrderIsFree(Conflict):
    """There is no going on where questions may be answered in any order."""

    code, text = "order_is_free", _l("The questions of this examination may be answered in any order.")


class StaleRev(Conflict):
    """A newer answer is already saved, or the same revision with another value; `current` is its revision."""

    code, text = "stale_rev", _l("A newer answer to this question is already saved.")


class BadAnswer(Invalid):
    """An answer of the wrong shape, or with an option this question does not have. What was saved stays."""

    code, text = "bad_answer", _l("This is not an answer to this question. What was saved before is kept.")


class AttemptRunning(Conflict):
    """There is no result before the attempt is handed in."""

    code, text = "attempt_running", _l("This attempt has not been handed in yet.")


class BeingMarked(Conflict):
    """A written answer of the attempt waits for a marker."""

    code, text = "being_marked", _l("Your paper is in. Its written answers are still being marked.")


class NotReleased(Conflict):
    """The result exists and is not shown yet (INV-I18)."""

    code, text = "not_released", _l("The result has not been released yet.")


class ExamPublished(Conflict):
    """The quiz of a published version stands as it was published."""

    code, text = "exam_published", _l("This course version is published, so its quiz can no longer be changed.")


class QuizExists(Conflict):
    """A version of a course has one closing quiz."""

    code, text = "quiz_exists", _l("This course version already has a closing quiz.")


class PasswordNeeded(Invalid):
    """The examination has a password."""

    code, text = "exam_password_needed", _l("Enter the password of this examination.")


class WrongExamPassword(Invalid):
    """Counted, so that guessing is slow."""

    code, text, keeps = "exam_password_wrong", _l("This is not the password of this examination."), True


class PasswordPause(TooMany):
    """Too many wrong passwords."""

    code, text = "exam_password_pause", _l("Too many wrong passwords. Try again in a minute.")


class ExamNotDraft(Conflict):
    """What is checked or open stands still."""

    code, text = "exam_not_draft", _l("Only a draft can be changed. Take the examination back first.")


class ExamMoveNotAllowed(Conflict):
    """This state does not follow on the present one, or somebody else was quicker."""

    code, text = "exam_move_not_allowed", _l("This step is not possible in the present state of the examination.")


class KnowsThePaper(Forbidden):
    """Who had a hand in an examination, or knows the keys of the questions it would need, does not sit it (docs/adr/0023)."""

    code, text = (
        "exam_paper_known",
        _l("You had a hand in this examination, or have written, judged or read the keys of questions it asks, so you cannot sit it."),
    )


class OpenedByAuthor(Conflict):
    """Who sets up an examination, changes or checks it does not open it (domain.md §9)."""

    code, text = "exam_opened_by_author", _l("An examination is opened by somebody who neither set it up nor changed or checked it.")


class WindowPast(Conflict):
    """The window is over before anybody could sit."""

    code, text = "exam_window_past", _l("The window of this examination is over already.")


class PaperMissing(Conflict):
    """There is neither a blueprint nor a list of questions."""

    code, text = "exam_paper_missing", _l("This examination has no paper yet.")


class BankCannotFill(Conflict):
    """The bank has too few questions; `missing` says which rows want how many and how many there are."""

    code, text = "bank_cannot_fill", _l("The bank cannot fill this blueprint: %(lacking)s questions are missing.")


class QuestionWithdrawn(Conflict):
    """A question of a fixed paper is approved no longer."""

    code, text = "exam_question_withdrawn", _l("These questions of the paper are no longer approved: %(numbers)s.")


class OwnPaper(Forbidden):
    """Nobody marks his own paper."""

    code, text = "own_paper", _l("This is your own paper.")


class MarkedAlready(Conflict):
    """This marker has marked this answer, or it needs no mark any more."""

    code, text = "marked_already", _l("This answer has been marked already.")


class MarkStands(Conflict):
    """A mark that is not corrected any more: the result is final, a third marker rules, or ruled."""

    code, text = "mark_stands", _l("This mark cannot be corrected any more: the result is final, or a third marker rules on it.")


class BadPoints(Invalid):
    """Points that are no figure, below nought or beyond the maximum."""

    code, text = "bad_points", _l("Points are from 0 to %(most)s, with up to two decimals.")


class RemarkTooLong(Invalid):
    """A remark beyond its column."""

    code, text = "remark_too_long", _l("A remark has at most %(most)s characters.")


class ResultReasonNeeded(Invalid):
    """Who changes a result, proposes to or hears an appeal says why."""

    code, text = "result_reason_needed", _l("Please give a reason of up to %(most)s characters; the candidate will read it.")


class WhyNeeded(Invalid):
    """Who appeals, or decides what others proposed, says why; it is kept with it."""

    code, text = "why_needed", _l("Please say why, in up to %(most)s characters.")


class NoSuchKey(Invalid):
    """A key this question cannot have."""

    code, text = "no_such_key", _l("This cannot be the key of this question. Tick or write what is right now.")


class NothingLeftToMark(Invalid):
    """Without the question some paper would have no points."""

    code, text = (
        "nothing_left_to_mark",
        _l("Without this question a paper would have no points left. Give its points to everybody instead."),
    )


class RegradeMoved(Conflict):
    """The results are others than those that were looked at."""

    code, text = "regrade_moved", _l("The results have changed since you looked. Look at the list again, then commit.")


class AttemptAnnulled(Conflict):
    """The sitting was annulled by two people; its page says why."""

    code, text = "attempt_annulled", _l("This sitting was annulled. Its page says why.")


class NotAnnullable(Conflict):
    """Only what is in, and not annulled yet, can be annulled."""

    code, text = "not_annullable", _l("This sitting is not handed in yet, or annulled already.")


class AnnulmentProposed(Conflict):
    """One proposal at a time."""

    code, text = "annulment_proposed", _l("Somebody has proposed to annul this sitting already.")


class AnnulmentDecided(Conflict):
    """Somebody was quicker."""

    code, text = "annulment_decided", _l("This proposal has been decided already.")


class SecondPersonNeeded(Forbidden):
    """Who proposed does not decide (ATK-A62)."""

    code, text = "second_person_needed", _l("You proposed this; someone else decides.")


class OwnResult(Forbidden):
    """Nobody proposes or decides on his own result."""

    code, text = "own_result", _l("This is your own result.")


class SitsItself(Conflict):
    """Nobody reads keys, samples, rubrics or what tells them while he writes a paper that asks the same question."""

    code, text = (
        "exam_sat_by_marker",
        _l("You are sitting an examination yourself that asks this. Hand your paper in first; then you can read it."),
    )


class NoAppeal(Conflict):
    """Only a final result of an examination can be appealed."""

    code, text = "no_appeal", _l("This result cannot be appealed.")


class AppealedAlready(Conflict):
    """One appeal for each sitting."""

    code, text = "appealed_already", _l("This result has been appealed already.")


class AppealTooLate(Conflict):
    """The window of appeals is over."""

    code, text = "appeal_too_late", _l("Appeals against this result were possible until %(day)s.")


class AppealDecided(Conflict):
    """Somebody was quicker, or the sitting was annulled meanwhile."""

    code, text = "appeal_decided", _l("This appeal has been decided already.")


class SecondMarkerNeeded(Forbidden):
    """Who marked the paper does not hear the appeal."""

    code, text = "second_marker_needed", _l("You have marked this paper; someone else hears the appeal.")


BARRED: Mapping[Start, type[Conflict]] = {
    Start.CLOSED: ExamClosed,
    Start.NOT_YET: ExamNotOpenYet,
    Start.WINDOW_OVER: ExamOver,
    Start.USED_UP: AttemptsUsedUp,
    Start.PASSED: AlreadyPassed,
    Start.COOLING: CoolingOff,
    Start.BEING_MARKED: BeingMarked,
}
"""The refusal that goes with each reason not to start."""
