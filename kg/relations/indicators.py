"""Indicators: a number that measures a named thing (千丰社区: 社区基金募集 12万元), as metric, value, unit and period."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.records import Document, Evidence, Mention, MentionRef, Quantity, TimeSpan, Word

__all__ = ["Measure", "find_indicators"]

_CLAUSE_ENDS = "，。；！？：\n"
_PERIODS = re.compile(r"以来|起$|^20\d\d年|^今年|^去年|^目前|^截至|上半年|下半年|季度|近年|全年|本月|^每年")
# units of time and space measure events, not bodies
_ORDINARY = frozenset("岁 周岁 点 时 楼 层 天 日 小时 分钟 秒 月 个月 年 步 度 级 米 公里 厘米 里 遍 轮 种 类 道 笔 声".split())
_SMALL = re.compile(r"[一二三四五六七八九两](?![十百千万亿])")
# what a clause says between its subject and what it counts without naming either
_EMPTY = (
    "已 共 累计 目前 今年 现 达 达到 超过 超 近 约 为 有 了 已经 还 将 总计 合计 共计 其中 仅 就 均 分别 并 也 先后 成功 持续 "
    "至 增至 到 逾 突破"
).split()
_DROPPED = re.compile(rf"^(?:{'|'.join(sorted(_EMPTY, key=len, reverse=True))})+")
_TAIL = re.compile(rf"(?:{'|'.join(sorted(_EMPTY, key=len, reverse=True))})+$")
_HOLDERS = frozenset({"Organization", "Place", "Program", "Work"})
_LONGEST_METRIC = 24


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


def find_indicators(document: Document) -> tuple[Measure, ...]:
    """The measures of a document, in the order of the text.

    The holder is the last name or pointer before the number in its clause, else the subject that the sentence began with, else
    that of the sentence before. The metric is what the clause counts.
    """
    reader = _Reader(document)
    found: list[Measure] = []
    subject: Mention | None = None
    for start, end in document.sentences:
        mentions = reader.mentions(start, end)
        for quantity in reader.quantities(start, end):
            measure = reader.measure(quantity, (start, end), mentions, subject)
            if measure is not None:
                found.append(measure)
        subject = _innermost([m for m in mentions if m.type in _HOLDERS]) or subject
    return tuple(found)


class _Reader:
    """A document with look-up by offset."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._mention_starts = [mention.start for mention in document.mentions]
        self._quantity_starts = [quantity.start for quantity in document.quantities]
        self._time_starts = [time.start for time in document.times]
        self._word_starts = [word.start for word in document.words]

    def mentions(self, start: int, end: int) -> list[Mention]:
        first, last = bisect_left(self._mention_starts, start), bisect_left(self._mention_starts, end)
        return [mention for mention in self.document.mentions[first:last] if mention.kind != "generic"]

    def quantities(self, start: int, end: int) -> Sequence[Quantity]:
        return self.document.quantities[
            bisect_left(self._quantity_starts, start) : bisect_left(self._quantity_starts, end)
        ]

    def times(self, start: int, end: int) -> Sequence[TimeSpan]:
        return self.document.times[bisect_left(self._time_starts, start) : bisect_left(self._time_starts, end)]

    def words(self, start: int, end: int) -> Iterator[Word]:
        yield from self.document.words[bisect_left(self._word_starts, start) : bisect_left(self._word_starts, end)]

    def measure(
        self, quantity: Quantity, sentence: tuple[int, int], mentions: Sequence[Mention], subject: Mention | None
    ) -> Measure | None:
        """The measure of one number, or None when it measures nothing named."""
        if quantity.unit in _ORDINARY or _SMALL.match(quantity.text):
            return None
        if any(mention.start < quantity.end and quantity.start < mention.end for mention in mentions):
            return None  # a number inside a name
        text, (start, end) = self.document.text, sentence
        clause = max([start, *(text.rfind(mark, start, quantity.start) + 1 for mark in _CLAUSE_ENDS)])
        stop = min((at for mark in _CLAUSE_ENDS if (at := text.find(mark, quantity.end, end)) >= 0), default=end)
        before = [m for m in mentions if m.end <= quantity.start and m.type in _HOLDERS]
        own = [m for m in before if m.start >= clause]
        holder = own[-1] if own else _innermost(before) or subject
        if holder is None:
            return None
        metric = self._metric(max([clause, *(m.end for m in own)]), quantity, stop)
        if len(metric) < 2:
            return None
        spans = [time for time in self.times(start, quantity.start) if _PERIODS.search(time.text)]
        return Measure(
            MentionRef(holder.start, holder.end),
            metric,
            quantity.value,
            quantity.unit,
            spans[-1].text if spans else None,
            quantity.text,
            Evidence(start, end, text[start:end]),
        )

    def _metric(self, start: int, quantity: Quantity, stop: int) -> str:
        """What is counted: the verbs and nouns before the number, the nouns after it (解决 125名 员工住宿难题)."""
        start = max([start, *(time.end for time in self.times(start, quantity.start) if time.end <= quantity.start)])
        kept = [w for w in self.words(start, quantity.start) if w.tag in ("n", "v", "vn", "nz", "an", "a", "LOC", "ORG")]
        text = self.document.text
        lead = _TAIL.sub("", _DROPPED.sub("", "".join(text[w.start : w.end] for w in kept[-5:])))
        after: list[str] = []
        for word in self.words(quantity.end, stop):
            if word.tag not in ("n", "vn", "nz", "a", "an") or len(after) >= 3:
                break
            after.append(text[word.start : word.end])
        return (lead + "".join(after))[:_LONGEST_METRIC]


def _innermost(mentions: Sequence[Mention]) -> Mention | None:
    """The last of the first chain of touching places: 德清县‖康乾街道‖千丰社区 is about 千丰社区."""
    if not mentions:
        return None
    head = mentions[0]
    for mention in mentions[1:]:
        if mention.start != head.end:
            break
        head = mention
    return head
