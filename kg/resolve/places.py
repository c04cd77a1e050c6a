"""Places of an article: chains from touching names, bodies in the place of their name, official codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from kg.knowledge.gazetteer import Division, Gazetteer
from kg.knowledge.lexicon import Lexicon
from kg.records import Document, MentionRef
from kg.resolve.entities import Entity, same_place
from kg.resolve.surface import plain

__all__ = ["PlaceBook", "link_after_pointers", "link_chains", "link_codes", "locate_bodies", "settle_codes", "title_places"]

_TIERS = ("省", "市", "县", "区", "旗", "州", "镇", "乡", "街道", "村", "社区")
_MANY = 40  # more candidates than this say nothing


_BODY_ENDINGS = ("街道办", "办事处", "村委会", "居委会", "委员会")


class PlaceBook:
    """The places of one article by name; adds those that only the name of a body holds."""

    def __init__(self, entities: Sequence[Entity], lexicon: Lexicon, gazetteer: Gazetteer) -> None:
        self.lexicon = lexicon
        self.gazetteer = gazetteer
        self.entities = [entity for entity in entities if entity.type == "Place"]
        self._by_name = {name: entity for entity in self.entities for name in sorted(entity.names())}

    def get(self, name: str) -> Entity | None:
        """The place of that name, if the article has it."""
        return self._by_name.get(plain(name))

    def add(self, name: str) -> Entity:
        """The place of that name; made when the article has not named it by itself (德清 finds 德清县)."""
        held = self.get(name)
        if held is None:
            fitting = [entity for entity in self.entities if self._same(name, entity)]
            fitting.sort(key=lambda entity: not entity.label.endswith(("省", "市", "县", "区", "州", "旗")))
            held = fitting[0] if fitting else None
        if held is None:
            held = Entity("Place", name)
            self.entities.append(held)
        elif name != held.label:
            held.aliases.add(name)
        self._by_name[plain(name)] = held
        return held

    def _same(self, name: str, entity: Entity) -> bool:

        return any(
            same_place(a, b, self.lexicon)
            for other in sorted(entity.names())
            for a, b in ((name, other), (other, name))
        )

    def leading(self, name: str) -> list[str]:
        """The places at the head of a body's name, each level by itself: 吴兴区, 朝阳街道 in 吴兴区朝阳街道应急管理服务中心."""
        found: list[str] = []
        position = 0
        while position < len(name) - 1:
            end = self._place_end(name, position)
            if end < 0 or (len(name) - end < 2 and name[end:] not in ("队", "委")):
                break
            if found and not self._may_hold(found[-1], name[position:end]):
                break  # 昆山市江西商会: Jiangxi does not lie in Kunshan
            found.append(name[position:end])
            position = end
        return found

    def _may_hold(self, upper: str, lower: str) -> bool:
        """Whether the gazetteer allows that `lower` lies in `upper`; what it does not know may."""
        uppers = [m.division.code for m in self.gazetteer.lookup(upper) if m.division.code]
        lowers = [
            m
            for m in self.gazetteer.lookup(lower)
            if m.division.code and m.division.level in ("province", "city", "county")
        ]
        return not uppers or not lowers or any(self.gazetteer.find_within(lower, code) for code in uppers[:8])

    def _place_end(self, name: str, start: int) -> int:
        best, stem = -1, False
        for end, form in self.gazetteer.prefixes(name, start):
            surface = name[start:end]
            if len(name) - end < 1:
                break
            if surface.endswith(_BODY_ENDINGS):
                continue  # 青山街道办事处党工委: the office is no place
            if form == "stem" and (best < 0 or stem) and not self._stem_fits(surface):
                continue
            if form != "stem" and self._only_a_feature(surface) and not self._stem_fits(surface):
                continue  # 泰山集团: a mountain in a firm's name says nothing of where the firm is
            if form != "stem":
                if end - start > 2 or start > 0 or _upper(self.gazetteer, surface):
                    best, stem = end, False
            elif best < 0 or stem or _upper(self.gazetteer, surface):  # 内蒙古 over 内蒙
                best, stem = end, True
        for place in self.entities:  # a place that the article names itself
            for form_ in (place.label, *sorted(place.aliases)):
                if (
                    len(form_) >= 2
                    and name.startswith(form_, start)
                    and start + len(form_) > best
                    and len(name) > start + len(form_) + 1
                ):
                    best = start + len(form_)
        if best < 0 and start == 0:  # 三山经济开发区人民法院: a zone that nobody lists
            best = next((end for cut in (2, 3) if (end := self._zone_end(name, cut)) > 0), -1)
        if stem or (best < 0 and start > 0):  # 银川经济开发区管委会: a stem and a zone are one place
            best = max(best, self._zone_end(name, best if stem else start))
        if best < 0 or self._feature(name[start:best]):
            best = max(best, self._by_suffix(name, start))
        return best

    def _stem_fits(self, stem: str) -> bool:
        """Whether a bare stem at the head of a body's name is a place: a province or city, or a place that the article names."""
        if self.get(stem) is not None or any(self._same(stem, place) for place in self.entities):
            return True
        return any(match.division.level in ("province", "city") for match in self.gazetteer.lookup(stem))

    def _holds_body(self, name: str) -> bool:
        ends = range(2, len(name) + 1)
        starts = ((self.lexicon.kind_ends.longest(name, end), end) for end in ends)
        return any(s >= 0 and e - s >= 2 and self.lexicon.group(name[s:e], "Organization") for s, e in starts)

    def _zone_end(self, name: str, start: int) -> int:
        for length in range(10, 1, -1):
            if self.lexicon.group(name[start : start + length], "Place") == "zone" and len(name) - start - length >= 2:
                return start + length
        return -1

    def _feature(self, name: str) -> bool:
        """Whether the gazetteer knows the name only as a river, a mountain and the like (莱茵河 in 莱茵河畔社区)."""
        found = self.gazetteer.lookup(name)
        return bool(found) and all(match.division.level in ("feature", "country") for match in found)

    def _only_a_feature(self, name: str) -> bool:
        """Whether only mountains, waters and the like bear the whole name; places may have it as their stem (泰山 of 泰山区)."""
        whole = [match.division.level for match in self.gazetteer.lookup(name) if match.form != "stem"]
        return bool(whole) and all(level == "feature" for level in whole)

    def within(self, name: str, start: int) -> str | None:
        """The last place inside a name after `start`: 永丰社区 in 大东区法院永丰社区调解中心, 来凤 in 湖北省中医院来凤分院."""
        found = None
        for position in range(start + 2, len(name) - 3):
            for end, form in self.gazetteer.prefixes(name, position):
                surface = name[position:end]
                branch = name[end : end + 2] in ("分院", "分校", "支行", "分行", "分公", "校区", "院区", "支队", "大队")
                if len(name) - end >= 2 and (
                    (form != "stem" and len(surface) >= 3) or (branch and _upper(self.gazetteer, surface))
                ):
                    found = surface
        return found

    def _by_suffix(self, name: str, start: int) -> int:
        """A village, community or street that the gazetteer lacks: 安社社区 in 安社社区党总支."""
        for kind in ("街道", "社区", "村", "镇", "乡"):
            at = name.find(kind, start + 2)
            if (
                0 < at <= start + 6
                and len(name) - at - len(kind) >= 2
                and not self._holds_body(name[start:at])
                and name[at - 1 : at + len(kind)] not in self.lexicon.words["common_ends"]
                and not name.startswith(("镇长", "村民", "乡村", "乡镇"), at)
            ):
                return at + len(kind)
        return -1


