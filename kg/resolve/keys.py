"""Which node of one article is which node of the graph: every node gets a key, and equal keys are one node.

    Place         its official code; else its label and the chain of places above it, up to the first one with a code
    Organization  its full name and its place (only the county when the name itself says which place it belongs to)
    Program       its name and its runner; else its name and its place
    Work          its name
    Person        the name and the county of the body or place they are affiliated to
    byline        the name and the paper (the host of the article's address, else the name of its file)
    generic noun  its type, its label and its article: the 企业 of one article is not the 企业 of another

A node that nothing in its article anchors falls back to the county the article is about (the one that most of its
places with a code lie in), and a Person without even that to the paper: two people who merely share a name stay two.
A key is readable (``place/330521005001``, ``person/<16 hex digits>``), ASCII, and depends on nothing but the article.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit

from kg.records import Article, ArticleGraph, Edge, Node, content_id

__all__ = ["author_keys", "node_keys", "paper"]

# What ends the name of a county-level division, and what merely looks like one.
_COUNTY = re.compile(r"(?:县|区|旗|市)\Z")
_NO_COUNTY = re.compile(r"(?:[社小园景街厂校片新]区|居民区|度假区|开发区|高新区|商业区|[超夜集菜]市)\Z")
_DROPPED = re.compile(r"[\s“”‘’\"'《》〈〉「」『』]+")
# Of two runners the one that other articles are likelier to name too comes first.
_RUNNERS = {"Place": 0, "Organization": 1, "Person": 2}


def node_keys(graph: ArticleGraph) -> dict[str, str]:
    """The key of every node of an article's graph, by the node's id."""
    keys = _Keys(graph)
    return {node.id: keys.key(node) for node in graph.nodes}


def author_keys(article: Article) -> dict[str, str]:
    """The key of the Person behind every byline of an article, by the name."""
    where = paper(article)
    return {author.name: "person/" + content_id("byline", _fold(author.name), where) for author in article.authors}


def paper(article: Article) -> str:
    """Whose article it is: the host of its address, else the name of its file without folders and number."""
    host = urlsplit(article.url).hostname if article.url else None
    if host:
        return host.removeprefix("www.")
    # Without its folders: the same files give the same keys on another machine.
    return re.split(r"[/\\]", article.source.rpartition("#")[0] or article.source)[-1]


def _fold(name: str) -> str:
    """A name as a key sees it: full and half width, case, spaces and quotation marks make no difference."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", name)).casefold()


