"""The training of the segmenter: corpora, the same bytes twice, the committed model, and its quality."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.language.segmenter import Segmenter
from kg.resources import data_path, model_path
from kg.train import segmenter

SHARED = Path(__file__).resolve().parents[3] / "shared" / "corpora"
DEV, TEST = SHARED / "zh_gsdsimp-ud-dev.conllu", SHARED / "zh_gsdsimp-ud-test.conllu"
needs_corpora = pytest.mark.skipif(
    not DEV.is_file(), reason="../shared/corpora, which stays out of the project, is absent"
)


def own() -> Path:
    return data_path("segmentation") / "local-news.txt"


def test_reads_conllu(tmp_path: Path) -> None:
    path = tmp_path / "two.conllu"
    path.write_text(
        "# text = 该镇，好\n1-2\t该镇\t_\n1\t该\t_\n2\t镇\t_\n2.1\t空\t_\n3\t，\t_\n4\t好\t_\n\n1\t好\t_\n",
        encoding="utf-8",
    )
    assert segmenter.read_corpus(path) == [["该", "镇", "，", "好"], ["好"]]


def test_reads_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "plain.txt"
    path.write_text("# 说明\n白石 村 。\n\n好\n", encoding="utf-8")
    assert segmenter.read_corpus(path) == [["白石", "村", "。"], ["好"]]


def test_an_empty_corpus_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("# 说明\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"empty\.txt.*holds no sentence"):
        segmenter.read_corpus(tmp_path / "empty.txt")


def test_our_corpus_is_clean() -> None:
    lines = [line for line in own().read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(lines) >= 250
    assert len(set(lines)) == len(lines)
    assert all(line == " ".join(line.split()) for line in lines)


def test_scores_by_whole_words() -> None:
    gold = [["白石", "村", "好"]]
    assert segmenter.score(lambda text: ["白石", "村", "好"], gold)[0] == 1.0
    assert segmenter.score(lambda text: ["白石村", "好"], gold)[0] == pytest.approx(2 * 1 / 5)


def test_the_same_corpus_gives_the_same_bytes(tmp_path: Path) -> None:
    sentences = segmenter.read_corpus(own())[:40]
    random.seed(1)
    before = random.getstate()
    for name in ("one", "two"):
        segmenter.train(sentences, tmp_path / name, iterations=3)
    assert random.getstate() == before
    for file in ("features.msgpack", "weights.npz"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    text = "".join(sentences[0])
    assert "".join(Segmenter.load(tmp_path / "one").cut(text)) == text


def test_the_model_has_learned_our_corpus() -> None:
    f1, _ = segmenter.score(Segmenter.load().cut, segmenter.read_corpus(own()))
    assert f1 > 0.98  # it was trained on it: this says that the files belong together, not how good it is


def test_the_folder_is_small_enough() -> None:
    assert sum(file.stat().st_size for file in model_path("segmenter").iterdir()) < 5_000_000


@pytest.mark.slow
@needs_corpora
def test_the_committed_model_is_what_the_command_makes(tmp_path: Path) -> None:
    segmenter.main([str(DEV), str(TEST), str(own()), "--out", str(tmp_path)])
    sentences = segmenter.read_corpus(TEST)
    made, committed = Segmenter.load(tmp_path), Segmenter.load()
    # Another processor rounds otherwise, which may turn a word in thousands; on one machine the bytes are the same.
    agreement, _ = segmenter.score(made.cut, [committed.cut("".join(words)) for words in sentences])
    assert agreement > 0.999


@pytest.mark.slow
@needs_corpora
def test_better_than_jieba_on_sentences_it_has_not_seen() -> None:
    pytest.importorskip("jieba")
    figures = segmenter.measure([DEV, own()], TEST)
    assert figures["ours"][0] > 0.85
    assert figures["ours"][0] > figures["jieba"][0] + 0.04
