"""Many learners for a measurement: tokens written straight into the database, sessions opened through the interface."""

from __future__ import annotations

import hashlib
import http.client
import json
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from app.kernel.work import Actor, College, working
from app.people.models import Account, ApiToken, Person
from bench.load import ask


def tokens(college: College, count: int, *, prefix: str = "bench", first: int = 0) -> list[str]:
    """Bearer tokens of `count` people from the person `first` on who have no account yet."""
    made = []
    with working(college, Actor.system("bench")) as work:
        free = (Person.id >= first, Person.id.not_in(select(Account.person_id)))
        people = work.session.scalars(select(Person.id).where(*free).order_by(Person.id).limit(count))
        for number, person_id in enumerate(people):
            account = Account(person_id=person_id, user_name=f"{prefix}{number}")
            work.session.add(account)
            work.session.flush()
            token = f"{prefix}-token-{number}"
            work.session.add(
                ApiToken(
                    uid=work.new_uid(),
                    account_id=account.id,
                    token_hash=hashlib.sha256(token.encode()).hexdigest(),
                    device="bench",
                    ip="127.0.0.1",
                    created_at=work.now,
                    expires_at=work.now + timedelta(days=1),
                )
            )
            made.append(token)
    return made


@dataclass
class Learner:
    """One open play session that beats a second of media at a time."""

    bearer: str
    session: str
    token: str
    seq: int = 0
    at_ms: int = 0

    @property
    def headers(self) -> dict[str, str]:
        """What each of its requests carries."""
        return {"Authorization": f"Bearer {self.bearer}", "Content-Type": "application/json"}

    def beat(self, connection: http.client.HTTPConnection) -> None:
        """Report the next 400 ms and take the new token."""
        body = {
            "seq": self.seq + 1,
            "token": self.token,
            "from_ms": self.at_ms,
            "to_ms": self.at_ms + 400,
            "rate": 1.0,
            "state": "playing",
            "visible": True,
        }
        content, _ = ask(connection, "POST", f"/api/v1/play-sessions/{self.session}/beats", json.dumps(body).encode(), self.headers)
        answer = json.loads(content)
        self.seq, self.token, self.at_ms = answer["seq"], answer["token"], (self.at_ms + 400) % 60_000


def open_sessions(port: int, bearers: list[str]) -> list[Learner]:
    """A play session for each bearer on the first lecture of the catalogue, its first segments delivered."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    head = {"Authorization": f"Bearer {bearers[0]}"}
    course = json.loads(ask(connection, "GET", "/api/v1/courses", headers=head)[0])["items"][0]["uid"]
    lecture = json.loads(ask(connection, "GET", f"/api/v1/courses/{course}", headers=head)[0])["lectures"][0]["uid"]
    learners = []
    for bearer in bearers:
        head = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
        opened = json.loads(
            ask(connection, "POST", "/api/v1/play-sessions", json.dumps({"lecture": lecture}).encode(), head, status=201)[0]
        )
        learners.append(Learner(bearer, opened["session"], opened["token"]))
        _deliver(connection, opened["manifest_url"], head)
    connection.close()
    return learners


def _deliver(connection: http.client.HTTPConnection, manifest: str, head: dict[str, str], segments: int = 3) -> None:
    """Fetch the playlists and the first segments, as a player does."""
    base = manifest.rsplit("/", 1)[0]
    master = ask(connection, "GET", manifest, headers=head)[0].decode()
    variant = next(line for line in master.splitlines() if line and not line.startswith("#"))
    listing = ask(connection, "GET", f"{base}/{variant}", headers=head)[0].decode()
    folder = variant.rsplit("/", 1)[0] + "/" if "/" in variant else ""
    for line in [line for line in listing.splitlines() if line and not line.startswith("#")][:segments]:
        ask(connection, "GET", f"{base}/{folder}{line}", headers=head)