class _Keys:
    """The keys of one article; holds who lies in, belongs to and runs what."""

    def __init__(self, graph: ArticleGraph) -> None:
        self.article = graph.article
        self.nodes = {node.id: node for node in graph.nodes}
        self.out: dict[tuple[str, str], list[Node]] = defaultdict(list)
        self.runners: dict[str, list[Node]] = defaultdict(list)
        self.posts: dict[str, list[tuple[Edge, Node]]] = defaultdict(list)
        for edge in graph.edges:
            source, target = self.nodes.get(edge.source), self.nodes.get(edge.target)
            if source is None or target is None or source.generic or target.generic:
                continue
            self.out[source.id, edge.predicate].append(target)
            if edge.predicate == "runs":
                self.runners[target.id].append(source)
            elif edge.predicate == "affiliated_with":
                self.posts[source.id].append((edge, target))
        self.county = _article_county(graph.nodes)

    def key(self, node: Node) -> str:
        """The key of one node."""
        prefix = node.type.lower() + "/"
        if node.type == "Place" and node.code and not node.generic:
            return prefix + node.code
        if node.generic:
            return prefix + content_id("generic", node.type, _fold(node.label), self.article.id)
        return prefix + content_id(node.type, _fold(node.label), *self._anchor(node))

    def _anchor(self, node: Node) -> tuple[str, ...]:
        """What tells a node from others of its name."""
        if node.type == "Place":
            return tuple(self._chain(node)) or self._lone_place(node)
        if node.type == "Organization":
            return self._body_anchor(node)
        if node.type == "Program":
            runner = min(self.runners[node.id], key=self._runner_order, default=None)
            if runner is not None:
                return ("run by", self.key(runner))
            home = self._home(node)
            return (self.key(home),) if home is not None else self._fallback()
        if node.type == "Person":
            return self._person_anchor(node)
        return ()

    def _lone_place(self, place: Node) -> tuple[str, ...]:
        home = self._home(place)  # by the body it is part of
        if home is not None:
            return (self.key(home),)
        # As twelve digits: the same as if the article had said that it lies in the county.
        return tuple(county + "000000" for county in self._fallback())

    def _chain(self, place: Node) -> list[str]:
        """The places above one, lowest first: labels, ended by the first code."""
        chain: list[str] = []
        for above in self._above(place):
            if above.code:
                chain.append(above.code)
                break
            chain.append(_fold(above.label))
        return chain

    def _above(self, place: Node) -> Iterable[Node]:
        """The places that one lies in, from the next one up; a circle is walked once."""
        seen = {place.id}
        while True:
            parents = [p for p in self.out[place.id, "located_in"] if p.type == "Place" and p.id not in seen]
            if not parents:
                return
            place = min(parents, key=_lowest_first)
            seen.add(place.id)
            yield place

    def _home(self, node: Node) -> Node | None:
        """The place that a node lies in, or that the body above it lies in."""
        seen: set[str] = set()
        level = [node]
        while level:
            places = [p for n in level for p in self.out[n.id, "located_in"] if p.type == "Place"]
            if places:
                return min(places, key=_lowest_first)
            seen.update(n.id for n in level)
            level = [p for n in level for p in self.out[n.id, "part_of"] if p.id not in seen]
        return None

    def _body_anchor(self, body: Node) -> tuple[str, ...]:
        home = self._home(body)
        if home is None:
            return self._fallback()
        # 德清县人民医院 is one body whether its article says which street it stands in or only the county.
        chain = [home, *self._above(home)]
        if any(_names(body.label, place) for place in chain):
            return (self._county_of(home),)
        return (self.key(home),)

    def _person_anchor(self, person: Node) -> tuple[str, ...]:
        found: list[tuple[bool, bool, str]] = []
        for edge, target in self.posts[person.id]:
            home = target if target.type == "Place" else self._home(target)
            if home is not None:
                county = self._county_of(home)
                found.append((bool(edge.properties.get("former")), county.endswith("00"), county))
        if found:
            return (min(found)[2],)
        return self._fallback() or ("paper", paper(self.article))

    def _county_of(self, place: Node) -> str:
        """The county of a place: six digits; else the county's label; else the key of the highest place above it."""
        chain = [place, *self._above(place)]
        for step in chain:
            if step.code:
                return step.code[:6]
        for step in chain:
            if _COUNTY.search(step.label) and not _NO_COUNTY.search(step.label):
                return _fold(step.label)
        return self.key(chain[-1])

    def _fallback(self) -> tuple[str, ...]:
        return (self.county,) if self.county else ()

    def _runner_order(self, node: Node) -> tuple[int, int, str]:
        return _RUNNERS.get(node.type, 3), -_zeros(node.code), self.key(node)


def _article_county(nodes: Iterable[Node]) -> str:
    """The county (six digits) that an article speaks of most; "" when no place of it has a code."""
    counts: Counter[str] = Counter()
    for node in nodes:
        if node.type == "Place" and node.code and not node.code[:6].endswith("00"):
            counts[node.code[:6]] += max(1, len(node.mentions))
    return min(counts, key=lambda county: (-counts[county], county), default="")


def _names(label: str, place: Node) -> bool:
    """Whether a body's name begins with a place: 德清县人民医院, 德清农商银行."""
    short = re.sub(r"(?:县|区|市|省|镇|乡|街道|村|社区)\Z", "", place.label)
    return label.startswith(place.label) or (len(short) >= 2 and label.startswith(short))


def _lowest_first(place: Node) -> tuple[int, str, str]:
    """Sorts places from the lowest division up; those without a code first, as they are finer than any that has one."""
    return (_zeros(place.code), place.code or "", _fold(place.label))


def _zeros(code: str | None) -> int:
    return len(code) - len(code.rstrip("0")) if code else 0
