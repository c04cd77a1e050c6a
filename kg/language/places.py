"""Candidates for places: chains of divisions cut per level (德清县 ‖ 康乾街道 ‖ 千丰社区), venues, roads, natural features."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kg.knowledge.gazetteer import Gazetteer
from kg.knowledge.lexicon import Lexicon
from kg.language.candidate import Candidate
from kg.language.view import HAN, View

__all__ = ["find_places"]

_ADMINISTRATIVE = "administrative"
_LONGEST_NAME = 8  # characters of an administrative name before its kind word
_NAME_TAGS = frozenset({"LOC", "ORG", "PER", "nz", "nr", "ns", "nt"})


def find_places(view: View, lexicon: Lexicon, gazetteer: Gazetteer) -> Iterator[Candidate]:
    """Candidates in no order; those of one chain touch each other and do not overlap."""
    seen: set[tuple[int, int]] = set()
    starts = {word.start for word in view.words} | _after_pointers(view, lexicon) | _after_verbs(view, lexicon)
    for start in sorted(starts):
        for candidate in _chain(view, start, lexicon, gazetteer):
            if (candidate.start, candidate.end) not in seen:
                seen.add((candidate.start, candidate.end))
                yield candidate
    yield from _by_kind(view, lexicon, seen)
    yield from _listed(view)


def _after_verbs(view: View, lexicon: Lexicon) -> set[int]:
    """Where a name begins inside of what the tagger takes for one: 安社社区 in 联合安社社区党总支."""
    stops, text = lexicon.words["left_stop"], view.text
    names = (word for word in view.words if word.tag in ("ORG", "LOC") and word.end - word.start > 4)
    return {word.start + 2 for word in names if text[word.start : word.start + 2] in stops}


def _after_pointers(view: View, lexicon: Lexicon) -> set[int]:
    """Where names may begin although the tagger sees no boundary: 后马庄二村 in 该镇后马庄二村."""
    text = view.text
    found = set()
    for i, character in enumerate(text):
        if character in "该我本":
            for length in (2, 3, 4):
                if text[i : i + length] in lexicon.pointers:
                    found.add(i + length)
    return found


def _chain(view: View, start: int, lexicon: Lexicon, gazetteer: Gazetteer) -> Iterator[Candidate]:
    """The chain of divisions that begins at `start`: gazetteer forms first, kind words where it knows none."""
    text = view.text
    position = start
    before: Candidate | None = None
    while position < len(text):
        found = _division(view, position, lexicon, gazetteer, before)
        if found is None:
            return
        yield found
        position, before = found.end, found


def _division(
    view: View, start: int, lexicon: Lexicon, gazetteer: Gazetteer, before: Candidate | None
) -> Candidate | None:
    text, linked = view.text, before is not None
    if before is not None:
        zone = _zone(text, start, lexicon)
        if zone > start:
            # 扶余‖工业集中区 is one name, 南浔区‖高新区 are two
            head = before.start if before.voice == "stem" else start
            return Candidate(head, zone, "Place", text[head:zone], "zone", 0.75)
    known = _known(view, start, lexicon, gazetteer, before)
    named = _suffixed(view, start, lexicon, linked=linked)
    if known is not None and named is not None and known.voice == "stem" and known.end < named.end:
        if _within(text[start : known.end], text[known.end : named.end], gazetteer):
            return replace(known, score=0.85)  # 四川‖泸县
    if known is not None and (named is None or known.end >= named.end or known.voice == "gazetteer"):
        # 竹元村居民区: the news add a kind word to the official name
        longer = known.end
        for tail in ("居民区",):
            if text.startswith(tail, longer):
                longer += len(tail)
        if longer > known.end:
            return Candidate(start, longer, "Place", text[start:longer], "gazetteer", known.score)
        return known
    return named


_BRACKET = re.compile(r"（[\u4e00-\u9fff]{2,8}(?:、[\u4e00-\u9fff]{2,8}){0,4}）")


def _zone(text: str, start: int, lexicon: Lexicon) -> int:
    """The end of a zone that only its kind names after a place (南浔区‖高新区), with a bracket of places; -1 for none."""
    for length in range(10, 1, -1):
        end = start + length
        if lexicon.group(text[start:end], "Place") == "zone" and len(text[start:end]) == length:
            if text[start:end] in ("小镇", "新区", "景区", "老街", "古镇", "古城", "商圈"):
                return -1
            bracket = _BRACKET.match(text, end)
            if bracket is not None and all(
                lexicon.kind_ends.longest(item, len(item)) >= 0 for item in bracket.group()[1:-1].split("、")
            ):
                return bracket.end()
            return end
    return -1


def _known(
    view: View, start: int, lexicon: Lexicon, gazetteer: Gazetteer, before: Candidate | None
) -> Candidate | None:
    """The longest form of the gazetteer at `start`; a bare stem (德清) only where the tagger sees a place too."""
    text = view.text
    stem: Candidate | None = None
    linked = before is not None
    forms = sorted(gazetteer.prefixes(text, start), reverse=True)
    for end, form in forms:
        surface = text[start:end]
        if end < forms[0][0] and form != "stem" and surface[-1] not in lexicon.division_ends:
            continue  # 内蒙 is not read where 内蒙古 stands
        if not _fits(view, start, end) and not (form != "stem" and _goes_on_inside(text, surface, end, gazetteer)):
            continue
        if _is_body(surface, lexicon):
            continue  # 冠洞村村民委员会, 弦山街道办事处: named like a division, acts like a body
        if form != "stem":
            inside = linked and _within(text[before.start : before.end], surface, gazetteer)  # type: ignore[union-attr]
            linked = linked and (inside or before.voice != "stem")  # type: ignore[union-attr]
            score = 0.9 if end in view.boundaries or linked else 0.75
            if len(surface) == 2 and not linked:  # 新村, 中村: as often a word as a name
                county = any(match.division.level == "county" for match in gazetteer.lookup(surface))
                score = (0.8 if county else 0.5) if view.tag_at(start) == "LOC" else 0.3
            if not linked and text[start - 1 : start + 1] in lexicon.titles.ranks.words:
                score = 0.2  # 居民和社区: the first character belongs to the word before
            if not linked and surface[:2] in lexicon.words["left_stop"] and len(surface) == 3:
                score = 0.4  # 会同县公安局: together with the county's police, or the police of Huitong
            if not linked and (text[end : end + 2] in ("建设", "创建") or text[end : end + 3] == "的建设"):
                score = 0.4  # 以和谐社区建设为抓手
            if not linked and view.text[start - 2 : start] in ("建设", "创建", "打造", "共建"):
                score = 0.4  # 建设平安社区: what is built is rarely a community that exists
            if not linked and _common_head(view, start, end):
                score = 0.3  # 发展乡村: a verb and a noun that happen to be a village somewhere
            return Candidate(start, end, "Place", surface, "gazetteer", score)
        word = view.word_at(start)
        if stem is None and end in view.boundaries and _goes_on_inside(text, surface, end, gazetteer):
            stem = Candidate(start, end, "Place", surface, "stem", 0.75)  # 通道‖独坡乡
        if word is not None and word.tag == "LOC" and stem is None:
            whole = word.start == start and word.end == end
            score = 0.4 + 0.35 * word.score if whole else 0.42
            stem = Candidate(start, end, "Place", surface, "stem", score)
    return stem


def _goes_on_inside(text: str, upper: str, end: int, gazetteer: Gazetteer) -> bool:
    """Whether a place in `upper` follows it, though the tagger cuts otherwise: 阜平县‖城南庄镇."""
    following = [text[end:stop] for stop, form in gazetteer.prefixes(text, end) if form != "stem" and stop - end > 2]
    return any(_within(upper, lower, gazetteer) for lower in following)


def _is_body(name: str, lexicon: Lexicon) -> bool:
    start = lexicon.kind_ends.longest(name, len(name))
    return (
        start >= 0
        and lexicon.group(name[start:], "Organization") is not None
        and lexicon.group(name[start:], "Place") is None
    )


def _within(upper: str, lower: str, gazetteer: Gazetteer) -> bool:
    """Whether some division of the name `lower` lies in one of the name `upper`."""
    codes = [match.division.code for match in gazetteer.lookup(upper) if match.division.code]
    return len(codes) <= 8 and any(gazetteer.find_within(lower, code) for code in codes)


def _common_head(view: View, start: int, end: int) -> bool:
    """Whether the first word is a verb or function word: 发展乡村 is a verb and a noun that happen to be a village somewhere."""
    word = view.word_at(start)
    if word is None or word.end >= end or word.tag in _NAME_TAGS or word.tag in ("n", "f", "m", "a", "s", "j"):
        return False
    following = view.word_at(word.end)
    # 将‖台堡镇: a single character before what the tagger takes for a name belongs to it
    single = word.end - word.start == 1 and end - start >= 4
    return not (single and following is not None and following.tag in _NAME_TAGS)


def _fits(view: View, start: int, end: int) -> bool:
    """Whether a name may end here: not inside a word that the tagger holds together, unless that is a name itself."""
    if end in view.boundaries or view.text[end : end + 1] == "委":
        return True
    word = view.word_at(end - 1)
    return word is not None and (word.tag in _NAME_TAGS or word.end == end)


def _suffixed(view: View, start: int, lexicon: Lexicon, *, linked: bool) -> Candidate | None:
    """A name ended by an administrative kind word that the gazetteer lacks: 汉家皋陆一村, 成阳小区."""
    text = view.text
    word = view.word_at(start)
    if word is None:
        return None
    if text[start] in "镇乡县市区省村" and not linked:
        return None  # 鉴湖‖镇王家葑村: the tagger cut before the kind word
    if (
        text[start : start + 2] in lexicon.words["left_stop"]
        and not linked
        and word.tag in ("ORG", "LOC")
        and word.end - start > 4
    ):
        return None  # 联合安社社区党总支: the tagger took a verb along; the next start is tried
    tagged = word.tag == "LOC" or (word.tag == "ORG" and start - word.start in (0, 2))
    trusted = linked or tagged or _behind_motion(view, start, lexicon)
    run = HAN.match(text, start)
    limit = min(run.end() if run is not None else start, start + _LONGEST_NAME + 4)
    for end in range(start + 2, limit + 1):
        if text[end - 1] not in lexicon.division_ends:
            continue
        kind_start = lexicon.kind_ends.longest(text, end, start + 1)
        if kind_start < 0 or lexicon.group(text[kind_start:end], "Place") != _ADMINISTRATIVE:
            continue
        kind, name = text[kind_start:end], text[start:kind_start]
        if (
            name in lexicon.words["left_stop"]
            or name.startswith(("中共", "共青团"))
            or (len(name) < 2 and len(kind) < 2 and not linked)
        ):
            continue
        if _longer_kind(text, kind_start, end, lexicon) or _holds_body(name, lexicon):
            continue
        if not (end in view.boundaries or word.end >= end):
            continue
        if word.end >= end and trusted:
            return Candidate(start, end, "Place", text[start:end], "suffix", 0.8)
        if trusted and _name_words(view, start, kind_start):
            return Candidate(start, end, "Place", text[start:end], "suffix", 0.7)
    return None


def _behind_motion(view: View, start: int, lexicon: Lexicon) -> bool:
    """来到青禾社区: whether a verb or preposition of place stands before what the tagger does not know for sure."""
    i = view.index_at(start)
    word = view.words[i]
    before = view.word_text(view.words[i - 1]) if i > 0 else ""
    unknown = word.tag == "nz" or (word.tag in ("n", "a", "nr") and word.score < 0.85)
    return unknown and before in lexicon.words["motion"]


def _longer_kind(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether the kind word goes on to the right: 区 in 区域, 村 in 村委会, 市 in 市场."""
    return text[start : end + 1] in lexicon.words["kind_goes_on"] and text[end : end + 2] != "委会"


