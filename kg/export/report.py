"""``report.html``: the graph to read, one file that needs no network: summary, picture, names, articles and facts.

Everything that comes from the articles is escaped; a content security policy forbids the page to load or send anything.
Large corpora are cut, and the page says so: `_ARTICLES` articles, `_NODES` names (those with most facts), `_FACTS`
facts.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from kg.export.network import Network, draw, relation_label
from kg.export.picture import svg
from kg.export.rdf import Join
from kg.export.terms import check_base
from kg.export.text import one_line, plain
from kg.resources import package_path
from kg.schema import Schema, default_schema
from kg.store.model import Graph, GraphArticle, GraphEdge, GraphEvidence, GraphMention

__all__ = ["write"]

_ARTICLES = 200
_NODES = 3000
_FACTS = 6000
_FILES = 40
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'"


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact as one article states it."""

    edge: GraphEdge
    evidence: GraphEvidence


@dataclass(frozen=True, slots=True)
class _Names:
    """How the keys are called: label and type of each."""

    schema: Schema
    known: Mapping[str, tuple[str, str]]

    def pill(self, key: str) -> str:
        """A name on the colour of its type."""
        label, kind = self.known[key]
        return f'<a class="pill t-{escape(kind)}" href="#names" data-key="{escape(key)}">{_text(label)}</a>'


def write(graph: Graph, path: Path, *, base: str) -> None:
    """Writes the page. `base` is checked, but no IRI occurs in it."""
    check_base(base)
    schema = default_schema()
    network = draw(graph)
    names = _Names(schema, {node.key: (one_line(node.label), node.type) for node in graph.nodes()})
    files: Counter[str] = Counter()
    shown: list[str] = []
    for article in graph.articles():
        files[article.source.rpartition("#")[0] or article.source] += 1
        if len(shown) < _ARTICLES:
            shown.append(article.id)
    predicates, facts = _facts(graph.edges(), frozenset(shown))
    indicators: dict[str, list[str]] = defaultdict(list)
    counted = 0
    for indicator in graph.indicators():
        counted += 1
        if indicator.article in facts or indicator.article in shown:
            value = f"{one_line(indicator.metric)} <b>{_text(one_line(indicator.text))}</b>"
            indicators[indicator.article].append(f"<li>{names.pill(indicator.node)} {value}</li>")
    types = Counter(kind for _, kind in names.known.values())
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_head(schema))
        file.writelines(_summary(schema, files, types, predicates, counted))
        file.writelines(_picture(schema, network, types))
        file.writelines(_name_list(schema, network))
        file.write(_section("articles", "报道与事实", "Articles and their facts"))
        if len(shown) < files.total():
            note = (
                f"共 {files.total()} 篇，这里列出前 {len(shown)} 篇。Only the first {len(shown)} are shown."
            )
            file.write(f'<p class="note">{note}</p>')
        mentions = Join(graph.mentions(), lambda mention: mention.article)
        for article, _ in zip(graph.articles(), shown, strict=False):
            stated = facts.get(article.id, [])
            file.writelines(
                _article(article, mentions.take(article.id), stated, indicators[article.id], names)
            )
        file.write("</section>\n</main>\n")
        file.write(
            f'<script type="application/json" id="data">{_data(graph.edges(), network, schema)}</script>\n'
        )
        file.write(
            f"<script>\n{package_path('export/report.js').read_text('utf-8')}</script>\n</body>\n</html>\n"
        )


def _facts(edges: Iterable[GraphEdge], shown: frozenset[str]) -> tuple[Counter[str], dict[str, list[_Fact]]]:
    """How many facts each predicate has; and those of the articles that are shown, in the order of the text."""
    predicates: Counter[str] = Counter()
    facts: dict[str, list[_Fact]] = defaultdict(list)
    for edge in edges:
        predicates[edge.predicate] += 1
        for one in edge.evidence:
            if one.article in shown:
                facts[one.article].append(_Fact(edge, one))
    for stated in facts.values():
        stated.sort(key=lambda fact: (fact.evidence.start, fact.evidence.end, fact.edge.id))
    return predicates, facts


def _text(text: str) -> str:
    return escape(plain(text), quote=True)


def _head(schema: Schema) -> str:
    colours = "".join(f".t-{kind.name}{{--c:{kind.colour}}}" for kind in schema.types.values())
    style = package_path("export/report.css").read_text("utf-8")
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>新闻知识图谱</title>\n<style>\n{style}{colours}\n</style>\n</head>\n<body>\n"
        '<header><div><h1>新闻知识图谱 <small>Local news knowledge graph</small></h1>'
        '<nav><a href="#summary">概览</a><a href="#network">关系图</a><a href="#names">名录</a>'
        '<a href="#articles">报道</a></nav></div></header>\n<main>\n'
    )  # fmt: skip


