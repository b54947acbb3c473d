"""Mandarin text → phonemes of the voice model: words by jieba, readings by pypinyin, tone sandhi and IPA by misaki."""

import re
from collections.abc import Iterator, Mapping

import jieba
import jieba.posseg
import yaml
from misaki.tone_sandhi import ToneSandhi
from misaki.zh import ZHG2P
from pypinyin import Style, lazy_pinyin
from pypinyin_dict.phrase_pinyin_data import large_pinyin

from content.builder import HERE

_MARKS = {"，": ", ", "、": ", ", "。": ". ", "；": "; ", "：": ": ", "？": "? ", "—": ", "}
_SILENT = "“”‘’《》（）·…"
_COUNTS_NEXT = frozenset(["一", "这一", "那一", "哪一", "每一", "某一", "任一", "上一", "下一", "另一", "有一"])
_RUN = re.compile(r"[\u4e00-\u9fff]+|[^\u4e00-\u9fff]+")
_PINYIN = re.compile(r"[a-zü]+[1-5](?: [a-zü]+[1-5])*")


class Unspeakable(ValueError):
    """Text for which no reading is known (digits, Latin letters); a `say` hint settles it."""


class Speller:
    """Spells sentences as phonemes. `hints` maps phrases to pinyin with tone digits, or to other Han text."""

    def __init__(self, hints: Mapping[str, str]) -> None:
        lexicon = yaml.safe_load((HERE / "lexicon.yaml").read_text(encoding="utf-8"))
        large_pinyin.load()
        jieba.setLogLevel("ERROR")
        for word in lexicon["words"]:
            jieba.add_word(word)
        self.hints: dict[str, str] = {**lexicon["say"], **hints}
        keys = sorted(self.hints, key=len, reverse=True)
        self.hinted = re.compile("|".join(map(re.escape, keys)) or r"(?!)")
        self.sandhi = ToneSandhi()

    def pinyin(self, sentence: str) -> str:
        """The sentence in pinyin with tone digits, words parted by spaces, marks kept: for proof-reading."""
        return " ".join("".join(word) if isinstance(word, list) else word.strip() for word in self._words(sentence))

    def phonemes(self, sentence: str) -> str:
        """The sentence as the voice model wants it. Raises `Unspeakable`."""
        spelt = ""
        for word in self._words(sentence):
            if isinstance(word, str):
                spelt = spelt.rstrip() + word
            else:
                spelt += "".join(ZHG2P.py2ipa(syllable) for syllable in word) + " "
        return re.sub(r" +([,.;:?])", r"\1", spelt).replace("\u032f", "").strip()

    def _words(self, sentence: str) -> Iterator[list[str] | str]:
        """Words as lists of pinyin syllables, marks as strings."""
        end = 0
        for hint in self.hinted.finditer(sentence):
            yield from self._plain(sentence[end : hint.start()])
            said = self.hints[hint[0]]
            if _PINYIN.fullmatch(said):
                yield said.split()
            else:
                yield from self._plain(said)
            end = hint.end()
        yield from self._plain(sentence[end:])

    def _plain(self, text: str) -> Iterator[list[str] | str]:
        kept = "".join(char for char in text if char not in _SILENT)
        for run in _RUN.findall(kept):
            if not "\u4e00" <= run[0] <= "\u9fff":
                yield self._marks(run)
                continue
            parts = self.sandhi.pre_merge_for_modify(list(jieba.posseg.lcut(run)))
            words = [self._word(word, tag) for word, tag in parts]
            for (word, _), syllables, following in zip(parts, words, words[1:], strict=False):
                _settle(word, syllables, following)
            yield from words

    @staticmethod
    def _marks(run: str) -> str:
        unknown = set(run) - set(_MARKS) - {" "}
        if unknown:
            raise Unspeakable(f"no reading for {''.join(sorted(unknown))!r}")
        return re.sub(r"(, )+", ", ", "".join(_MARKS.get(char, "") for char in run))

    def _word(self, word: str, tag: str) -> list[str]:
        syllables = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
        if (word, tag) == ("地", "uv"):
            return ["de5"]
        finals = lazy_pinyin(word, style=Style.FINALS_TONE3, neutral_tone_with_five=True)
        toned = self.sandhi.modified_tone(word, tag, finals)
        return [syllable[:-1] + final[-1] for syllable, final in zip(syllables, toned, strict=True)]


def _settle(word: str, syllables: list[str], following: list[str]) -> None:
    """Tone of a closing 一 or 不 by the next word (misaki looks inside words only)."""
    falling = following[0].endswith("4")
    if word in _COUNTS_NEXT:
        syllables[-1] = "yi2" if falling else "yi4"
    elif word.endswith("不"):
        syllables[-1] = "bu2" if falling else "bu4"
