"""The command line: one function a command; it parses, calls, prints, and holds no logic.

Exit status: 0 done, 1 the work failed (in part or whole), 2 the call was wrong.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kg.errors import InputError, KgError

if TYPE_CHECKING:
    from kg.building import Progress
    from kg.sources import Columns
    from kg.store import GraphEdge, GraphNode, StoredGraph
    from kg.train.relations import ReadArticle

app = typer.Typer(
    name="kg",
    help="Chinese local news in, a knowledge graph out.  把中文地方新闻变成知识图谱。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
rules_app = typer.Typer(help="The rules that find relations: list, test, explain.  关系规则。", no_args_is_help=True)
app.add_typer(rules_app, name="rules")
train_app = typer.Typer(help="Make the models again from data/.  由语料重新训练模型。", no_args_is_help=True)
app.add_typer(train_app, name="train")

# Typer carries its own copy of click, whose name is private; its usage errors are found by what they are derived from.
_WrongCall: type[Any] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

Sources = Annotated[
    list[str],
    typer.Argument(help="Files, folders, globs, or - for standard input.", metavar="SOURCE", show_default=False),
]
GraphDir = Annotated[Path, typer.Option("--graph", "-g", help="The folder that `kg build` wrote.", metavar="DIR")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        callback=lambda value: _encoding(value),
        help="The encoding of the files; found by looking unless given.",
    ),
]
ColumnNames = Annotated[
    list[str] | None,
    typer.Option(
        "--columns",
        help="Where a field is in JSON or CSV, as id=…, title=…, text=…, date=…, url=….",
        metavar="FIELD=NAME",
    ),
]


def main() -> None:
    """The entry point: turns the errors that kg raises on purpose into one clear line and status 1."""
    for stream in (sys.stdout, sys.stderr):  # names are Chinese, whatever the locale says
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except _WrongCall as error:
        error.show()
        sys.exit(2)
    except KgError as error:
        _complain(error)
        sys.exit(1)
    except (KeyboardInterrupt, typer.Abort):
        print("kg: interrupted; the former output is as it was", file=sys.stderr)
        sys.exit(130)


def _complain(error: KgError) -> None:
    print(f"kg: {error}", file=sys.stderr)


def _encoding(value: str | None) -> str | None:
    """Refuses an encoding that Python does not know, before any work."""
    if value is not None:
        try:
            b"a".decode(value)
        except (LookupError, TypeError, ValueError) as error:
            raise typer.BadParameter(f"“{value}” is no text encoding: utf-8, gb18030, big5, utf-16-le …") from error
    return value


def _base(value: str | None) -> str | None:
    """Refuses a base that is no IRI, before any work."""
    if value is not None:
        from kg.export.terms import check_base

        try:
            check_base(value)
        except KgError as error:
            raise typer.BadParameter(str(error)) from error
    return value


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        print(f"kg {version('kg-local-news')}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Chinese local news in, a knowledge graph out."""


@app.command()
def build(
    sources: Sources,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder for the graph.", metavar="DIR")] = Path(
        "out"
    ),
    base: Annotated[
        str | None, typer.Option("--base", callback=_base, help="The base of all IRIs.", metavar="IRI")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew instead of continuing the graph in DIR.")] = False,
    column: ColumnNames = None,
    encoding: Encoding = None,
    as_json: AsJson = False,
) -> None:
    """Build the graph of the sources: Turtle, TriG, JSON-LD, GraphML, GEXF, CSV, a report, and the store.

    生成知识图谱：读入新闻，写出 Turtle、GraphML、GEXF、CSV、报告与数据库。
    """
    from kg.building import build as run

    with _progress() as progress:
        result = run(
            sources,
            output,
            base=base,
            columns=_columns(column),
            encoding=encoding,
            fresh=fresh,
            on_error=_complain,
            progress=progress,
        )
    nodes, edges = sum(result.counts.nodes.values()), sum(result.counts.edges.values())
    if as_json:
        counts = {"nodes": dict(result.counts.nodes), "edges": dict(result.counts.edges)}
        summary = {
            "articles": result.articles,
            "failed": len(result.errors),
            **counts,
            "files": list(map(str, result.files)),
        }
        print(json.dumps(summary, ensure_ascii=False))
    else:
        print(f"{result.articles} articles read, {len(result.errors)} inputs failed")
        print(f"the graph holds {nodes} nodes, {edges} facts, {result.counts.indicators} indicators")
        print(f"written to {output}: {', '.join(path.name for path in result.files)}")
        print(f"read it: {output / 'report.html'}")
    if result.errors or not result.articles:
        if not result.articles:
            _complain(
                InputError("no article could be read", remedy="name a file or folder with .txt, .jsonl or .csv files")
            )
        raise typer.Exit(1)


