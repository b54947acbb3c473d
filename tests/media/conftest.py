"""Clips made once per run, a loopback canary, and an instructor."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.kernel.work import Actor
from tests import make
from tests.conftest import WorkAs
from tests.media import corpus


@dataclass(frozen=True)
class Clips:
    """Files made when first asked for."""

    folder: Path

    def get(self, name: str, maker: str, *arguments: object) -> Path:
        """The file `name`, made by the corpus function `maker`."""
        path = self.folder / name
        if not path.exists():
            getattr(corpus, maker)(path, *arguments)
        return path

    @property
    def film(self) -> Path:
        """Six seconds with sound that play as they are."""
        return self.get("film.mp4", "film")

    @property
    def hevc(self) -> Path:
        """Four seconds of 10-bit HEVC."""
        return self.get("hevc.mp4", "ten_bit_hevc")

    @property
    def mp3(self) -> Path:
        """Five seconds to listen to."""
        return self.get("talk.mp3", "sound", "-c:a", "libmp3lame")

    @property
    def m4a(self) -> Path:
        """The same in AAC."""
        return self.get("talk.m4a", "sound", "-c:a", "aac")


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Clips:
    """Clips for the whole run."""
    return Clips(tmp_path_factory.mktemp("clips"))


@dataclass
class Canary:
    """A server on loopback that nobody may ever call."""

    address: str
    hits: list[str] = field(default_factory=list)


@pytest.fixture
def canary() -> Iterator[Canary]:
    """Listen, count, and hold the test to zero calls."""
    hits: list[str] = []

    class Bird(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Bird)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Canary(f"http://127.0.0.1:{server.server_port}", hits)
    server.shutdown()
    thread.join()
    server.server_close()
    assert hits == []


@pytest.fixture
def teacher(work_as: WorkAs) -> Actor:
    """王讲, who may upload."""
    with work_as() as work:
        person = make.person(work, "王讲")
        return make.actor(person, "media.upload")


@pytest.fixture
def colleague(work_as: WorkAs) -> Actor:
    """陈师, who may upload too and has nothing to do with 王讲's files."""
    with work_as() as work:
        return make.actor(make.person(work, "陈师"), "media.upload")


class Doors:
    """A client whose bearer token is the name of an actor, without going through sign-in."""

    def __init__(self, app: Flask) -> None:
        self.actors: dict[str, Actor] = {}
        app.extensions["identify"] = lambda _work, credentials: self.actors.get(credentials.bearer)
        self._client = app.test_client()

    def open(self, who: str, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> TestResponse:
        """A request of `who`; a form gets the token of this browser session."""
        if isinstance(more.get("data"), dict):
            html = self._client.get("/studio/media", headers={"Authorization": f"Bearer {who}"}).get_data(as_text=True)
            more["data"]["csrf_token"] = html.partition('name="csrf-token" content="')[2].partition('"')[0]
        return self._client.open(path, method=method, buffered=True, headers={"Authorization": f"Bearer {who}"} | (headers or {}), **more)

    def tus(self, who: str, method: str, path: str = "/api/v1/uploads", headers: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """A tus request of `who`."""
        words = {name: str(value) for name, value in (headers or {}).items()}
        return self.open(who, method, path, {"Tus-Resumable": "1.0.0"} | words, **more)

    def upload(self, who: str, content: bytes, name: str = "lecture.mp4") -> TestResponse:
        """A whole upload in two requests; the answer to the second."""
        metadata = f"filename {base64.b64encode(name.encode()).decode()}"
        opened = self.tus(who, "POST", headers={"Upload-Length": len(content), "Upload-Metadata": metadata})
        assert opened.status_code == 201, opened.get_data(as_text=True)
        return self.send(who, opened.headers["Location"], 0, content)

    def send(self, who: str, path: str, offset: int, content: bytes, **headers: str) -> TestResponse:
        """One PATCH."""
        words = {"Upload-Offset": offset, "Content-Type": "application/offset+octet-stream"} | headers
        return self.tus(who, "PATCH", path, words, data=content)


@pytest.fixture
def doors(app: Flask, teacher: Actor, colleague: Actor) -> Doors:
    """王讲 and 陈师 at the door."""
    made = Doors(app)
    made.actors = {"teacher": teacher, "colleague": colleague, "cadre": Actor(person_id=teacher.person_id, name="学员", sign_in_id=9)}
    return made