def _section(name: str, zh: str, en: str) -> str:
    return f'<section id="{name}">\n<h2>{zh} <small>{en}</small></h2>\n'


def _summary(
    schema: Schema, files: Counter[str], types: Counter[str], predicates: Counter[str], indicators: int
) -> Iterator[str]:
    yield _section("summary", "概览", "Summary")
    cards = (
        (files.total(), "篇报道", "articles"), (types.total(), "个节点", "nodes"),
        (predicates.total(), "条事实", "facts"), (indicators, "项数据", "indicators"),
        (len(files), "个来源文件", "files"),
    )  # fmt: skip
    yield '<div class="cards">'
    for number, zh, en in cards:
        yield f'<div class="card"><b>{number:,}</b><span>{zh}</span><small>{en}</small></div>'
    yield '</div>\n<div class="columns">\n'
    kinds = [(t.zh, t.en, types[t.name], f"t-{t.name}") for t in schema.types.values() if types[t.name]]
    yield from _bars("节点类型", "Node types", kinds)
    known = [(p.zh, p.en, predicates[p.name], "") for p in schema.predicates.values() if predicates[p.name]]
    strange = [(name, name, n, "") for name, n in sorted(predicates.items()) if name not in schema.predicates]
    yield from _bars("关系", "Relations", sorted([*known, *strange], key=lambda row: -row[2]))
    sources = [
        (name, "", n, "file")
        for name, n in sorted(files.items(), key=lambda item: (-item[1], item[0]))[:_FILES]
    ]
    note = f"前 {_FILES} 个，共 {len(files)} 个" if len(files) > _FILES else ""
    yield from _bars("来源", "Sources", sources, note)
    yield "</div>\n</section>\n"


def _bars(zh: str, en: str, rows: Sequence[tuple[str, str, int, str]], note: str = "") -> Iterator[str]:
    most = max((row[2] for row in rows), default=1)
    yield f'<div class="bars"><h3>{zh} <small>{en}</small></h3>'
    for name, other, number, style in rows:
        share = round(100 * number / most, 1)
        label = f"{_text(name)} <small>{_text(other)}</small>"
        yield (
            f'<div class="bar {style}"><span title="{_text(name)}">{label}</span>'
            f'<i><u style="width:{share}%"></u></i><b>{number:,}</b></div>'
        )
    yield f'<p class="note">{note}</p></div>\n' if note else "</div>\n"


def _picture(schema: Schema, network: Network, types: Counter[str]) -> Iterator[str]:
    yield _section("network", "关系图", "Network")
    yield '<div class="legend">'
    for kind in schema.types.values():
        if types[kind.name]:
            yield f'<span class="t-{kind.name}"><i></i>{kind.zh} <small>{kind.en}</small></span>'
    yield "<em>滚轮缩放，拖动平移，点击节点看详情 · scroll to zoom, drag to move, click a node</em></div>\n"
    limit = 800
    yield f'<div class="frame">{svg(network, limit=limit)}<button type="button" id="whole">全图</button></div>\n'
    if len(network.nodes) > limit:
        note = (
            f"图中是事实最多的 {limit} 个节点，共 {len(network.nodes)} 个。The {limit} best connected nodes."
        )
        yield f'<p class="note">{note}</p>'
    yield "</section>\n"


def _name_list(schema: Schema, network: Network) -> Iterator[str]:
    yield _section("names", "名录", "Names")
    yield '<div class="tools"><input id="search" type="search" aria-label="搜索" placeholder="搜索名称、别名、代码">'
    yield '<button type="button" class="on" data-type="">全部</button>'
    present = {node.type for node in network.nodes}
    for kind in schema.types.values():
        if kind.name in present:
            yield f'<button type="button" class="t-{kind.name}" data-type="{kind.name}">{kind.zh}</button>'
    yield '</div>\n<div class="split"><div class="list"><table><thead><tr><th>名称</th><th>类型</th><th>报道</th>'
    yield '<th>事实</th></tr></thead><tbody id="rows"></tbody></table><p class="note" id="more"></p></div>'
    yield '<aside id="detail"><p class="note">选一个名称，这里列出它的事实。Choose a name.</p></aside></div>\n'
    if len(network.nodes) > _NODES:
        yield f'<p class="note">收录事实最多的 {_NODES} 个名称，共 {len(network.nodes)} 个；全部见 nodes.csv。</p>'
    yield "<noscript>名录需要 JavaScript；全部名称也在 nodes.csv 里。</noscript></section>\n"