def _upper(gazetteer: Gazetteer, name: str) -> bool:
    """Whether a province, city or county bears the name."""
    return any(match.division.level in ("province", "city", "county") for match in gazetteer.lookup(name))


def link_chains(document: Document, entity_of: dict[tuple[int, int], Entity]) -> None:
    """德清县‖康乾街道‖千丰社区: a place that touches the one before it lies in it."""
    before = None
    chain: list[Entity] = []  # the last chain of the sentence, for 甲县乙镇丙村、丁镇戊村
    for mention in document.mentions:
        if mention.kind != "name":
            before = None
            continue
        if mention.type == "Place" and (before is None or before.end != mention.start):
            joined = chain and document.text[mention.start - 1 : mention.start] in ("、", "和", "与", "及")
            if joined and document.text[mention.start - 2 : mention.start - 1] not in "。！？\n":
                _share_upper(entity_of[mention.start, mention.end], chain)
            chain = [entity_of[mention.start, mention.end]]
        elif mention.type == "Place":
            chain.append(entity_of[mention.start, mention.end])
        if mention.type != "Place":
            if before is not None and mention.type == "Organization" and document.text[before.end : mention.start] in ("", "的"):
                body, place = entity_of[mention.start, mention.end], entity_of[before.start, before.end]
                body.parent = body.parent or place
            before = None
            continue
        possessive = before is not None and document.text[before.end : mention.start] == "的"
        if before is not None and (before.end == mention.start or possessive):
            child, parent = entity_of[mention.start, mention.end], entity_of[before.start, before.end]
            if child is not parent and child.parent is None and not _below(parent, child):
                child.parent = parent
        before = mention


