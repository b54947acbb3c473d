"""Which passwords are accepted, by account profile (decisions 32, integrity.md §0.9). Pure.

`mlps3` follows GB/T 22239 8.1.4.1 (classes, change every 90 days, not one of the last five); `asvs` follows
OWASP ASVS 5.0 6.2 (length and a list of known passwords, no classes, no rotation); `demo` is `mlps3` without rotation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = 128


@dataclass(frozen=True)
class Profile:
    """What one account profile asks of a password."""

    shortest: int
    classes: int
    remembered: int
    life: timedelta | None


PROFILES = {
    "demo": Profile(shortest=10, classes=3, remembered=5, life=None),
    "mlps3": Profile(shortest=10, classes=3, remembered=5, life=timedelta(days=90)),
    "asvs": Profile(shortest=12, classes=0, remembered=0, life=None),
}

_WORDS = """
    password passwd passw0rd passphrase secret letmein welcome admin administrator root user guest test demo default
    login master manager system server oracle database public private internet computer network windows linux ubuntu
    qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc qweasd qweasdzxc wasd zaq1xsw2 1q2w3e 1q2w3e4r
    1qaz2wsx 1qaz2wsx3edc q1w2e3 q1w2e3r4 abc abcd abcde abcdef abcdefg abcdefgh abc123 a1b2c3 a1b2c3d4 aaa bbb xxx
    iloveyou sunshine princess dragon monkey shadow football baseball basketball superman batman michael jordan charlie
    jennifer jessica daniel andrew joshua thomas hunter ranger buster soccer hockey killer george computer pepper
    ginger summer winter spring autumn freedom whatever trustno flower cheese cookie banana orange purple silver golden
    woaini woaiwojia wodemima mima mimamima nihao nihaoma zhongguo china beijing shanghai shenzhen guangzhou pengcheng
    zhonghua renmin gongan jiaoyu peixun ganbu xuexi xueyuan dangxiao zuzhibu renshiju caizhengju dangyuan gongwuyuan
    aini aini1314 woaini1314 woaini520 a123456 a12345678 abc123456 qq123456 wang li zhang liu chen yang huang zhao
    fuckyou fuckme asshole pussy sexy lovely loveyou forever family mother father sister brother angel baby happy
    college cadre study training education school student teacher office staff city government shezhi changeme
    newpassword temppassword initial initpass firstlogin
"""
STEMS = frozenset(_WORDS.split())
"""Words that lists of leaked passwords begin with; digits, signs and look-alike letters around them are peeled off."""

_WALKS = ("01234567890", "09876543210", "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba",
          "qwertyuiop", "poiuytrewq", "asdfghjkl", "lkjhgfdsa", "zxcvbnm", "mnbvcxz")  # fmt: skip
_LOOKALIKES = str.maketrans("013457@$!", "oleastasi")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")


def findings(password: str, profile: Profile, personal: Collection[str] = ()) -> tuple[str, ...]:
    """Codes of all that is wrong with a password, none when it is good: `too_short`, `too_long`, `too_plain`,
    `common`, `personal`. `personal` holds the user name, the person's name and the names of his units."""
    found = []
    if len(password) < profile.shortest:
        found.append("too_short")
    if len(password) > LONGEST:
        return (*found, "too_long")
    if kinds(password) < profile.classes:
        found.append("too_plain")
    if is_common(password):
        found.append("common")
    if _holds_personal(password, personal):
        found.append("personal")
    return tuple(found)


def kinds(password: str) -> int:
    """How many of the four classes occur: lower case, upper case, digits, others."""
    tests = (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
    return sum(any(test(character) for character in password) for test in tests)


def is_common(password: str) -> bool:
    """Whether a list of leaked passwords would hold it: a known word in disguise, a walk, few different signs."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    plain = _EDGES.sub("", folded)
    # Letters drawn as digits at the edges are letters too: «p@ssw0rd1» peels to «p@ssw0rd» first.
    candidates = {folded, plain, plain.translate(_LOOKALIKES), _EDGES.sub("", folded.translate(_LOOKALIKES))}
    if any(word in STEMS or _doubled(word) in STEMS for word in candidates):
        return True
    return len(set(folded)) <= 4 or _walks(folded)


def has_expired(set_at: datetime | None, profile: Profile, now: datetime) -> bool:
    """Whether the password is older than the profile allows."""
    return profile.life is not None and set_at is not None and now - set_at > profile.life


def _doubled(word: str) -> str:
    """Half of a word that is the same thing twice, else the word."""
    half = len(word) // 2
    return word[:half] if half and word == word[:half] * 2 else word


def _walks(folded: str) -> bool:
    """Whether runs along the keyboard or the alphabet of four and more make up most of it."""
    covered, at = 0, 0
    while at < len(folded) - 3:
        length = max(_run(folded, at, walk) for walk in _WALKS)
        covered += length
        at += length or 1
    return covered * 3 >= len(folded) * 2


def _run(folded: str, at: int, walk: str) -> int:
    """Length of the longest piece of `walk` that starts at `at`, 0 below four."""
    longest = 0
    for end in range(at + 4, len(folded) + 1):
        if folded[at:end] not in walk:
            break
        longest = end - at
    return longest


def _holds_personal(password: str, personal: Collection[str]) -> bool:
    """Whether a name of the person is in it; Latin names from four letters, Chinese ones from two signs."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    names = {unicodedata.normalize("NFKC", name).casefold().strip() for name in personal}
    return any(name in folded for name in names if len(name) >= (4 if name.isascii() else 2))
