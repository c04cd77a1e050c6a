"""The spaCy pipeline: names, roles, times, numbers, and the graph of the text; words come from spacy-pkuseg around the names.

The tokenizer runs first in spaCy and must know the names already, so that no word boundary breaks one: it calls the
`NameFinder` and lets the segmenter cut what is left. `kg_names` then writes what was found into `doc.ents` (names),
`doc.spans` ("pointers", "generic", "roles", "times", "quantities") and `doc.user_data["kg.document"]` (the `Document` record);
`kg_graph` puts the nodes, edges and indicators into `doc._.kg` (an `ArticleGraph`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from spacy.lang.zh import Chinese
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, registry
from spacy.vocab import Vocab

from kg.language.names import NameFinder, name_finder
from kg.language.segmenter import Segmenter
from kg.records import ArticleGraph, Document

__all__ = ["DOCUMENT_KEY", "KgTokenizer", "load"]

DOCUMENT_KEY = "kg.document"
Grapher = Callable[[str, Document], ArticleGraph]
"""Makes the graph of a text whose names are known."""
_SPAN_GROUPS = ("pointers", "generic", "roles", "times", "quantities")


class KgTokenizer:
    """A spaCy tokenizer: each name is one token, the segmenter cuts the rest; `doc.text` is the text given."""

    def __init__(self, vocab: Vocab, finder: NameFinder, segmenter: Segmenter) -> None:
        self.vocab = vocab
        self.finder = finder
        self.segmenter = segmenter

    def __call__(self, text: str) -> Doc:
        return self._doc(self.finder.analyse(text))

    def pipe(self, texts: Iterable[str], batch_size: int = 64) -> Iterable[Doc]:
        """Docs of many texts; the tagger sees `batch_size` of them at once."""
        batch: list[str] = []
        for text in texts:
            batch.append(text)
            if len(batch) >= batch_size:
                yield from map(self._doc, self.finder.analyse_all(batch))
                batch = []
        yield from map(self._doc, self.finder.analyse_all(batch))

    def _doc(self, document: Document) -> Doc:
        words, spaces = self._words(document)
        doc = Doc(self.vocab, words=words, spaces=spaces)
        doc.user_data[DOCUMENT_KEY] = document
        starts = {start for start, _ in document.sentences}
        for token in doc:
            token.is_sent_start = token.idx in starts or token.i == 0
        return doc

    def _words(self, document: Document) -> tuple[list[str], list[bool]]:
        text, position = document.text, 0
        pieces: list[str] = []
        for mention in document.mentions:
            if mention.kind != "name":
                continue
            pieces += self.segmenter.cut(text[position : mention.start]) if mention.start > position else []
            pieces.append(text[mention.start : mention.end])
            position = mention.end
        pieces += self.segmenter.cut(text[position:]) if position < len(text) else []
        words: list[str] = []
        spaces: list[bool] = []
        for piece in pieces:  # spaCy keeps a single blank after a word as a property of the word
            if piece == " " and words and not spaces[-1] and not words[-1].isspace():
                spaces[-1] = True
            elif piece:
                words.append(piece)
                spaces.append(False)
        return words, spaces

    # spaCy asks these of a tokenizer when a pipeline is saved; all that this one knows travels with the package.
    def to_bytes(self, **kwargs: Any) -> bytes:
        return b""

    def from_bytes(self, data: bytes, **kwargs: Any) -> KgTokenizer:
        return self

    def to_disk(self, path: str | Path, **kwargs: Any) -> None:
        """Nothing to write."""

    def from_disk(self, path: str | Path, **kwargs: Any) -> KgTokenizer:
        return self


@registry.tokenizers("kg.tokenizer.v1")  # type: ignore[untyped-decorator]  # spaCy's registry has no types
def make_tokenizer() -> Callable[[Language], KgTokenizer]:
    """The registered tokenizer of the pipeline's config."""

    def create(nlp: Language) -> KgTokenizer:
        return KgTokenizer(nlp.vocab, name_finder(), Segmenter.load())

    return create


@Language.factory("kg_names", assigns=["doc.ents", "doc.spans"])
def make_names(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """The component that writes what the tokenizer's finder found into `doc.ents` and `doc.spans`."""
    return write_names


def write_names(doc: Doc) -> Doc:
    """Fills `doc.ents` and the span groups from the Document that came with the tokens."""
    document: Document | None = doc.user_data.get(DOCUMENT_KEY)
    if document is None:  # a Doc that another tokenizer made
        document = name_finder().analyse(doc.text)
        doc.user_data[DOCUMENT_KEY] = document
    names = [m for m in document.mentions if m.kind == "name"]
    doc.set_ents(filter_spans(_spans(doc, [(m.start, m.end, m.type) for m in names])), default="outside")
    groups: dict[str, Sequence[tuple[int, int, str]]] = {
        "pointers": [(m.start, m.end, m.type) for m in document.mentions if m.kind == "pointer"],
        "generic": [(m.start, m.end, m.type) for m in document.mentions if m.kind == "generic"],
        "roles": [(r.start, r.end, "Role") for r in document.roles],
        "times": [(t.start, t.end, "Time") for t in document.times],
        "quantities": [(q.start, q.end, "Quantity") for q in document.quantities],
    }
    for group in _SPAN_GROUPS:
        doc.spans[group] = _spans(doc, groups[group])
    return doc


def _spans(doc: Doc, found: Iterable[tuple[int, int, str]]) -> list[Span]:
    spans = (doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in found)
    return [span for span in spans if span is not None]


@Language.factory("kg_graph", assigns=["doc._.kg"], default_config={"grapher": {"@misc": "kg.grapher.v1"}})
def make_graph(nlp: Language, name: str, grapher: Grapher) -> Callable[[Doc], Doc]:
    """The component that puts the graph of the text into `doc._.kg`; `grapher` comes from the registry (`kg.building`)."""
    if not Doc.has_extension("kg"):
        Doc.set_extension("kg", default=None)

    def write_graph(doc: Doc) -> Doc:
        doc._.kg = grapher(doc.text, doc.user_data[DOCUMENT_KEY])
        return doc

    return write_graph


def load() -> Language:
    """A spaCy pipeline for Chinese local news: `nlp(text)` has `doc.ents`, `doc.spans` and `doc._.kg`.

    Everything in it is a registered factory. Raises DataError when a model or a lexicon is missing.
    """
    config = {"nlp": {"lang": "zh", "tokenizer": {"@tokenizers": "kg.tokenizer.v1"}}}
    nlp = Chinese.from_config(config)
    nlp.add_pipe("kg_names")
    nlp.add_pipe("kg_graph")
    return nlp