_LEVEL_ENDINGS = ("街道", "社区", "居民区", "省", "市", "县", "区", "镇", "乡", "村", "州", "旗")


_EQUAL_LEVELS = ({"镇", "乡", "街道"}, {"区", "县", "市", "旗"}, {"村", "社区", "居民区"})


def _level(entity: Entity) -> str | None:
    return next((ending for ending in _LEVEL_ENDINGS if entity.label.endswith(ending)), None)


def _share_upper(head: Entity, chain: Sequence[Entity]) -> None:
    """The second chain of a list lies where the first one lies: its head takes the parent of the place of its own level."""
    level = _level(head)
    equals = next((group for group in _EQUAL_LEVELS if level in group), {level})
    for place in chain:
        if place is not head and level is not None and _level(place) in equals and head.parent is None:
            if place.parent is not None and place.parent is not head and not _below(place.parent, head):
                head.parent = place.parent
            return


def link_after_pointers(
    document: Document,
    entity_of: Mapping[tuple[int, int], Entity],
    pointers: Mapping[MentionRef, tuple[Entity, ...]],
) -> None:
    """该县太极派出所: a body or place right after a pointer lies in what the pointer stands for."""
    for before, mention in zip(document.mentions, document.mentions[1:], strict=False):
        if before.kind != "pointer" or before.end != mention.start or mention.kind != "name":
            continue
        uppers = pointers.get(MentionRef(before.start, before.end), ())
        if len(uppers) != 1 or uppers[0].type != "Place" or mention.type not in ("Place", "Organization"):
            continue
        lower = entity_of[mention.start, mention.end]
        if lower is uppers[0] or _below(uppers[0], lower):
            continue
        top = lower
        while top.parent is not None and top.parent is not uppers[0] and not _below(uppers[0], top.parent):
            top = top.parent
        if top.parent is None:
            top.parent = uppers[0]


def _below(entity: Entity, other: Entity) -> bool:
    """Whether `entity` lies, through its chain, in `other`."""
    seen, at = set(), entity.parent
    while at is not None and id(at) not in seen:
        if at is other:
            return True
        seen.add(id(at))
        at = at.parent
    return False