def _holds_body(name: str, lexicon: Lexicon) -> bool:
    """Whether a body's kind word of two characters or more ends inside the name: 工商联扶贫村 is no village's name."""
    for end in range(2, len(name) + 1):
        start = lexicon.kind_ends.longest(name, end)
        if start >= 0 and end - start >= 2 and lexicon.group(name[start:end], "Organization") is not None:
            return True
    return False


def _name_words(view: View, start: int, end: int) -> bool:
    """Whether all words in [start, end) can stand in a name: no verb, no function word, no punctuation."""
    words = view.words_between(start, end)
    return bool(words) and all(
        word.tag in ("LOC", "ORG", "PER", "n", "nz", "nr", "ns", "a", "m", "f", "j", "q", "s") for word in words
    )


def _by_kind(view: View, lexicon: Lexicon, seen: set[tuple[int, int]]) -> Iterator[Candidate]:
    """Venues, roads, zones and natural features: what the tagger calls a place and a kind word ends."""
    text = view.text
    chain_ends = {end for _, end in seen}
    chain_starts = {end: start for start, end in sorted(seen, reverse=True)}  # of two at one end the longer one
    for word in view.words:
        if word.tag not in ("LOC", "ORG", "nz", "n", "v", "vn", "PER", "nw") and word.score > 0.5:
            continue
        kind_start = lexicon.kind_ends.longest(text, word.end, 0)
        if kind_start < 0 or text.startswith("中共", word.start):
            continue
        kind = text[kind_start : word.end]
        group = lexicon.group(kind, "Place")
        if group is None or (group == _ADMINISTRATIVE and (word.tag != "LOC" or word.end in chain_ends)):
            continue
        if group in ("nature", "settlement") and word.tag != "LOC":
            continue
        start = word.start
        if group in ("venue", "zone", "road", _ADMINISTRATIVE):
            start = _left(view, kind_start, word.start, lexicon, chain_ends)
        short = kind_start - start < 2 and not (group == "venue" and _tier(text, start, lexicon))
        if short or (start, word.end) in seen:
            continue
        if group == "venue":
            start = _lowest(start, kind_start, chain_starts)
        tagged = word.tag == "LOC" and word.start <= start
        if group == "venue" and not tagged and _tier(text, start, lexicon):
            yield Candidate(start, word.end, "Place", text[start : word.end], "tier", 0.6)
        proper = _has_name(view, start, kind_start)
        if tagged or proper:
            score = 0.74 if tagged else 0.66
            yield Candidate(start, word.end, "Place", text[start : word.end], "kind", score)


