"""Whom files of past training are about, and who brings them in."""

from __future__ import annotations

from typing import Any

import pytest

from app.kernel.work import Actor, College, working
from tests.history import build


@pytest.fixture
def cast(college: College) -> list[Any]:
    with working(college, Actor.system("test")) as work:
        return build.cadres(work)


@pytest.fixture
def actor(college: College) -> Actor:
    return build.importer(college)
