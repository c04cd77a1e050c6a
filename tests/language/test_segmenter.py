"""The segmenter: what it makes of sentences of our own, and that no text is changed by cutting it."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
import spacy_pkuseg
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import DataError
from kg.language.segmenter import Segmenter
from kg.resources import model_path

_loaded: list[Segmenter] = []


def segmenter() -> Segmenter:
    """One segmenter for the module; the property tests cannot take a fixture of each example."""
    if not _loaded:
        _loaded.append(Segmenter.load())
    return _loaded[0]


@pytest.mark.parametrize(
    "words",
    [
        "社区 组织 志愿 者 为 独居 老人 打扫 卫生 。",
        "柳荫 镇 网格 员 顾 建新 昨天 走访 了 12 户 居民 。",
        "公司 计划 在 开发 区 建设 新 厂房 ， 总 投资 3亿 元 。",
    ],
)
def test_cuts_a_sentence(words: str) -> None:
    # Sentences that it cuts right; the card in models/segmenter names some that it does not.
    assert segmenter().cut(words.replace(" ", "")) == words.split()


def test_white_space_is_a_word_of_its_own() -> None:
    assert segmenter().cut(" 白石村\n\n　开展了\t") == [" ", "白石", "村", "\n\n　", "开展", "了", "\t"]


def test_nothing_in_nothing_out() -> None:
    assert segmenter().cut("") == []


@pytest.mark.parametrize(
    "text", ["\ud800村\0民", "\U0010fffe５1.二\U000ffffe", "ＡＢＣabc-._,|/*:", "\u2028\x1c", "村" * 5000]
)
def test_odd_characters_come_back(text: str) -> None:
    assert "".join(segmenter().cut(text)) == text


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_comes_back(text: str) -> None:
    words = segmenter().cut(text)
    assert "".join(words) == text
    assert all(words)


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="白石村开展了义诊活动志愿者每周到社区服务中心３Ａ1二十.，-a", min_size=1, max_size=40))
def test_features_and_words_are_those_of_pkuseg(text: str) -> None:
    ours, theirs = segmenter(), _reference()
    characters = list(theirs.feature_extractor.normalize_text(text))
    for at, row in enumerate(ours._features(text)):
        assert sorted(row) == sorted(theirs.feature_extractor.get_node_features_idx(at, characters))
    assert ours.cut(text) == theirs.cut(text)


def test_another_process_gets_a_segmenter_of_its_own() -> None:
    text = "志愿者每周到社区服务中心。"
    assert pickle.loads(pickle.dumps(segmenter())).cut(text) == segmenter().cut(text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"features\.msgpack is missing.*kg\.train\.segmenter"):
        Segmenter.load(tmp_path)


_references: list[spacy_pkuseg.pkuseg] = []


def _reference() -> spacy_pkuseg.pkuseg:
    if not _references:
        _references.append(spacy_pkuseg.pkuseg(str(model_path("segmenter")), user_dict=None))
    return _references[0]
