"""`kg.load()`: a spaCy pipeline like any other, whose Docs hold what the name finder found."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.lang.zh import Chinese
from spacy.language import Language
from spacy.tokens import Doc

import kg
from kg.language.names import name_finder
from kg.language.pipeline import DOCUMENT_KEY
from kg.records import ArticleGraph

TEXT = (
    "德清县武康街道千秋社区党总支书记陆小满介绍，2024年5月，社区推出“邻里小站”服务，募集12万元。\n\n"
    "该街道还与企业共建食堂， A man 说：“好！”"
)
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"


@lru_cache(maxsize=1)
def pipeline() -> Language:
    return kg.load()


@pytest.fixture(scope="module")
def nlp() -> Language:
    return pipeline()


@pytest.fixture(scope="module")
def doc(nlp: Language) -> Doc:
    return nlp(TEXT)


def test_a_doc_holds_the_text_given(doc: Doc) -> None:
    assert doc.text == TEXT
    assert "".join(token.text_with_ws for token in doc) == TEXT
    assert all(TEXT[token.idx : token.idx + len(token)] == token.text for token in doc)


def test_names_are_entities(doc: Doc) -> None:
    assert [(ent.text, ent.label_) for ent in doc.ents] == [
        ("德清县", "Place"), ("武康街道", "Place"), ("千秋社区", "Place"), ("陆小满", "Person"), ("“邻里小站”服务", "Program"),
    ]  # fmt: skip


def test_what_is_no_name_is_a_span(doc: Doc) -> None:
    def texts(group: str) -> list[str]:
        return [span.text for span in doc.spans[group]]

    assert set(doc.spans) == {"pointers", "generic", "roles", "times", "quantities"}
    assert {"社区", "该街道", "企业"} <= set(texts("pointers"))
    assert texts("roles") == ["党总支书记"]
    assert texts("times") == ["2024年5月"]
    assert texts("quantities") == ["12万元"]
    assert {span.label_ for span in doc.spans["roles"]} == {"Role"}


def test_no_word_boundary_breaks_a_name(nlp: Language) -> None:
    text = "镇长王海望着远处的稻田，长泾镇的村民阿依古丽·买买提笑了。"
    doc = nlp(text)
    assert [token.text for token in doc if token.ent_type_ == "Person"] == ["王海", "阿依古丽·买买提"]
    assert "王海" in [token.text for token in doc]


def test_sentences_are_those_of_the_finder(doc: Doc) -> None:
    assert [sent.text.strip() for sent in doc.sents if sent.text.strip()] == TEXT.split("\n\n")
    assert doc.has_annotation("SENT_START")


def test_the_graph_of_the_text_is_in_the_doc(doc: Doc) -> None:
    graph = doc._.kg
    assert isinstance(graph, ArticleGraph)
    assert graph.article.text == TEXT
    labels = {node.id: node.label for node in graph.nodes}
    facts = {(labels[e.source], e.predicate, labels[e.target]) for e in graph.edges}
    assert {
        ("武康街道", "located_in", "德清县"), ("千秋社区", "located_in", "武康街道"),
        ("陆小满", "affiliated_with", "千秋社区"), ("千秋社区", "runs", "邻里小站"),
    } <= facts  # fmt: skip


def test_the_document_travels_with_the_doc(doc: Doc) -> None:
    assert doc.user_data[DOCUMENT_KEY].mentions == name_finder().analyse(TEXT).mentions


def test_everything_in_the_pipeline_is_a_registered_factory(nlp: Language) -> None:
    assert nlp.pipe_names == ["kg_names", "kg_graph"]
    assert all(Language.has_factory(nlp.get_pipe_meta(name).factory) for name in nlp.pipe_names)
    assert nlp.config["nlp"]["tokenizer"] == {"@tokenizers": "kg.tokenizer.v1"}
    assert nlp.config["components"]["kg_graph"]["grapher"] == {"@misc": "kg.grapher.v1"}
    assert not any(nlp.analyze_pipes()["problems"].values())


def test_a_config_in_another_program_finds_the_factories() -> None:
    """They are announced as entry points, so that spaCy imports them by name."""
    assert {point.name for point in entry_points(group="spacy_factories")} >= {"kg_names", "kg_graph"}
    assert "kg.tokenizer.v1" in {point.name for point in entry_points(group="spacy_tokenizers")}
    assert "kg.grapher.v1" in {point.name for point in entry_points(group="spacy_misc")}


def test_a_saved_pipeline_comes_back(nlp: Language, doc: Doc, tmp_path: Path) -> None:
    nlp.to_disk(tmp_path / "saved")
    again = spacy.load(tmp_path / "saved")(TEXT)
    assert [token.text for token in again] == [token.text for token in doc]
    assert [(ent.text, ent.label_) for ent in again.ents] == [(ent.text, ent.label_) for ent in doc.ents]
    assert again._.kg == doc._.kg


def test_names_in_a_doc_that_another_tokenizer_made() -> None:
    """Its own words may cross a name; the entity then covers them."""
    other = Chinese.from_config({"nlp": {"tokenizer": {"@tokenizers": "spacy.zh.ChineseTokenizer"}}})
    other.add_pipe("kg_names")
    other.add_pipe("kg_graph")
    doc = other(TEXT)
    assert doc.text == TEXT
    assert [ent.text for ent in doc.ents][:3] == ["德清县", "武康街道", "千秋社区"]
    assert doc._.kg.nodes


def test_many_texts_at_once(nlp: Language) -> None:
    texts = [path.read_text("utf-8") for path in sorted(SAMPLES.glob("0*.txt"))] + ["", " ", TEXT]
    together = list(nlp.pipe(texts, batch_size=5))
    assert [doc.text for doc in together] == texts
    for doc, text in zip(together[-3:], texts[-3:], strict=True):
        alone = nlp(text)
        assert [token.text for token in doc] == [token.text for token in alone]
        assert [(ent.text, ent.label_) for ent in doc.ents] == [(ent.text, ent.label_) for ent in alone.ents]
        assert len(doc._.kg.edges) == len(alone._.kg.edges)


def test_a_name_across_blanks_and_line_ends(nlp: Language) -> None:
    for text in (" 德清县 ", "德清县  武康街道", "\n德清县\n", "德清县\u3000\u3000王海", "  ", "\t德清县\r\n"):
        assert nlp(text).text == text


@settings(max_examples=40, deadline=None)
@given(st.text(st.sampled_from("德清县镇长王海 \n\t\u3000，。“”A·1é😀\u200b"), max_size=30) | st.text(max_size=30))
def test_any_text_comes_back(text: str) -> None:
    doc = pipeline()(text)
    assert doc.text == text
    document = doc.user_data[DOCUMENT_KEY]
    assert [(e.start_char, e.end_char) for e in doc.ents] == [
        (m.start, m.end) for m in document.mentions if m.kind == "name"
    ]
