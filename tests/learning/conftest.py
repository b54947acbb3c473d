"""Fixtures of study."""

from __future__ import annotations

from typing import Any

import pytest

from tests.learning.build import Study


@pytest.fixture
def study(work_as: Any, clock: Any) -> Study:
    """Plays lectures through the service."""
    return Study(work_as, clock)
