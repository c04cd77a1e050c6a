"""A small graph of invented people and places, for whoever tests the store and the writers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from kg.records import Article, ArticleGraph, Author, Edge, Evidence, Indicator, Node
from kg.resolve.keys import author_keys, node_keys
from kg.store import GraphStore, StoredGraph

FIRST = (
    "云溪县枫桥街道青禾社区党总支书记陆明远介绍，社区推出“邻里小站”服务。\n"
    "青禾社区与县人民医院结对共建，居委会主任陆明远说，活动募集12万元。"
)
SECOND = "枫桥街道青禾社区的“邻里小站”又添新人。志愿者陆明远与企业携手，云溪县人民医院也来义诊。"
HOSTILE = '“<b>甲&乙”\'公司\x07与=HYPERLINK("x")村\u202e反\u202c\ud800签约。'


class Draft:
    """Writes an `ArticleGraph` by hand; finds the offsets in the text."""

    def __init__(self, article: Article) -> None:
        self.article = article
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.indicators: list[Indicator] = []

    def spot(self, words: str) -> Evidence:
        start = self.article.text.index(words)
        return Evidence(start, start + len(words), words)

    def node(
        self,
        node_id: str,
        type_: str,
        label: str,
        *found: str,
        aliases: tuple[str, ...] = (),
        code: str | None = None,
        generic: bool = False,
        candidates: tuple[str, ...] = (),
    ) -> None:
        spots = tuple(self.spot(words) for words in found)
        self.nodes.append(Node(node_id, type_, label, aliases, generic, code, candidates, spots))

    def edge(
        self,
        source: str,
        predicate: str,
        target: str,
        words: str,
        properties: Mapping[str, str | bool] | None = None,
        confidence: float = 0.9,
    ) -> None:
        rule = f"{predicate}.by-hand"
        self.edges.append(
            Edge(source, predicate, target, self.spot(words), rule, confidence, properties or {})
        )

    def done(self) -> ArticleGraph:
        return ArticleGraph(self.article, tuple(self.nodes), tuple(self.edges), tuple(self.indicators))


def _first() -> ArticleGraph:
    authors = (Author("白露"), Author("秦川", "摄影"))
    article = Article(
        "a1", "青禾社区：小站连起邻里", FIRST, "news/0506.txt#1", "article", authors, "2024-05-06"
    )
    d = Draft(article)
    d.node("p1", "Place", "云溪县", "云溪县", code="339901000000")
    d.node("p2", "Place", "枫桥街道", "枫桥街道", code="339901002000")
    d.node(
        "p3",
        "Place",
        "青禾社区",
        "青禾社区",
        "社区推出"[:2],
        aliases=("枫桥街道青禾社区",),
        code="339901002003",
    )
    d.node("m1", "Person", "陆明远", "陆明远")
    d.node("g1", "Program", "邻里小站", "邻里小站", aliases=("邻里小站服务",))
    d.node("o1", "Organization", "云溪县人民医院", "县人民医院", aliases=("县人民医院",))
    d.edge("p2", "located_in", "p1", "云溪县枫桥街道青禾社区", confidence=1.0)
    d.edge("p3", "located_in", "p2", "云溪县枫桥街道青禾社区", confidence=1.0)
    d.edge("o1", "located_in", "p1", "青禾社区与县人民医院结对共建", confidence=1.0)
    sentence = FIRST.split("\n")[0]
    d.edge("m1", "affiliated_with", "p3", sentence, {"role": "党总支书记"}, 0.97)
    second = FIRST.split("\n")[1]
    d.edge("m1", "affiliated_with", "p3", second, {"role": "居委会主任"}, 0.95)
    d.edge("p3", "runs", "g1", sentence, {"date": "2024-05-06"}, 0.9)
    d.edge("p3", "partners_with", "o1", second, None, 0.88)
    d.indicators.append(Indicator("g1", "募集", 120000.0, "元", None, "12万元", d.spot(second)))
    return d.done()


def _second() -> ArticleGraph:
    article = Article(
        "a2", None, SECOND, "news/0507.txt#10", "caption", (Author("白露"),), None, "https://news.example/2"
    )
    d = Draft(article)
    d.node("n1", "Place", "青禾社区", "青禾社区", aliases=("枫桥街道青禾社区",), code="339901002003")
    d.node("n2", "Person", "陆明远", "陆明远")
    d.node("n3", "Program", "邻里小站", "邻里小站")
    d.node("n4", "Organization", "云溪县人民医院", "云溪县人民医院")
    d.node("n5", "Organization", "企业", "企业", generic=True)
    d.node("n6", "Place", "云溪县", "云溪县", code="339901000000")
    d.node("n7", "Place", "枫桥街道", "枫桥街道", code="339901002000")
    first, second = (
        "枫桥街道青禾社区的“邻里小站”又添新人。",
        "志愿者陆明远与企业携手，云溪县人民医院也来义诊。",
    )
    d.edge("n1", "located_in", "n7", first, confidence=1.0)
    d.edge("n4", "located_in", "n6", second, confidence=1.0)
    d.edge("n2", "affiliated_with", "n1", first, {"role": "党总支书记"}, 0.6)
    d.edge("n1", "runs", "n3", first, {"date": "2024-06-01"}, 0.8)
    d.edge("n4", "partners_with", "n1", second, None, 0.7)
    d.edge("n2", "partners_with", "n5", second, None, 0.5)
    return d.done()


def _hostile() -> ArticleGraph:
    """Names as no clean source holds them: markup, quotes, control and direction characters, half a surrogate pair."""
    d = Draft(
        Article("a3", "</title><script>alert(1)</script>", HOSTILE, "news/0507.txt#2", "article", (), None)
    )
    d.node("h1", "Organization", "<b>甲&乙\"'公司\x07\ud800]]>", "甲&乙")
    d.node(
        "h2",
        "Place",
        '=HYPERLINK("x")村\u202e反\u202c',
        '=HYPERLINK("x")村',
        aliases=("-1+1", "@a;b\tc\nd", "\\"),
    )
    d.node("h3", "Program", "مشروع النور", aliases=("نور",))
    d.edge("h1", "partners_with", "h2", HOSTILE, {"date": "</script>\x00"})
    d.edge("h1", "runs", "h3", HOSTILE)
    return d.done()


Graphs = tuple[ArticleGraph, ...]
Keyed = Iterator[tuple[ArticleGraph, dict[str, str], dict[str, str]]]


def _keyed(graphs: Graphs) -> Keyed:
    for graph in graphs:
        yield graph, node_keys(graph), author_keys(graph.article)


@pytest.fixture
def keyed() -> Callable[[Graphs], Keyed]:
    """Makes of articles what `GraphStore.add` takes."""
    return _keyed


@pytest.fixture
def graphs() -> tuple[ArticleGraph, ...]:
    """Two articles on one community that name the same people and bodies, and one with hostile names."""
    return _first(), _second(), _hostile()


@pytest.fixture
def store(tmp_path: Path, graphs: tuple[ArticleGraph, ...]) -> Iterator[GraphStore]:
    """A store that holds `graphs`."""
    with GraphStore.open(tmp_path / "store" / "graph.duckdb") as opened:
        opened.add(_keyed(graphs))
        yield opened


@pytest.fixture
def graph(store: GraphStore) -> StoredGraph:
    """The merged graph of `graphs`."""
    return store.graph()
