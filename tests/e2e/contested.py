"""A result that is contested: appealed by its candidate, and proposed to be annulled."""

from __future__ import annotations

from tests.e2e.learner import Learner


def contested(url: str, candidate: Learner) -> dict[str, str]:
    """The candidate sits the monthly test, hands it in empty and appeals; somebody proposes that the sitting be annulled."""
    exam = next(one["uid"] for one in candidate.ask("GET", "/api/v1/exams")["items"] if one["title"].startswith("党章党规"))
    attempt = candidate.begin_quiz(exam)["attempt"]
    candidate.ask("POST", f"/api/v1/attempts/{attempt}/submit")
    candidate.ask("POST", f"/api/v1/attempts/{attempt}/appeals", {"reason": "网络中断时答案未能提交，请复核。"})
    officer = Learner(url, "city", candidate.later).sign_in()
    proposal = {"attempt": attempt, "reason": "考场断电，作答中断。", "grants_attempt": True}
    officer.ask("POST", f"/api/v1/exams/{exam}/annulments", proposal)
    examined = f"/manage/exams/{exam}"
    return {"examined": examined, "annulling": f"{examined}/annul/{attempt}", "appealed": f"/exams/attempts/{attempt}/result"}