@app.command()
def extract(
    sources: Sources,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file instead of standard output.", metavar="FILE")
    ] = None,
    column: ColumnNames = None,
    encoding: Encoding = None,
) -> None:
    """Write one JSON line an article: its text, nodes, edges with evidence, indicators.

    每篇报道输出一行 JSON：原文、节点、带依据的关系、指标。
    """
    from kg.building import extract as run

    failed: list[InputError] = []

    def note(error: InputError) -> None:
        failed.append(error)
        _complain(error)

    count = 0
    with _progress() as progress, _writing(output) as write:
        for graph in run(sources, columns=_columns(column), encoding=encoding, on_error=note, progress=progress):
            write(json.dumps(graph.to_json(), ensure_ascii=False).encode("utf-8", "replace").decode() + "\n")
            count += 1
    if failed or not count:
        print(f"kg: {count} articles, {len(failed)} inputs failed", file=sys.stderr)
        raise typer.Exit(1)


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A name or an alias.")],
    graph: GraphDir = Path("out"),
    as_json: AsJson = False,
) -> None:
    """Show what the graph knows of a name: its facts, each with the sentence that says so.

    查看一个名称的全部事实与依据。
    """
    with _opened(graph) as stored:
        nodes = stored.find_node(name)
        if not nodes:
            _complain(KgError(f"the graph has no “{name}”", where=graph, remedy="try a part of the name"))
            raise typer.Exit(1)
        if as_json:
            print(json.dumps([_node_json(stored, node) for node in nodes], ensure_ascii=False))
            return
        for node in nodes[:3]:
            _print_node(stored, node)
        if len(nodes) > 3:
            print(f"… and {len(nodes) - 3} more: {', '.join(n.label for n in nodes[3:10])}")


@app.command()
def path(
    source: Annotated[str, typer.Argument(metavar="A")],
    target: Annotated[str, typer.Argument(metavar="B")],
    graph: GraphDir = Path("out"),
    as_json: AsJson = False,
) -> None:
    """Show a shortest way from A to B through the facts.

    查看两个名称之间最短的关系链。
    """
    with _opened(graph) as stored:
        ends = []
        for name in (source, target):
            found = stored.find_node(name, limit=1)
            if not found:
                _complain(KgError(f"the graph has no “{name}”", where=graph, remedy="try a part of the name"))
                raise typer.Exit(1)
            ends.append(found[0])
        edges = stored.path(ends[0].key, ends[1].key)
        if edges is None:
            print(f"no way leads from {ends[0].label} to {ends[1].label}", file=sys.stderr)
            raise typer.Exit(1)
        if as_json:
            print(json.dumps([_edge_json(stored, edge) for edge in edges], ensure_ascii=False))
            return
        for edge in edges:
            print(_edge_line(stored, edge))
            print(f"    “{edge.evidence[0].text}”" if edge.evidence else "")


@rules_app.command("list")
def rules_list(as_json: AsJson = False) -> None:
    """List the rules: id, predicate, what each one says.

    列出全部规则：编号、关系、说明。
    """
    from kg.relations.engine import RuleEngine

    rules = RuleEngine.load().rules
    if as_json:
        print(json.dumps([{"id": r.id, "predicate": r.predicate, "doc": r.doc} for r in rules], ensure_ascii=False))
        return
    for rule in rules:
        print(f"{rule.id}\t{rule.predicate}\t{rule.doc}")


@rules_app.command("test")
def rules_test() -> None:
    """Run the examples that the rules carry: those that must match and those that must not.

    运行每条规则自带的正例与反例。
    """
    from kg.relations.engine import RuleEngine
    from kg.relations.explain import check_examples

    engine = RuleEngine.load()
    count = sum(len(rule.match) + len(rule.no_match) for rule in engine.rules)
    failures = [failure for rule in engine.rules for failure in check_examples(rule, engine)]
    for failure in failures:
        found = "; ".join(f"{f.source} {f.predicate} {f.target}" for f in failure.found)
        why = failure.problem or f"found {found or 'nothing'}"
        print(f"{failure.rule}: {failure.example}\n    {why}", file=sys.stderr)
    print(f"{len(engine.rules)} rules, {count} examples, {len(failures)} failed")
    if failures:
        raise typer.Exit(1)


