"""The language of sequences: ``[source:Person]，(男，|女，)?[target:body][role]``.

A sequence is what stands in the sentence, from left to right:

- ``[source:Person]``, ``[target:body]`` — a name of that type (``body``: Organization or Place; ``A|B``: one of several); with
  ``+``, as in ``[source:Person+]``, a list of them (甲、乙和丙);
- ``[role]`` a post, or several (党总支书记、居委会主任); ``[time]`` a date; ``[amount]`` a sum of money; ``[Person]``, ``[body]``
  a name that is needed but is no end of the fact; a bracket may be followed by ``?``;
- ``(甲|乙)`` one of several texts, ``(甲|乙)?`` one or none, ``的?`` 的 or nothing; any other text stands for itself;
- ``…`` up to 6 characters without a name or a mark of punctuation, ``…12`` up to 12; ``～20`` up to 20 characters of any kind
  but names of persons; ``#`` a year or an ordinal before a name (2025年度, 第三届);
- ``^`` the beginning of a clause, ``$`` its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["MARKS", "Pattern", "PatternError", "compile_pattern"]

MARKS = {
    "Person": "\ue000", "Organization": "\ue001", "Place": "\ue002", "Program": "\ue003", "Work": "\ue004",
    "role": "\ue010", "time": "\ue011", "amount": "\ue012",
}  # fmt: skip
"""The one character that stands for an item of each kind in the text that a sequence is matched against."""

_TOKEN = re.compile(r"\[(?:(?P<slot>source|target|other):)?(?P<type>[A-Za-z|]+)(?P<many>\+)?\](?P<maybe>\?)?"
                    r"|(?P<group>\([^()]*\)\??)|(?P<gap>[…～#])(?P<size>\d*)|(?P<edge>[\^$])|(?P<text>.)(?P<optional>\?)?")
_NAMES = "".join(mark for name, mark in MARKS.items() if name not in ("time", "amount"))
_COUNTS = "0-9年度第届首—\\-一二三四五六七八九十" + MARKS["time"]
_LIST = "(?:、|和|与|及|以及|联合|携手|会同)"


class PatternError(ValueError):
    """A sequence that cannot be read."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled sequence. `needs` are the marks without which it cannot match; `anchors` the texts of which one must occur,
    `roles` says whether it speaks of posts (else posts are plain text to it)."""

    regex: re.Pattern[str]
    needs: frozenset[str]
    anchors: frozenset[str]
    roles: bool
    text: str


def compile_pattern(text: str) -> Pattern:
    """Reads a sequence. Raises PatternError when it has no source or target or a sign that is none."""
    parts: list[str] = []
    needs: set[str] = set()
    anchors: frozenset[str] = frozenset()
    literal, seen = "", set[str]()
    for match in _TOKEN.finditer(text.replace(" ", "")):
        if match["text"]:
            if match["text"] in "[](){}*?+":
                raise PatternError(f"the sign “{match['text']}” stands alone in “{text}”")
            parts.append(re.escape(match["text"]) + (match["optional"] or ""))
            literal = "" if match["optional"] else literal + match["text"]
            anchors = _longer(anchors, literal)
            continue
        literal = ""
        if match["type"]:
            parts.append(_slot(match, text, needs, seen))
        elif match["group"]:
            words = match["group"].strip("?")[1:-1].split("|")
            optional = match["group"].endswith("?")
            parts.append(f"(?:{'|'.join(map(re.escape, words))}){'?' if optional else ''}")
            if not optional and "" not in words and not anchors:
                anchors = frozenset(words)
        elif match["gap"]:
            size = int(match["size"] or 6)
            kinds = {"…": f"[^，。；：！？“”\n{_NAMES}]", "～": f"[^\n{MARKS['Person']}]", "#": f"[{_COUNTS}]"}[match["gap"]]
            parts.append(f"{kinds}{{0,{12 if match['gap'] == '#' else size}}}{'' if match['gap'] == '#' else '?'}")
        else:
            parts.append(r"(?<![^，。；：！？“”\s])" if match["edge"] == "^" else r"(?=[，。；：！？“”\s]|$)")
    if not {"source", "target"} <= seen:
        raise PatternError(f"“{text}” needs a [source:…] and a [target:…]")
    return Pattern(re.compile("".join(parts)), frozenset(needs), anchors, MARKS["role"] in needs or "[role]" in text, text)


def _longer(anchors: frozenset[str], literal: str) -> frozenset[str]:
    """The text by which the sequence is found: the longest that must occur."""
    return frozenset({literal}) if len(literal) > max((len(a) for a in anchors), default=0) else anchors


def _slot(match: re.Match[str], text: str, needs: set[str], seen: set[str]) -> str:
    names = match["type"].replace("body", "Organization|Place").split("|")
    for name in names:
        if name not in MARKS:
            raise PatternError(f"“{name}” in “{text}” is no type; use one of: body, {', '.join(MARKS)}")
    marks = "".join(MARKS[name] for name in names)
    if len(names) == 1 and not match["maybe"]:
        needs.add(marks)
    one = f"[{marks}]"
    many = match["many"] or names == ["role"]
    body = f"{one}(?:{_LIST}{one})*(?:等)?" if match["many"] else f"{one}(?:(?:、|和|兼|，){one})*" if many else one
    label = match["slot"] or (names[0] if names[0] in ("role", "time", "amount") else None)
    if label is not None and label in seen:
        raise PatternError(f"[{label}] is in “{text}” twice")
    if label is not None:
        seen.add(label)
        body = f"(?P<{label}>{body})"
    else:
        body = f"(?:{body})"
    return body + ("?" if match["maybe"] else "")
