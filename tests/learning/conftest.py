"""Fixtures of study."""

from __future__ import annotations

from typing import Any

import pytest

from tests.learning.build import Desk, Study, cadre, taught


@pytest.fixture
def study(work_as: Any, clock: Any) -> Study:
    """Plays lectures through the service."""
    return Study(work_as, clock)


@pytest.fixture
def desk(app: Any, college: Any, work_as: Any, clock: Any) -> Desk:
    """Two cadres and a course of two lectures of ten minutes and one of one, for devices over HTTP."""
    with work_as() as work:
        cadre(work)
        cadre(work, "zhou", "周外")
        lectures = taught(work, (600_000, 600_000, 60_000))[2]
    return Desk(app, work_as, clock, lectures)
