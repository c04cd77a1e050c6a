"""Indicators: a number that measures a named thing (千丰社区: 社区基金募集 12万元), as metric, value, unit and period."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.knowledge.lexicon import Lexicon
from kg.records import Document, Evidence, Mention, MentionRef, Quantity, TimeSpan, Word

__all__ = ["Measure", "find_indicators"]

_CLAUSE_ENDS = "，。；！？：\n"
_PERIODS = re.compile(r"以来|起$|^20\d\d年|^今年|^去年|^目前|^截至|上半年|下半年|季度|近年|全年|本月|^每年")
_ORDINARY = frozenset(
    {
        "岁",
        "周岁",
        "点",
        "时",
        "楼",
        "层",
        "天",
        "日",
        "小时",
        "分钟",
        "秒",
        "月",
        "个月",
        "步",
        "度",
        "级",
        "米",
        "公里",
        "厘米",
    }
)
# what a clause may say between its subject and the measured thing without naming it
_DROPPED = re.compile(
    r"^(?:已|共|累计|目前|今年|现|达|达到|超过|超|近|约|为|有|了|已经|还|将|总计|合计|共计|其中|仅|就|均|分别|并|也|先后|成功|持续)+"
)
_TAIL = re.compile(r"(?:了|达到?|超过|约|近|为|有|共|已|累计|超|至|增至|到|逾|突破)+$")


@dataclass(frozen=True, slots=True)
class Measure:
    """A number and the mention that it measures, before anybody knows which node that is."""

    holder: MentionRef
    metric: str
    value: float
    unit: str
    period: str | None
    text: str
    evidence: Evidence


def find_indicators(document: Document, lexicon: Lexicon) -> tuple[Measure, ...]:
    """The measures of a document, in the order of the text.

    The holder is the subject of the number's clause: the last name or pointer before the number in its clause, else in an
    earlier clause of the sentence, else the first name of the sentence before. The metric is what the clause counts.
    """
    found: list[Measure] = []
    before: Mention | None = None
    for start, end in document.sentences:
        mentions = [m for m in document.mentions if start <= m.start < end and m.kind != "generic"]
        for quantity in document.quantities:
            if start <= quantity.start < end:
                measure = _measure(document, quantity, (start, end), mentions, before, lexicon)
                if measure is not None:
                    found.append(measure)
        subject = _subject(mentions)
        before = subject or before
    return tuple(found)


def _subject(mentions: Sequence[Mention]) -> Mention | None:
    return next((m for m in mentions if m.type in ("Organization", "Place", "Program")), None)


def _measure(
    document: Document, quantity: Quantity, sentence: tuple[int, int], mentions: Sequence[Mention],
    before: Mention | None, lexicon: Lexicon,
) -> Measure | None:  # fmt: skip
    if quantity.unit in _ORDINARY or any(m.start < quantity.end and quantity.start < m.end for m in mentions):
        return None
    text, (start, end) = document.text, sentence
    clause = max(text.rfind(c, start, quantity.start) for c in _CLAUSE_ENDS) + 1 or start
    clause = max(clause, start)
    holder = _holder(mentions, quantity, clause) or before
    if holder is None:
        return None
    stop = min((i for c in _CLAUSE_ENDS if (i := text.find(c, quantity.end, end)) >= 0), default=end)
    metric = _metric(document, clause, quantity, stop, mentions)
    if not metric:
        return None
    period = _period(document.times, sentence, quantity)
    return Measure(
        MentionRef(holder.start, holder.end), metric, quantity.value, quantity.unit, period, quantity.text,
        Evidence(start, end, text[start:end]),
    )  # fmt: skip


def _holder(mentions: Sequence[Mention], quantity: Quantity, clause: int) -> Mention | None:
    """The last mention before the number in its clause; else the subject that the sentence began with."""
    usable = [m for m in mentions if m.end <= quantity.start and m.type in ("Organization", "Place", "Program", "Work")]
    own = [m for m in usable if m.start >= clause]
    if own:
        return own[-1]
    return _innermost(usable)


def _innermost(usable: Sequence[Mention]) -> Mention | None:
    """The last of the first chain of touching places: 德清县‖康乾街道‖千丰社区 is about 千丰社区."""
    if not usable:
        return None
    head = usable[0]
    for mention in usable[1:]:
        if mention.start != head.end:
            break
        head = mention
    return head


def _metric(document: Document, clause: int, quantity: Quantity, stop: int, mentions: Sequence[Mention]) -> str:
    """What is counted: the verb and noun before the number, and the noun after it (募集, 结对师徒, 解决 … 就业)."""
    inside = [m for m in mentions if clause <= m.start and m.end <= quantity.start and m.kind != "generic"]
    start = max([clause, *(m.end for m in inside)])
    times = [t for t in document.times if start <= t.start and t.end <= quantity.start]
    start = max([start, *(t.end for t in times)])
    lead = _words(document, start, quantity.start)
    lead = _TAIL.sub("", _DROPPED.sub("", lead))
    after = _after(document, quantity.end, stop)
    return (lead + after)[:24] if len(lead + after) >= 2 else ""


def _between(words: Sequence[Word], start: int, end: int) -> Iterator[Word]:
    first = bisect_right([w.start for w in words], start - 1)
    for word in words[first:]:
        if word.start >= end:
            return
        yield word


def _words(document: Document, start: int, end: int) -> str:
    """The verbs and nouns between two offsets, at most the last five."""
    kept = [w for w in _between(document.words, start, end) if w.tag in ("n", "v", "vn", "nz", "an", "a", "LOC", "ORG")]
    return "".join(document.text[w.start : w.end] for w in kept[-5:])


def _after(document: Document, start: int, stop: int) -> str:
    """The noun phrase right after the number: 名员工住宿难题 gives 员工住宿难题."""
    kept: list[str] = []
    for word in _between(document.words, start, stop):
        if word.tag not in ("n", "vn", "nz", "a", "an") or len(kept) >= 3:
            break
        kept.append(document.text[word.start : word.end])
    return "".join(kept)


def _period(times: Sequence[TimeSpan], sentence: tuple[int, int], quantity: Quantity) -> str | None:
    """The last span of time before the number in its sentence: 2021年以来, 今年, 目前."""
    before = [t for t in times if sentence[0] <= t.start and t.end <= quantity.start and _PERIODS.search(t.text)]
    return before[-1].text if before else None
