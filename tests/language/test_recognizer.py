"""The names model: its decoding, its probabilities, and that any text goes through."""

from __future__ import annotations

import itertools
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import DataError
from kg.language.reading import NameReader
from kg.language.recognizer import FILES, Found, Recognizer
from kg.language.tagger import MAX_CHARACTERS
from kg.resources import model_path

READER = NameReader.open()
RECOGNIZER = Recognizer.load(READER.cues.columns)
SENTENCE = "德清县康乾街道党委书记陈立群昨日走访了白石村李家湾12户居民。"


def found(text: str) -> list[Found]:
    return READER.find(RECOGNIZER, [text])[0]


def check(spans: list[Found], text: str) -> None:
    """What is promised of any text: in order, flat, inside, with a score between 0 and 1."""
    assert [(s.start, s.end) for s in spans] == sorted((s.start, s.end) for s in spans)
    assert all(one.end <= other.start for one, other in itertools.pairwise(spans))
    assert all(0 <= s.start < s.end <= len(text) and 0 < s.score < 1 for s in spans)


def test_finds_names_and_roles() -> None:
    assert [(SENTENCE[f.start : f.end], f.type) for f in found(SENTENCE)][:4] == [
        ("德清县", "Place"), ("康乾街道", "Place"), ("党委书记", "Role"), ("陈立群", "Person"),
    ]  # fmt: skip


def test_a_clear_name_is_sure() -> None:
    scores = {SENTENCE[f.start : f.end]: f.score for f in found(SENTENCE)}
    assert scores["陈立群"] > 0.9


def test_texts_do_not_lean_on_their_neighbours() -> None:
    texts = [SENTENCE, "", "好", "白石村村委会主任周秀兰介绍，今年茶园新增200亩。", "\n", "德润茶厂" * 30]
    together = READER.find(RECOGNIZER, texts)
    for text, spans in zip(texts, together, strict=True):
        alone = found(text)
        assert [(s.start, s.end, s.type) for s in spans] == [(s.start, s.end, s.type) for s in alone]
        assert [s.score for s in spans] == pytest.approx([s.score for s in alone], abs=5e-3)


def test_the_path_and_the_probabilities_are_those_of_all_paths() -> None:
    """Against brute force over every path of a short text: the best path, and each name's probability."""
    found(SENTENCE)
    network = RECOGNIZER._network
    assert network is not None
    size = len(network.types)
    emit = np.random.default_rng(5).normal(0, 2, (4, 1, size)).astype("f4")
    lengths = np.array([4], np.int32)
    active = [1, 1, 1, 1]
    labels = network._decode(emit, lengths, active)
    weights = {}
    for path in itertools.product(range(size), repeat=4):
        weight = float(network._start[path[0]] + network._end[path[-1]])
        weight += sum(float(emit[step, 0, label]) for step, label in enumerate(path))
        weight += sum(float(network._moves[pair]) for pair in itertools.pairwise(path))
        if weight > -1e3:
            weights[path] = weight
    assert tuple(labels[:, 0]) == max(weights, key=weights.__getitem__)
    total = sum(map(np.exp, weights.values()))
    here, follows, goes_on = (a[:, 0].tolist() for a in network._chances(emit, labels, active))
    network._calibration, kept = (1.0, 0.0), network._calibration
    try:
        spans = list(network._spans(labels[:, 0].tolist(), here, follows, goes_on))
    finally:
        network._calibration = kept
    for span in spans:
        wanted = labels[span.start : span.end, 0].tolist()
        after = network._inside[wanted[0]]
        share = sum(
            np.exp(weight)
            for path, weight in weights.items()
            if list(path[span.start : span.end]) == wanted and (span.end == 4 or path[span.end] != after)
        )
        assert span.score == pytest.approx(min(max(share / total, 0.001), 0.999), abs=2e-3)


@pytest.mark.parametrize("unit", ["村", "青禾镇新建茶园，", "青禾镇今年新建茶园三百亩。", "a", " "])
def test_a_long_text_goes_through_in_pieces(unit: str) -> None:
    text = unit * (3 * MAX_CHARACTERS // len(unit) + 1)
    check(found(text), text)


@settings(max_examples=80, deadline=None)
@given(texts=st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=80), max_size=5))
def test_offsets_hold_for_any_text(texts: list[str]) -> None:
    for text, spans in zip(texts, READER.find(RECOGNIZER, texts), strict=True):
        check(spans, text)


def test_another_process_gets_a_model_of_its_own() -> None:
    copy = pickle.loads(pickle.dumps(RECOGNIZER))
    assert READER.find(copy, [SENTENCE]) == READER.find(RECOGNIZER, [SENTENCE])


def test_a_missing_file_and_other_cues_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"model\.onnx is missing.*kg train names"):
        Recognizer.load(READER.cues.columns, tmp_path)
    for name in FILES:
        shutil.copy(model_path("names") / name, tmp_path)
    with pytest.raises(DataError, match=r"trained with other cues: new list.*kg train names"):
        Recognizer.load([*READER.cues.columns, "new list"], tmp_path)