def title_places(title: Document, entities: Sequence[Entity], lexicon: Lexicon) -> list[Entity]:
    """The places of the title that the text does not name, in their chains; a form of a place of the text joins that."""
    found: list[Entity] = []
    before: tuple[int, Entity] | None = None
    for mention in title.mentions:
        if mention.kind != "name" or mention.type != "Place":
            before = None
            continue
        names = plain(mention.label)
        held = next((e for e in (*entities, *found) if e.type == "Place" and names in e.names()), None)
        if held is None:
            held = next(
                (e for e in (*entities, *found) if e.type == "Place" and _forms(names, plain(e.label), lexicon)), None
            )
        if held is None:
            held = Entity("Place", mention.label)
            found.append(held)
        elif len(mention.label) > len(held.label) and same_place(held.label, mention.label, lexicon):
            held.aliases.add(held.label)
            held.label = mention.label
        elif mention.label != held.label:
            held.aliases.add(mention.label)
        if before is not None and before[0] == mention.start and held.parent is None and before[1] is not held:
            if not _below(before[1], held):
                held.parent = before[1]
        before = (mention.end, held)
    return found


def _forms(a: str, b: str, lexicon: Lexicon) -> bool:
    return same_place(a, b, lexicon) or same_place(b, a, lexicon)


def locate_bodies(entities: Iterable[Entity], book: PlaceBook) -> None:
    """A body lies in the lowest place of its name; the places in the name are nodes, with their chain."""
    for body in entities:
        if body.type not in ("Organization", "Place") or (body.type == "Place" and "（" in body.label):
            continue
        name = plain(body.label) if body.label[:1] in "“‘" else body.label
        places = book.leading(name)
        if not places:
            _locate_by_tier(body, book)
            continue
        parent: Entity | None = None
        for place_name in places:
            place = book.add(place_name)
            if place is body:
                break
            if parent is not None and place is not parent and place.parent is None and not _below(parent, place):
                place.parent = parent
            parent = place
        if parent is not None and parent is not body and not _below(parent, body):
            if (
                body.parent is not None
                and parent.parent is None
                and body.parent is not parent
                and not _below(body.parent, parent)
            ):
                parent.parent = body.parent  # 南浔区 ‖ 善璜镇老年学校
            body.parent = parent
            inner = book.within(name, sum(map(len, places))) if body.type == "Organization" else None
            if inner is not None:
                body.parent = book.add(inner)
            body.inside = name[sum(map(len, places)) :]
            if len(places) > 1 and body.type == "Organization":
                body.aliases.add(name[sum(map(len, places[:-1])) :])


def _locate_by_tier(body: Entity, book: PlaceBook) -> None:
    """区纪委监委 in a story on 吴兴区: the short name of a department lies in the article's place of that tier."""
    for tier in _TIERS:
        if (
            body.label.removeprefix("团").startswith(tier)
            and len(body.label) > len(tier) + 1
            and body.type == "Organization"
        ):
            found = [place for place in book.entities if place.label.endswith(tier)]
            before = [place for place in found if place.first < body.first and place.mentions] or found
            above = {id(place.parent) for place in before}
            before = [place for place in before if id(place) not in above]  # 市公安局 in 吉林市‖蛟河市 is that of 蛟河市
            if before:
                place = max(before, key=lambda p: (sum(m.start < body.first for m in p.mentions), -p.first))
                body.parent = body.parent or place
                body.aliases.add(place.label + body.label[len(tier) :])
            return


def settle_codes(book: PlaceBook) -> None:
    """Gives each place its official code where the article's other places leave one reading, else the candidates."""
    options = {id(place): _options(place, book) for place in book.entities}
    anchored = {option.code for found in options.values() if len(found) == 1 for option in found}
    for place in _by_level(book.entities):
        found = options[id(place)]
        if len(found) > 1:
            found = _narrow(place, found, options, anchored)
        if len(found) == 1:
            place.code = found[0].code
            anchored.add(place.code)
        options[id(place)] = found
    for place in book.entities:
        if place.code is None:
            found = options[id(place)]
            place.candidates = tuple(sorted(option.code for option in found))[:_MANY] if len(found) > 1 else ()
        else:
            division = book.gazetteer.get(place.code)
            if division is not None and division.label != place.label:
                place.aliases.add(division.label)


