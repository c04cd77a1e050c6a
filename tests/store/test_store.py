"""The store merges articles by key, replaces them, and fails with a remedy."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.records import ArticleGraph
from kg.store import GraphStore, StoredGraph

Graphs = tuple[ArticleGraph, ...]
Keyed = Callable[[Graphs], Iterable[tuple[ArticleGraph, Mapping[str, str], Mapping[str, str]]]]


def contents(graph: StoredGraph) -> tuple[list[object], ...]:
    return (
        list(graph.articles()), list(graph.nodes()), list(graph.edges()), list(graph.authorships()),
        list(graph.indicators()), list(graph.mentions()),
    )  # fmt: skip


def test_nodes_of_two_articles_are_one(graph: StoredGraph) -> None:
    nodes = {n.label: n for n in graph.nodes()}
    place = nodes["青禾社区"]
    assert (place.key, place.code, place.articles) == ("place/339901002003", "339901002003", 2)
    assert place.aliases == ("枫桥街道青禾社区",)
    assert nodes["陆明远"].articles == 2
    assert nodes["云溪县人民医院"].aliases == ("县人民医院",)
    assert nodes["企业"].generic
    assert nodes["白露"].byline
    assert nodes["白露"].articles == 0


def test_one_fact_of_two_articles_has_two_pieces_of_evidence(graph: StoredGraph) -> None:
    edges = list(graph.edges())
    posts = [e for e in edges if e.predicate == "affiliated_with"]
    assert [(e.role, e.weight, len(e.evidence)) for e in posts] == [
        ("党总支书记", 2, 2),
        ("居委会主任", 1, 1),
    ]
    assert posts[0].confidence == 0.97
    [runs] = [e for e in edges if e.predicate == "runs" and e.weight == 2]
    assert runs.properties == {"date": "2024-05-06；2024-06-01"}
    assert [v.properties["date"] for v in runs.evidence] == ["2024-05-06", "2024-06-01"]


def test_symmetric_facts_meet_whichever_way_round(graph: StoredGraph) -> None:
    [edge] = [e for e in graph.edges() if e.predicate == "partners_with" and e.weight == 2]
    assert edge.source < edge.target


def test_everything_comes_in_order(graph: StoredGraph) -> None:
    assert [a.id for a in graph.articles()] == ["a1", "a3", "a2"]  # 0507.txt#2 before 0507.txt#10
    keys = [n.key for n in graph.nodes()]
    assert keys == sorted(keys)
    ends = [(e.source, e.predicate, e.target, e.role or "") for e in graph.edges()]
    assert ends == sorted(ends)


def test_mentions_point_into_the_text(graph: StoredGraph) -> None:
    texts = {a.id: a.text for a in graph.articles()}
    labels = {n.key: (n.label, *n.aliases) for n in graph.nodes()}
    named = [
        texts[m.article][m.start : m.end] in labels[m.node] for m in graph.mentions() if m.article == "a2"
    ]
    assert len(named) == 7
    assert all(named)


def test_an_article_is_replaced(store: GraphStore, graphs: Graphs, keyed: Keyed) -> None:
    changed = replace(graphs[1], edges=graphs[1].edges[:1], nodes=graphs[1].nodes)
    store.add(keyed((changed,)))
    assert len(list(store.graph().articles())) == 3
    [post, _] = [e for e in store.graph().edges() if e.predicate == "affiliated_with"]
    assert post.weight == 1


def test_article_by_article_is_all_at_once(
    store: GraphStore, graphs: Graphs, keyed: Keyed, tmp_path: Path
) -> None:
    with GraphStore.open(tmp_path / "b.duckdb") as other:
        for graph in reversed(graphs):
            other.add(keyed((graph,)))
        other.add(keyed(graphs))
        assert contents(other.graph()) == contents(store.graph())


def test_remove_leaves_what_others_state(
    store: GraphStore, graphs: Graphs, keyed: Keyed, tmp_path: Path
) -> None:
    store.remove(["a2", "a3"])
    with GraphStore.open(tmp_path / "b.duckdb") as other:
        other.add(keyed(graphs[:1]))
        assert contents(other.graph()) == contents(store.graph())


def test_a_failed_add_changes_nothing(store: GraphStore, graphs: Graphs, keyed: Keyed) -> None:
    before = contents(store.graph())

    def broken() -> object:
        yield from keyed((replace(graphs[0], edges=()),))
        raise RuntimeError("the reader broke")

    with pytest.raises(RuntimeError, match="the reader broke"):
        store.add(broken())  # type: ignore[arg-type]
    assert contents(store.graph()) == before


def test_find_node(graph: StoredGraph) -> None:
    assert [n.label for n in graph.find_node("县人民医院")] == ["云溪县人民医院"]
    assert [n.label for n in graph.find_node("云溪")] == ["云溪县", "云溪县人民医院"]
    assert [n.label for n in graph.find_node("人民")] == ["云溪县人民医院"]
    assert [n.label for n in graph.find_node("place/339901000000")] == ["云溪县"]
    assert graph.find_node("没有") == graph.find_node("") == ()


def test_facts_of_a_node(graph: StoredGraph) -> None:
    [person] = graph.find_node("陆明远")
    predicates = sorted(e.predicate for e in graph.edges_of(person.key))
    assert predicates == ["affiliated_with", "affiliated_with", "partners_with"]
    assert person.degree == 3
    assert [a.id for a in graph.articles_of(person.key)] == ["a1", "a2"]
    [program] = graph.find_node("邻里小站")
    [indicator] = graph.indicators_of(program.key)
    assert (indicator.metric, indicator.value, indicator.unit) == ("募集", 120000.0, "元")


def test_path(graph: StoredGraph) -> None:
    [person], [program] = graph.find_node("陆明远"), graph.find_node("邻里小站")
    way = graph.path(person.key, program.key)
    assert way is not None
    assert [e.predicate for e in way] == ["affiliated_with", "runs"]
    assert graph.path(person.key, person.key) == ()
    [arab] = graph.find_node("مشروع النور")
    assert graph.path(person.key, arab.key) is None


def test_counts(graph: StoredGraph) -> None:
    counts = graph.counts()
    assert (counts.articles, counts.files, counts.indicators) == (3, 2, 1)
    assert counts.nodes["Place"] == 4
    assert counts.edges["affiliated_with"] == 2


def test_lone_surrogates_keep_their_place(graph: StoredGraph) -> None:
    [hostile] = [a for a in graph.articles() if a.id == "a3"]
    assert "\ufffd" in hostile.text
    hostile.text.encode()


def test_reading_while_reading(graph: StoredGraph) -> None:
    nodes = [node.key for node in graph.nodes()]
    assert [(a.key, b.key) for a in graph.nodes() for b in graph.nodes()] == [
        (a, b) for a in nodes for b in nodes
    ]


def test_a_foreign_file(tmp_path: Path) -> None:
    path = tmp_path / "graph.duckdb"
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(StoreError, match="not a DuckDB file") as caught:
        GraphStore.open(path)
    assert str(path) in str(caught.value)
    assert caught.value.remedy


def test_a_duckdb_file_of_others(tmp_path: Path) -> None:
    import duckdb

    path = tmp_path / "graph.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE t (a INTEGER)")
    with pytest.raises(StoreError, match="not made by kg"):
        GraphStore.open(path)


def test_a_damaged_file(store: GraphStore, tmp_path: Path) -> None:
    store.close()
    path = tmp_path / "damaged.duckdb"
    whole = store.path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreError) as caught, GraphStore.open(path) as opened:
        contents(opened.graph())
    assert caught.value.remedy


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no graph here"):
        GraphStore.open(tmp_path / "graph.duckdb", read_only=True)


def test_a_locked_file(store: GraphStore) -> None:
    code = (
        "import sys; from kg.store import GraphStore; from kg.errors import StoreError\n"
        "try: GraphStore.open(sys.argv[1])\nexcept StoreError as error: print(error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(store.path)], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert "another program has it open" in done.stdout


def test_duckdb_is_not_imported_before_it_is_used() -> None:
    heavy = ("duckdb", "numpy", "rdflib", "networkx", "pyoxigraph")
    code = f"import sys, kg.store, kg.export; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
