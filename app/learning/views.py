"""Pages of study: the list of courses, a course, a lecture with its player."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.kernel.errors import NotFound
from app.kernel.i18n import _, locale_code
from app.kernel.presentation import clock_text
from app.kernel.quantity import hours_text
from app.kernel.web import SIGNED_IN, Routes, page
from app.kernel.work import Work
from app.learning import queries, service
from app.learning.queries import CourseShown, LectureRow, PlayerShown
from app.media import service as media
from app.people import words as people

routes = Routes("learning", __name__)


@routes.get("/courses", allow=SIGNED_IN)
def list_courses(work: Work) -> ResponseReturnValue:
    """Published courses, narrowed by framework, topic, words and the reader's own state."""
    filters = queries.read_filters(request.args)
    found = queries.courses(work, filters, request.args.get("page"))
    view = "list" if request.args.get("view") == "list" else ""

    def address(**changes: str) -> str:
        chosen = {
            "q": filters.q,
            "framework": filters.framework,
            "topic": filters.topic,
            "state": filters.state,
            "audience": filters.audience,
            "view": view,
            **changes,
        }
        kept = {name: value for name, value in chosen.items() if value}
        return f"/courses?{urlencode(kept)}" if kept else "/courses"

    topics = queries.topics(work, filters.framework)
    return page("learning/courses.html", found=found, filters=filters, view=view, address=address, topics=topics)


@routes.get("/courses/<uuid:uid>", allow=SIGNED_IN)
def show_course(work: Work, uid: UUID) -> ResponseReturnValue:
    """One course: what it teaches, its lectures with their state, the one thing to do now, the rule in words."""
    shown = queries.course(work, uid)
    return page("learning/course.html", shown=shown, rule=_rule(work, shown), lectures=_lines(shown), reward=queries.reward(work, shown),
                audience=_audience(shown))  # fmt: skip


def _audience(shown: CourseShown) -> list[str]:
    """For whom the course is, in words; nothing when it is for everybody."""
    course = shown.course
    named = ((course.levels, people.RANKS), (course.position_classes, people.POSITIONS), (course.teams, people.TEAMS))
    return [str(_(", ")).join(str(words[code]) for code in words if code in codes) for codes, words in named if codes]


@routes.get("/courses/<uuid:uid>/lectures/<uuid:lecture>", allow=SIGNED_IN)
def show_lecture(work: Work, uid: UUID, lecture: UUID) -> ResponseReturnValue:
    """A lecture with its player; what counts already is drawn by the server."""
    found = queries.player(work, uid, lecture)
    return page("learning/lecture.html", found=found, shown=found.shown, lecture=found.lecture, p=_player(work, found))


@routes.get("/courses/<uuid:uid>/lectures/<uuid:lecture>/captions.vtt", allow=SIGNED_IN)
def show_captions(work: Work, uid: UUID, lecture: UUID) -> ResponseReturnValue:
    """The captions of a lecture, which are its transcript too."""
    asset = queries.medium_of(work, uid, lecture)
    if asset is None or not asset.captions_vtt:
        raise NotFound()
    return Response(asset.captions_vtt, mimetype="text/vtt")


@routes.get("/courses/<uuid:uid>/lectures/<uuid:lecture>/poster.jpg", allow=SIGNED_IN)
def show_poster(work: Work, uid: UUID, lecture: UUID) -> ResponseReturnValue:
    """The picture that stands for a lecture."""
    asset = queries.medium_of(work, uid, lecture)
    place = media.folder(work, asset) / asset.poster if asset is not None and asset.poster else None
    if place is None or not place.is_file():
        raise NotFound()
    answer = Response(place.read_bytes(), mimetype="image/jpeg")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def _rule(work: Work, shown: CourseShown) -> str:
    """The rule of credit in words, beside the thing it governs (frontend.md §6.3)."""
    percent, hours = service.terms(work).percent, hours_text(shown.version.nominal_hours)
    if not hours:
        said = _("See %(percent)s%% of every compulsory lecture", percent=percent)
    elif shown.quiz is None:
        said = _("See %(percent)s%% of every compulsory lecture: %(hours)s hours", percent=percent, hours=hours)
    else:
        said = _("See %(percent)s%% of every compulsory lecture and pass the closing quiz: %(hours)s hours", percent=percent, hours=hours)
    return str(said)


def _lines(shown: CourseShown, here: UUID | None = None) -> list[dict[str, Any]]:
    """The lectures and the quiz as rows of a list; `here` is the one being looked at."""
    rows = [
        {
            "title": row.title,
            "url": url_for(".show_lecture", uid=shown.course.uid, lecture=row.uid),
            "state": "cur" if row.uid == here else "done" if row.completed else "todo",
            "length": clock_text(row.duration_ms),
            "is_quiz": False,
        }
        for row in shown.lectures
    ]
    if shown.quiz is not None:
        state = "done" if shown.quiz.passed else "todo" if shown.lectures_done else "lock"
        length = _("%(minutes)s min", minutes=shown.quiz.limit_minutes)
        rows.append({"title": shown.quiz.title, "url": f"/exams/{shown.quiz.uid}", "state": state, "length": length, "is_quiz": True})
    return rows


def _player(work: Work, found: PlayerShown) -> dict[str, Any]:
    """Everything the player's markup asks for (templates/_player.html)."""
    shown, lecture, terms = found.shown, found.lecture, service.terms(work)
    base = url_for(".show_lecture", uid=shown.course.uid, lecture=lecture.uid)
    cover = f"/covers/{shown.course.uid}.svg"
    return {
        "lecture_uid": lecture.uid, "title": lecture.title, "kind": lecture.kind, "duration_ms": lecture.duration_ms,
        "covered": found.covered, "covered_ms": lecture.covered_ms, "resume_ms": found.resume_ms, "complete": lecture.completed,
        "poster_url": f"{base}/poster.jpg" if found.has_poster else cover,
        "captions_url": f"{base}/captions.vtt" if found.has_captions else None,
        "sprite_url": "sprite.vtt" if found.has_sprite else None, "chapters": found.chapters,
        "goal": str(terms.coverage_required), "max_rate": service.rate_text(int(terms.max_rate * 1000)), "rule_text": _rule(work, shown),
        "course_title": _title(shown), "course_url": url_for(".show_course", uid=shown.course.uid),
        "place": _("Lecture %(number)s", number=lecture.at), "lectures": _lines(shown, lecture.uid),
        "sign_in_url": url_for("people.sign_in", next=base), **_following(shown, found.following),
    }  # fmt: skip


def _following(shown: CourseShown, after: LectureRow | None) -> dict[str, str]:
    """Where the end of a lecture leads: the next lecture, or the quiz that closes the course."""
    if after is not None:
        url = url_for(".show_lecture", uid=shown.course.uid, lecture=after.uid)
        return {"next_url": url, "next_title": after.title, "next_label": _("Next lecture")}
    if shown.quiz is not None and not shown.quiz.passed:
        return {"next_url": f"/exams/{shown.quiz.uid}", "next_title": shown.quiz.title, "next_label": _("Closing quiz")}
    return {"next_url": "", "next_title": "", "next_label": ""}


def _title(shown: CourseShown) -> str:
    """The title in the reader's language."""
    return shown.version.title_en if locale_code() == "en" and shown.version.title_en else shown.version.title
