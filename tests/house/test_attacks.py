"""Which test stands for which attack on an examination (integrity.md §2.5, ATK-A51–A64) and which invariant (INV-I15–I19)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent.parent
PROOF = {
    "INV-I15": ("exams/test_races.py::test_what_is_acknowledged_while_the_paper_is_handed_in_is_graded",
                "exams/test_kill.py::test_killed_server_and_worker_lose_no_acknowledged_answer_and_hand_nothing_in_twice",
                "exams/test_kill.py::test_the_loop_notices_a_server_that_acknowledges_too_early_and_hands_in_twice",
                "e2e/test_sitting.py::test_a_sitting_that_loses_its_network_and_its_device_ends_complete"),
    "INV-I16": ("exams/test_results.py::test_editing_the_bank_changes_no_running_paper_and_no_score",),
    "INV-I17": ("exams/test_marking.py::test_answers_count_until_ten_seconds_after_the_deadline",
                "exams/test_marking.py::test_moving_the_clock_back_never_reopens_an_attempt"),
    "INV-I18": ("exams/test_secrecy.py::test_no_address_tells_a_candidate_anything_of_a_key",
                "exams/test_secrecy.py::test_the_walk_finds_a_key_where_one_may_be_read",
                "exams/test_secrecy.py::test_a_result_before_release_tells_nothing"),
    "INV-I19": ("exams/test_races.py::test_a_new_start_against_a_submit_never_exceeds_the_attempts",),
    "ATK-A51": ("exams/test_api.py::test_a_forged_time_changes_nothing",
                "exams/test_marking.py::test_answers_count_until_ten_seconds_after_the_deadline"),
    "ATK-A52": ("exams/test_races.py::test_twenty_starts_at_once_make_one_attempt",),
    "ATK-A53": ("exams/test_sequential.py::test_neither_the_question_before_nor_one_to_come_takes_an_answer",
                "exams/test_sequential.py::test_programs_go_one_way_too",
                "exams/test_sequential.py::test_the_page_without_a_script_goes_one_way_too"),
    "ATK-A54": ("exams/test_marking.py::test_handing_in_twice_gives_the_same_receipt_and_is_marked_once",
                "exams/test_marking.py::test_after_handing_in_nothing_can_be_saved"),
    "ATK-A55": ("exams/test_api.py::test_a_right_and_a_wrong_answer_are_acknowledged_alike",
                "exams/test_service.py::test_changing_one_answer_endlessly_is_slowed",
                "exams/test_timings.py::test_saving_takes_the_same_steps_whichever_option_is_right"),
    "ATK-A56": ("exams/test_secrecy.py::test_a_paper_has_the_same_size_and_headers_whichever_option_is_right",
                "exams/test_api.py::test_no_key_weight_or_explanation_is_told_before_release"),
    "ATK-A57": ("exams/test_service.py::test_another_device_takes_over_and_the_first_is_told_which",),
    "ATK-A58": ("exams/test_api.py::test_a_forged_time_changes_nothing",),
    "ATK-A59": ("exams/test_api.py::test_another_person_finds_nothing",
                "exams/test_service.py::test_an_id_that_only_looks_like_ones_own_finds_nothing"),
    "ATK-A60": ("exams/test_api.py::test_a_method_is_not_overridden_by_a_header",
                "exams/test_secrecy_of_changes.py::test_no_change_whatever_it_is_tells_a_candidate_anything"),
    "ATK-A61": ("exams/test_api.py::test_a_page_of_another_origin_cannot_hand_in",),
    "ATK-A62": ("claims/test_service.py::test_nobody_decides_his_own_claim_and_the_attempt_is_kept",
                "claims/test_service.py::test_the_two_steps_are_taken_by_two_people",
                "desk/test_service.py::test_own_claims_are_refused_and_the_attempt_is_kept"),
    "ATK-A63": ("claims/test_races.py::test_twenty_certifications_of_one_claim_make_one_line",
                "ledger/test_concurrency.py::test_the_same_activity_at_once_is_credited_once"),
    "ATK-A64": ("ledger/test_triggers.py::test_no_row_is_changed", "ledger/test_triggers.py::test_no_row_is_removed",
                "ledger/test_verify.py::test_a_changed_column_names_its_line"),
}  # fmt: skip
"""Attack or invariant → the tests that stand for it."""


def function(node: str) -> ast.FunctionDef | None:
    """The test of this name, read and not run."""
    file, _, name = node.partition("::")
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return next((one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == name), None)


def can_fail(test: ast.FunctionDef) -> bool:
    """Whether it asserts something, expects a refusal, or leaves that to a helper of its file."""
    return any(
        isinstance(one, ast.Assert) or (isinstance(one, ast.Call) and ast.unparse(one.func) in ("pytest.raises", "check", "refused"))
        for one in ast.walk(test)
    )


def test_every_attack_on_an_examination_and_every_invariant_of_one_has_its_tests() -> None:
    assert set(PROOF) == {f"INV-I{number}" for number in range(15, 20)} | {f"ATK-A{number}" for number in range(51, 65)}


@pytest.mark.parametrize("proof", PROOF)
def test_the_tests_that_stand_for_it_exist_and_can_fail(proof: str) -> None:
    for node in PROOF[proof]:
        test = function(node)
        assert test is not None, f"{proof}: there is no {node}"
        assert can_fail(test), f"{proof}: {node} asserts nothing"


def test_a_test_that_is_gone_or_asserts_nothing_is_noticed() -> None:
    """The negative control."""
    assert function("exams/test_api.py::test_that_was_never_written") is None
    assert not can_fail(ast.parse("def test_idle():\n    print('done')").body[0])  # type: ignore[arg-type]
