"""The head of a file of the corpus: ``key: value`` lines, and the closed lists that its values come from."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.records import Author

__all__ = ["BEATS", "KINDS", "PROVINCES", "Head", "read_head"]

KINDS = ("article", "caption", "brief", "list", "notice", "interview")
BEATS = (
    "villages communities party mentoring business schools hospitals justice environment transport culture sport awards "
    "profiles donations assistance science farming disasters weather obituaries volunteers elderly markets meetings"
).split()
PROVINCES = dict(
    pair.split(":")
    for pair in (
        "110000:北京 120000:天津 130000:河北 140000:山西 150000:内蒙古 210000:辽宁 220000:吉林 230000:黑龙江 "
        "310000:上海 320000:江苏 330000:浙江 340000:安徽 350000:福建 360000:江西 370000:山东 "
        "410000:河南 420000:湖北 430000:湖南 440000:广东 450000:广西 460000:海南 "
        "500000:重庆 510000:四川 520000:贵州 530000:云南 540000:西藏 "
        "610000:陕西 620000:甘肃 630000:青海 640000:宁夏 650000:新疆"
    ).split()
)
_KEYS = ("id", "title", "kind", "authors", "date", "province", "beat", "writer", "trap")
_MAY_BE_EMPTY = frozenset({"title", "authors", "date", "trap"})
_AUTHOR = re.compile(r"(?P<name>[^/,，、]+)/(?P<role>文字|摄影)\Z")

Found = tuple[int, str, str]
"""(line of the file, what is wrong, remedy)."""


@dataclass(frozen=True, slots=True)
class Head:
    """The values of a head; a missing or wrong one is empty and among the problems. `title` still has its marks."""

    values: Mapping[str, str]
    lines: Mapping[str, int]
    authors: tuple[Author, ...]
    problems: tuple[Found, ...]

    def __getitem__(self, key: str) -> str:
        return self.values.get(key, "")


def read_head(lines: Sequence[tuple[int, str]], stem: str) -> Head:
    """Reads the numbered lines above the first ``---`` of the file `stem`.txt. Never raises."""
    values: dict[str, str] = {}
    where: dict[str, int] = {}
    problems: list[Found] = []
    for number, line in lines:
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not line.strip():
            continue
        if not colon or key not in _KEYS:
            problems.append((number, f"“{key}” is no key of the head", f"write key: value with {', '.join(_KEYS)}"))
        elif key in values:
            problems.append((number, f"the key “{key}” is there twice", "keep one of them"))
        else:
            values[key], where[key] = value, number
    last = lines[-1][0] if lines else 1
    problems += [
        (last, f"the key “{key}” is missing", f"add “{key}:” to the head") for key in _KEYS if key not in values
    ]
    problems += [(where[key], what, remedy) for key, what, remedy in _wrong(values, stem)]
    authors = []
    for part in re.split(r"[,，]", values.get("authors", "")):
        author = _AUTHOR.match(part.strip())
        if author is not None:
            authors.append(Author(author["name"].strip(), author["role"]))
        elif part.strip():
            problems.append((where["authors"], f"“{part.strip()}” is no author", "write 李明/文字, 王芳/摄影"))
    return Head(values, where, tuple(authors), tuple(problems))


def _wrong(values: Mapping[str, str], stem: str) -> Iterator[tuple[str, str, str]]:
    for key, value in values.items():
        if not value and key not in _MAY_BE_EMPTY:
            yield key, f"“{key}” is empty", "give it a value"
    for key, known in (("kind", KINDS), ("beat", BEATS), ("province", PROVINCES)):
        if values.get(key) and values[key] not in known:
            yield key, f"“{values[key]}” is no {key}", f"use one of: {', '.join(known)}"
    if values.get("id") and values["id"] != stem:
        yield "id", f"the id “{values['id']}” is not the name of the file", f"write {stem}, or rename the file"
    if values.get("id") and not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", values["id"]):
        yield "id", f"“{values['id']}” is no id", "use a-z, 0-9 and single hyphens: w01-0042"
    if values.get("writer") and not re.fullmatch(r"[a-z][0-9]{2}", values["writer"]):
        yield "writer", f"“{values['writer']}” is no writer", "use a letter and two digits: w01"
    if values.get("date"):
        try:
            datetime.datetime.strptime(values["date"], "%Y-%m-%d")
        except ValueError:
            yield "date", f"“{values['date']}” is no date", "write 2024-05-06, or leave it empty"
