"""The report: well-formed, closed to the outside, everything escaped, facts with their sentences."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kg.export import write_all
from kg.store import StoredGraph

VOID = {"meta", "input", "br"}


class Page(HTMLParser):
    """Checks that tags nest, and collects texts and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))


@pytest.fixture
def html(graph: StoredGraph, tmp_path: Path) -> str:
    [path] = write_all(graph, tmp_path / "out", formats=("html",))
    return path.read_text("utf-8")


@pytest.fixture
def page(html: str) -> Page:
    page = Page()
    page.feed(html)
    page.close()
    assert page.open == []
    return page


def test_nothing_is_loaded_from_elsewhere(html: str, page: Page) -> None:
    assert not [a for _, a in page.tags if {"src", "srcset"} & set(a)]
    assert all((a.get("href") or "#").startswith("#") for _, a in page.tags)
    assert not re.search(r"@import|url\(", html)
    [policy] = [a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in (policy or "")


def test_hostile_names_stay_text(html: str, page: Page) -> None:
    assert html.count("<script") == 2
    assert not [t for t, _ in page.tags if t == "b" and "甲" in t]
    assert "<b>甲" not in html
    assert any("<b>甲&乙" in text for _, text in page.texts)
    assert not [a for _, attributes in page.tags for a in attributes if a.startswith("on")]


def test_names_are_marked_in_the_text(page: Page) -> None:
    marked = [text for tag, text in page.texts if tag == "mark"]
    assert "陆明远" in marked
    assert "云溪县人民医院" in marked
    kinds = {a["class"] for t, a in page.tags if t == "mark"}
    assert {"t-Person", "t-Place", "t-Program", "t-Organization"} <= kinds


def test_each_fact_stands_with_its_sentence(page: Page, graph: StoredGraph) -> None:
    quotes = {text for tag, text in page.texts if tag == "q"}
    for edge in graph.edges():
        for one in edge.evidence:
            if one.article != "a3":
                assert one.text in quotes
    assert sum(a.get("class") == "fact" for _, a in page.tags) == sum(len(e.evidence) for e in graph.edges())


def test_the_list_of_names_has_data(page: Page, graph: StoredGraph) -> None:
    [_, data] = [
        json.loads(t) if tag == "script" and t.startswith("{") else None
        for tag, t in page.texts
        if tag == "script"
    ][::-1]
    assert {n[0] for n in data["nodes"]} == {n.key for n in graph.nodes() if not n.byline}
    assert len(data["facts"]) == len(list(graph.edges()))


def test_large_corpora_are_cut_and_say_so(
    graph: StoredGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.export.report._ARTICLES", 1)
    [path] = write_all(graph, tmp_path / "out", formats=("html",))
    html = path.read_text("utf-8")
    assert html.count("<article") == 1
    assert "共 3 篇，这里列出前 1 篇" in html
