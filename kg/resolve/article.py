"""From mentions and facts to the graph of one article: short forms, pointers, place chains, codes, generic partners."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kg.knowledge.gazetteer import Gazetteer
from kg.knowledge.lexicon import Lexicon
from kg.records import Article, ArticleGraph, Document, Edge, Evidence, Fact, Indicator, MentionRef, Node
from kg.resolve.entities import Entity, gather
from kg.resolve.places import (
    PlaceBook,
    link_after_pointers,
    link_chains,
    link_codes,
    locate_bodies,
    merge_codes,
    settle_codes,
    title_places,
)
from kg.resolve.pointers import resolve_pointers
from kg.resolve.surface import plain
from kg.schema import Schema

__all__ = ["ResolvedMentions", "resolve_article", "resolve_mentions"]

_CHAIN_CONFIDENCE = 0.95


def resolve_article(
    article: Article,
    document: Document,
    facts: Sequence[Fact],
    measures: Sequence[MeasureLike] = (),
    *,
    title: Document | None = None,
    lexicon: Lexicon,
    gazetteer: Gazetteer,
    schema: Schema,
) -> ArticleGraph:
    """The graph of one article. Nodes come in the order of their first mention, edges in that of their evidence.

    The places that the title names are nodes too, without mentions: 区教育局 in a story is that of the title's district.
    A fact is kept when both its ends resolve to nodes that its predicate may join; a generic noun becomes a node only as an
    end of such a fact.
    """
    names = resolve_mentions(document, facts, title=title, lexicon=lexicon, gazetteer=gazetteer)
    entities, generic = names.entities, names.generic
    edges = list(_edges(facts, names, schema))
    used = {id(end) for source, _, target, _ in edges for end in (source, target)}
    kept = entities + [entity for entity in generic.values() if id(entity) in used]
    edges += _branches(document, entities, {(id(s), p, id(t)) for s, p, t, _ in edges})
    known = {(id(s), id(t)) for s, p, t, _ in edges if p == "located_in"}
    located = list(_located(document, entities, known, names.by_code))
    held = [(names.only(m.holder), m) for m in measures]
    return _graph(article, kept, [*edges, *located], [(entity, m) for entity, m in held if entity is not None])


@dataclass(frozen=True, slots=True)
class ResolvedMentions:
    """What the mentions of an article stand for: its entities, and the way from a mention to them."""

    entities: list[Entity]
    generic: Mapping[tuple[str, str], Entity]  # by type and noun
    by_code: frozenset[int]  # the places, by id(), that only official codes link to those above them
    _of: Mapping[MentionRef, tuple[Entity, ...]]

    def ends(self, ref: MentionRef) -> tuple[Entity, ...]:
        """The entities that a mention stands for: one of a name or a generic noun, several of 双方, none where nothing decides."""
        return self._of.get(ref, ())

    def only(self, ref: MentionRef) -> Entity | None:
        """The one entity, not generic, that a mention stands for; None when it stands for none or for several."""
        found = self.ends(ref)
        return found[0] if len(found) == 1 and not found[0].generic else None


def resolve_mentions(
    document: Document, facts: Sequence[Fact], *, title: Document | None = None, lexicon: Lexicon, gazetteer: Gazetteer
) -> ResolvedMentions:
    """The entities of one article, without its edges; `facts` help pointers that stand for a speaker's body."""
    entities = gather(document, lexicon)
    entity_of = {(m.start, m.end): entity for entity in entities for m in entity.mentions}
    link_chains(document, entity_of)
    if title is not None:
        entities += title_places(title, entities, lexicon)
    book = PlaceBook(entities, lexicon, gazetteer)
    locate_bodies(entities, book)
    entities += [place for place in book.entities if all(place is not entity for entity in entities)]
    settle_codes(book)
    gone = merge_codes(book)
    if gone:
        entities = [entity for entity in entities if id(entity) not in gone]
        entity_of = {span: gone.get(id(entity), entity) for span, entity in entity_of.items()}
        for entity in entities:
            entity.parent = gone.get(id(entity.parent), entity.parent)
    by_code = frozenset(id(place) for place in link_codes(book))
    pointers = resolve_pointers(document, entity_of, lexicon, facts)
    for mention in document.mentions:
        for entity in pointers.get(MentionRef(mention.start, mention.end), ()):
            if len(mention.text) > 1 and mention.text not in ("双方", "两地", "我们", "咱们"):
                entity.aliases.add(mention.text)
    link_after_pointers(document, entity_of, pointers)
    generic = _generic(document, lexicon, pointers)
    held: dict[MentionRef, tuple[Entity, ...]] = {}
    held |= {MentionRef(m.start, m.end): (entity,) for entity in generic.values() for m in entity.mentions}
    held |= {ref: found for ref, found in pointers.items() if found}
    held |= {MentionRef(*span): (entity,) for span, entity in entity_of.items()}
    return ResolvedMentions(entities, generic, by_code, held)


class MeasureLike(Protocol):
    """A number that a rule found, with the mention that it measures."""

    @property
    def holder(self) -> MentionRef: ...
    @property
    def metric(self) -> str: ...
    @property
    def value(self) -> float: ...
    @property
    def unit(self) -> str: ...
    @property
    def period(self) -> str | None: ...
    @property
    def text(self) -> str: ...
    @property
    def evidence(self) -> Evidence: ...


_Triple = tuple[Entity, str, Entity, Fact]


