"""The main job: articles in, a graph out. The only place, besides the engines, that knows the order of the stages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import InputError
from kg.knowledge.gazetteer import Gazetteer
from kg.knowledge.lexicon import Lexicon
from kg.language.names import NameFinder, name_finder
from kg.records import Article, ArticleGraph, Document, Fact, MentionRef, content_id
from kg.relations.engine import RuleEngine
from kg.relations.finder import RelationFinder
from kg.relations.indicators import find_indicators
from kg.resolve.article import resolve_article, resolve_mentions
from kg.resolve.keys import author_keys, node_keys
from kg.schema import Schema, default_schema
from kg.sources import Columns, check_encoding, list_inputs, read_input

if TYPE_CHECKING:
    from kg.store import GraphCounts
    from kg.train.annotation import AnnotatedArticle
    from kg.train.evaluation import Score
    from kg.train.relations import ReadArticle

__all__ = ["BuildResult", "Extractor", "build", "evaluate", "extract", "read_annotated"]

STORE_NAME = "graph.duckdb"
_BATCH = 32  # articles whose sentences the tagger sees at once


class Extractor:
    """Language, relations and resolution of one article after the other; made once, used for any number."""

    def __init__(
        self,
        *,
        finder: NameFinder | None = None,
        engine: RuleEngine | None = None,
        schema: Schema | None = None,
    ) -> None:
        self.finder = finder or name_finder()
        self.schema = schema or default_schema()
        self.relations = RelationFinder.load(engine)

    @property
    def lexicon(self) -> Lexicon:
        return self.finder.lexicon

    @property
    def gazetteer(self) -> Gazetteer:
        return self.finder.gazetteer

    def extract(self, articles: Iterable[Article]) -> Iterator[ArticleGraph]:
        """The graph of each article, in order; reads ahead by a batch at most."""
        waiting = iter(articles)
        while batch := list(islice(waiting, _BATCH)):
            texts = [part for article in batch for part in (article.title or "", article.text)]
            documents = self.finder.analyse_all(texts)
            for article in batch:
                title, document = next(documents), next(documents)
                yield self.resolve(article, document, self.relations.find(document), title)

    def resolve(
        self, article: Article, document: Document, facts: Sequence[Fact], title: Document | None = None
    ) -> ArticleGraph:
        """The graph of an article whose names and facts are known; the title's places help to settle those of the text."""
        measures = find_indicators(document)
        return resolve_article(
            article,
            document,
            facts,
            measures,
            title=title,
            lexicon=self.lexicon,
            gazetteer=self.gazetteer,
            schema=self.schema,
        )


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What a build did: how many articles it read, what it could not read, what the graph holds, which files it wrote."""

    articles: int
    counts: GraphCounts
    files: tuple[Path, ...]
    errors: tuple[InputError, ...] = field(default=())


Progress = Callable[[int, int, int], None]
"""Called with inputs done, inputs in all, articles so far."""


def _articles(
    sources: Sequence[str],
    columns: Columns | None,
    encoding: str | None,
    on_error: Callable[[InputError], None],
    progress: Progress | None,
) -> Iterator[Article]:
    check_encoding(encoding)
    inputs = list_inputs(sources, on_error)
    count = 0
    for done, source in enumerate(inputs):
        if progress is not None:
            progress(done, len(inputs), count)
        for article in read_input(source, columns=columns, encoding=encoding, on_error=on_error):
            count += 1
            yield article
            if progress is not None:
                progress(done, len(inputs), count)
    if progress is not None:
        progress(len(inputs), len(inputs), count)


def extract(
    sources: Sequence[str],
    *,
    columns: Columns | None = None,
    encoding: str | None = None,
    on_error: Callable[[InputError], None],
    progress: Progress | None = None,
    extractor: Extractor | None = None,
) -> Iterator[ArticleGraph]:
    """The graphs of all articles of the sources (files, folders, globs, ``-``), one at a time.

    What cannot be read goes to `on_error` and costs itself only. Raises DataError when a model or lexicon is missing.
    """
    worker = extractor or Extractor()
    yield from worker.extract(_articles(sources, columns, encoding, on_error, progress))


def build(
    sources: Sequence[str],
    directory: str | Path,
    *,
    base: str | None = None,
    columns: Columns | None = None,
    encoding: str | None = None,
    fresh: bool = False,
    on_error: Callable[[InputError], None] | None = None,
    progress: Progress | None = None,
    extractor: Extractor | None = None,
) -> BuildResult:
    """Builds the graph of the sources in `directory`: the store, and all exports.

    A store that is there is continued: an article with the same id is replaced, the others stay; with `fresh` it begins anew. The
    store changes in one transaction and the exports are moved into place at the end, so that an interrupted build leaves
    what was there. IRIs lie below `base` (by default that of `kg.export`).
    Raises StoreError when the folder or the store cannot be used.
    """
    from kg.export import DEFAULT_BASE, write_all  # `kg extract` needs neither: 70 ms
    from kg.store import GraphStore

    errors: list[InputError] = []

    def note(error: InputError) -> None:
        errors.append(error)
        if on_error is not None:
            on_error(error)

    folder = Path(directory)
    graphs = extract(sources, columns=columns, encoding=encoding, on_error=note, progress=progress, extractor=extractor)
    with GraphStore.open(folder / STORE_NAME) as store:
        articles = store.add(_keyed(graphs), fresh=fresh)
        graph = store.graph()
        files = write_all(graph, folder, base=base or DEFAULT_BASE)
        counts = graph.counts()
    return BuildResult(articles, counts, files, tuple(errors))


def evaluate(
    gold: Path,
    sources: Sequence[str] = (),
    *,
    graphs: Path | None = None,
    on_error: Callable[[InputError], None],
    extractor: Extractor | None = None,
) -> Score:
    """How well the graphs of `sources` (or those in the file `graphs`, or of the gold articles' own text) fit the gold.

    Raises InputError when the gold cannot be read, has no text of its own where it is needed, or fits nothing.
    """
    from kg.train.evaluation import pair, read_gold, read_graphs, score

    wanted = read_gold(gold)
    if graphs is not None:
        return score(pair(wanted, read_graphs(graphs)))
    worker = extractor or Extractor()
    if sources:
        found = [graph.to_json() for graph in extract(sources, on_error=on_error, extractor=worker)]
        return score(pair(wanted, found))
    bare = next((one for one in wanted if not isinstance(one.get("text"), str)), None)
    if bare is not None:
        remedy = "name the source that it is the gold of"
        raise InputError(f"the gold article {bare['id']} has no text of its own", where=gold, remedy=remedy)
    articles = [
        Article(str(one["id"]), one.get("title"), one["text"], str(gold), date=one.get("date")) for one in wanted
    ]
    return score(list(zip(wanted, (graph.to_json() for graph in worker.extract(articles)), strict=True)))


def read_annotated(articles: Iterable[AnnotatedArticle]) -> Iterator[ReadArticle]:
    """The articles of the corpus as kg reads them, with the nodes of the annotation that each mention stands for: what
    `kg.train.relations` learns from. What the rules find is there; the relation model is not asked.
    """
    from kg.train.evaluation import match_nodes
    from kg.train.relations import ReadArticle

    finder, engine = name_finder(), RuleEngine.load()
    waiting = iter(articles)
    while batch := list(islice(waiting, _BATCH)):
        documents = finder.analyse_all([part for article in batch for part in (article.title or "", article.text)])
        for article in batch:
            title, document = next(documents), next(documents)
            facts = engine.find(document)
            names = resolve_mentions(document, facts, title=title, lexicon=finder.lexicon, gazetteer=finder.gazetteer)
            ends = [names.ends(MentionRef(m.start, m.end)) for m in document.mentions]
            entities = list({id(entity): entity for found in ends for entity in found}.values())
            nodes = [{"id": str(n), "type": e.type, "label": e.label, "aliases": sorted(e.aliases)} for n, e in enumerate(entities)]
            gold = match_nodes(article.to_gold()["nodes"], nodes)
            ids = {id(entity): gold.get(str(n), f"? {n}") for n, entity in enumerate(entities)}
            yield ReadArticle(article, document, facts, tuple(tuple(ids[id(e)] for e in found) for found in ends))


def make_grapher() -> Callable[[str, Document], ArticleGraph]:
    """The function behind spaCy's `kg_graph` component (registered as ``kg.grapher.v1``)."""
    extractor = Extractor()

    def graph(text: str, document: Document) -> ArticleGraph:
        article = Article(content_id("text", text), None, text, "text")
        return extractor.resolve(article, document, extractor.relations.find(document))

    return graph


def _keyed(
    graphs: Iterable[ArticleGraph],
) -> Iterator[tuple[ArticleGraph, Mapping[str, str], Mapping[str, str]]]:
    for graph in graphs:
        yield graph, node_keys(graph), author_keys(graph.article)