def merge_codes(book: PlaceBook) -> dict[int, Entity]:
    """Makes places of one official code one (沿河县, 沿河土家族自治县); gives, by id(), what stands for those that are gone."""
    first: dict[str, Entity] = {}
    gone: dict[int, Entity] = {}
    for place in sorted((p for p in book.entities if p.code), key=lambda p: (p.first, p.label)):
        kept = first.setdefault(place.code or "", place)
        if kept is not place:
            kept.absorb(place)
            gone[id(place)] = kept
            if kept.parent is place:
                kept.parent = place.parent if place.parent is not kept else None
    book.entities = [place for place in book.entities if id(place) not in gone]
    return gone


def link_codes(book: PlaceBook) -> list[Entity]:
    """Puts a place that the text leaves alone into the place of the next level, if the article names that; gives those."""
    linked = []
    coded = [place for place in book.entities if place.code]
    for place in coded:
        if place.parent is not None or place.code is None:
            continue
        division = book.gazetteer.get(place.code)
        upper = next((other for other in coded if division is not None and other.code == division.parent), None)
        if upper is not None and upper is not place and not _below(upper, place):
            place.parent = upper
            linked.append(place)
    return linked


def _options(place: Entity, book: PlaceBook) -> list[Division]:
    """The divisions that the place's fullest form may be; those of the best form only."""
    forms = sorted({place.label, *place.aliases}, key=lambda name: (-len(name), name))
    for name in forms:
        matches = [m for m in book.gazetteer.lookup(name) if m.division.code and m.division.kind != "旧"]
        if matches:
            firm = [m for m in matches if m.form != "stem"] or matches
            tops = [m for m in firm if m.form == "stem" and m.division.level in ("province", "city", "county")]
            return [m.division for m in (tops or firm)]
    return []


def _narrow(
    place: Entity, found: list[Division], options: dict[int, list[Division]], anchored: set[str]
) -> list[Division]:
    parent = place.parent
    if parent is not None:
        uppers = {parent.code} if parent.code else {o.code for o in options.get(id(parent), ())}
        inside = [option for option in found if any(_within(option.code, upper) for upper in uppers if upper)]
        return inside if inside else []
    anchors = {code for code in anchored if code}
    scores = {
        option.code: sum(_shared(option.code, code) for code in anchors if code != option.code) for option in found
    }
    best = max(scores.values(), default=0)
    if best == 0:
        upper = [option for option in found if option.level in ("province", "city")]
        return upper if len(upper) == 1 else found
    return [option for option in found if scores[option.code] == best]


_WIDTHS = (2, 4, 6, 9, 12)


@lru_cache(maxsize=8192)
def _stem(code: str) -> str:
    """The digits of a code without the zeros of the lower levels: 330521 of 330521000000."""
    for width in _WIDTHS:
        if not code[width:].strip("0"):
            return code[:width]
    return code


def _within(code: str, upper: str) -> bool:
    stem = _stem(upper)
    return code.startswith(stem) and code != upper


def _shared(code: str, other: str) -> int:
    """How much two places have to do with each other: 3 when one holds the other (county or below), 2 same county, 1 same city."""
    if _within(code, other) or _within(other, code):
        return 3 if len(_stem(other if _within(code, other) else code)) >= 4 else 1
    if code[:6] == other[:6] and code[4:6] != "00":
        return 2
    return 1 if code[:4] == other[:4] and code[2:4] != "00" else 0


def _by_level(places: Iterable[Entity]) -> list[Entity]:
    """Upper places first: a chain's parents before their children, then by first mention."""

    def depth(place: Entity) -> int:
        count, seen, at = 0, set(), place.parent
        while at is not None and id(at) not in seen:
            seen.add(id(at))
            count, at = count + 1, at.parent
        return count

    return sorted(places, key=lambda place: (depth(place), place.first, place.label))
