"""The graph as RDF statements, subject by subject: what Turtle, TriG and JSON-LD have in common.

    a node        rdf:type, rdfs:label @zh, skos:altLabel @zh, dcterms:identifier (its code); its facts as plain triples
    a role        an org:Membership (org:member, org:organization, org:role, rdfs:label) beside the plain org:memberOf
    an article    schema:NewsArticle: headline, author, datePublished, the beginning of its text, what it mentions
    an indicator  kg:Indicator and schema:PropertyValue: name, value, unitText; the node points at it by kg:indicator
    a fact        (in TriG alone) rdf:subject, rdf:predicate, rdf:object; kg:evidence: article, sentence, offsets, rule
There are no blank nodes: the same graph is the same set of triples, comparable line by line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Generic, TypeVar

from kg.export.terms import Block, Literal, Name, Own, Statement
from kg.export.text import one_line
from kg.records import content_id
from kg.schema import Schema
from kg.store.model import Graph, GraphArticle, GraphEdge, GraphEvidence, GraphIndicator, GraphNode

__all__ = ["Join", "describe", "fact_blocks"]

_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\Z")
# So much of an article's text goes into the graph: enough to recognise it, too little to replace the paper.
_EXCERPT = 120
_Item = TypeVar("_Item")


class Join(Generic[_Item]):
    """Reads a stream beside another one in the same order; every key of the items must occur in that other one."""

    def __init__(self, items: Iterable[_Item], key: Callable[[_Item], str]) -> None:
        self._items = iter(items)
        self._key = key
        self._next: _Item | None = next(self._items, None)

    def take(self, key: str) -> list[_Item]:
        """The items of this key."""
        found: list[_Item] = []
        while self._next is not None and self._key(self._next) == key:
            found.append(self._next)
            self._next = next(self._items, None)
        return found


def describe(graph: Graph, schema: Schema) -> Iterator[Block]:
    """Vocabulary, nodes with their facts, articles: everything but the evidence. Streams."""
    yield from _vocabulary(schema)
    edges = Join(graph.edges(), lambda edge: edge.source)
    indicators = Join(graph.indicators(), lambda indicator: indicator.node)
    written = Join(graph.authorships(), lambda authorship: authorship.author)
    roles: dict[str, str] = {}
    for node in graph.nodes():
        facts, measures = edges.take(node.key), indicators.take(node.key)
        statements = [*_node(node, schema)]
        statements += ((_rdf(edge.predicate, schema), Own(edge.target)) for edge in facts)
        made = _rdf("author_of", schema)
        statements += ((made, Own("article/" + a.article)) for a in written.take(node.key))
        statements += (("kg:indicator", Own("indicator/" + i.id)) for i in measures)
        yield Block(Own(node.key), tuple(statements))
        for edge in facts:
            if edge.predicate == "affiliated_with" and (edge.role or edge.former):
                yield _membership(edge, roles)
        yield from (_indicator(indicator) for indicator in measures)
    for key, label in sorted(roles.items()):
        yield Block(Own(key), (("rdf:type", Name("org:Role")), ("rdfs:label", Literal.zh(label))))
    mentions = Join(graph.mentions(), lambda mention: mention.article)
    for article in graph.articles():
        keys = sorted({mention.node for mention in mentions.take(article.id)})
        yield Block(Own(article.key), tuple(_article(article, keys, schema)))


def fact_blocks(edge: GraphEdge, schema: Schema) -> Iterator[Block]:
    """A fact as a thing of its own, and each piece of evidence for it."""
    fact = Own("fact/" + edge.id)
    evidence = [(Own("evidence/" + _evidence_id(edge, one)), one) for one in edge.evidence]
    articles = sorted({one.article for one in edge.evidence})
    yield Block(fact, (
        ("rdf:type", Name("kg:Fact")), ("rdf:type", Name("rdf:Statement")),
        ("rdf:subject", Own(edge.source)), ("rdf:predicate", Name(_rdf(edge.predicate, schema))),
        ("rdf:object", Own(edge.target)),
        *((("kg:role", Literal.zh(edge.role)),) if edge.role else ()),
        *((("kg:former", Literal.of(True)),) if edge.former else ()),
        *((_property(name), Literal.of(value)) for name, value in edge.properties.items()),
        ("kg:confidence", _confidence(edge.confidence)),
        *(("kg:evidence", own) for own, _ in evidence),
        *(("prov:wasDerivedFrom", Own("article/" + article)) for article in articles),
    ))  # fmt: skip
    for own, one in evidence:
        article = Own("article/" + one.article)
        yield Block(own, (
            ("rdf:type", Name("kg:Evidence")), ("rdf:type", Name("prov:Entity")), ("kg:article", article),
            ("kg:sentence", Literal.zh(one.text)), ("kg:start", Literal.of(one.start)), ("kg:end", Literal.of(one.end)),
            ("kg:rule", Literal.of(one.rule)), ("kg:confidence", _confidence(one.confidence)),
            *((_property(name), Literal.of(value)) for name, value in sorted(one.properties.items())),
            ("prov:wasDerivedFrom", article),
        ))  # fmt: skip


def _vocabulary(schema: Schema) -> Iterator[Block]:
    """Our own terms with their labels, so that the file says what kg:runs means. Others' terms say it themselves."""
    labels: dict[str, tuple[str, str, str]] = {}
    for kind in schema.types.values():
        labels[kind.rdf] = ("rdfs:Class", kind.zh, kind.en)
    for predicate in schema.predicates.values():
        what = "owl:SymmetricProperty" if predicate.symmetric else "owl:ObjectProperty"
        labels[predicate.rdf] = (what, predicate.zh, predicate.en)
    for term, (what, zh, en) in sorted(labels.items()):
        if term.startswith("kg:"):
            label = (("rdfs:label", Literal(zh, language="zh")), ("rdfs:label", Literal(en, language="en")))
            yield Block(Name(term), (("rdf:type", Name(what)), *label))