@rules_app.command("explain")
def rules_explain(text: Annotated[str, typer.Argument(help="A sentence or more.")], as_json: AsJson = False) -> None:
    """Show the tokens and names of a text, each rule that fired, and why the others did not.

    查看分词、名称，以及每条规则为何触发或未触发。
    """
    from kg.building import Extractor
    from kg.relations.explain import explain

    extractor = Extractor()
    document = extractor.finder.analyse(text)
    added = [fact for fact in extractor.relations.find(document) if fact.rule.startswith("model.")]
    found = explain(extractor.relations.engine, document, added)
    if as_json:
        print(json.dumps([asdict(sentence) for sentence in found], ensure_ascii=False))
        return
    for sentence in found:
        print(sentence.sentence)
        print("  tokens  " + " ".join(f"{word}/{tag}" for word, tag in sentence.words))
        print(
            "  names   "
            + "  ".join(
                f"{name} [{kind if kind != 'name' else ''}{' ' if kind != 'name' else ''}{type_}]"
                for name, type_, kind in sentence.names
            )
        )
        if sentence.roles:
            print("  roles   " + "  ".join(sentence.roles))
        for tried in sorted(sentence.tried, key=lambda t: not t.facts):
            for fact in tried.facts:
                extra = "".join(f" {key}={value}" for key, value in fact.properties)
                print(
                    f"  fired   {tried.rule} at “{tried.trigger}”: {fact.source} {fact.predicate} {fact.target}{extra}"
                )
            if not tried.facts:
                at = f" at “{tried.trigger}”" if len(tried.trigger) < 12 else ""
                print(f"  no      {tried.rule}{at}: {tried.failed}")
        for fact, confidence in sentence.added:
            extra = "".join(f" {key}={value}" for key, value in fact.properties)
            print(f"  model   {fact.source} {fact.predicate} {fact.target}{extra} ({confidence:.2f})")
        print()


