"""Rules of trusted study in tables and properties: spans, the journal, honest traces, completion, delivery."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.learning.rules import credit, delivery, progress, spans
from app.learning.rules.credit import Accepted, Beat, Facts, Policy, Refusal, Refused, Repeated, judge, open_play, token_after
from app.learning.rules.journal import Entry, Excluded, Moment, entries, split
from app.learning.rules.spans import span

HOUR = 3_600_000
NOON = 1_795_320_000_000
SETS = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60)).map(lambda p: (p[0], p[0] + p[1])), max_size=12).map(spans.union)


def members(which: spans.Spans) -> set[int]:
    return {ms for start, end in which for ms in range(start, end)}


class Learner:
    """A person with a lecture whose media is delivered; `watch` sends a beat after so much real time."""

    def __init__(self, duration_ms: int = HOUR, policy: Policy | None = None, delivered: spans.Spans | None = None) -> None:
        policy = policy or Policy(required_ms=duration_ms * 9 // 10)
        self.now, self.covered = NOON, ()
        self.delivered = span(0, duration_ms) if delivered is None else delivered
        self.play = open_play(None, session="s", key=b"key", duration_ms=duration_ms, policy=policy, now_ms=NOON)
        self.total = 0

    def sit_down(self, now_ms: int) -> None:
        """A new session at another time; what is covered stays."""
        self.now = now_ms
        self.play = open_play(self.play, session="s", key=b"key", duration_ms=self.play.duration_ms, policy=self.play.policy, now_ms=now_ms)

    def next(self, start: int, end: int, **fields: object) -> Beat:
        return Beat("s", self.play.seq + 1, token_after(self.play.key, self.play.seq), start, end, **fields)  # type: ignore[arg-type]

    def judge(self, beat: Beat) -> credit.Verdict:
        return judge(self.play, beat, Facts(self.now, self.delivered, self.covered))

    def watch(self, start: int, end: int, *, after: int, **fields: object) -> Accepted:
        self.now += after
        verdict = self.judge(self.next(start, end, **fields))
        assert isinstance(verdict, Accepted), verdict
        self.play, self.covered = verdict.play, verdict.answer.covered
        self.total += verdict.answer.granted_ms
        return verdict


@given(SETS, SETS)
def test_span_sets_obey_the_algebra_of_sets(left: spans.Spans, right: spans.Spans) -> None:
    a, b = members(left), members(right)
    assert members(spans.union(left, right)) == a | b
    assert members(spans.intersect(left, right)) == a & b
    assert members(spans.subtract(left, right)) == a - b
    assert spans.measure(left) == len(a)
    assert spans.union(spans.subtract(left, right), spans.intersect(left, right)) == left
    assert spans.from_bytes(spans.to_bytes(left)) == left


@given(SETS, st.integers(0, 500))
def test_the_head_of_a_set_is_its_earliest_milliseconds(which: spans.Spans, limit: int) -> None:
    assert sorted(members(spans.head(which, limit))) == sorted(members(which))[:limit]


MOMENTS = st.sampled_from(list(Moment))
ENTRY = st.builds(
    Entry, st.integers(0, 2**40), st.integers(0, 1000), st.integers(0, 2**31), st.integers(1, 65_535), MOMENTS, st.booleans(),
    st.just(15_000), SETS, st.lists(st.tuples(st.sampled_from(list(Excluded)), st.integers(1, 10**6)), max_size=4).map(tuple),
)  # fmt: skip


@given(st.lists(ENTRY, max_size=5), st.integers(0, 5))
def test_the_journal_gives_back_what_was_written(written: list[Entry], count: int) -> None:
    blob = b"".join(entry.to_bytes() for entry in written)
    assert list(entries(blob)) == [replace(entry, at_ms=min(entry.at_ms, 2**32 - 1)) for entry in written]
    count = min(count, len(written))
    first, rest = split(blob, count)
    assert [len(list(entries(part))) for part in (first, rest)] == [count, len(written) - count]


def test_a_plain_beat_takes_about_twenty_bytes() -> None:
    learner = Learner()
    assert len(learner.watch(0, 15_000, after=15_000).play.journal) <= 24


def test_an_hour_watched_in_a_row_is_credited_to_the_millisecond() -> None:
    learner = Learner()
    for start in range(0, HOUR, 15_000):
        learner.watch(start, start + 15_000, after=15_000)
    assert learner.total == HOUR
    assert learner.covered == ((0, HOUR),)


def test_beats_queued_through_an_outage_of_a_minute_are_all_granted() -> None:
    learner = Learner()
    learner.watch(0, 15_000, after=15_000)
    learner.now += 60_000
    for start in (15_000, 30_000, 45_000, 60_000):
        learner.watch(start, start + 15_000, after=0)
    assert learner.total == 75_000


def test_an_offline_queue_of_two_hours_earns_one_gap() -> None:
    """ATK-A21."""
    learner = Learner(3 * HOUR)
    learner.now += 2 * HOUR
    for start in range(0, 20 * 15_000, 15_000):
        learner.watch(start, start + 15_000, after=0)
    assert learner.total == credit.MAX_GAP_MS


def test_an_honest_pause_of_ten_minutes_loses_nothing() -> None:
    learner = Learner()
    learner.watch(0, 7_000, after=7_000, moment=Moment.PAUSED)
    learner.watch(7_000, 22_000, after=615_000)
    assert learner.total == 22_000


def test_a_hidden_tab_that_beats_once_a_minute_loses_nothing_but_hidden_seconds() -> None:
    learner = Learner()
    learner.watch(0, 65_000, after=65_000)
    verdict = learner.watch(65_000, 130_000, after=65_000, visible=False)
    assert verdict.answer.excluded == ((Excluded.HIDDEN, 65_000),)
    learner.watch(65_000, 130_000, after=65_000)
    assert learner.total == 130_000


def test_seeking_back_and_forth_counts_every_second_once() -> None:
    """ATK-A09, EX-E04: the same five minutes for an hour."""
    learner = Learner()
    for _ in range(12):
        for start in range(0, 300_000, 15_000):
            learner.watch(start, start + 15_000, after=15_000)
    assert learner.total == 300_000


def test_double_speed_earns_half_under_rate_one_and_three_quarters_under_one_and_a_half() -> None:
    """EX-E05."""
    for rate, share in ((1_000, Decimal("0.5")), (1_500, Decimal("0.75"))):
        learner = Learner(2_700_000, Policy(max_rate_permille=rate, required_ms=2_430_000))
        for start in range(0, 2_700_000, 30_000):
            verdict = learner.watch(start, start + 30_000, after=15_000, rate_permille=2_000)
        assert learner.total == 2_700_000 * share
        assert not verdict.answer.complete


def test_the_full_range_claimed_in_every_beat_earns_real_time_only() -> None:
    """ATK-A01, A04, A07."""
    learner = Learner()
    first = learner.watch(0, HOUR, after=3_000, rate_permille=16_000)
    assert first.answer.granted_ms == 3_000
    assert dict(first.answer.excluded) == {Excluded.FASTER_THAN_CLOCK: HOUR - 3_000}
    for _ in range(239):
        learner.watch(0, HOUR, after=15_000)
    assert learner.total == 3_000 + 239 * 15_000


def test_nothing_delivered_earns_nothing() -> None:
    """ATK-A39, INV-I10."""
    learner = Learner(delivered=span(0, 4_000))
    verdict = learner.watch(0, 15_000, after=15_000)
    assert verdict.answer.granted_ms == 4_000
    assert verdict.answer.excluded == ((Excluded.NOT_DELIVERED, 11_000),)


def test_the_cap_is_kept_for_each_day_in_shanghai() -> None:
    """ATK-A23: eight seconds before midnight, then after it."""
    learner = Learner(policy=Policy(daily_cap_ms=10_000, required_ms=HOUR))
    learner.now = (NOON + 8 * HOUR) // 86_400_000 * 86_400_000 + 86_400_000 - 8 * HOUR - 8_000
    learner.watch(0, 60_000, after=0)
    capped = learner.watch(0, 60_000, after=7_999)
    assert capped.answer.covered_ms == 10_000
    assert Excluded.DAILY_CAP in dict(capped.answer.excluded)
    assert learner.watch(0, 60_000, after=1).answer.granted_ms == 10_000
    assert learner.watch(0, 60_000, after=60_000).answer.granted_ms == 0


def test_pauses_and_seeks_never_trip_the_rate_limit_but_a_flood_does() -> None:
    """ATK-A02, A08, decisions 3."""
    learner = Learner()
    for number in range(20):
        learner.watch(number, number + 1, after=0)
    assert learner.judge(learner.next(30, 31)) == Refusal(Refused.TOO_FAST, 2_000)
    learner.now += 1_500
    assert learner.judge(learner.next(30, 31)) == Refusal(Refused.TOO_FAST, 500)
    learner.watch(30, 31, after=500)


def test_crumbs_of_a_millisecond_do_not_pile_up() -> None:
    """ATK-A08: neither one beat nor a day of beats can make the coverage long."""
    learner = Learner()
    for number in range(700):
        learner.watch(number * 10, number * 10 + 1, after=2_000)
    assert len(learner.covered) == credit.MOST_INTERVALS
    wide = learner.watch(0, 7_000, after=60_000)
    assert 0 < len(wide.granted) <= credit.MOST_PIECES
    assert Excluded.FRAGMENTED in dict(wide.answer.excluded)


@pytest.mark.parametrize(
    ("start", "end", "granted"),
    [(0, 0, 0), (59_000, 62_000, 1_000), (60_000, 60_000, 0), (61_000, 62_000, 0), (62_000, 62_000, 0)],
)
def test_a_range_may_reach_two_seconds_past_the_end_and_is_clipped(start: int, end: int, granted: int) -> None:
    learner = Learner(60_000)
    assert learner.watch(start, end, after=80_000).answer.granted_ms == granted


@pytest.mark.parametrize(("start", "end"), [(5, 4), (-1, 4), (0, 62_001), (62_001, 62_001), (0, 2**63)])
def test_a_range_outside_the_lecture_is_refused(start: int, end: int) -> None:
    learner = Learner(60_000)
    assert learner.judge(learner.next(start, end)) == Refusal(Refused.BAD_RANGE)


def test_a_repeated_beat_gets_the_same_answer_for_64_beats_even_after_closing() -> None:
    """INV-I4, ATK-A13, A16."""
    learner = Learner()
    sent = []
    for number in range(120):
        beat = replace(learner.next(number * 2_000, number * 2_000 + 2_000))
        sent.append((beat, learner.watch(beat.from_ms, beat.to_ms, after=2_000).answer))
    learner.play = credit.close_play(learner.play, learner.now)
    for beat, answer in sent[-64:]:
        assert learner.judge(beat) == Repeated(answer)
    assert learner.judge(sent[-65][0]) == Refusal(Refused.STALE_TOKEN)
    assert learner.judge(learner.next(0, 1)) == Refusal(Refused.CLOSED)
    learner.now += credit.IDLE_MS + 1
    assert learner.judge(sent[-1][0]) == Refusal(Refused.CLOSED)


def test_what_leaves_the_journal_is_evidence_without_a_gap() -> None:
    learner = Learner()
    rows = []
    for number in range(300):
        verdict = learner.watch(number * 2_000, number * 2_000 + 2_000, after=2_000)
        if verdict.chunk:
            rows.append((verdict.first_seq, list(entries(verdict.chunk))))
    assert [first for first, _ in rows] == [1, 41, 81, 121, 161]
    tail = list(entries(learner.play.journal))
    found = [entry for _, chunk in rows for entry in chunk] + tail
    assert [entry.from_ms for entry in found] == [number * 2_000 for number in range(300)]
    assert learner.play.first_kept == 300 - len(tail) + 1


def test_an_unanswered_presence_check_stops_credit() -> None:
    learner = Learner()
    facts = Facts(NOON + 15_000, learner.delivered, (), overdue=True)
    assert judge(learner.play, learner.next(0, 15_000), facts) == Refusal(Refused.PRESENCE)


def test_an_authors_preview_earns_nothing() -> None:
    learner = Learner(policy=Policy(counts=False, required_ms=1))
    assert learner.watch(0, 15_000, after=15_000).answer.excluded == ((Excluded.PREVIEW, 15_000),)


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(12)), st.lists(st.integers(0, 11), max_size=8))
def test_disorder_loss_and_repetition_never_earn_more(order: list[int], again: list[int]) -> None:
    """INV-I5: the same claims at the same arrival times, in any order, with doubles and losses."""
    honest = Learner()
    beats = []
    for number in range(12):
        beats.append(honest.next(number * 15_000, number * 15_000 + 15_000))
        honest.watch(beats[-1].from_ms, beats[-1].to_ms, after=15_000)
    other = Learner()
    total = 0
    for step, number in enumerate([*order, *again]):
        other.now = NOON + (step + 1) * 15_000
        verdict = other.judge(beats[number])
        if isinstance(verdict, Accepted):
            other.play, other.covered = verdict.play, verdict.answer.covered
            total += verdict.answer.granted_ms
    assert total <= honest.total


@pytest.mark.parametrize(
    ("duration", "share", "needed"), [(2_700_000, "0.90", 2_430_000), (1_001, "0.90", 901), (60_000, "1", 60_000), (30_000, "0.85", 25_500)]
)
def test_required_coverage_is_rounded_up_to_the_millisecond(duration: int, share: str, needed: int) -> None:
    """EX-E03."""
    assert progress.required_ms(duration, Decimal(share)) == needed


def test_a_course_is_complete_with_its_mandatory_lectures_and_its_quiz() -> None:
    done, open_, extra = progress.Step(True, True), progress.Step(True, False), progress.Step(False, False)
    assert progress.lectures_complete([done, extra])
    assert not progress.lectures_complete([done, open_])
    assert not progress.lectures_complete([extra])
    assert progress.course_complete([done], has_quiz=False, quiz_passed=False)
    assert not progress.course_complete([done], has_quiz=True, quiz_passed=False)
    assert progress.course_complete([done], has_quiz=True, quiz_passed=True)


@pytest.mark.parametrize(
    ("position", "covered", "at"),
    [(18_420, ((0, 10),), 18_420), (60_000, ((0, 20_000),), 20_000), (59_000, ((0, 60_000),), 0), (0, (), 0)],
)
def test_study_goes_on_where_it_stood_and_from_the_end_at_the_first_gap(position: int, covered: spans.Spans, at: int) -> None:
    assert progress.resume_at(position, 60_000, covered) == at


def test_a_session_may_be_sent_two_minutes_and_twice_real_time() -> None:
    """Decisions 6, ATK-A40: ten seconds buy 140 s of media, wherever they lie."""
    assert delivery.retry_ms(0, 120_000, 0) == 0
    assert delivery.retry_ms(120_000, 4_000, 0) == 2_000
    assert delivery.retry_ms(120_000, 4_000, 2_000) == 0
    assert delivery.budget_ms(-5) == 120_000


def test_a_segment_counts_when_nine_tenths_of_its_bytes_left() -> None:
    """ATK-A44."""
    assert delivery.counts_as_sent(900, 1_000)
    assert not delivery.counts_as_sent(899, 1_000)
    assert not delivery.counts_as_sent(0, 0)
    segment = delivery.Segment("v0/1.m4s", 4_000, 8_000)
    assert delivery.with_segment(((0, 4_000),), segment) == ((0, 8_000),)
    assert (delivery.cost_ms(segment, 1, 1_000), delivery.cost_ms(segment, 1_000, 1_000)) == (4, 4_000)
