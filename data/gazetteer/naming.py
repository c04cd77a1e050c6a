"""The names of a division: how an official name splits into stem and generic word, and what else it is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Forms", "Tail", "aliases", "clean_village", "zone_aliases"]

# The 55 minorities as division names write them, and 各 for 各族自治县. 族 may be left out (蒙古自治县).
_PEOPLES: list[str] = re.findall(
    r"\w+",
    """
    各 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西
    景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安
    裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺
    """,
)
_PEOPLE = "|".join(sorted(_PEOPLES, key=lambda people: (-len(people), people)))
_LONG_PEOPLE = "|".join(
    sorted((p for p in _PEOPLES if len(p) > 1), key=lambda people: (-len(people), people))
)
# Lazy on the left: all peoples at the end go, as long as two characters stay (内|蒙古 does not lose its 蒙古).
_STEM = rf"(?P<stem>.{{2,}}?)(?:(?:{_PEOPLE})族|{_LONG_PEOPLE})*"
_AUTONOMOUS = re.compile(_STEM + r"(?P<kind>自治区|自治州|自治县|自治旗)")
_MINORITY = re.compile(_STEM + rf"(?:(?:{_PEOPLE})族|民族)(?P<kind>区|乡|镇|苏木|街道)")
_SHORT_KINDS = {"自治区": "", "自治州": "州", "自治县": "县", "自治旗": "旗"}
_REMARK = re.compile(r"[（(][^（()）]*[）)]$")
_BODY = re.compile(r"(村民委员会|村委会|居民委员会|居委会)$")


@dataclass(frozen=True, slots=True)
class Tail:
    """A generic word at the end of official names, and the words that may stand in its place (word → form)."""

    text: str
    levels: frozenset[str]
    forms: dict[str, str]
    label: str  # the word that news uses; empty: the official name


class Forms:
    """The table of forms.tsv. Raises ValueError naming the line that is wrong."""

    def __init__(self, path: Path) -> None:
        # Two for names without a generic word, and for names that are common words (a village called 居委会).
        self.tails = [
            Tail("", frozenset(), {"": "official"}, ""),
            Tail("", frozenset({"village"}), {"": "stem"}, ""),
        ]
        self._by_level: dict[str, list[int]] = {}
        self.words: set[str] = set()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if not line.strip() or line.startswith("#"):
                continue
            cells = line.split("\t")
            if len(cells) > 6 or len(cells) < 2:
                raise ValueError(
                    f"{path}:{number}: {len(cells)} cells; columns: levels tails full short stem label"
                )
            levels, tails, full, short, stem, label = (
                cell.strip() for cell in cells + [""] * (6 - len(cells))
            )
            if levels == "generic":
                self.words |= set(tails.split())
                continue
            if stem not in ("yes", "no"):
                raise ValueError(f"{path}:{number}: the stem is {stem!r}; write yes or no")
            self._add(
                frozenset(levels.split(",")), tails.split(), full.split(), short.split(), stem == "yes", label
            )
        for ids in self._by_level.values():
            ids.sort(key=lambda index: (-len(self.tails[index].text), index))

    def _add(
        self,
        levels: frozenset[str],
        tails: list[str],
        full: list[str],
        short: list[str],
        stem: bool,
        label: str,
    ) -> None:
        self.words |= {*tails, *full, *short}
        for text in tails:
            forms = {"": "stem"} if stem else {}
            forms |= dict.fromkeys(short, "short") | dict.fromkeys(full, "official") | {text: "official"}
            for level in sorted(levels):
                self._by_level.setdefault(level, []).append(len(self.tails))
            self.tails.append(Tail(text, levels, forms, label))

    def split(self, name: str, level: str) -> tuple[str, int]:
        """The stem and the number of the longest tail that leaves a stem; the whole name and 0 or 1 if none does."""
        if name in self.words:
            return name, 1
        for index in self._by_level.get(level, ()):
            text = self.tails[index].text
            if len(name) > len(text) and name.endswith(text):
                return name[: -len(text)], index
        return name, 0


def aliases(name: str) -> Iterator[tuple[str, str]]:
    """(name, form) of the shorter names of a division of a minority: 景宁县 and 景宁 for 景宁畲族自治县."""
    found = _AUTONOMOUS.fullmatch(name) or _MINORITY.fullmatch(name)
    if found is None:
        return
    stem, kind = found["stem"], found["kind"]
    stem = stem[:-1] if stem.endswith("族") and len(stem) > 2 else stem  # 东乡族自治县
    yield stem, "stem"
    if kind.startswith("自治"):
        yield stem + kind, "short"
    if short := _SHORT_KINDS.get(kind, kind):
        yield stem + short, "short"


def zone_aliases(names: list[str], ancestors: list[str]) -> Iterator[str]:
    """A zone's names without the province before it or without the 市 in it: 唐山海港经济开发区 of 河北唐山海港…."""
    for name in names:
        for ancestor in ancestors:
            rest = name.removeprefix(ancestor).removeprefix(ancestor[:-1])
            if ancestor.endswith("省") and rest != name and len(rest) >= 5:
                yield rest
            if ancestor.endswith("市") and name.startswith(ancestor) and len(name) - len(ancestor) >= 3:
                yield ancestor[:-1] + name[len(ancestor) :]


def clean_village(name: str, ancestors: list[str]) -> str:
    """A village's name without what is no part of it.

    Away go remarks in brackets at the end (漫江村（部分）) and, before the name of a committee, the chain of divisions
    that ends in the village's own town (东源县叶潭镇双坪村民委员会). `ancestors` are official names, province first.
    """
    while (rest := _REMARK.sub("", name)) != name and len(rest) >= 2:
        name = rest
    if not _BODY.search(name):
        return name
    rest = name
    for ancestor in ancestors[:-1]:
        rest = rest.removeprefix(ancestor)
    town = ancestors[-1]
    rest, found = rest.removeprefix(town), rest.startswith(town)
    stem = _BODY.sub("", rest).removesuffix("社区").removesuffix("村")
    if (
        not found
        or len(stem) < 2
        or stem.startswith(("街道", "虚拟"))
        or not town.endswith(("镇", "乡", "街道", "区"))
    ):
        return name
    return rest