def _lowest(start: int, kind_start: int, chain_starts: Mapping[int, int]) -> int:
    """Where the lowest place at the head of a venue's name begins: 德清县‖康乾街道‖千丰社区党群服务中心."""
    end = next((end for end in range(kind_start, start + 1, -1) if end in chain_starts), None)
    if end is None:
        return start
    lowest = chain_starts[end]
    return lowest if lowest > start and lowest in chain_starts else start


_LISTED = re.compile(
    r"((?:[\u4e00-\u9fff]{2,6}、){1,9}[\u4e00-\u9fff]{2,6})等(?:\d{1,3}|[一二三四五六七八九十]{1,3})?个?[\u4e00-\u9fff]{0,4}?(?:村寨|村|社区|乡镇|镇|县|市|区|街道|乡)"
)


def _listed(view: View) -> Iterator[Candidate]:
    """老鸦、白岩、乌冬等7个兄弟村寨: what a list is said to be makes its members places."""
    for match in _LISTED.finditer(view.text):
        position = match.start(1)
        for item in match.group(1).split("、"):
            end = position + len(item)
            starts = [word.start for word in view.words_between(position, end)]
            inner = position if position in view.boundaries else next((s for s in starts if end - s >= 2), -1)
            if position == match.start(1) and starts:
                inner = starts[-1] if end - starts[-1] >= 2 else inner
            if inner >= 0:
                yield Candidate(inner, end, "Place", view.text[inner:end], "listed", 0.62)
            position = end + 1


def _tier(text: str, start: int, lexicon: Lexicon) -> bool:
    """Whether a name begins with a bare level: 市博物馆, 县体育馆."""
    return text[start : start + 1] in "省市县区镇" and text[start : start + 2] not in lexicon.words["kind_goes_on"]


def _left(view: View, kind_start: int, word_start: int, lexicon: Lexicon, divisions: set[int]) -> int:
    """How far the name reaches to the left of its kind word: over names and nouns, to a verb or function word."""
    start = min(kind_start, word_start)
    i = view.index_at(start) - 1
    while i >= 0:
        word = view.words[i]
        if (
            word.end != start
            or word.tag not in ("LOC", "nz", "n", "vn", "ORG", "PER", "nr", "ns", "nt")
            or kind_start - word.start > 14
        ):
            break
        if view.word_text(word) in lexicon.words["left_stop"]:
            break
        if word.end in divisions and _has_name(view, start, kind_start):
            break  # 凤城镇‖马祖西路: chains are cut per level
        start = word.start
        i -= 1
    return start


def _has_name(view: View, start: int, end: int) -> bool:
    return any(word.tag in _NAME_TAGS for word in view.words_between(start, end))
