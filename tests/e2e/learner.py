"""A diligent person over HTTP: studies whole courses in seconds, because the college's clock is moved instead of waited for.

Everything goes the way of a real player: a play session, its segments fetched, a beat every fifteen seconds, the quiz.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.exams.demo import PER_TOPIC
from app.practice.demo import EACH
from content.questions import read_bank
from tests.e2e.conftest import PASSWORD, ROOT

BEAT_MS = 15_000


def keys() -> dict[str, list[str]]:
    """Stem → texts of the right options, from the courses' own files and from the bank, of which closing quizzes may draw.

    A stem of the bank asks for one class of practice: whatever belongs to that is right wherever it is offered.
    """
    found: dict[str, list[str]] = {}
    for made in read_bank(Path(ROOT, "content", "bank"), PER_TOPIC["xs"] + EACH * 3):
        right = ["正确" if made.truth else "错误"] if made.kind == "judge" else [text for text, is_right in made.options if is_right]
        found[made.stem] = [*found.get(made.stem, ()), *right]
    for file in sorted(Path(ROOT, "content", "courses").glob("*/questions.yaml")):
        for one in yaml.safe_load(file.read_text(encoding="utf-8")):
            key = one["key"]
            found[one["stem"]] = ["正确" if key else "错误"] if isinstance(key, bool) else [one["options"][letter] for letter in key]
    return found


@dataclass
class Learner:
    """One person with a bearer token. `later(seconds)` moves the college's clock."""

    url: str
    user_name: str
    later: Callable[[float], None]
    token: str = ""
    known: dict[str, list[str]] = field(default_factory=keys)

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the API; JSON in and out, files as bytes. A budget that is used up is waited for."""
        headers = {"Content-Type": "application/json", "User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/126"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                content = answer.read()
                return json.loads(content) if "json" in answer.headers["Content-Type"] else content
        except urllib.error.HTTPError as refusal:
            if refusal.code != 429:
                raise AssertionError(f"{method} {path}: {refusal.code} {refusal.read().decode()}") from refusal
            self.later(float(refusal.headers["Retry-After"]))
            return self.ask(method, path, body)

    def sign_in(self) -> Learner:
        """Open a bearer token."""
        self.token = self.ask("POST", "/api/v1/tokens", {"username": self.user_name, "password": PASSWORD})["token"]
        return self

    def courses(self) -> list[dict[str, Any]]:
        """Published courses, as the list gives them."""
        found: list[dict[str, Any]] = self.ask("GET", "/api/v1/courses")["items"]
        return found

    def watch(self, lecture: str, share: float = 1.0) -> None:
        """Watch a lecture from its beginning, to its end or to a share of it."""
        opened = self.ask("POST", "/api/v1/play-sessions", {"lecture": lecture})
        end, seq, token = int(opened["duration_ms"] * share), opened["seq"], opened["token"]
        self._fetch(opened["manifest_url"])
        for start in range(0, end, BEAT_MS):
            to = min(start + BEAT_MS, end)
            self.later((to - start) / 1000)
            state = "ended" if to == opened["duration_ms"] else "playing"
            beat = {"seq": seq + 1, "token": token, "from_ms": start, "to_ms": to, "rate": 1.0, "state": state, "visible": True}
            answer = self.ask("POST", f"/api/v1/play-sessions/{opened['session']}/beats", beat)
            seq, token = answer["seq"], answer["token"]
        self.ask("POST", f"/api/v1/play-sessions/{opened['session']}/close")

    def _fetch(self, manifest: str) -> None:
        """Every segment of the first rendition."""
        folder = manifest.rsplit("/", 1)[0]
        playlist = next(line for line in self.ask("GET", manifest).decode().splitlines() if line and not line.startswith("#"))
        rendition = f"{folder}/{playlist}".rsplit("/", 1)[0]
        listed = self.ask("GET", f"{folder}/{playlist}").decode()
        for name in re.findall(r"^[^#\n].*$", listed, re.M):
            self.ask("GET", f"{rendition}/{name}")

    def begin_quiz(self, exam: str) -> Any:
        """Start an attempt, or take the running one up."""
        return self.ask("POST", f"/api/v1/exams/{exam}/attempts")

    def pass_quiz(self, exam: str, mistakes: int = 0) -> None:
        """Answer by the key and hand in; the first `mistakes` questions are left out."""
        attempt = self.begin_quiz(exam)
        for question in attempt["questions"][mistakes:]:
            right = [one["option"] for one in question["options"] if one["text"] in self.known[question["stem"]]]
            assert right, question
            value: Any = right if question["kind"] == "multiple" else right[0]
            self.ask("PUT", f"/api/v1/attempts/{attempt['attempt']}/answers/{question['question']}", {"rev": 1, "value": value})
        self.later(120)
        self.ask("POST", f"/api/v1/attempts/{attempt['attempt']}/submit")

    def finish(self, course: str, mistakes: int = 0) -> None:
        """All lectures, then the quiz."""
        document = self.ask("GET", f"/api/v1/courses/{course}")
        for lecture in document["lectures"]:
            self.watch(lecture["uid"])
        if document["exam"]:
            self.pass_quiz(document["exam"], mistakes)
