"""Turtle, TriG and JSON-LD, read back by rdflib, Oxigraph and raptor."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from rdflib import DCTERMS, RDF, RDFS, SKOS, Literal, URIRef

from kg.export import write_all
from kg.store import StoredGraph

# rdflib's own parsers use what rdflib itself calls deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib.*")
BASE = "https://kg.example/id/"
KG = rdflib.Namespace("https://w3id.org/kg-local-news/ns#")
ORG = rdflib.Namespace("http://www.w3.org/ns/org#")
SCHEMA = rdflib.Namespace("https://schema.org/")
PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
FORMATS = {
    "graph.ttl": pyoxigraph.RdfFormat.TURTLE,
    "graph.trig": pyoxigraph.RdfFormat.TRIG,
    "graph.jsonld": pyoxigraph.RdfFormat.JSON_LD,
}


@pytest.fixture
def folder(graph: StoredGraph, tmp_path: Path) -> Path:
    write_all(graph, tmp_path / "out", base=BASE, formats=("turtle", "trig", "jsonld"))
    return tmp_path / "out"


@pytest.fixture
def triples(folder: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(folder / "graph.ttl")


def key(graph: StoredGraph, label: str) -> URIRef:
    [node] = [n for n in graph.nodes() if n.label == label]
    return URIRef(BASE + node.key)


def test_a_place_is_named_by_its_code(triples: rdflib.Graph) -> None:
    place = URIRef(BASE + "place/339901002003")
    assert (place, RDF.type, SCHEMA.Place) in triples
    assert list(triples.objects(place, RDFS.label)) == [Literal("青禾社区", lang="zh")]
    assert list(triples.objects(place, SKOS.altLabel)) == [Literal("枫桥街道青禾社区", lang="zh")]
    assert list(triples.objects(place, DCTERMS.identifier)) == [Literal("339901002003")]


def test_each_fact_is_a_plain_triple(triples: rdflib.Graph, graph: StoredGraph) -> None:
    from kg.schema import default_schema

    schema = default_schema()
    for edge in graph.edges():
        predicate = URIRef(schema.expand(schema.predicates[edge.predicate].rdf))
        assert (URIRef(BASE + edge.source), predicate, URIRef(BASE + edge.target)) in triples


def test_each_role_is_a_membership(triples: rdflib.Graph, graph: StoredGraph) -> None:
    person = key(graph, "陆明远")
    labels = {
        str(triples.value(triples.value(post, ORG.role), RDFS.label))
        for post in triples.subjects(ORG.member, person)
    }
    assert labels == {"党总支书记", "居委会主任"}
    for post in triples.subjects(ORG.member, person):
        assert triples.value(post, ORG.organization) == URIRef(BASE + "place/339901002003")


def test_articles_and_indicators(triples: rdflib.Graph, graph: StoredGraph) -> None:
    article = URIRef(BASE + "article/a1")
    assert (article, RDF.type, SCHEMA.NewsArticle) in triples
    assert triples.value(article, SCHEMA.headline) == Literal("青禾社区：小站连起邻里", lang="zh")
    assert str(triples.value(article, SCHEMA.datePublished)) == "2024-05-06"
    assert triples.value(triples.value(article, SCHEMA.author), RDFS.label) == Literal("白露", lang="zh")
    measure = triples.value(key(graph, "邻里小站"), KG.indicator)
    assert triples.value(measure, SCHEMA.value).toPython() == 120000
    assert triples.value(measure, SCHEMA.unitText) == Literal("元", lang="zh")


def test_iris_are_ascii_and_there_are_no_blank_nodes(folder: Path) -> None:
    for name, form in FORMATS.items():
        for quad in pyoxigraph.parse((folder / name).read_bytes(), form):
            for term in (quad.subject, quad.predicate, quad.object):
                assert not isinstance(term, pyoxigraph.BlankNode)
                assert not isinstance(term, pyoxigraph.NamedNode) or term.value.isascii()


def test_all_parsers_see_the_same_triples(folder: Path, triples: rdflib.Graph) -> None:
    assert set(rdflib.Graph().parse(folder / "graph.jsonld")) == set(triples)
    turtle = {str(q) for q in pyoxigraph.parse((folder / "graph.ttl").read_bytes(), FORMATS["graph.ttl"])}
    json = {str(q) for q in pyoxigraph.parse((folder / "graph.jsonld").read_bytes(), FORMATS["graph.jsonld"])}
    assert turtle == json
    assert len(turtle) == len(triples)


def test_trig_holds_the_facts_and_their_evidence(
    folder: Path, triples: rdflib.Graph, graph: StoredGraph
) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=(folder / "graph.trig").read_text("utf-8"), format="trig")
    assert set(triples) <= set(dataset.default_graph)
    for edge in graph.edges():
        fact = URIRef(BASE + "fact/" + edge.id)
        [triple] = list(dataset.graph(fact))
        described = tuple(
            dataset.default_graph.value(fact, p) for p in (RDF.subject, RDF.predicate, RDF.object)
        )
        assert triple == described
        pieces = list(dataset.default_graph.objects(fact, KG.evidence))
        assert len(pieces) == len(edge.evidence)
        found = {
            tuple(
                str(dataset.default_graph.value(p, t))
                for t in (PROV.wasDerivedFrom, KG.start, KG.end, KG.rule)
            )
            for p in pieces
        }
        expected = {(f"{BASE}article/{e.article}", str(e.start), str(e.end), e.rule) for e in edge.evidence}
        assert found == expected


def test_the_sentence_is_the_text_at_its_offsets(folder: Path, graph: StoredGraph) -> None:
    store = pyoxigraph.Store()
    store.load((folder / "graph.trig").read_bytes(), format=pyoxigraph.RdfFormat.TRIG)
    rows = store.query(
        "PREFIX kg: <https://w3id.org/kg-local-news/ns#>"
        "SELECT ?a ?s ?b ?e { ?x a kg:Evidence ; kg:article ?a ; kg:sentence ?s ; kg:start ?b ; kg:end ?e }"
    )
    texts = {f"{BASE}article/{a.id}": a.text for a in graph.articles() if a.id != "a3"}
    checked = [
        texts[row["a"].value][int(row["b"].value) : int(row["e"].value)] == row["s"].value
        for row in rows
        if row["a"].value in texts
    ]
    assert len(checked) > 10
    assert all(checked)


def test_hostile_names_come_back_whole(triples: rdflib.Graph) -> None:
    labels = {str(label) for label in triples.objects(None, RDFS.label)}
    assert {"<b>甲&乙\"'公司 \ufffd]]>", '=HYPERLINK("x")村反', "مشروع النور"} <= labels
    assert "\\" in {str(label) for label in triples.objects(None, SKOS.altLabel)}


def test_raptor_counts_the_same(folder: Path, triples: rdflib.Graph) -> None:
    if shutil.which("rapper") is None:
        pytest.skip("rapper (raptor2-utils) is not installed")
    done = subprocess.run(
        ["rapper", "-c", "-i", "turtle", (folder / "graph.ttl").as_uri()],
        capture_output=True,
        text=True,
        check=True,
    )
    assert re.search(r"returned (\d+) triples", done.stderr)[1] == str(len(triples))  # type: ignore[index]


def test_jsonld_needs_no_network(folder: Path) -> None:
    import json

    data = json.loads((folder / "graph.jsonld").read_text("utf-8"))
    assert isinstance(data["@context"], dict)
    assert list(data) == ["@context", "@graph"]