def _rdf(predicate: str, schema: Schema) -> str:
    """The property of a predicate; one that the schema no longer knows keeps its name under kg:."""
    known = schema.predicates.get(predicate)
    return known.rdf if known is not None else _property(predicate)


def _property(name: str) -> str:
    return "kg:" + re.sub(r"[^0-9A-Za-z_]", "_", name)


def _confidence(value: float) -> Literal:
    return Literal(f"{value:.3f}", datatype="xsd:decimal")


def _evidence_id(edge: GraphEdge, one: GraphEvidence) -> str:
    properties = sorted((name, str(value)) for name, value in one.properties.items())
    return content_id(edge.id, one.article, one.start, one.end, one.rule, one.confidence, properties)


def _node(node: GraphNode, schema: Schema) -> Iterator[Statement]:
    kind = schema.types.get(node.type)
    yield "rdf:type", Name(kind.rdf if kind is not None else _property(node.type))
    yield "rdfs:label", Literal.zh(one_line(node.label))
    for alias in sorted({one_line(alias) for alias in node.aliases} - {one_line(node.label), ""}):
        yield "skos:altLabel", Literal.zh(alias)
    if node.code:
        yield "dcterms:identifier", Literal.of(node.code)
    for code in node.candidates:
        yield "kg:candidateCode", Literal.of(code)
    if node.generic:
        yield "kg:generic", Literal.of(True)


def _membership(edge: GraphEdge, roles: dict[str, str]) -> Block:
    role: tuple[Statement, ...] = ()
    if edge.role:
        label = one_line(edge.role)
        key = "role/" + content_id("role", label)
        roles[key] = label
        role = (("org:role", Own(key)), ("rdfs:label", Literal.zh(label)))
    former: tuple[Statement, ...] = (("kg:former", Literal.of(True)),) if edge.former else ()
    ends = (("org:member", Own(edge.source)), ("org:organization", Own(edge.target)))
    return Block(
        Own("membership/" + edge.id),
        tuple(chain((("rdf:type", Name("org:Membership")),), ends, role, former)),
    )


def _indicator(indicator: GraphIndicator) -> Block:
    period = (("kg:period", Literal.zh(indicator.period)),) if indicator.period else ()
    return Block(Own("indicator/" + indicator.id), (
        ("rdf:type", Name("kg:Indicator")), ("rdf:type", Name("schema:PropertyValue")),
        ("schema:name", Literal.zh(one_line(indicator.metric))), ("schema:value", Literal.of(indicator.value)),
        ("schema:unitText", Literal.zh(one_line(indicator.unit))), ("schema:description", Literal.zh(indicator.text)),
        *period, ("prov:wasDerivedFrom", Own("article/" + indicator.article)),
    ))  # fmt: skip


def _article(article: GraphArticle, mentioned: list[str], schema: Schema) -> Iterator[Statement]:
    yield "rdf:type", Name(schema.types["Article"].rdf)
    yield "schema:headline", Literal.zh(one_line(article.heading))
    for author in article.authors:
        yield ("kg:photographer" if author.role == "摄影" else "schema:author"), Own(author.key)
    if article.date:
        dated = _DATE.match(article.date)
        yield (
            "schema:datePublished",
            Literal(article.date, datatype="xsd:date") if dated else Literal.of(article.date),
        )
    if article.url:
        yield "schema:url", Literal(one_line(article.url), datatype="xsd:anyURI")
    yield "dcterms:source", Literal.of(one_line(article.source))
    excerpt = one_line(article.text[:_EXCERPT])
    yield "schema:abstract", Literal.zh(excerpt + "…" if len(article.text) > _EXCERPT else excerpt)
    for key in mentioned:
        yield _rdf("mentions", schema), Own(key)
