"""Candidates for organizations: a kind word at the right end, a left boundary by rule (吴兴区朝阳街道应急管理服务中心)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kg.knowledge.lexicon import Lexicon
from kg.language.candidate import Candidate
from kg.language.view import SpanIndex, View, is_chinese
from kg.records import Role, Word

__all__ = ["find_bodies"]

_INSIDE = frozenset(
    {"n", "nz", "nr", "ns", "nt", "nw", "vn", "an", "j", "LOC", "ORG", "PER", "a", "s", "f", "m", "q", "b", "vd"}
)
_STRONG = frozenset({"office", "firm", "school", "hospital"})
_LONGEST = 32


def find_bodies(
    view: View, lexicon: Lexicon, places: Sequence[Candidate], roles: Sequence[Role]
) -> Iterator[Candidate]:
    """Candidates in no order.

    `places` are the candidates for places: a body begins with the first of a chain that touches it. An organ that stands
    right before a rank (千丰社区党总支书记) belongs to the role and is no body (ANNOTATION.md).
    """
    chains = _Chains(places)
    index = SpanIndex(roles)
    inside = _covering(places)
    role_starts = {role.start for role in roles if not _plain(role, lexicon)}
    seen: set[tuple[int, int]] = set()
    for end, kind_start, group in _kind_words(view, lexicon):
        if any(role.start <= kind_start and end <= role.end for role in index.overlapping(kind_start, end)):
            continue
        if end in role_starts and view.text[kind_start:end] in lexicon.titles.organs.words and group == "office":
            continue
        candidate = _extend(view, kind_start, end, group, lexicon, chains)
        if candidate is not None:
            candidate = _whole_place(candidate, inside, view.text)
        if candidate is not None and any(
            candidate.start < role.start and _post(role) for role in index.overlapping(candidate.start, kind_start)
        ):
            continue  # 尹向前院长带队: a title stands inside
        if candidate is not None and (candidate.start, candidate.end) not in seen:
            seen.add((candidate.start, candidate.end))
            yield candidate
    yield from _tagged(view, lexicon, chains, seen, index)
    yield from _producers(view)


def _covering(places: Sequence[Candidate]) -> dict[int, Candidate]:
    """For each offset inside a sure place, behind its first character, that place."""
    sure = (place for place in places if place.voice != "stem" and place.score >= 0.7)
    return {offset: place for place in sure for offset in range(place.start + 1, place.end)}


def _whole_place(candidate: Candidate, inside: Mapping[int, Candidate], text: str) -> Candidate:
    """The candidate, begun where the place begins that its start lies in: 德令哈市一中, not 哈市一中."""
    place = inside.get(candidate.start)
    if place is None or place.end > candidate.end:
        return candidate
    return replace(candidate, start=place.start, label=text[place.start : candidate.end])


def _producers(view: View) -> Iterator[Candidate]:
    """苏州超邦涂料‖年产…项目: the names and nouns right before 年产, from the first name on, are the firm."""
    for match in re.finditer("年(?=产\\d)", view.text):
        start = end = match.start()
        head = -1
        i = view.index_at(end) - 1
        while i >= 0 and view.words[i].end == start and view.words[i].tag in ("LOC", "ORG", "nz", "n", "PER", "a"):
            start = view.words[i].start
            if view.words[i].tag in ("LOC", "ORG", "nz", "PER"):
                head = start
            i -= 1
        if head >= 0 and end - head >= 4:
            yield Candidate(head, end, "Organization", view.text[head:end], "producer", 0.65)


def _post(role: Role) -> bool:
    """Whether the role is a post that no body's name holds (unlike 教师, 志愿者, 妇女)."""
    return role.text.endswith(("长", "书记", "主任", "主席", "教授", "经理", "董事", "总裁"))


def _plain(role: Role, lexicon: Lexicon) -> bool:
    """Whether the role is no post (相关负责人, 工作人员): an organ before it is a body of its own."""
    return any(role.text.endswith(rank) for rank in lexicon.titles.plain)


