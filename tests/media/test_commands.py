"""`flask media doctor`."""

from __future__ import annotations

import pytest
from flask import Flask

from app.media import places

pytestmark = pytest.mark.sqlite_only


def test_the_doctor_names_encoder_isolation_and_space(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["media", "doctor"])
    assert result.exit_code == 0, result.output
    for word in ("encoder", "version", "yes  libx264", "isolation  yes  limits", "no network", "GiB free", "media: ready"):
        assert word in result.output


def test_the_doctor_fails_without_an_encoder(app: Flask) -> None:
    object.__setattr__(app.extensions["college"].settings, "ffmpeg_binary", "/nowhere/ffmpeg")
    result = app.test_cli_runner().invoke(args=["media", "doctor"])
    assert result.exit_code == 1
    assert "/nowhere/ffmpeg" in result.output


def test_the_doctor_fails_on_a_full_disk(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "free_bytes", lambda _root: 1_000)
    result = app.test_cli_runner().invoke(args=["media", "doctor"])
    assert result.exit_code == 1
    assert "uploads are refused" in result.output
