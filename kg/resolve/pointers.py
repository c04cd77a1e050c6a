"""What a pointer stands for: 该镇, 社区, 我校, 我们, 双方, 他. A pointer that nothing decides stays undecided."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from kg.knowledge.lexicon import Lexicon
from kg.records import Document, Fact, Mention, MentionRef
from kg.resolve.entities import Entity
from kg.resolve.surface import plain

__all__ = ["resolve_pointers"]

# the level word of a pointer → how the label of what it stands for may end
_LEVELS = ("居民区", "街道", "社区", "园区", "小区", "省", "市", "县", "区", "镇", "乡", "村", "州", "旗")
_SAME_LEVEL = {
    "社区": ("社区", "居委会", "居民区"), "村": ("村", "居民区", "社区", "嘎查"), "镇": ("镇",), "乡": ("乡",), "街道": ("街道",),
    "市": ("市",), "县": ("县", "旗", "自治县"), "区": ("区",), "省": ("省", "自治区"), "州": ("州", "自治州"), "旗": ("旗",),
    "居民区": ("居民区", "社区", "村"), "小区": ("小区", "花园", "苑"), "园区": ("园区", "产业园", "工业园", "开发区"),
}  # fmt: skip
_REACH = 200  # how many names a pointer looks back over
_SELF = frozenset({"我们", "咱们"})


def resolve_pointers(
    document: Document, entity_of: Mapping[tuple[int, int], Entity], lexicon: Lexicon, facts: Sequence[Fact]
) -> dict[MentionRef, tuple[Entity, ...]]:
    """The entities that each pointer of the document stands for, by its offsets; those undecided are left out.

    A pointer with a level or kind word takes the nearest earlier name of that level or kind; 我们 inside a quotation takes
    the body of the speaker; 双方 takes the two nearest earlier parties; 他 the nearest earlier person.
    """
    names = [m for m in document.mentions if m.kind == "name"]
    ends = [m.end for m in names]
    found: dict[MentionRef, tuple[Entity, ...]] = {}
    for mention in document.mentions:
        if mention.kind != "pointer":
            continue
        last = bisect_right(ends, mention.start)
        before = names[max(0, last - _REACH) : last]
        entities = _one(document, mention, before, names, entity_of, lexicon, facts)
        if entities:
            found[MentionRef(mention.start, mention.end)] = entities
    return found


def _one(
    document: Document, pointer: Mention, before: Sequence[Mention], names: Sequence[Mention],
    entity_of: Mapping[tuple[int, int], Entity], lexicon: Lexicon, facts: Sequence[Fact],
) -> tuple[Entity, ...]:  # fmt: skip
    if pointer.text in _SELF:
        return _speakers_body(document, pointer, names, entity_of, facts)
    if pointer.text in ("双方", "两地"):
        return _parties(document, before, entity_of, places=pointer.text == "两地")
    if pointer.type == "Person":
        people = [m for m in before if m.type == "Person"]
        return (entity_of[people[-1].start, people[-1].end],) if people else ()
    if pointer.type == "Place":
        return _place(pointer, before, names, entity_of)
    return _body(pointer, before, names, entity_of, lexicon)


def _place(
    pointer: Mention, before: Sequence[Mention], names: Sequence[Mention], entity_of: Mapping[tuple[int, int], Entity]
) -> tuple[Entity, ...]:
    level = next((level for level in _LEVELS if pointer.text.endswith(level)), None)
    if level is None:
        return ()
    endings = _SAME_LEVEL.get(level, (level,))
    for mention in reversed(before):
        if (place := _of_level(entity_of[mention.start, mention.end], endings)) is not None:
            return (place,)
    later = [_of_level(entity_of[m.start, m.end], endings) for m in names if m.start > pointer.start]
    only = {id(place): place for place in later if place is not None}
    return tuple(only.values()) if len(only) == 1 else ()  # 我县 of a story that names its county at the end


def _of_level(entity: Entity, endings: tuple[str, ...]) -> Entity | None:
    """The entity, or the lowest place above it, whose name ends so; for people and works none."""
    at: Entity | None = entity if entity.type in ("Place", "Organization") else None
    while at is not None:
        if at.type == "Place" and any(plain(name).endswith(endings) for name in (at.label, *at.aliases)):
            return at
        at = at.parent
    return None


def _body(
    pointer: Mention, before: Sequence[Mention], names: Sequence[Mention],
    entity_of: Mapping[tuple[int, int], Entity], lexicon: Lexicon,
) -> tuple[Entity, ...]:  # fmt: skip
    noun = pointer.text
    for head in ("我们", "该", "本", "我", "全"):
        noun = noun.removeprefix(head)
    for mention in reversed(before):
        if _is_of_kind(entity_of[mention.start, mention.end], noun, lexicon):
            return (entity_of[mention.start, mention.end],)
    later = [entity_of[m.start, m.end] for m in names if m.start > pointer.start]
    only = {id(body): body for body in later if _is_of_kind(body, noun, lexicon)}
    return tuple(only.values()) if len(only) == 1 else ()


def _is_of_kind(entity: Entity, noun: str, lexicon: Lexicon) -> bool:
    label = plain(entity.label)
    if entity.type != "Organization":
        return False
    if noun in ("校", "学校"):
        return label.endswith(noun) or _group_of(label, lexicon) == "school"
    if noun in ("公司", "企业", "厂", "集团"):
        return label.endswith(noun) or _group_of(label, lexicon) == "firm"
    return label.endswith(noun)


def _group_of(label: str, lexicon: Lexicon) -> str | None:
    start = lexicon.kind_ends.longest(label, len(label))
    if start >= 0:
        return lexicon.group(label[start:], "Organization")
    brand = any(label.endswith(ending) for ending in lexicon.words["firm_brand"])
    return "firm" if brand else None


def _parties(
    document: Document, before: Sequence[Mention], entity_of: Mapping[tuple[int, int], Entity], *, places: bool
) -> tuple[Entity, ...]:
    wanted = ("Place",) if places else ("Organization", "Place")
    found: list[Entity] = []
    for mention in reversed(before):
        entity = entity_of[mention.start, mention.end]
        if mention.type in wanted and all(entity is not other and not _holds(entity, other) for other in found):
            found.append(entity)
        if len(found) == 2:
            return tuple(reversed(found))
    return ()


def _holds(upper: Entity, lower: Entity) -> bool:
    at = lower.parent
    for _ in range(8):
        if at is None:
            return False
        if at is upper:
            return True
        at = at.parent
    return False


def _speakers_body(
    document: Document, pointer: Mention, names: Sequence[Mention], entity_of: Mapping[tuple[int, int], Entity],
    facts: Sequence[Fact],
) -> tuple[Entity, ...]:  # fmt: skip
    """我们 in a quotation: the body that the speaker is affiliated with, when a fact of the article says which."""
    text = document.text
    opened = text.rfind("“", 0, pointer.start)
    closed = text.find("”", pointer.start)
    if opened < 0 or closed < 0 or text.rfind("”", opened, pointer.start) >= 0:
        return ()
    speaker = _speaker(document, names, opened, closed + 1)
    if speaker is None:
        return ()
    person = entity_of[speaker.start, speaker.end]
    for fact in facts:
        if fact.predicate == "affiliated_with" and entity_of.get((fact.source.start, fact.source.end)) is person:
            body = entity_of.get((fact.target.start, fact.target.end))
            if body is not None:
                return (body,)
    return ()


def _speaker(document: Document, names: Sequence[Mention], opened: int, closed: int) -> Mention | None:
    """The person that a verb of saying beside the quotation belongs to: before “…” with a colon, or right after it."""
    text = document.text
    before = [m for m in names if m.type == "Person" and m.end <= opened and "。" not in text[m.end : opened]]
    if before and text[:opened].rstrip().endswith(("：", ":", "，", ",")):
        return before[-1]
    stop = text.find("。", closed)
    after = [m for m in names if m.type == "Person" and m.start >= closed and (stop < 0 or m.end <= stop)]
    return after[0] if after else (before[-1] if before else None)
