"""The credit engine: what a beat of the player is worth (REQ of integrity.md §2.2; decisions 1-5; INV-I1…I8, I10).

A client says "I showed media [from, to)"; it never says how long it studied. The server credits what was delivered to
this session, was not credited before, and fits into real time: a bucket of allowance that fills with the server's clock
at `max_rate`, holds at most `max_gap`, and starts empty. Integers only: media and clock in milliseconds, allowance in
thousandths of a millisecond, rates in thousandths.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from hmac import compare_digest, digest

from app.learning.rules.journal import Entry, Excluded, Exclusion, Moment, entries, split
from app.learning.rules.spans import Spans, head, intersect, measure, span, subtract, union

MAX_GAP_MS = 90_000  # what the bucket holds: a hidden tab beats once a minute
OVERRUN_MS = 2_000  # how far past the end a range may reach; clipped
BURST = 20  # beats in a row …
BEAT_COST_MS = 2_000  # … and then one in two seconds (decisions 3)
BEAT_MS = 15_000  # the normal distance of beats
RING = 64  # answers kept for repetition (decisions 4)
CHUNK = 40  # beats in an evidence row: ten minutes of normal study
IDLE_MS = 12 * 3_600_000  # a session that was silent for so long is over (ATK-A16)
MOST_PIECES = 16  # separate pieces one beat may credit
MOST_INTERVALS = 512  # separate intervals the coverage of a lecture may hold (ATK-A08)
_DAY_MS = 86_400_000
_SHANGHAI_MS = 8 * 3_600_000


class Refused(StrEnum):
    """Why a beat was not accepted. A refused beat consumes nothing: not the number, the token or the allowance."""

    SUPERSEDED = "superseded"
    CLOSED = "closed"
    BAD_SEQ = "bad_seq"
    STALE_TOKEN = "stale_token"  # noqa: S105 - the name of a refusal
    MISMATCH = "idempotency_mismatch"
    BAD_RANGE = "bad_range"
    TOO_FAST = "too_fast"
    PRESENCE = "presence_required"


@dataclass(frozen=True, slots=True)
class Policy:
    """The figures of the rule set in force, pinned when the session opens."""

    max_rate_permille: int = 1_000
    daily_cap_ms: int = 480 * 60_000
    required_ms: int = 0  # coverage that completes this lecture
    counts: bool = True  # False: an author's preview


@dataclass(frozen=True, slots=True)
class Play:
    """What is remembered of a person: the live session, its bucket, the day's total, the last beats."""

    session: str
    key: bytes  # secret of the rotating token
    duration_ms: int
    policy: Policy
    opened_ms: int
    last_ms: int  # latest moment ever seen; time never runs backwards (INV-I8)
    seq: int = 0
    allowance_us: int = 0
    beats_ms: int = BURST * BEAT_COST_MS  # bucket of the rate limit
    day: int = 0  # civil day in Asia/Shanghai, counted from 1970
    day_ms: int = 0  # credited on that day
    closed: bool = False
    kept: int = 0  # entries in the journal
    journal: bytes = b""

    @property
    def first_kept(self) -> int:
        """Number of the oldest beat in the journal."""
        return self.seq - self.kept + 1


@dataclass(frozen=True, slots=True)
class Beat:
    """One claim of the player: it showed `[from_ms, to_ms)`."""

    session: str
    seq: int
    token: str
    from_ms: int
    to_ms: int
    rate_permille: int = 1_000
    moment: Moment = Moment.PLAYING
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """What the server itself knows when the beat arrives. `delivered` None: delivery is not enforced."""

    now_ms: int
    delivered: Spans | None
    covered: Spans
    overdue: bool = False  # a presence check went unanswered past its deadline