class _Chains:
    """The chains of places: for each end of a place, where its chain begins (吴兴区 for the end of 吴兴区‖朝阳街道)."""

    def __init__(self, places: Sequence[Candidate]) -> None:
        self.start_of = _chain_starts(places)
        self.heads = frozenset(self.start_of.values())


def _chain_starts(places: Sequence[Candidate]) -> dict[int, int]:
    best: dict[int, Candidate] = {}
    for place in places:
        held = best.get(place.end)
        if held is None or (place.score, -place.start) > (held.score, -held.start):
            best[place.end] = place
    starts: dict[int, int] = {}
    for end in sorted(best):
        start = best[end].start
        starts[end] = starts.get(start, start)
    return starts


def _kind_words(view: View, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    """(end, start of the kind word, group) of every kind word of a body that ends at a word boundary."""
    text, not_kinds = view.text, tuple(lexicon.words["not_kinds"])
    ends = {word.end for word in view.words}
    for word in view.words:
        if word.tag in ("ORG", "LOC", "nz") and word.end - word.start > 4:
            ends.update(range(word.start + 2, word.end))
    for end in sorted(ends):
        start = lexicon.kind_ends.longest(text, end)
        if text.endswith(not_kinds, 0, end):
            continue
        if start < 0 or lexicon.goes_on(text, start, end):
            continue
        group = lexicon.group(text[start:end], "Organization")
        if group is not None:
            yield end, start, group


def _extend(view: View, kind_start: int, end: int, group: str, lexicon: Lexicon, chains: _Chains) -> Candidate | None:
    text = view.text
    start, proper, tagged = _leftmost(view, kind_start, end, lexicon, chains)
    for party in sorted(lexicon.words["parties"]):
        if text.endswith(party, 0, start):
            start -= len(party)
    if tagged and group == "firm":  # 高新区‖富同石英新材料有限公司: a firm's name begins with its own
        own = _trimmed(view, view.words[view.index_at(max(0, kind_start - 1))], kind_start, lexicon)
        if text[own - 1 : own] != "）" or own in chains.start_of:
            start = max(start, own)
    quoted = _quoted(text, start)
    if quoted >= 0:
        start, proper = quoted, True
        if quoted in chains.start_of:
            start = chains.start_of[quoted]
    name = text[start:kind_start]
    if text[kind_start:end] == "中心" and (len(name) < 2 or {kind_start, kind_start - 1} & chains.start_of.keys()):
        return None  # 县中心, 县城中心: the middle of a place
    if "+" in name and "”" not in name:
        return None
    if not name or name in lexicon.words["left_stop"]:
        kind = text[kind_start:end]
        shared = _shared_place(text, kind_start, chains, lexicon)
        if shared and group == "office" and len(kind) >= 3:
            return Candidate(start, end, "Organization", shared + kind, "shared-place", 0.7)
        if len(kind) >= 3 and kind[:1] == "团" and kind[1:2] in "省市县区":
            return Candidate(start, end, "Organization", kind, "tier", 0.65)
        return None
    if text[kind_start:end] in ("所", "庭", "厂", "系") and (
        text[end : end + 1] in ("属", "在", "有", "谓") or not proper or len(name) < 4
    ):
        return None
    if not proper:
        if (
            text[start - 1 : start] in ("各", "每", "两", "几", "多", "全", "该", "本", "我")
            and text[start : start + 1] in "省市县区镇乡街村社"
        ):
            return None
        tier = text[start : start + 1] in lexicon.words["levels"] and (
            text[start : start + 2] not in lexicon.words["kind_goes_on"] or text[start + 1 : start + 2] == "委"
        )
        if tier and group in ("office", "centre", "hospital", "school") and len(name) >= 2:
            return Candidate(start, end, "Organization", text[start:end], "tier", 0.7)
        if text[kind_start:end] == "部门":
            return None
        if name in lexicon.words["tiers"] and group in ("office", "association", "centre", "firm", "school", "hospital"):
            return Candidate(start, end, "Organization", text[start:end], "tier", 0.7)
        if len(name) < 2:
            return None
        likely = text[kind_start:end] in lexicon.words["institutions"] and len(name) >= 2
        score = 0.48 if likely else (0.35 if group in _STRONG else 0.3)
        return Candidate(start, end, "Organization", text[start:end], "common", score)
    score = 0.88 if tagged else (0.85 if group in _STRONG else 0.8)
    return Candidate(start, end, "Organization", text[start:end], "kind", score)


def _leftmost(view: View, kind_start: int, end: int, lexicon: Lexicon, chains: _Chains) -> tuple[int, bool, bool]:
    """Where the name begins; whether something proper is in it; whether the tagger calls it a body."""
    text, stops = view.text, lexicon.words["left_stop"]
    start = kind_start
    proper = tagged = False
    i = view.index_at(kind_start)
    word = view.words[i]
    if word.start < kind_start or (word.tag in ("ORG", "LOC") and word.end == end):
        start = _trimmed(view, word, kind_start, lexicon)
        proper = word.tag in ("ORG", "LOC", "PER", "nz", "nt") or (word.tag == "nw")
        tagged = word.tag == "ORG" and word.end >= end and start == word.start
    elif word.tag == "ORG":
        tagged = word.end >= end
    proper = proper or (start < kind_start and start in chains.heads)
    i -= 1
    if start in chains.start_of:
        return chains.start_of[start], True, tagged
    floor = max(0, end - _LONGEST)
    named_at = start if proper else -1
    while i >= 0:
        word = view.words[i]
        bracket = _bracket(text, start)
        if bracket >= 0:  # 国家会展中心（天津）公司
            start = bracket
            i = view.index_at(bracket) - 1
            continue
        if word.end != start or word.start < floor or not _inside(view, word, stops, lexicon):
            break
        if _ends_pointer(text, word, lexicon):
            return start, True, tagged  # 该街道‖青年工作共建委员会
        if tagged and named_at == start and word.tag not in ("LOC", "ORG"):
            break  # the tagger has drawn the boundary; only a place may stand before it
        start = word.start
        if start in chains.heads:
            proper, named_at = True, start
        if word.tag in ("LOC", "ORG", "PER", "nz", "nr", "nt", "ns"):
            proper, named_at = True, start
        if start in chains.start_of and chains.start_of[start] != start:
            return chains.start_of[start], True, tagged
        i -= 1
    if proper and named_at >= 0:
        start = _chain_before(view, named_at, start, chains, lexicon)
    return start, proper, tagged


def _bracket(text: str, start: int) -> int:
    """Where a short bracket begins that ends right before `start`: （天津）; -1 for none."""
    if start < 4 or text[start - 1] not in "）)":
        return -1
    opened = max(text.rfind("（", start - 7, start), text.rfind("(", start - 7, start))
    return opened if opened > 0 and is_chinese(text[opened + 1 : start - 1]) else -1


def _ends_pointer(text: str, word: Word, lexicon: Lexicon) -> bool:
    return text[word.start - 1 : word.end] in lexicon.pointers or text[word.start - 2 : word.end] in lexicon.pointers


def _chain_before(view: View, named_at: int, start: int, chains: _Chains, lexicon: Lexicon) -> int:
    """Common nouns before the first proper word (龙头企业 in 龙头企业华兴公司) are not of the name; a level (县自然资源局) is."""
    if named_at in chains.start_of:
        return chains.start_of[named_at]
    if named_at > start and view.text[named_at - 1] in lexicon.words["levels"] and named_at - 1 in view.boundaries:
        return named_at - 1
    return named_at


def _trimmed(view: View, word: Word, kind_start: int, lexicon: Lexicon) -> int:
    """The tagger's body without a verb that it took in: 联合安社社区党总支 begins at 安社社区."""
    text = view.text[word.start : kind_start]
    joined = max(text.rfind(joiner) for joiner in ("联合", "会同", "携手", "协同"))
    if joined > 0 and len(text) - joined >= 3:
        return word.start + joined + 2  # 旗生态环境分局联合旗水利局
    for length in (3, 2):
        head = text[:length]
        if head in lexicon.words["left_stop"] and len(text) > length + 1:
            return word.start + length
    if text[:1] in ("与", "和", "在", "由", "到", "对", "为", "向", "及", "同") and len(text) > 3:
        return word.start + 1
    return word.start


def _inside(view: View, word: Word, stops: frozenset[str], lexicon: Lexicon) -> bool:
    text = view.word_text(word)
    if text in stops and text not in ("和", "与"):
        # 县‖投资‖促进局: a verb of the field, when the name has begun to the left of it
        before = view.word_at(word.start - 1) if word.start else None
        begun = before is not None and (before.tag in ("LOC", "ORG") or view.word_text(before) in lexicon.words["tiers"])
        return begun and text in lexicon.words["inner_verbs"]
    if word.tag in ("m", "q"):
        return text[0] in "第一二三四五六七八九十0123456789" and len(text) <= 4
    if word.tag == "TIME":
        return not any(c in "年月日0123456789今昨明近去" for c in text) and len(text) == 2
    if word.tag == "v":
        return text in lexicon.words.get("inner_verbs", frozenset())
    if word.tag == "c":
        before = view.word_at(word.start - 1) if word.start else None
        return (
            text in ("和", "与") and before is not None and view.word_text(before) in lexicon.words["department_words"]
        )
    return word.tag in _INSIDE


def _shared_place(text: str, kind_start: int, chains: _Chains, lexicon: Lexicon) -> str:
    """The place that a bare office in a list shares with the first of the list (县教育局、卫健局和民政局); else ""."""
    while text[kind_start - 1 : kind_start] in ("和", "与", "、", "及"):
        end = kind_start - 1
        kind_start = lexicon.kind_ends.longest(text, end)
        if kind_start < 0 or lexicon.group(text[kind_start:end], "Organization") != "office":
            return ""
        if kind_start in chains.start_of:
            return text[chains.start_of[kind_start] : kind_start]
    return ""


def _quoted(text: str, start: int) -> int:
    """Where a quoted piece begins that ends right before `start` (“湖小青”志愿队), or -1."""
    if start <= 0 or text[start - 1] not in "”’":
        return -1
    opener = "“" if text[start - 1] == "”" else "‘"
    position = text.rfind(opener, max(0, start - 16), start)
    inner = text[position + 1 : start - 1]
    return position if position >= 0 and inner and not any(c in inner for c in "，。！？；”’") else -1


def _tagged(
    view: View,
    lexicon: Lexicon,
    chains: _Chains,
    seen: set[tuple[int, int]],
    roles: SpanIndex[Role],
) -> Iterator[Candidate]:
    """Bodies that only the tagger sees: 柳荫生物, 华为, 国家电网."""
    for word in view.words:
        if word.tag != "ORG":
            continue
        if roles.overlapping(word.start, word.end):
            continue  # 万泉街道党工委 before 书记: the organ is in the role
        start = _trimmed(view, word, word.end, lexicon)
        text = view.text[start : word.end]
        if lexicon.goes_on(view.text, max(start, word.end - 2), word.end):
            continue  # 足球联盟 in 足球联盟赛
        if any(head in text for head in ("我", "该", "本院", "本校", "每", "各")):
            continue  # 继我院: a pointer, not a name
        if len(text) < 2 or text in lexicon.words["left_stop"] or text in lexicon.titles.organs.words:
            continue
        brand = any(text.endswith(ending) and len(text) > len(ending) for ending in lexicon.words["firm_brand"])
        start = chains.start_of.get(start, start)
        if (start, word.end) in seen:
            continue
        score = 0.75 if brand else 0.1 + 0.55 * word.score - (0.15 if len(text) == 2 else 0.0)
        yield Candidate(start, word.end, "Organization", view.text[start : word.end], "tagger", round(score, 3))
