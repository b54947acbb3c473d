"""Rule sets that were used are kept, and never change (domain.md §6.1-1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.rulebook import service


def test_a_used_version_is_kept_once_and_read_back_as_it_was(work_as):
    book = service.rule_set("demo", date(2026, 11, 22))
    for _ in range(2):
        with work_as() as work:
            service.use(work, book)
    with work_as(write=False) as work:
        assert service.used(work, "demo@1") == book
        assert service.used(work, "demo@1").body == book.body


def test_a_version_that_was_edited_after_use_is_refused(work_as):
    book = service.rule_set("demo", date(2026, 11, 22))
    with work_as() as work:
        service.use(work, book)
    with work_as() as work, pytest.raises(service.RuleSetChanged):
        service.use(work, replace(book, hash="0" * 64))


def test_a_version_nobody_used_is_read_from_its_file(work_as):
    with work_as(write=False) as work:
        assert service.used(work, "seed-2006@1").id == "seed-2006"
        with pytest.raises(service.NoSuchRuleSet):
            service.used(work, "seed-2006@9")
