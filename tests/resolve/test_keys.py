"""Keys: equal for what is one, different for what merely shares a name."""

from __future__ import annotations

import re

from kg.records import Article, ArticleGraph, Author, Edge, Evidence, Node
from kg.resolve.keys import author_keys, node_keys, paper

COUNTY = Node("c", "Place", "云溪县", code="339901000000")
TOWN = Node("t", "Place", "枫桥街道", code="339901002000")
OTHER = Node("o", "Place", "石门县", code="339902000000")
NOWHERE = Evidence(0, 0, "")


def graph(
    *nodes: Node, edges: tuple[tuple[str, str, str], ...] = (), source: str = "a.txt#1", **more: str
) -> ArticleGraph:
    article = Article(more.get("id", "x"), None, "", source, url=more.get("url"))
    return ArticleGraph(article, nodes, tuple(Edge(s, p, t, NOWHERE, "r", 1.0) for s, p, t in edges))


def key(
    node: Node,
    *nodes: Node,
    edges: tuple[tuple[str, str, str], ...] = (),
    source: str = "a.txt#1",
    **more: str,
) -> str:
    return node_keys(graph(node, *nodes, edges=edges, source=source, **more))[node.id]


def test_a_place_with_a_code_is_its_code() -> None:
    assert key(TOWN) == "place/339901002000"


def test_a_place_without_a_code_is_its_chain() -> None:
    park = Node("p", "Place", "人民公园")
    here = key(park, TOWN, COUNTY, edges=(("p", "located_in", "t"), ("t", "located_in", "c")))
    assert here == key(park, TOWN, edges=(("p", "located_in", "t"),), source="b.txt#3")
    assert here != key(park, OTHER, edges=(("p", "located_in", "o"),))
    assert key(park, COUNTY) == key(park, COUNTY, edges=(("p", "located_in", "c"),))
    assert re.fullmatch(r"place/[0-9a-f]{16}", here)


def test_a_circle_of_places_ends() -> None:
    a, b = Node("a", "Place", "东村"), Node("b", "Place", "西村")
    keys = node_keys(graph(a, b, edges=(("a", "located_in", "b"), ("b", "located_in", "a"))))
    assert len(set(keys.values())) == 2


def test_a_body_is_its_name_and_place() -> None:
    school = Node("s", "Organization", "中心小学")
    here = key(school, TOWN, edges=(("s", "located_in", "t"),))
    assert here != key(school, OTHER, edges=(("s", "located_in", "o"),))
    hospital = Node("h", "Organization", "云溪县人民医院")
    chain = (("h", "located_in", "t"), ("t", "located_in", "c"))
    assert key(hospital, TOWN, COUNTY, edges=chain) == key(
        hospital, COUNTY, edges=(("h", "located_in", "c"),)
    )


def test_a_department_takes_the_place_of_the_body_above() -> None:
    part, whole = Node("d", "Organization", "儿科"), Node("h", "Organization", "第一医院")
    inside = ("d", "part_of", "h")
    here = key(part, whole, COUNTY, edges=(inside, ("h", "located_in", "c")))
    assert here != key(part, whole, OTHER, edges=(inside, ("h", "located_in", "o")))


def test_a_program_is_its_name_and_runner() -> None:
    program = Node("g", "Program", "邻里小站")
    here = key(program, TOWN, edges=(("t", "runs", "g"),))
    assert here == key(program, TOWN, edges=(("t", "runs", "g"),), source="b.txt#9")
    assert here != key(program, OTHER, edges=(("o", "runs", "g"),))
    assert key(program, TOWN, edges=(("g", "located_in", "t"),)) != key(
        program, OTHER, edges=(("g", "located_in", "o"),)
    )


def test_a_person_is_the_name_and_the_county() -> None:
    person, office = Node("m", "Person", "陆明远"), Node("f", "Organization", "社管办")
    edges = (("m", "affiliated_with", "f"), ("f", "located_in", "t"))
    here = key(person, office, TOWN, edges=edges)
    assert here == key(person, COUNTY, edges=(("m", "affiliated_with", "c"),), source="b.txt#2")
    assert here != key(person, OTHER, edges=(("m", "affiliated_with", "o"),))


def test_a_person_without_a_post_belongs_to_the_article() -> None:
    person = Node("m", "Person", "陆明远")
    assert key(person, COUNTY) == key(person, COUNTY, edges=(("m", "affiliated_with", "c"),))
    assert key(person) == key(person, source="folder/a.txt#7")
    assert key(person) != key(person, source="b.txt#1")


def test_a_county_without_a_code_counts_by_its_label() -> None:
    person, county, village = (
        Node("m", "Person", "陆明远"),
        Node("k", "Place", "云溪县"),
        Node("v", "Place", "东村"),
    )
    edges = (("m", "affiliated_with", "v"), ("v", "located_in", "k"))
    assert key(person, village, county, edges=edges) == key(
        person, county, edges=(("m", "affiliated_with", "k"),)
    )


def test_a_work_is_its_name() -> None:
    assert key(Node("w", "Work", "《春山》")) == key(Node("w", "Work", "春山"), source="b.txt#2")


def test_a_generic_noun_stays_in_its_article() -> None:
    firm = Node("e", "Organization", "企业", generic=True)
    assert key(firm, id="x") != key(firm, id="y")
    assert key(firm, id="x") != key(Node("e", "Organization", "企业"), id="x")


def test_full_and_half_width_make_no_difference() -> None:
    assert key(Node("w", "Work", "倾听６６６")) == key(Node("w", "Work", "倾听 666"))


def test_a_byline_is_name_and_paper() -> None:
    def of(source: str, url: str | None = None) -> str:
        return author_keys(Article("x", None, "", source, authors=(Author("白露"),), url=url))["白露"]

    assert of("page1.txt#1") == of("papers/page1.txt#8")
    assert of("page1.txt#1") != of("page2.txt#1")
    assert of("a#1", "https://www.daily.example/1") == of("b#2", "https://daily.example/2")
    assert paper(Article("x", None, "", "zip\\inner/p.html#3")) == "p.html"
