"""A model of a person who studies, cheats, and meets bad clocks and networks; it judges the credit engine.

The model keeps coverage as bits of one large integer and time as the running maximum of the server's clock, so it shares
neither code nor data structures with the engine. Every rule is a directed adversary; every invariant of integrity.md
§2.4 that the engine alone can keep is asserted after each accepted beat.
"""

from dataclasses import dataclass, field, replace
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from app.learning.rules import credit
from app.learning.rules.credit import Accepted, Answer, Beat, Facts, Play, Policy, Refusal, Refused, Repeated
from app.learning.rules.journal import Moment
from app.learning.rules.spans import Spans, span, union

LECTURES = (60_000, 240_000)
NOON = 1_795_320_000_000
DAY = 86_400_000
SHANGHAI = 8 * 3_600_000
GAPS = st.sampled_from([0, 1, 400, 2_000, 15_000, 61_000, 89_999, 90_001, 200_000])


def bits(spans: Spans) -> int:
    """The set as an integer with one bit a millisecond."""
    return sum((1 << end) - (1 << start) for start, end in spans)


@dataclass
class Sitting:
    """What the model remembers of one session."""

    session: str
    key: bytes
    lecture: int
    opened: int
    last: int
    delivered: Spans = ()
    sent: list[tuple[Beat, Answer]] = field(default_factory=list)
    credited: int = 0


