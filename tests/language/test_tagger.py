"""The tagger: what it says of a sentence of our own, and that its offsets hold for any text."""

from __future__ import annotations

import itertools
import pickle
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import DataError
from kg.language.tagger import MAX_CHARACTERS, LacTagger, TaggedWord

SENTENCE = "云河县青禾镇党委书记陈立群昨日走访了白石村李家湾12户居民，送上ABC牌电风扇。"


@pytest.fixture(scope="module")
def tagger() -> LacTagger:
    return LacTagger.load()


def surfaces(text: str, words: list[TaggedWord]) -> list[tuple[str, str]]:
    return [(text[word.start : word.end], word.tag) for word in words]


def assert_covers(text: str, words: list[TaggedWord]) -> None:
    assert [word.start for word in words] == [0, *(word.end for word in words)][: len(words)]
    assert (words[-1].end if words else 0) == len(text)
    assert all(word.start < word.end for word in words)
    assert all(0 <= word.score <= 1.00001 for word in words)


def test_tags_a_sentence(tagger: LacTagger) -> None:
    (words,) = tagger.tag([SENTENCE])
    assert surfaces(SENTENCE, words) == [
        ("云河县", "LOC"),
        ("青禾镇党委", "ORG"),
        ("书记", "n"),
        ("陈立群", "PER"),
        ("昨日", "TIME"),
        ("走访", "v"),
        ("了", "u"),
        ("白石村", "LOC"),
        ("李家湾", "LOC"),
        ("12户", "m"),
        ("居民", "n"),
        ("，", "w"),
        ("送", "v"),
        ("上", "v"),
        ("ABC牌", "n"),
        ("电风扇", "n"),
        ("。", "w"),
    ]


def test_tags_the_sentence_that_lac_documents(tagger: LacTagger) -> None:
    text = "百度是一家高科技公司"
    (words,) = tagger.tag([text])
    assert surfaces(text, words) == [("百度", "ORG"), ("是", "v"), ("一家", "m"), ("高科技", "n"), ("公司", "n")]


def test_score_tells_a_sure_name_from_a_doubtful_one(tagger: LacTagger) -> None:
    (words,) = tagger.tag([SENTENCE])
    scores = {SENTENCE[word.start : word.end]: word.score for word in words}
    assert scores["陈立群"] > 0.98
    assert scores["青禾镇党委"] < 0.6


def test_a_batch_gives_what_each_text_gives_alone(tagger: LacTagger) -> None:
    texts = [
        SENTENCE,
        "",
        "好",
        "白石村村委会主任周秀兰介绍，今年茶园新增200亩。",
        SENTENCE[:17],
        "\n",
        "德润茶厂" * 30,
    ]
    together = tagger.tag(texts)
    for text, words in zip(texts, together, strict=True):
        alone = tagger.tag([text])[0]
        assert surfaces(text, words) == surfaces(text, alone)
        assert [word.score for word in words] == pytest.approx([word.score for word in alone], abs=1e-3)


def test_nothing_in_nothing_out(tagger: LacTagger) -> None:
    assert tagger.tag([]) == []
    assert tagger.tag(["", ""]) == [[], []]


@pytest.mark.parametrize(
    "text",
    [
        "\ud800村",
        "a\0b",
        "👨‍👩‍👧‍👦在村里",
        "　　 \t\n",
        "\r\n白石村\u2028",
        "é́́",
        "１２３ＡＢＣ",
        "萬與專業",
        "\U0010ffff",
    ],
)
def test_offsets_of_odd_characters(tagger: LacTagger, text: str) -> None:
    assert_covers(text, tagger.tag([text])[0])


@pytest.mark.parametrize("unit", ["村", "青禾镇新建茶园，", "青禾镇今年新建茶园三百亩。", "a", " "])
def test_a_long_text_is_cut_and_put_together(tagger: LacTagger, unit: str) -> None:
    text = unit * (3 * MAX_CHARACTERS // len(unit) + 1)
    assert_covers(text, tagger.tag([text])[0])


def test_a_long_text_is_cut_between_sentences(tagger: LacTagger) -> None:
    sentence = "青禾镇今年新建茶园三百亩。"
    (words,) = tagger.tag([sentence * 100])
    assert surfaces(sentence * 100, words) == surfaces(sentence, tagger.tag([sentence])[0]) * 100


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=80), max_size=6))
def test_offsets_hold_for_any_text(texts: list[str]) -> None:
    tagger = _shared()
    for text, words in zip(texts, tagger.tag(texts), strict=True):
        assert_covers(text, words)


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="青禾镇党委书记一百亩12aB。，\n 萬", max_size=60), times=st.integers(1, 40))
def test_offsets_hold_for_long_repetitive_texts(text: str, times: int) -> None:
    assert_covers(text * times, _shared().tag([text * times])[0])


def test_the_best_path_and_its_marginals_are_those_of_all_paths(tagger: LacTagger) -> None:
    tagger.tag(["预热"])
    network = tagger._network
    assert network is not None
    emit = np.random.default_rng(3).normal(0, 3, (3, 2, 49)).astype("f4")
    lengths = np.array([3, 2], np.int32)
    labels = network._decode(emit, lengths)
    marginals = network._marginals(emit, lengths, labels)
    for column, length in enumerate(lengths):
        weights = {}
        for path in itertools.product(range(49), repeat=int(length)):
            weight = network._start[path[0]] + network._end[path[-1]]
            weight += sum(emit[step, column, label] for step, label in enumerate(path))
            weights[path] = weight + sum(network._moves[pair] for pair in itertools.pairwise(path))
        best = max(weights, key=weights.__getitem__)
        assert tuple(labels[:length, column]) == best
        total = sum(np.exp(weight) for weight in weights.values())
        for step in range(int(length)):
            share = sum(np.exp(weight) for path, weight in weights.items() if path[step] == best[step])
            assert marginals[step, column] == pytest.approx(share / total, abs=1e-4)


def test_another_process_gets_a_tagger_of_its_own(tagger: LacTagger) -> None:
    tagger.tag(["预热"])
    copy = pickle.loads(pickle.dumps(tagger))
    assert copy.tag([SENTENCE]) == tagger.tag([SENTENCE])


def test_loading_is_quick() -> None:
    tagger = LacTagger.load()
    tagger.tag(["预热"])  # the libraries are imported now
    started = time.perf_counter()
    LacTagger.load().tag(["预热"])
    assert time.perf_counter() - started < 1.0  # 0.1 s on a machine that does nothing else


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"model\.onnx is missing.*kg\.train\.lac"):
        LacTagger.load(tmp_path)


_loaded: list[LacTagger] = []


def _shared() -> LacTagger:
    """One tagger for the property tests, which cannot take a fixture of each example."""
    if not _loaded:
        _loaded.append(LacTagger.load())
    return _loaded[0]
