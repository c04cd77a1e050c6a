"""The marks inside a line of the corpus: ``[青山镇:Place]``, ``[该镇:Place=青山镇]``, ``[党委书记:role]``, ``[高兴:-]``.

The same marks as in the rules' examples, with more behind them: ``[surface:TYPE/kind?=label;label]``. `kind` is told from
the surface when it is left out; ``?`` makes the node optional.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg.records import Role
from kg.schema import default_schema

__all__ = ["Mark", "MarkedText", "is_common", "label_of", "parse_marks", "types"]

_BRACKETS = re.compile(r"\[(?P<inside>[^\[\]]*)\]")
_INSIDE = re.compile(
    r"(?P<surface>.+?):(?P<type>[A-Za-z]+|-)(?:/(?P<kind>[a-z]+))?(?P<optional>\?)?(?:=(?P<target>.*))?\Z", re.DOTALL
)
_KINDS = frozenset({"name", "pointer", "generic"})
_PAIRS = {"“": "”", "‘": "’", "《": "》", "「": "」", "『": "』", "（": "）", "(": ")"}
_EDGE_SPACE = re.compile(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])|\n")

_COMMON = frozenset(
    "社区 街道 镇里 乡里 县里 区里 市里 省里 村里 村上 园区 小区 景区 学校 校方 医院 院方 公司 企业 集团 工厂 厂里 "
    "法院 检察院 中心 工作室 协会 商会 合作社 基地 团队 队里 局里 单位 机构 部门 党委 党支部 党总支 支部 村委会 居委会 "
    "村两委 活动 项目 工程 行动 计划 机制 平台 模式 他 她 他们 她们 其 对方 双方 两地 两人 二人 三人 夫妻俩 师徒俩 当地".split()
)
# 本溪市, 全椒县 and 两当县 are names: behind the small word comes a noun, and then nothing
_POINTS = re.compile(
    rf"该.*|上述.+|(?:本|我们?|咱们?|这个?|此|全|同|两)(?:[省市县区镇乡村州旗校院局厂队站所行会家]|{'|'.join(sorted(_COMMON))})\Z"
)


def types() -> frozenset[str]:
    """The node types that a mark may carry: all but Article."""
    return frozenset(default_schema().types) - {"Article"}


def is_common(surface: str, type_: str) -> bool:
    """Whether the surface can only point (该镇, 我校, 双方, 社区, 他; one character for a place): it names no node by itself."""
    return bool(_POINTS.match(surface)) or surface in _COMMON or (type_ == "Place" and len(surface) == 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked name: offsets in the text without marks. `targets` are what stands behind ``=``; empty: the surface itself."""

    start: int
    end: int
    text: str
    type: str
    kind: str
    targets: tuple[str, ...]
    optional: bool


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text without its marks, and the marks; `problems` are (offset in the marked text, what, remedy)."""

    text: str
    marks: tuple[Mark, ...]
    roles: tuple[Role, ...]
    not_names: tuple[tuple[int, int], ...]
    problems: tuple[tuple[int, str, str], ...]


def label_of(surface: str) -> str:
    """The label that a surface gives by itself: without quotes around it, line breaks, and spaces beside Chinese characters."""
    label = _EDGE_SPACE.sub("", surface).strip()
    while len(label) > 2 and _PAIRS.get(label[0]) == label[-1] and label.find(label[-1]) == len(label) - 1:
        label = label[1:-1]
    return label


def parse_marks(marked: str) -> MarkedText:
    """Takes the marks out of a text. Never raises: what is wrong is listed in `problems`."""
    text, at = "", 0
    marks: list[Mark] = []
    roles: list[Role] = []
    not_names: list[tuple[int, int]] = []
    problems: list[tuple[int, str, str]] = []

    def outside(until: int) -> None:
        for stray in re.finditer(r"[\[\]]", marked[at:until]):
            remedy = "write [name:Type], marks never nest; a bracket of the text itself is ［ ］"
            problems.append((at + stray.start(), f"a lone “{stray[0]}”", remedy))

    for found in _BRACKETS.finditer(marked):
        outside(found.start())
        text += marked[at : found.start()]
        at = found.end()
        read = _INSIDE.match(found["inside"])
        surface = read["surface"] if read else found["inside"]
        start, end = len(text), len(text) + len(surface)
        text += surface
        if read is None:
            problems.append((found.start(), f"“{found[0]}” is no mark", "write [name:Type] or [name:Type=label]"))
            continue
        wrong = _wrong(read)
        if wrong is not None:
            problems.append((found.start(), f"“{found[0]}”: {wrong[0]}", wrong[1]))
        elif read["type"] == "-":
            not_names.append((start, end))
        elif read["type"] in ("role", "former"):
            roles.append(Role(start, end, surface, read["type"] == "former"))
        else:
            marks.append(_mark(read, start, end))
    outside(len(marked))
    return MarkedText(text + marked[at:], tuple(marks), tuple(roles), tuple(not_names), tuple(problems))


def _mark(read: re.Match[str], start: int, end: int) -> Mark:
    surface = read["surface"]
    targets = tuple(part.strip() for part in (read["target"] or "").split(";") if part.strip())
    points = bool(targets) and (len(targets) > 1 or is_common(surface, read["type"]))
    kind = read["kind"] or ("pointer" if points else "name")
    return Mark(start, end, surface, read["type"], kind, targets, bool(read["optional"]))


def _wrong(read: re.Match[str]) -> tuple[str, str] | None:
    """What is wrong with a mark that has the form of one, and the remedy; None when it is right."""
    surface, type_, kind, target = read["surface"], read["type"], read["kind"], read["target"]
    if surface != surface.strip() or surface[-1] in "，。；、！？：":
        return "the span holds a space or a stop at its end", "mark the name alone"
    for left, right in _PAIRS.items():
        if surface.count(left) != surface.count(right):
            return f"the span cuts a pair of {left}{right}", "take both marks in, or neither"
    if type_ in ("-", "role", "former"):
        extra = kind or read["optional"] or target is not None
        return (f"“{type_}” takes nothing behind it", f"write [{surface}:{type_}]") if extra else None
    if type_ not in types():
        return f"“{type_}” is no type", f"use one of: {', '.join(sorted(types()))}, role, former, -"
    if kind is not None and kind not in _KINDS:
        return f"“{kind}” is no kind", "use /generic, /pointer or /name"
    if target is not None and (not target.strip() or "|" in target):
        return "nothing that can be a label behind “=”", f"write [{surface}:{type_}=label]"
    if kind == "generic" and target is not None:
        return "a generic node is named by its noun", f"write [{surface}:{type_}/generic]"
    if kind == "pointer" and target is None:
        return "a pointer without what it stands for", f"write [{surface}:{type_}/pointer=label]"
    if kind is None and target is None and is_common(surface, type_):
        remedy = f"write [{surface}:{type_}=label], /generic, /name when it is a proper name, or no mark"
        return "names no node by itself", remedy
    return None