def _article(
    article: GraphArticle,
    mentions: Sequence[GraphMention],
    facts: Sequence[_Fact],
    indicators: Sequence[str],
    names: _Names,
) -> Iterator[str]:
    title = _text(one_line(article.heading))
    kind = "图片说明" if article.kind == "caption" else "报道"
    byline = "、".join(f"{_text(one_line(a.name))}（{_text(a.role)}）" for a in article.authors)
    details = [kind, article.date or "", byline, _text(one_line(article.source))]
    yield f'<article id="a-{_text(article.id)}"><h3>{title}</h3><p class="by">{" · ".join(d for d in details if d)}</p>'
    yield '<div class="story"><div class="text">'
    yield from (
        f"<p>{line}</p>" for line in _marked(article.text, mentions, names).split("\n") if line.strip()
    )
    yield '</div><div class="facts">'
    yield f"<h4>{len(facts)} 条事实 <small>facts</small></h4><ul>"
    # One sentence often states several facts: it is quoted once.
    for _, stated in groupby(facts, key=lambda fact: (fact.evidence.start, fact.evidence.end)):
        yield _sentence(list(stated), names)
    yield "</ul>"
    if indicators:
        yield f"<h4>{len(indicators)} 项数据 <small>indicators</small></h4>"
        yield f'<ul class="numbers">{"".join(indicators)}</ul>'
    yield "</div></div></article>\n"


def _sentence(facts: Sequence[_Fact], names: _Names) -> str:
    """A sentence and the facts that it states."""
    parts = [f"<li><q>{_text(one_line(facts[0].evidence.text))}</q>"]
    for fact in facts:
        edge, one = fact.edge, fact.evidence
        label = _text(relation_label(edge.predicate, edge.role, edge.former, names.schema))
        added = "".join(f" <small>{_text(str(value))}</small>" for _, value in sorted(one.properties.items()))
        why = _text(f"规则 {one.rule}，可信度 {one.confidence:.2f}")
        relation = f'<span class="rel" title="{why}">{label}{added}</span>'
        sure = f"<small>{one.confidence:.2f}</small>"
        parts.append(
            f'<div class="fact">{names.pill(edge.source)}{relation}{names.pill(edge.target)}{sure}</div>'
        )
    return "".join([*parts, "</li>"])


def _marked(text: str, mentions: Sequence[GraphMention], names: _Names) -> str:
    """The text with its names marked; of two that overlap, the one that begins first, then the longer one."""
    parts: list[str] = []
    done = 0
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end, m.node)):
        if mention.start < done or not mention.start < mention.end <= len(text):
            continue
        parts.append(_text(text[done : mention.start]))
        label, kind = names.known[mention.node]
        title = f"{names.schema.types[kind].zh}：{label}" if kind in names.schema.types else label
        inner = _text(text[mention.start : mention.end].replace("\n", " "))
        key = escape(mention.node)
        parts.append(f'<mark class="t-{escape(kind)}" data-key="{key}" title="{_text(title)}">{inner}</mark>')
        done = mention.end
    parts.append(_text(text[done:]))
    return "".join(parts)


def _data(edges: Iterable[GraphEdge], network: Network, schema: Schema) -> str:
    """What the list of names searches: nodes, and facts with the sentence of their best evidence, by their indices."""
    ranked = sorted(network.nodes, key=lambda node: (-node.degree, -node.articles, node.key))[:_NODES]
    index = {node.key: number for number, node in enumerate(ranked)}
    types = {kind.name: kind.zh for kind in schema.types.values()}
    nodes = [[n.key, n.label, n.type, n.aliases, n.code, n.articles, n.degree] for n in ranked]
    facts: list[list[object]] = []
    for edge in edges:
        if len(facts) < _FACTS and edge.source in index and edge.target in index:
            best = max(edge.evidence, key=lambda one: one.confidence)
            label = relation_label(edge.predicate, edge.role, edge.former, schema)
            facts.append([index[edge.source], label, index[edge.target], edge.weight, one_line(best.text)])
    packed = json.dumps(
        {"types": types, "nodes": nodes, "facts": facts}, ensure_ascii=False, separators=(",", ":")
    )
    # Inside <script> nothing is escaped but the end of it.
    return (
        packed.replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("\u2028", "\\u2028")
    )