@app.command("eval")
def evaluate(
    gold: Annotated[Path, typer.Argument(help="A gold .json file, or a folder of them.", metavar="GOLD")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="What to extract from; the text of the gold articles unless given.", metavar="[SOURCE]..."),
    ] = None,
    graphs: Annotated[
        Path | None, typer.Option("--graphs", help="Judge these graphs of `kg extract`.", metavar="FILE")
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="List every miss.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure precision, recall and F1 against gold graphs, for each type of node and each predicate.

    与标准答案对照：按节点类型与关系给出准确率、召回率、F1。
    """
    from kg.building import evaluate as run
    from kg.train.evaluation import table

    total = run(gold, sources or (), graphs=graphs, on_error=_complain)
    if errors:
        print("\n".join(total.errors))
    if as_json:
        names = sorted({(part, name) for part, name, _ in total.counts})
        figures = {f"{part} {name}": total.figures(part, name) for part, name in names}
        print(json.dumps({**figures, "node": total.figures("node"), "edge": total.figures("edge")}, ensure_ascii=False))
        return
    for line in table(total):
        print(line)


@train_app.command("names")
def train_names(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Another folder than models/names.", metavar="DIR")
    ] = None,
    corpus: Annotated[
        list[Path] | None, typer.Option("--corpus", help="Another corpus than data/corpus.", metavar="PATH")
    ] = None,
) -> None:
    """Train the names model from the annotated corpus.  由标注语料训练名称模型。"""
    from kg.resources import model_path
    from kg.train.names import train as run

    run(output or model_path("names"), corpus=corpus or (), progress=lambda line: print(line, flush=True))


@train_app.command("relations")
def train_relations(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Another folder than models/relations.", metavar="DIR")
    ] = None,
    corpus: Annotated[
        list[Path] | None, typer.Option("--corpus", help="Another corpus than data/corpus.", metavar="PATH")
    ] = None,
) -> None:
    """Train the relation model from the annotated corpus.  由标注语料训练关系模型。"""
    from kg.building import read_annotated
    from kg.relations.engine import RuleEngine
    from kg.resources import model_path
    from kg.train.corpus import read_corpus
    from kg.train.relations import train as run

    def read(split: str) -> Iterable[ReadArticle]:
        return read_annotated(read_corpus(corpus or (), split=split))

    run(output or model_path("relations"), read, RuleEngine.load().triggers, progress=lambda line: print(line, flush=True))


@train_app.command("segmenter")
def train_segmenter(
    corpora: Annotated[
        list[Path], typer.Argument(help="CoNLL-U files, or text with a blank between words.", metavar="CORPUS...")
    ],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Another folder than models/segmenter.", metavar="DIR")
    ] = None,
) -> None:
    """Train the segmenter from texts with word boundaries.  由分词语料训练分词模型。"""
    from kg.resources import model_path
    from kg.train.segmenter import read_corpus
    from kg.train.segmenter import train as run

    run([words for path in corpora for words in read_corpus(path)], output or model_path("segmenter"))


def _columns(pairs: list[str] | None) -> Columns | None:
    if not pairs:
        return None
    from kg.sources import Columns

    fields = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or name not in ("id", "title", "text", "date", "url") or not value:
            raise typer.BadParameter(
                f"“{pair}” is not FIELD=NAME with id, title, text, date or url", param_hint="--columns"
            )
        fields[name] = value
    return Columns(**fields)


@contextmanager
def _progress() -> Iterator[Progress | None]:
    """A progress bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def report(done: int, total: int, articles: int) -> None:
            bar.update(task, completed=done, total=total, description=f"{articles} articles")

        yield report


@contextmanager
def _writing(output: Path | None) -> Iterator[Any]:
    """Writes to standard output, or aside and then into place."""
    if output is None:
        try:
            yield sys.stdout.write
            sys.stdout.flush()
        except BrokenPipeError:  # `kg extract … | head`: the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(0) from None
        return
    aside = output.with_name(output.name + ".part")
    try:
        with aside.open("w", encoding="utf-8") as file:
            yield file.write
        aside.replace(output)
    except OSError as error:
        raise KgError(f"cannot be written ({error.strerror})", where=output, remedy="choose another place") from error
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def _opened(folder: Path) -> Iterator[StoredGraph]:
    from kg.building import STORE_NAME
    from kg.store import GraphStore

    with GraphStore.open(folder / STORE_NAME, read_only=True) as store:
        yield store.graph()


def _print_node(stored: StoredGraph, node: GraphNode) -> None:
    from kg.schema import default_schema

    schema = default_schema()
    kind = schema.types[node.type].zh if node.type in schema.types else node.type
    code = f"  {node.code}" if node.code else ""
    print(f"{node.label}  [{kind} {node.type}]{code}")
    if node.aliases:
        print(f"  又名: {'、'.join(node.aliases)}")
    if node.candidates:
        print(f"  可能是: {' '.join(node.candidates[:10])}")
    for edge in stored.edges_of(node.key):
        print("  " + _edge_line(stored, edge))
        for evidence in edge.evidence[:2]:
            article = stored.article(evidence.article)
            where = f"{article.heading}，{article.source}" if article else evidence.article
            print(f"      “{evidence.text}”  ({where}; {evidence.rule} {evidence.confidence:.2f})")
    for indicator in stored.indicators_of(node.key):
        period = f"（{indicator.period}）" if indicator.period else ""
        print(f"  {indicator.metric}: {indicator.text}{period}")
    print()


def _edge_line(stored: StoredGraph, edge: GraphEdge) -> str:
    from kg.schema import default_schema

    source, target = stored.node(edge.source), stored.node(edge.target)
    words = default_schema().predicates[edge.predicate].zh
    extra = "、".join(
        [*([edge.role] if edge.role else []), *(["曾"] if edge.former else []), *edge.properties.values()]
    )
    extra = f"（{extra}）" if extra else ""
    return f"{source.label if source else edge.source} —{words}{extra}→ {target.label if target else edge.target}"


def _edge_json(stored: StoredGraph, edge: GraphEdge) -> dict[str, Any]:
    source, target = stored.node(edge.source), stored.node(edge.target)
    return {
        "source": source.label if source else edge.source, "predicate": edge.predicate,
        "target": target.label if target else edge.target, "role": edge.role, "former": edge.former,
        "properties": dict(edge.properties), "confidence": edge.confidence,
        "evidence": [
            {"article": e.article, "start": e.start, "end": e.end, "text": e.text, "rule": e.rule} for e in edge.evidence
        ],
    }  # fmt: skip


def _node_json(stored: StoredGraph, node: GraphNode) -> dict[str, Any]:
    return {
        "key": node.key, "type": node.type, "label": node.label, "aliases": list(node.aliases), "code": node.code,
        "facts": [_edge_json(stored, edge) for edge in stored.edges_of(node.key)],
        "indicators": [
            {"metric": i.metric, "value": i.value, "unit": i.unit, "period": i.period, "text": i.text}
            for i in stored.indicators_of(node.key)
        ],
    }  # fmt: skip
