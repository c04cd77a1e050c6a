"""What patterns take for a program: quoted names with their kind word, named projects without quotes, lists of signed projects.

The names model hears each pattern by its name (`kg.language.cues`) and decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kg.knowledge.lexicon import Lexicon
from kg.language.view import View

__all__ = ["VOICES", "Proposal", "find_programs"]

VOICES = (
    "quoted-kind", "quoted-own-kind", "quoted-list", "quoted-honour", "quoted-object", "quoted-repeated", "bare-kind", "bare-weak",
    "signed", "enumerated", "honour", "production",
)  # fmt: skip
"""The patterns."""


_QUOTE = re.compile(r"“([^“”\n]{1,40})”|‘([^‘’\n]{1,40})’|「([^「」\n]{1,40})」")
_PRODUCTION = re.compile(
    r"年(?:产|处理|加工)[\d\u4e00-\u9fffA-Za-z.、（）()-]{3,40}?(?:生产线|生产基地|项目|工程)(?:[\u4e00-\u9fff]{0,4}项目)?"
)
_SENTENCE_MARKS = re.compile(r"[。！？；]|，.*，")
_TAIL_TAGS = frozenset({"n", "vn", "a", "an", "nz", "b", "j", "f", "ad", "v"})
_LIKELY = 0.45  # a project without quotes that scores more has a name of its own
_NAME_TAGS = frozenset(
    {"n", "vn", "an", "nz", "nw", "LOC", "nr", "ns", "nt", "a", "m", "s", "f", "TIME", "vd", "ad", "j", "b", "q"}
)


class Proposal(NamedTuple):
    """`text[start:end]` may be a program: the pattern `voice` says so."""

    start: int
    end: int
    voice: str


def find_programs(view: View, lexicon: Lexicon) -> Iterator[Proposal]:
    """Proposals in no order: quoted ones, then those that a kind word ends without quotes."""
    quoted = list(_QUOTE.finditer(view.text))
    counts = Counter(_inner(match).strip() for match in quoted)
    ends = {match.end() for match in quoted}
    for match in quoted:
        proposal = _quoted(view, match, lexicon, counts)
        if proposal is not None:
            yield proposal
    yield from _bare(view, lexicon, ends)
    yield from _signed(view, lexicon)
    yield from _enumerated(view)
    for match in _PRODUCTION.finditer(view.text):
        yield Proposal(match.start(), match.end(), "production")


def _inner(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


def _quoted(view: View, match: re.Match[str], lexicon: Lexicon, counts: Mapping[str, int]) -> Proposal | None:
    inner = _inner(match).strip()
    end, kind = _tail(view, match.end(), lexicon)
    if kind:
        if lexicon.group(kind, "Organization") is not None and lexicon.group(kind, "Program") is None:
            return None  # “湖小青”志愿队 is a body
        if lexicon.goes_on(view.text, end - len(kind), end, "Organization"):
            return None  # “孝先生”智慧养老服务‖中心
        if len(inner) > 30 or (re.search(r"[。！？；]", inner)):
            return None
        return Proposal(match.start(), end, "quoted-kind")
    if (
        _SENTENCE_MARKS.search(inner)
        or inner.endswith(("，", "。", "！", "？", "…"))
        or len(inner) > 20
        or len(inner) < 2
    ):
        return None
    kind_start = lexicon.kind_ends.longest(inner, len(inner), 1)
    ending = inner[kind_start:] if kind_start >= 1 else ""
    if ending in lexicon.words["own_kinds"] and kind_start >= 2:
        return Proposal(match.start(), match.end(), "quoted-own-kind")
    if _in_named_list(view.text, match.end(), lexicon):
        return Proposal(match.start(), match.end(), "quoted-list")
    before = view.text[max(0, match.start() - 6) : match.start()].rstrip("为了")
    if any(before.endswith(verb) for verb in lexicon.words["honour_verbs"]):
        return Proposal(match.start(), match.end(), "quoted-honour")
    if len(inner) < 3 or len(inner) > 14 or _PHRASE.match(inner):
        return None
    if _is_object(view, match.start(), lexicon):
        return Proposal(match.start(), match.end(), "quoted-object")
    if counts[inner] >= 2 and len(inner) >= 4:
        return Proposal(match.start(), match.end(), "quoted-repeated")
    return None


def _tail(view: View, start: int, lexicon: Lexicon) -> tuple[int, str]:
    """The kind word after a closing quotation mark: its end, and the word (走访机制 after “一表一卡”); ("", start) for none."""
    text = view.text
    position = start
    if text.startswith("的", position):
        position += 1
    direct = position
    best, kind = start, ""
    for _ in range(6):
        word = view.word_at(position)
        if word is None or word.start > position or word.tag not in _TAIL_TAGS or position - direct > 12:
            break
        end = word.end
        kind_start = lexicon.kind_ends.longest(text, end, direct)
        if kind_start >= direct and lexicon.group(text[kind_start:end], "Program") is not None:
            best, kind = end, text[kind_start:end]
        elif kind_start >= direct and not kind and lexicon.group(text[kind_start:end], "Organization") is not None:
            return end, text[kind_start:end]
        elif word.tag == "v" and kind:
            break
        position = end
    if kind and text.startswith("的", start) and best - start > 8:
        return start, ""
    if kind and any(text.startswith(word, best) for word in lexicon.words["kinds_of_thought"]):
        return start, ""  # “以人为本”的服务‖理念
    return best, kind


_LIST_REST = re.compile(
    r"(?:[、和及]?[“‘][^“”‘’]{2,20}[”’]){0,8}等(?:\d{1,3}|[一二三四五六七八九十]{1,3})?[个项类场种]?([\u4e00-\u9fff]{2,10})"
)


def _in_named_list(text: str, end: int, lexicon: Lexicon) -> bool:
    """Whether quoted names follow one another up to 等 and a kind word: “A”“B”“C”等特色志愿服务项目."""
    match = _LIST_REST.match(text, end)
    if match is None:
        return False
    noun = match.group(1)
    ends = (lexicon.kind_ends.longest(noun, stop) for stop in range(2, len(noun) + 1))
    starts = [(start, stop) for start, stop in zip(ends, range(2, len(noun) + 1), strict=True) if start >= 0]
    return any(lexicon.group(noun[start:stop], "Program") is not None and stop - start >= 2 for start, stop in starts)


def _is_object(view: View, start: int, lexicon: Lexicon) -> bool:
    """Whether a bare quoted phrase is the object of a verb of running (推出, 打造), alone or in a list of quoted phrases."""
    text = view.text
    begin = view.clause_start(start, "，。！？；：\n")
    before = text[begin:start]
    for verb in lexicon.words["runs_quoted"]:
        at = before.rfind(verb)
        if at < 0:
            continue
        between = re.sub(r"[“‘「][^“”‘’「」]*[”’」]", "", before[at + len(verb) :])
        between = re.sub(r"^(?:出了|出|了|起了|起|好|过)?", "", between)
        if len(between) <= 6 and not any(c in between for c in "的在为向对是将把"):
            return True
    return False


def _bare(view: View, lexicon: Lexicon, quote_ends: set[int]) -> Iterator[Proposal]:
    """青少年心理健康护航行动, 臭氧与颗粒物协同治理专项百日攻坚战: a kind word of programs after enough of a name."""
    text = view.text
    for word in view.words:
        end = word.end
        kind_start = lexicon.kind_ends.longest(text, end)
        if kind_start < 0 or kind_start > word.start + 6:
            continue
        kind = text[kind_start:end]
        groups = {k.group for k in lexicon.kinds[kind] if k.type == "Program"}
        if "bare" not in groups:
            if "honour" in groups:
                yield from _honour(view, kind_start, end, lexicon, quote_ends)
            continue
        start = _left(view, kind_start, end, lexicon, quote_ends)
        length = kind_start - start
        if length < 2:
            continue
        words = view.words_between(start, kind_start)
        proper = any(w.tag in ("LOC", "ORG", "nz", "nw", "PER") for w in words) or bool(
            re.search(r"\d", text[start:kind_start])
        )
        strong = lexicon.words["program_strong"]
        score = 0.3
        if kind in strong and length >= 4:
            score = 0.62
        if proper and length >= 4:
            score += 0.12
        if _verb_before(view, start, lexicon):
            score += 0.12
        if kind in ("项目", "工程", "大赛", "基金", "论坛", "试点") and length < 4:
            score -= 0.15
        yield Proposal(start, end, "bare-kind" if score > _LIKELY else "bare-weak")


_SIGNED = re.compile(
    r"(?:签约|新开工|开工建设|开工|引进|招引|落户|新签约|集中签约|签下|引入)了?([^，。；：！？]{4,80}?)等[^，。；]{0,8}?项目"
)
_STARTED = re.compile(
    r"([^，。；：！？]{4,120}?)等(?:\d{1,3}|[一二三四五六七八九十]{1,3})个[^，。；、]{0,8}?项目(?:集中)?(?:签约|开工|落户|竣工|投产|启动)"
)
_NO_PROJECT = re.compile(r"公司|^[的了等]|参与|通过|推动|实现|全程")
_PHRASE = re.compile(r"[将把要我你让从向]|为了|.*[的了]")
_ITEMS = re.compile(r"、(?![^（]*）)")


def _signed(view: View, lexicon: Lexicon) -> Iterator[Proposal]:
    """已签约A、B等产业项目5个: what is signed or started as a project is a program, whatever its own kind word says."""
    for match in (*_SIGNED.finditer(view.text), *_STARTED.finditer(view.text)):
        position = match.start(1)
        for item in _ITEMS.split(match.group(1)):
            end = position + len(item)
            head = next((p for p in lexicon.pointers if item.startswith(p)), "")
            position, item = position + len(head), item[len(head) :]
            kind = view.text[end - 2 : end]
            named = match.re is _SIGNED or kind in ("项目", "工程", "建设", "基地", "园区")
            if len(item) >= 4 and named and not _NO_PROJECT.search(item):
                yield Proposal(position, end, "signed")
            position = end + 1


_ENUMERATED = re.compile(
    r"(?:项目|活动|服务|课程|品牌|行动)[^。；！？]{0,12}?(?:分别为|分别是|包括|主要有)[:：]?((?:[^，。；、！？]{3,12}、){2,12}[^，。；、！？]{3,12}?)(?:等|。|；)"
)


def _enumerated(view: View) -> Iterator[Proposal]:
    """公益项目主要有8项，分别为政协讲堂、多彩暑期、圆梦微心愿等: the members of a list of programs."""
    for match in _ENUMERATED.finditer(view.text):
        position = match.start(1)
        for item in match.group(1).split("、"):
            end = position + len(item)
            if not _NO_PROJECT.search(item) and "的" not in item:
                yield Proposal(position, end, "enumerated")
            position = end + 1


def _honour(view: View, kind_start: int, end: int, lexicon: Lexicon, quote_ends: set[int]) -> Iterator[Proposal]:
    """荣获全国先进集体: an honour without quotes, as the object of a verb of being awarded."""
    start = _left(view, kind_start, end, lexicon, quote_ends)
    before = view.text[view.clause_start(start) : start]
    verbs = lexicon.words["honour_verbs"]
    tiered = view.text[start : start + 2] in ("全国", "全省", "全市", "全县", "全区", "国家", "省级", "市级", "县级")
    after = view.text[end : end + 3]
    if end - start >= 5 and (tiered or after.startswith(("获得者", "称号", "荣誉"))):
        yield Proposal(start, end, "honour")
        return
    listed = before.endswith("、") and any(verb in before for verb in verbs if len(verb) > 1)
    if end - start >= 4 and (listed or any(before.rstrip("了“").endswith(verb) for verb in verbs)):
        yield Proposal(start, end, "honour")


def _left(view: View, kind_start: int, end: int, lexicon: Lexicon, quote_ends: set[int]) -> int:
    stops = lexicon.words["left_stop"] - lexicon.words["program_inner"]
    start = kind_start
    i = view.index_at(kind_start)
    if view.words[i].start < kind_start:
        start = view.words[i].start
    i -= 1
    while i >= 0:
        word = view.words[i]
        text = view.word_text(word)
        if view.text[start - 1 : start] == "）" and (opened := view.text.rfind("（", start - 6, start)) > 0:
            start = opened  # 康舒陶瓷（三期）扩建项目
            i = view.index_at(opened) - 1
            continue
        if word.end != start or kind_start - word.start > 26 or start in quote_ends:
            break
        if (
            word.tag == "TIME"
            or "的" in text
            or text[0] in "月日份"
            or re.search(r"\d[年月日]", view.text[word.start : word.end + 1])
            or (word.tag == "m" and text.endswith(("个", "项", "家", "次", "场", "批", "名")))
        ):
            break
        if text in lexicon.words["program_inner"] and end - kind_start < 3 and word.tag not in ("vn", "n", "nz"):
            break
        if text in stops or (word.tag not in _NAME_TAGS and text not in lexicon.words["program_inner"]):
            break
        start = word.start
        i -= 1
    while start < kind_start:  # 与, 和 may stand inside a name but not begin it
        head = view.word_at(start)
        if head is None or view.word_text(head) not in ("与", "和", "及", "等", "、"):
            break
        start = head.end
    return start


def _verb_before(view: View, start: int, lexicon: Lexicon) -> bool:
    i = view.index_at(start) - 1
    for _ in range(2):
        if i < 0:
            return False
        text = view.word_text(view.words[i])
        if text in lexicon.words["runs"] or text in lexicon.words["joins"]:
            return True
        if view.words[i].tag not in ("u", "m", "d"):
            return False
        i -= 1
    return False
