"""Repairs characters, one for one or away: width, line ends, control characters, look-alikes, traditional script.

Nothing here knows of paragraphs or articles. What comes out is what the offsets of every later stage count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from kg.sources.layout import CJK

__all__ = ["LINE_END", "repair_characters", "squeeze", "squeeze_title", "to_simplified"]

# U+2028, U+2029 and U+0085 end lines too; form feed and vertical tab are stripped with the controls
LINE_END = re.compile("\r\n|[\r\n\x85\u2028\u2029]")

_HALF_WIDTH = {0xFF01 + code - 0x21: code for code in b"#%&*+-./=@\\^_`" + bytes(range(48, 58))}
_HALF_WIDTH |= {0xFF01 + code - 0x21: code for code in (*range(65, 91), *range(97, 123))}
_SPACES = (0x09, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)
_REMOVED = (
    *range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0),  # controls
    0xAD, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF,  # unseen
    *range(0xFDD0, 0xFDF0), 0xFFF9, 0xFFFA, 0xFFFB, 0xFFFC, 0xFFFD, 0xFFFE, 0xFFFF,  # no characters
    *range(0xFE00, 0xFE10), *range(0xE0000, 0xE01F0),  # variation selectors and tags
)  # fmt: skip
# a character that occurs only in one of the scripts; cheap evidence, before any table is loaded
_TRADITIONAL = frozenset(
    "這個們來時對會說為發開還過經國學與關點間於東車馬長門問電話業務區縣鎮鄉黨員義動實現產進應當從後讓給將無數"
)
_SIMPLIFIED = frozenset(
    "这个们来时对会说为发开还过经国学与关点间于东车马长门问电话业务区县镇乡党员义动实现产进应当从后让给将无数"
)

_GAP = re.compile(" {2,}")
_SPACED_OUT = re.compile(f"(?<![{CJK}])[{CJK}](?: [{CJK}])+(?![{CJK}])")
_MARKS = "，。、；：？！“”‘’（）《》"
_FULL = str.maketrans(",;:?!", "，；：？！")
_HALF_MARK = re.compile(f"(?<=[{CJK}{_MARKS}])[,;:?!]+|[,;:?!]+(?=[{CJK}“‘《（])")
_BRACKET_OR_CHINESE = re.compile(rf"[()\n]|[{CJK}]+")
_MIXED = re.compile(f"(?<=[{CJK}{_MARKS}%]) (?=[^ {CJK}])|(?<=[^ {CJK}]) (?=[{CJK}{_MARKS}])")


@lru_cache(maxsize=1)
def _table() -> dict[int, int | None]:
    table: dict[int, int | None] = dict.fromkeys(_REMOVED)
    table.update(dict.fromkeys(range(0xD800, 0xE000)))  # lone surrogates
    table.update(_HALF_WIDTH)
    table.update(dict.fromkeys(_SPACES, 0x20))
    # radicals and compatibility ideographs look like the characters that programs put them for
    for block in (range(0x2E80, 0x2FE0), range(0xF900, 0xFB00), range(0x2F800, 0x2FA20)):
        for code in block:
            usual = unicodedata.normalize("NFKC", chr(code))
            if len(usual) == 1 and usual != chr(code):
                table[code] = ord(usual)
    return table


def repair_characters(text: str) -> str:
    """The text with ``\\n`` as its only line end and control character.

    Full-width letters, digits and ．／％＋－＝＠＃＆ become half-width, every kind of space becomes a space, and unseen
    characters go. Chinese punctuation stays as it was printed; commas, colons, brackets that a web page set in half width
    beside Chinese characters become Chinese ones.
    """
    return _full_marks(LINE_END.sub("\n", text).translate(_table()))


def _full_marks(text: str) -> str:
    changed: dict[int, str] = {}
    opened: list[int] = []
    chinese = -1  # where the last Chinese character before here stands
    for match in _BRACKET_OR_CHINESE.finditer(text) if "(" in text else ():
        if match[0] == "(":
            opened.append(match.start())
        elif match[0] == "\n":
            opened.clear()
        elif match[0] != ")":
            chinese = match.end() - 1
        elif opened and (start := opened.pop()) < chinese:
            changed |= {start: "（", match.start(): "）"}
    if changed:
        text = "".join(changed.get(i, c) for i, c in enumerate(text))
    return _HALF_MARK.sub(lambda match: match[0].translate(_FULL), text)


def squeeze(line: str) -> str:
    """One line without the spaces of layout: runs of them, between Chinese and Latin, in words that are set wide."""
    squeezed = squeeze_title(line)
    return _MIXED.sub("", squeezed) if " " in squeezed else squeezed


def squeeze_title(line: str) -> str:
    """The same for a title, whose single spaces mean something: they part its lines."""
    squeezed = _GAP.sub(" ", line.strip())
    return _SPACED_OUT.sub(lambda match: match[0].replace(" ", ""), squeezed) if " " in squeezed else squeezed


def to_simplified(*texts: str) -> tuple[str, ...]:
    """The texts in simplified characters when, taken together, they are mainly traditional; otherwise as they are.

    One character becomes one character, so that offsets keep.
    """
    if not _looks_traditional(texts):
        return texts
    changed = {ord(char): simple for char in set().union(*texts) if (simple := _simple(char)) != char}
    return tuple(text.translate(changed) for text in texts)


def _looks_traditional(texts: Iterable[str]) -> bool:
    traditional = simplified = 0
    for text in texts:
        if text.isascii():
            continue
        traditional += sum(map(text.count, _TRADITIONAL))
        simplified += sum(map(text.count, _SIMPLIFIED))
    return traditional > 2 * simplified


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC  # reading its tables takes time, and few texts need them

    return OpenCC("t2s")


@lru_cache(maxsize=20_000)
def _simple(char: str) -> str:
    if char < "\u3400":
        return char
    result: str = _converter().convert(char)
    # some results are rare characters that no font and no lexicon has
    return result if len(result) == 1 and result <= "\uffff" else char