class Studying(RuleBasedStateMachine):
    """One person, two lectures, any number of sessions."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = self.line = NOON
        self.play: Play | None = None
        self.sittings: list[Sitting] = []
        self.covered: list[Spans] = [(), ()]
        self.seen = [0, 0]
        self.credits: list[tuple[int, int]] = []
        self.days: dict[int, int] = {}
        self.accepted: list[int] = []

    @initialize(rate=st.sampled_from([1_000, 1_500]), cap=st.sampled_from([45_000, 28_800_000]))
    def begin(self, rate: int, cap: int) -> None:
        self.policy = Policy(rate, cap)
        self.settle(rate, cap)
        self.open(1)

    # -- the world ---------------------------------------------------------------------------------------------------

    @rule(ms=GAPS)
    def time_passes(self, ms: int) -> None:
        self.clock += ms

    @rule(ms=st.sampled_from([-3_600_000, -30_000, -1, 7_000]))
    def server_clock_is_set(self, ms: int) -> None:
        self.clock += ms

    @rule(before=st.sampled_from([1_000, 20_000]))
    def midnight_comes_near(self, before: int) -> None:
        midnight = ((max(self.line, self.clock) + SHANGHAI) // DAY + 1) * DAY - SHANGHAI
        self.time_passes(midnight - before - self.clock)

    @rule(lecture=st.integers(0, 1))
    def open(self, lecture: int) -> None:
        """INV-I6: a new session takes the place of the old one and starts with nothing."""
        self.play = self.begin_play(lecture)
        self.look_at_the_clock()
        self.sittings.append(Sitting(self.play.session, self.play.key, lecture, self.line, self.line))

    @rule()
    def close(self) -> None:
        if not self.play.closed:
            self.look_at_the_clock()
        self.play = self.end_play()

    @rule(start=st.integers(0, 200_000), length=st.sampled_from([4_000, 30_000, 240_000]))
    def segments_arrive(self, start: int, length: int) -> None:
        duration = LECTURES[self.now.lecture]
        self.now.delivered = union(self.now.delivered, span(min(start, duration), min(start + length, duration)))
        self.keep_delivered()

    # -- honest and dishonest claims ---------------------------------------------------------------------------------

    @rule(ms=st.sampled_from([2_000, 15_000, 30_000]), moment=st.sampled_from(list(Moment)))
    def watch_on(self, ms: int, moment: Moment) -> None:
        """An honest learner: segments come, time passes, the range just shown is reported."""
        start = self.now.sent[-1][0].to_ms if self.now.sent else 0
        start = start if start < LECTURES[self.now.lecture] else 0
        self.segments_arrive(start, 30_000)
        self.time_passes(ms)
        self.claim(start, min(start + ms, LECTURES[self.now.lecture]), moment=moment)

    @rule(start=st.integers(0, 240_000), length=st.sampled_from([0, 1, 5_000, 100_000]), visible=st.booleans())
    def claim_anything(self, start: int, length: int, visible: bool) -> None:
        self.claim(start, start + length, visible=visible)

    @rule(beyond=st.sampled_from([0, 2_000]), ms=GAPS)
    def claim_it_all(self, beyond: int, ms: int) -> None:
        """ATK-A01, A07: the whole lecture is claimed again and again, with everything delivered."""
        self.segments_arrive(0, 240_000)
        self.time_passes(ms)
        self.claim(0, LECTURES[self.now.lecture] + beyond)

    @rule(ms=st.sampled_from([20_000, 600_000]))
    def saw_the_clock(self, ms: int) -> None:
        """INV-I8: between beats the server's clock alternates between now and a moment ago."""
        self.segments_arrive(0, 240_000)
        for _ in range(4):
            self.server_clock_is_set(-ms)
            self.claim(0, LECTURES[self.now.lecture])
            self.server_clock_is_set(ms)
            self.claim(0, LECTURES[self.now.lecture])

    @rule(count=st.sampled_from([3, 22]))
    def flood(self, count: int) -> None:
        """ATK-A02, A08: beats without any pause."""
        for step in range(count):
            self.claim(step, step + 1)

    @rule(back=st.integers(1, 80), times=st.integers(1, 2))
    @precondition(lambda self: self.now.sent)
    def repeat_a_beat(self, back: int, times: int) -> None:
        """INV-I4, ATK-A13: the last 64 answers are given again, byte for byte, and change nothing."""
        chosen = [self.now.sent[-min(back, len(self.now.sent))], self.now.sent[0], self.now.sent[-2:][0]]
        for beat, answer in chosen * times:
            verdict = self.judge(beat)
            if self.stale:
                assert verdict == Refusal(Refused.CLOSED)
            elif self.now.sent[-1][0].seq - beat.seq < 64:
                assert verdict == Repeated(answer)
            else:
                assert verdict == Refusal(Refused.STALE_TOKEN)

    @rule(back=st.integers(1, 70), change=st.sampled_from(["to_ms", "token", "rate_permille", "visible", "moment"]))
    @precondition(lambda self: self.now.sent)
    def repeat_with_another_body(self, back: int, change: str) -> None:
        """ATK-A18: a number already used cannot carry another claim, nor be read without its token."""
        beat, _ = self.now.sent[-min(back, len(self.now.sent))]
        moment = Moment.PAUSED if beat.moment != Moment.PAUSED else Moment.ENDED
        other = {"to_ms": beat.to_ms + 1, "token": "x", "rate_permille": 2, "visible": not beat.visible, "moment": moment}
        verdict = self.judge(replace(beat, **{change: other[change]}))
        assert isinstance(verdict, Refusal)
        assert verdict.why in {Refused.MISMATCH, Refused.STALE_TOKEN, Refused.CLOSED}

    @rule(ahead=st.integers(2, 4), token=st.sampled_from(["", "wrong", "é"]))
    def forge(self, ahead: int, token: str) -> None:
        """ATK-A15, A17: a number too far, or a token that was never given, is refused."""
        seq, right = self.play.seq, credit.token_after(self.play.key, self.play.seq)
        for beat in (
            Beat(self.now.session, seq + ahead, credit.token_after(self.play.key, seq + ahead - 1), 0, 9),
            Beat(self.now.session, 0, right, 0, 9),
            Beat(self.now.session, seq + 1, token, 0, 9),
        ):
            verdict = self.judge(beat)
            assert isinstance(verdict, Refusal)
            assert verdict.why in {Refused.BAD_SEQ, Refused.STALE_TOKEN, Refused.CLOSED}

    @rule(start=st.sampled_from([-1, 5, 240_001]), end=st.sampled_from([-1, 4, 242_001, 2**63]))
    def claim_nonsense(self, start: int, end: int) -> None:
        """ATK-A06: ranges outside the lecture or the wrong way round."""
        beat = Beat(self.now.session, self.play.seq + 1, credit.token_after(self.play.key, self.play.seq), start, end)
        expected = Refused.CLOSED if self.play.closed or self.stale else Refused.BAD_RANGE
        assert self.judge(beat) == Refusal(expected)

    @rule(which=st.integers(0, 5))
    @precondition(lambda self: len(self.sittings) > 1)
    def beat_in_an_old_session(self, which: int) -> None:
        """INV-I6, ATK-A24…A28: whatever the old session says, it is superseded and earns nothing."""
        old = self.sittings[:-1][which % (len(self.sittings) - 1)]
        seq = old.sent[-1][0].seq if old.sent else 0
        for beat in [Beat(old.session, seq + 1, credit.token_after(old.key, seq), 0, 30_000), *(b for b, _ in old.sent[-1:])]:
            assert self.judge(beat) in self.dead

    @rule(ms=st.sampled_from([90_000, 15_000]))
    def farm_gaps(self, ms: int) -> None:
        """ATK-A22: sessions opened and abandoned with one beat each."""
        for _ in range(3):
            self.open(1)
            self.segments_arrive(0, 240_000)
            self.claim(0, 240_000)
            self.time_passes(ms)
            self.claim(0, 240_000)

    @rule(lecture=st.integers(0, 1), ms=st.sampled_from([91_000, 600_000]))
    def come_back_late(self, lecture: int, ms: int) -> None:
        """ATK-A21: after a long silence everything is claimed at once; no more than the largest gap is granted."""
        self.open(lecture)
        self.segments_arrive(0, 240_000)
        self.time_passes(ms)
        self.claim(0, LECTURES[lecture])

    @rule(lecture=st.integers(0, 1), ms=st.sampled_from([15_000, 90_000]))
    def beat_without_media(self, lecture: int, ms: int) -> None:
        """ATK-A39, A41: a bot that fetches nothing in this session, whatever it fetched in the one before."""
        self.open(lecture)
        self.time_passes(ms)
        self.claim(0, LECTURES[lecture])

    # -- the engine; a subclass puts the service and a database here ---------------------------------------------------

    dead: ClassVar = {Refusal(Refused.SUPERSEDED)}

    def settle(self, rate: int, cap: int) -> None:
        """Before the first opening."""

    def keep_delivered(self) -> None:
        """After segments arrived."""

    def begin_play(self, lecture: int) -> Play:
        name = f"s{len(self.sittings)}"
        policy = replace(self.policy, required_ms=LECTURES[lecture] * 9 // 10)
        return credit.open_play(self.play, session=name, key=name.encode(), duration_ms=LECTURES[lecture], policy=policy, now_ms=self.clock)

    def end_play(self) -> Play:
        return credit.close_play(self.play, self.clock)

    def judge(self, beat: Beat) -> Accepted | Repeated | Refusal:
        facts = Facts(self.clock, self.now.delivered, self.covered[self.now.lecture])
        return credit.judge(self.play, beat, facts)

    # -- the judge ---------------------------------------------------------------------------------------------------

    @property
    def now(self) -> Sitting:
        return self.sittings[-1]

    @property
    def stale(self) -> bool:
        return self.clock - self.play.last_ms > credit.IDLE_MS

    def look_at_the_clock(self) -> None:
        """Time as the server has seen it: it never goes back."""
        self.line = max(self.line, self.clock)

    def claim(self, start: int, end: int, *, visible: bool = True, moment: Moment = Moment.PLAYING) -> None:
        seq, token = self.play.seq + 1, credit.token_after(self.play.key, self.play.seq)
        beat = Beat(self.now.session, seq, token, start, end, visible=visible, moment=moment)
        verdict = self.judge(beat)
        if isinstance(verdict, Refusal):
            self.expect_refusal(verdict, beat)
            return
        assert isinstance(verdict, Accepted)
        assert not self.play.closed
        self.look_at_the_clock()
        assert verdict.play.last_ms >= self.play.last_ms, "time ran backwards"
        self.play = verdict.play
        self.now.sent.append((beat, verdict.answer))
        self.now.last = self.line
        self.check_coverage(beat, verdict)
        self.check_bounds(verdict.answer.granted_ms)

    def expect_refusal(self, verdict: Refusal, beat: Beat) -> None:
        fits = beat.to_ms <= LECTURES[self.now.lecture] + 2_000
        if self.play.closed or self.stale:
            assert verdict.why == Refused.CLOSED
        elif not fits:
            assert verdict.why == Refused.BAD_RANGE
        else:
            assert verdict.why == Refused.TOO_FAST
            assert 0 < verdict.retry_ms <= 2_000
            assert len(self.accepted) >= 20

    def check_coverage(self, beat: Beat, verdict: Accepted) -> None:
        """INV-I3, I7, I10: new, delivered, inside the claim; the answer is the union; each millisecond has a reason."""
        lecture, answer = self.now.lecture, verdict.answer
        duration = LECTURES[lecture]
        claimed = bits(span(min(beat.from_ms, duration), min(beat.to_ms, duration)))
        granted = bits(verdict.granted)
        assert granted & ~claimed == 0
        assert granted & ~bits(self.now.delivered) == 0, "credited what was never delivered"
        assert granted & self.seen[lecture] == 0, "credited twice"
        assert beat.visible or not granted
        assert granted.bit_count() == answer.granted_ms
        assert answer.granted_ms + sum(ms for _, ms in answer.excluded) == claimed.bit_count()
        self.seen[lecture] |= granted
        self.covered[lecture] = answer.covered
        assert bits(answer.covered) == self.seen[lecture]
        assert answer.covered_ms == self.seen[lecture].bit_count() <= duration
        assert all(a[1] < b[0] for a, b in zip(answer.covered, answer.covered[1:], strict=False))
        assert answer.complete == (answer.covered_ms * 10 >= duration * 9)

    def check_bounds(self, granted_ms: int) -> None:
        """INV-I1, I2, I8, the day's cap and the rate limit, all measured on the line of real time."""
        rate = self.policy.max_rate_permille
        self.credits.append((self.line, granted_ms))
        total = 0
        for since, ms in reversed(self.credits):
            total += ms
            assert total * 1_000 <= (self.line - since + 90_000) * rate, "more than a window allows"
        self.now.credited += granted_ms
        assert self.now.credited * 1_000 <= (self.line - self.now.opened) * rate, "more than real time since opening"
        open_ms = sum(end - start for start, end in union([(s.opened, s.last) for s in self.sittings]))
        assert sum(self.seen_ms()) * 1_000 <= open_ms * rate, "more than real time in all"
        day = (self.line + SHANGHAI) // DAY
        self.days[day] = self.days.get(day, 0) + granted_ms
        assert self.days[day] <= self.policy.daily_cap_ms, "more than a day allows"
        self.accepted.append(self.line)
        for number, since in enumerate(reversed(self.accepted), start=1):
            assert (number - 20) * 2_000 <= self.line - since, "beats too fast"

    def seen_ms(self) -> list[int]:
        return [seen.bit_count() for seen in self.seen]
