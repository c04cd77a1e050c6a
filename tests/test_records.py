"""The records go to JSON and come back the same; ids depend on content alone."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kg.records
from kg.records import Article, ArticleGraph, Author, Edge, Evidence, Indicator, Node, content_id

TEXT = "潭溪村党支部书记卓望山说，村里募集了12.5万元。"
EVIDENCE = Evidence(0, 11, TEXT[:11])
PLACE = Node("n1", "Place", "潭溪村", ("本村",), False, "339901002003", ("339901002003",), (Evidence(0, 3, "潭溪村"),))
PERSON = Node("n2", "Person", "卓望山")
EDGE = Edge("n2", "affiliated_with", "n1", EVIDENCE, "affiliation.title-before-name", 0.97, {"role": "党支部书记"})
MEASURE = Indicator("n1", "募集", 125000.0, "元", None, "12.5万元", EVIDENCE)
ARTICLE = Article(
    "a1", None, TEXT, "page.txt#1", "caption", (Author("白露"), Author("秦川", "摄影")), "2024-05-06", None, 3, 9
)
GRAPH = ArticleGraph(ARTICLE, (PLACE, PERSON), (EDGE,), (MEASURE,))

words = st.text(max_size=12)
numbers = st.integers(0, 10**6)
evidence = st.builds(Evidence, numbers, numbers, words)
nodes = st.builds(
    Node, words, words, words, st.lists(words, max_size=3).map(tuple), st.booleans(), st.none() | words,
    st.lists(words, max_size=2).map(tuple), st.lists(evidence, max_size=2).map(tuple),
)  # fmt: skip
# the contract keeps three decimals of a confidence
confidences = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
properties = st.dictionaries(words, words | st.booleans(), max_size=3)
edges = st.builds(Edge, words, words, words, evidence, words, confidences, properties)
measures = st.builds(
    Indicator, words, words, st.floats(allow_nan=False, allow_infinity=False), words, st.none() | words, words, evidence
)
articles = st.builds(
    Article, words, st.none() | words, words, words, st.sampled_from(["article", "caption"]),
    st.lists(st.builds(Author, words, st.sampled_from(["文字", "摄影"])), max_size=2).map(tuple), st.none() | words,
    st.none() | words, numbers, numbers,
)  # fmt: skip
graphs = st.builds(
    ArticleGraph, articles, st.lists(nodes, max_size=3).map(tuple), st.lists(edges, max_size=3).map(tuple),
    st.lists(measures, max_size=3).map(tuple),
)  # fmt: skip


def through_json(data: dict[str, Any]) -> Any:
    return json.loads(json.dumps(data, ensure_ascii=False, allow_nan=False))


@given(graphs)
def test_a_graph_comes_back_from_json_the_same(graph: ArticleGraph) -> None:
    assert ArticleGraph.from_json(through_json(graph.to_json())) == graph


@given(graphs)
def test_the_same_graph_is_the_same_bytes(graph: ArticleGraph) -> None:
    once = json.dumps(graph.to_json(), ensure_ascii=False)
    again = json.dumps(ArticleGraph.from_json(json.loads(once)).to_json(), ensure_ascii=False)
    assert again == once


@pytest.mark.parametrize("record", [EVIDENCE, PLACE, PERSON, EDGE, MEASURE, GRAPH], ids=lambda r: type(r).__name__)
def test_each_record_comes_back(record: Evidence | Node | Edge | Indicator | ArticleGraph) -> None:
    assert type(record).from_json(through_json(record.to_json())) == record


def test_the_json_is_the_contract() -> None:
    data = GRAPH.to_json()
    assert list(data) == [
        "id", "title", "kind", "authors", "source", "lines", "date", "url", "text", "nodes", "edges", "indicators",
    ]  # fmt: skip
    assert data["authors"] == [{"name": "白露", "role": "文字"}, {"name": "秦川", "role": "摄影"}]
    assert data["lines"] == [3, 9]
    assert data["nodes"][0]["mentions"] == [{"start": 0, "end": 3, "text": "潭溪村"}]
    assert data["edges"][0]["properties"] == {"role": "党支部书记"}
    assert data["indicators"][0] == {
        "node": "n1", "metric": "募集", "value": 125000, "unit": "元", "period": None, "text": "12.5万元",
        "evidence": {"start": 0, "end": 11, "text": "潭溪村党支部书记卓望山"},
    }  # fmt: skip


def test_candidates_are_written_only_where_there_are_some() -> None:
    assert "candidates" not in PERSON.to_json()
    assert PLACE.to_json()["candidates"] == ["339901002003"]


def test_properties_are_sorted_and_confidence_is_rounded() -> None:
    edge = dataclasses.replace(EDGE, confidence=0.123456, properties={"role": "村医", "former": True, "date": "去年"})
    data = edge.to_json()
    assert list(data["properties"]) == ["date", "former", "role"]
    assert data["properties"]["former"] is True
    assert data["confidence"] == 0.123


@pytest.mark.parametrize(("value", "written"), [(12.0, "12"), (8.5, "8.5"), (9.6e9, "9600000000"), (-3.0, "-3")])
def test_whole_values_are_written_without_a_point(value: float, written: str) -> None:
    assert json.dumps(dataclasses.replace(MEASURE, value=value).to_json()["value"]) == written


@pytest.mark.parametrize("key", ["id", "title", "text", "source", "kind", "authors", "nodes", "edges", "indicators"])
def test_a_missing_field_is_named(key: str) -> None:
    data = GRAPH.to_json()
    del data[key]
    with pytest.raises(KeyError, match=key):
        ArticleGraph.from_json(data)


def test_what_is_optional_may_be_left_out() -> None:
    data = GRAPH.to_json()
    for key in ("lines", "date", "url"):
        del data[key]
    data["nodes"] = [{"id": "n1", "type": "Place", "label": "潭溪村"}]
    read = ArticleGraph.from_json(data)
    assert (read.article.first_line, read.article.last_line, read.article.date) == (0, 0, None)
    assert read.nodes == (Node("n1", "Place", "潭溪村"),)


def test_records_are_frozen_and_slotted() -> None:
    records = [value for name in kg.records.__all__ if isinstance(value := getattr(kg.records, name), type)]
    for record in records:
        assert dataclasses.is_dataclass(record), record
        assert record.__dataclass_params__.frozen, record  # type: ignore[attr-defined]
        assert "__slots__" in vars(record), record
    with pytest.raises(dataclasses.FrozenInstanceError):
        PLACE.label = "另一个村"  # type: ignore[misc]


def test_an_id_is_of_its_parts_and_not_of_their_joined_text() -> None:
    assert content_id("a", "bc") != content_id("ab", "c")
    assert content_id("a", None) != content_id("a", "None")
    assert content_id("1") != content_id(1)
    assert content_id() != content_id("")


def test_an_id_is_pinned() -> None:
    """It names nodes in published graphs: another value here is a change that breaks every IRI."""
    assert content_id("Place", "潭溪村") == "b6103fd317cfaa91"


def test_an_id_is_the_same_in_another_process() -> None:
    code = "from kg.records import content_id; print(content_id('潭溪村', 3, None, ['x']))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == content_id("潭溪村", 3, None, ["x"])


@given(st.lists(words, max_size=4))
def test_an_id_is_sixteen_hexadecimal_digits(parts: list[str]) -> None:
    found = content_id(*parts)
    assert len(found) == 16
    assert set(found) <= set("0123456789abcdef")
