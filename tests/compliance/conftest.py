"""What reports are read from, and read with."""

from __future__ import annotations

from random import Random

import pytest

from app.compliance import service

from .city import actor, small_city, study


@pytest.fixture
def city(work_as, college):
    """A small city with some history, judged."""
    with work_as() as work:
        made = small_city(work)
        for number in range(40):
            study(work, Random(number).choice(made.everybody), Random(number), number)
    service.rebuild(college, 2026)
    return made


@pytest.fixture
def desk(app, client, city, college):
    """A browser of one reader after another."""

    def read(path, reader, **form):
        who = actor(college, city.readers[reader])
        app.extensions["identify"] = lambda work, credentials: who
        headers = {"Authorization": "Bearer stand-in"}
        return client.post(path, data=form, headers=headers) if form else client.get(path, headers=headers)

    return read