def _generic(
    document: Document, lexicon: Lexicon, pointers: Mapping[MentionRef, tuple[Entity, ...]]
) -> dict[tuple[str, str], Entity]:
    """One entity for each generic noun of the article; a noun that might point back (企业) and has nothing to is one too."""
    found: dict[tuple[str, str], Entity] = {}
    for mention in document.mentions:
        loose = mention.kind == "pointer" and MentionRef(mention.start, mention.end) not in pointers
        if mention.kind == "generic" or (loose and lexicon.generic.get(mention.text) == mention.type):
            key = (mention.type, mention.label)
            found.setdefault(key, Entity(mention.type, mention.label, generic=True)).mentions.append(mention)
    return found


def _edges(facts: Iterable[Fact], names: ResolvedMentions, schema: Schema) -> Iterator[_Triple]:
    seen: set[tuple[int, str, int, str]] = set()
    for fact in sorted(facts, key=lambda f: (-f.confidence, f.evidence.start, f.source.start, f.target.start, f.rule)):
        predicate = schema.predicates[fact.predicate]
        for source in names.ends(fact.source):
            for target in names.ends(fact.target):
                if source is target or not predicate.allows(source.type, target.type):
                    continue
                role = dict(fact.properties).get("role", "")
                pair = (id(source), id(target))
                if predicate.symmetric and pair[0] > pair[1]:
                    pair = (pair[1], pair[0])
                key = (pair[0], fact.predicate, pair[1], role)
                if key not in seen:
                    seen.add(key)
                    yield source, fact.predicate, target, fact


def _branches(
    document: Document, entities: Sequence[Entity], known: set[tuple[int, str, int]]
) -> Iterator[_Triple]:
    """湖北省中医院来凤分院 is part of 湖北省中医院: a body whose name begins with that of another one of the article."""
    bodies = sorted((e for e in entities if e.type == "Organization" and e.mentions), key=lambda e: (e.first, e.label))
    by_name = {plain(e.label): e for e in bodies}
    for body in bodies:
        name = plain(body.label)
        heads = (name[:length] for length in range(len(name) - 2, 3, -1))
        whole = next((by_name[head] for head in heads if head in by_name and by_name[head] is not body), None)
        if whole is None or (id(body), "part_of", id(whole)) in known:
            continue
        ref = MentionRef(body.first, body.first)
        evidence = _sentence(document, body.first)
        yield body, "part_of", whole, Fact(ref, "part_of", ref, evidence, "resolve.branch-in-name", 0.9)


def _located(
    document: Document, entities: Sequence[Entity], known: set[tuple[int, int]], by_code: frozenset[int]
) -> Iterator[_Triple]:
    """The chains and the places of bodies as located_in, each level to the next one up; `by_code`: only codes link them."""
    for entity in entities:
        parent = entity.parent
        if parent is None or (id(entity), id(parent)) in known or entity.type not in ("Place", "Organization"):
            continue
        at = min((m.start for m in entity.mentions), default=None)
        if at is None:  # a place that only a body's name holds: the first such name is the evidence
            holder = next((e for e in entities if e.parent is entity and e.mentions), None)
            at = min((m.start for m in holder.mentions), default=0) if holder is not None else 0
        rule = "resolve.place-chain" if entity.type == "Place" else "resolve.body-in-place-of-name"
        if id(entity) in by_code:
            rule = "resolve.official-code"
        ref = MentionRef(at, at)
        yield (
            entity,
            "located_in",
            parent,
            Fact(ref, "located_in", ref, _sentence(document, at), rule, _CHAIN_CONFIDENCE),
        )


def _sentence(document: Document, offset: int) -> Evidence:
    for start, end in document.sentences:
        if start <= offset < end:
            return Evidence(start, end, document.text[start:end])
    return Evidence(0, len(document.text), document.text)


def _graph(
    article: Article,
    entities: Sequence[Entity],
    triples: Sequence[_Triple],
    measures: Sequence[tuple[Entity, MeasureLike]],
) -> ArticleGraph:
    ordered = sorted(entities, key=lambda e: (e.first, e.type, e.label))
    ids = {id(entity): f"n{number}" for number, entity in enumerate(ordered, start=1)}
    nodes = tuple(_node(ids[id(entity)], entity) for entity in ordered)
    edges = tuple(
        Edge(ids[id(s)], predicate, ids[id(t)], fact.evidence, fact.rule, fact.confidence, _properties(fact))
        for s, predicate, t, fact in sorted(
            triples,
            key=lambda x: (
                x[3].evidence.start,
                x[1],
                int(ids[id(x[0])][1:]),
                int(ids[id(x[2])][1:]),
                str(x[3].properties),
            ),
        )
    )
    indicators = tuple(
        Indicator(ids[id(entity)], m.metric, m.value, m.unit, m.period, m.text, m.evidence) for entity, m in measures
    )
    return ArticleGraph(article, nodes, edges, indicators)


def _properties(fact: Fact) -> dict[str, str | bool]:
    return {key: True if key == "former" else value for key, value in fact.properties}


def _node(node_id: str, entity: Entity) -> Node:
    mentions = tuple(Evidence(m.start, m.end, m.text) for m in sorted(entity.mentions, key=lambda m: m.start))
    aliases = tuple(sorted({alias for alias in entity.aliases if plain(alias)} - {entity.label}))
    return Node(
        node_id, entity.type, entity.label, aliases, entity.generic, entity.code,
        () if entity.code else entity.candidates, mentions,
    )  # fmt: skip