@dataclass(frozen=True, slots=True)
class Answer:
    """What the player is told; the same for a beat and for its repetition."""

    seq: int
    token: str
    granted_ms: int
    covered: Spans
    covered_ms: int
    next_beat_ms: int
    excluded: tuple[Exclusion, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Accepted:
    """A new beat: the state to store, the evidence that leaves the journal (`first_seq` of its first entry)."""

    play: Play
    answer: Answer
    granted: Spans
    chunk: bytes = b""
    first_seq: int = 0


@dataclass(frozen=True, slots=True)
class Repeated:
    """A beat that was accepted before: nothing changes."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Refusal:
    """No credit, no change. `retry_ms` is the wait after which a beat too fast would pass."""

    why: Refused
    retry_ms: int = 0


Verdict = Accepted | Repeated | Refusal


def token_after(key: bytes, seq: int) -> str:
    """The token that the beat after number `seq` must show; without the key nobody can foretell it."""
    return urlsafe_b64encode(digest(key, seq.to_bytes(8, "big"), "sha256")[:15]).decode()


def open_play(before: Play | None, *, session: str, key: bytes, duration_ms: int, policy: Policy, now_ms: int) -> Play:
    """A new session that ends the one before: empty bucket, first beat 1; rate limit and day total go on (INV-I6)."""
    now_ms = never_backwards(before, now_ms)
    play = Play(session, key, duration_ms, policy, opened_ms=now_ms, last_ms=now_ms, day=civil_day(now_ms))
    if before is None:
        return play
    beats_ms = refilled(before.beats_ms, now_ms - before.last_ms)
    return replace(play, beats_ms=beats_ms, day_ms=day_so_far(before, now_ms))


def close_play(play: Play, now_ms: int) -> Play:
    """The session ends by its own wish; the last answers can still be repeated."""
    return replace(play, closed=True, last_ms=max(play.last_ms, now_ms)) if not play.closed else play


def was_playing(play: Play, now_ms: int) -> bool:
    """Whether the last thing heard, not long ago, was that the player goes on; a session just opened counts as playing."""
    last = next(reversed(list(entries(play.journal))), None)
    return now_ms - play.last_ms <= MAX_GAP_MS and (last is None or last.moment is Moment.PLAYING)


def judge(play: Play, beat: Beat, facts: Facts) -> Verdict:
    """Whether the beat is accepted and what it is worth."""
    if superseded(play, beat):
        return Refusal(Refused.SUPERSEDED)
    now_ms = never_backwards(play, facts.now_ms)
    if now_ms - play.last_ms > IDLE_MS:
        return Refusal(Refused.CLOSED)
    if 0 < beat.seq <= play.seq:
        return _repeat(play, beat, facts.covered)
    refusal = _out_of_turn(play, beat) or _unfit(play, beat, facts, now_ms)
    return refusal or _accept(play, beat, facts, now_ms)


def superseded(play: Play, beat: Beat) -> bool:
    """Only the session opened last can be credited (INV-I6)."""
    return beat.session != play.session


def never_backwards(play: Play | None, now_ms: int) -> int:
    """The clock, or the latest moment already seen if the clock was set back (INV-I8)."""
    return now_ms if play is None else max(now_ms, play.last_ms)


def civil_day(now_ms: int) -> int:
    """The day in Asia/Shanghai (no summer time), counted from 1970-01-01."""
    return (now_ms + _SHANGHAI_MS) // _DAY_MS


def day_so_far(play: Play, now_ms: int) -> int:
    """Milliseconds credited on the civil day of this moment."""
    return play.day_ms if civil_day(now_ms) == play.day else 0


def cap_left(play: Play, now_ms: int) -> int:
    """Milliseconds that may still be credited today."""
    return max(play.policy.daily_cap_ms - day_so_far(play, now_ms), 0)


def refilled(beats_ms: int, elapsed_ms: int) -> int:
    """The bucket of the rate limit after some time."""
    return min(beats_ms + elapsed_ms, BURST * BEAT_COST_MS)


def wait_ms(play: Play, now_ms: int) -> int:
    """How long until the rate limit lets the next beat pass; 0 = now."""
    return max(BEAT_COST_MS - refilled(play.beats_ms, now_ms - play.last_ms), 0)


def filled(allowance_us: int, elapsed_ms: int, rate_permille: int) -> int:
    """The wall-clock bucket after some time (decisions 1); what a gap may hold is bounded."""
    return min(allowance_us + elapsed_ms * rate_permille, MAX_GAP_MS * rate_permille)


def allowed_ms(allowance_us: int) -> int:
    """Whole milliseconds the bucket pays for."""
    return allowance_us // 1_000


def fresh(claimed: Spans, covered: Spans) -> Spans:
    """What of a claim was not credited before (INV-I3)."""
    return subtract(claimed, covered)


def shown(claimed: Spans, delivered: Spans | None) -> Spans:
    """What of a claim the server has sent to this session (INV-I10)."""
    return claimed if delivered is None else intersect(claimed, delivered)


def _out_of_turn(play: Play, beat: Beat) -> Refusal | None:
    """Closed, wrong number, or a token that is not the current one."""
    if play.closed:
        return Refusal(Refused.CLOSED)
    if beat.seq != play.seq + 1:
        return Refusal(Refused.BAD_SEQ)
    if not _shows_token(play, beat):
        return Refusal(Refused.STALE_TOKEN)
    return None


def _unfit(play: Play, beat: Beat, facts: Facts, now_ms: int) -> Refusal | None:
    """A range outside the lecture, an unanswered presence check, or beats too close to each other."""
    if not 0 <= beat.from_ms <= beat.to_ms <= play.duration_ms + OVERRUN_MS:
        return Refusal(Refused.BAD_RANGE)
    if facts.overdue:
        return Refusal(Refused.PRESENCE)
    wait = wait_ms(play, now_ms)
    return Refusal(Refused.TOO_FAST, wait) if wait else None


def _shows_token(play: Play, beat: Beat) -> bool:
    return compare_digest(beat.token.encode(), token_after(play.key, beat.seq - 1).encode())


def _accept(play: Play, beat: Beat, facts: Facts, now_ms: int) -> Accepted:
    elapsed_ms = now_ms - play.last_ms
    rate = play.policy.max_rate_permille
    allowance_us = filled(play.allowance_us, elapsed_ms, rate)
    granted, excluded = weigh(play, beat, facts, allowed_ms(allowance_us), cap_left(play, now_ms))
    granted_ms = measure(granted)
    entry = Entry(
        now_ms - play.opened_ms, beat.from_ms, beat.to_ms, beat.rate_permille, beat.moment, beat.visible, BEAT_MS,
        granted, excluded,
    )  # fmt: skip
    after = replace(
        play,
        last_ms=now_ms,
        seq=beat.seq,
        allowance_us=allowance_us - granted_ms * 1_000,
        beats_ms=refilled(play.beats_ms, elapsed_ms) - BEAT_COST_MS,
        day=civil_day(now_ms),
        day_ms=day_so_far(play, now_ms) + granted_ms,
        kept=play.kept + 1,
        journal=play.journal + entry.to_bytes(),
    )
    covered = union(facts.covered, granted)
    answer = _answer(after, beat.seq, entry, covered)
    if after.kept < RING + CHUNK:
        return Accepted(after, answer, granted)
    chunk, rest = split(after.journal, CHUNK)
    first = after.first_kept
    return Accepted(replace(after, journal=rest, kept=RING), answer, granted, chunk, first)


def weigh(play: Play, beat: Beat, facts: Facts, allowance_ms: int, left_ms: int) -> tuple[Spans, tuple[Exclusion, ...]]:
    """What is granted, and the rest by reason; together they make up the claimed range inside the lecture."""
    claimed = span(min(beat.from_ms, play.duration_ms), min(beat.to_ms, play.duration_ms))
    if not play.policy.counts:
        return (), _reasons((Excluded.PREVIEW, measure(claimed)))
    if not beat.visible:
        return (), _reasons((Excluded.HIDDEN, measure(claimed)))
    sent = shown(claimed, facts.delivered)
    new = fresh(sent, facts.covered)
    bounded = _few_pieces(new, facts.covered)
    timely = head(bounded, allowance_ms)
    granted = head(timely, left_ms)
    return granted, _reasons(
        (Excluded.NOT_DELIVERED, measure(claimed) - measure(sent)),
        (Excluded.ALREADY_CREDITED, measure(sent) - measure(new)),
        (Excluded.FRAGMENTED, measure(new) - measure(bounded)),
        (Excluded.FASTER_THAN_CLOCK, measure(bounded) - measure(timely)),
        (Excluded.DAILY_CAP, measure(timely) - measure(granted)),
    )


def _few_pieces(new: Spans, covered: Spans) -> Spans:
    """At most so many pieces a beat, and none that would make the coverage longer than its bound (ATK-A08)."""
    few = new[:MOST_PIECES]
    if len(covered) + len(few) <= MOST_INTERVALS:
        return few
    edges = {edge for piece in covered for edge in piece}
    return tuple((start, end) for start, end in few if start in edges or end in edges)


def _reasons(*found: Exclusion) -> tuple[Exclusion, ...]:
    return tuple((reason, ms) for reason, ms in found if ms)


def _repeat(play: Play, beat: Beat, covered: Spans) -> Verdict:
    """The stored answer, if the beat is word for word the one accepted; coverage is wound back to that moment."""
    if beat.seq < play.first_kept or play.seq - beat.seq >= RING:
        return Refusal(Refused.STALE_TOKEN)
    kept = list(entries(play.journal))[beat.seq - play.first_kept :]
    entry = kept[0]
    if not (_shows_token(play, beat) and _same_claim(entry, beat)):
        return Refusal(Refused.MISMATCH)
    return Repeated(_answer(play, beat.seq, entry, subtract(covered, granted_by(kept[1:]))))


def granted_by(kept: Iterable[Entry]) -> Spans:
    """All that these beats added to the coverage."""
    return union(*(entry.granted for entry in kept))


def _same_claim(entry: Entry, beat: Beat) -> bool:
    stored = (entry.from_ms, entry.to_ms, entry.rate_permille, entry.moment, entry.visible)
    return stored == (beat.from_ms, beat.to_ms, beat.rate_permille, beat.moment, beat.visible)


def _answer(play: Play, seq: int, entry: Entry, covered: Spans) -> Answer:
    covered_ms = measure(covered)
    return Answer(
        seq, token_after(play.key, seq), entry.granted_ms, covered, covered_ms, entry.next_beat_ms, entry.excluded,
        complete=covered_ms >= play.policy.required_ms,
    )  # fmt: skip
