"""The annotated corpus: what a file says, what is refused and where, the gold form, and the committed articles."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import DataError
from kg.resources import data_path
from kg.train import corpus
from kg.train.annotation import SPLITS, AnnotatedArticle
from kg.train.head import BEATS, PROVINCES
from kg.train.markup import is_common, label_of, parse_marks

SCORER = Path(__file__).resolve().parents[3] / "shared" / "bench" / "score.py"
WHOLE = """id: w01-0001
title: [青山镇:Place]办起夜校
kind: article
authors: 李禾/文字, 王松/摄影
date: 2024-05-06
province: 330000
beat: party
writer: w01
trap:
---
[云河县:Place][青山镇:Place][党委书记:role][李明:Person]在[“红色夜校”活动:-]上讲话。

[该镇:Place=青山镇]与[企业:Organization/generic]共建[“送岗进村”活动:Program?=送岗进村]，募集12万元，今年以来由[云河县青山镇卫生院:Organization]参与。
---
# a note of the second reader
青山镇 | located_in | 云河县
云河县青山镇卫生院 | located_in | 青山镇
李明 | affiliated_with | 青山镇 | role=党委书记
青山镇 | partners_with | 企业
? 青山镇 | runs | 送岗进村 | date=今年以来
云河县青山镇卫生院 | participates_in | 送岗进村
青山镇 | # 募集 | 12万元 | 120000 元 | period=今年以来
? Program:红色夜校
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes an article with some words replaced, each of which must be there."""

    def written(*changes: tuple[str, str], name: str = "w01-0001", text: str = WHOLE) -> Path:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def article(write: Write) -> AnnotatedArticle:
    return corpus.read_article(write())


def test_the_text_has_no_marks_and_the_offsets_hold(article: AnnotatedArticle) -> None:
    assert article.title == "青山镇办起夜校"
    assert article.text == (
        "云河县青山镇党委书记李明在“红色夜校”活动上讲话。\n"
        "该镇与企业共建“送岗进村”活动，募集12万元，今年以来由云河县青山镇卫生院参与。"
    )
    for spans, text in ((article.mentions, article.text), (article.title_mentions, article.title)):
        assert all(text[span.start : span.end] == span.text for span in spans)
    assert [article.text[role.start : role.end] for role in article.roles] == ["党委书记"]
    assert [article.text[start:end] for start, end in article.not_names] == ["“红色夜校”活动"]


def test_the_head(article: AnnotatedArticle) -> None:
    assert [(a.name, a.role) for a in article.authors] == [("李禾", "文字"), ("王松", "摄影")]
    assert (article.id, article.kind, article.date) == ("w01-0001", "article", "2024-05-06")
    assert (article.province, article.beat, article.writer, article.trap) == ("330000", "party", "w01", "")


def test_mentions_stand_for_nodes(article: AnnotatedArticle) -> None:
    label = {node.id: node.label for node in article.nodes}
    assert [(m.text, m.type, m.kind, *(label[n] for n in m.nodes)) for m in article.mentions] == [
        ("云河县", "Place", "name", "云河县"),
        ("青山镇", "Place", "name", "青山镇"),
        ("李明", "Person", "name", "李明"),
        ("该镇", "Place", "pointer", "青山镇"),
        ("企业", "Organization", "generic", "企业"),
        ("“送岗进村”活动", "Program", "name", "送岗进村"),
        ("云河县青山镇卫生院", "Organization", "name", "云河县青山镇卫生院"),
    ]
    nodes = {(node.type, node.label): node for node in article.nodes}
    assert nodes["Program", "送岗进村"].aliases == ("“送岗进村”活动",)
    assert nodes["Place", "青山镇"].aliases == ()
    assert [n.label for n in article.nodes if n.generic] == ["企业"]
    assert [n.label for n in article.nodes if n.optional] == ["送岗进村", "红色夜校"]


def test_facts_and_indicators(article: AnnotatedArticle) -> None:
    label = {node.id: node.label for node in article.nodes}
    told = [(label[e.source], e.predicate, label[e.target], e.properties, e.optional) for e in article.edges]
    assert told[2] == ("李明", "affiliated_with", "青山镇", {"role": "党委书记"}, False)
    assert told[4] == ("青山镇", "runs", "送岗进村", {"date": "今年以来"}, True)
    assert len(told) == 6
    (indicator,) = article.indicators
    assert label[indicator.node] == "青山镇"
    assert (indicator.metric, indicator.text, indicator.value) == ("募集", "12万元", 120000.0)
    assert (indicator.unit, indicator.period) == ("元", "今年以来")


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("beat: party", "beat: gossip", 7, "“gossip” is no beat"),
        ("kind: article", "kind: poem", 3, "“poem” is no kind"),
        ("330000", "330100", 6, "“330100” is no province"),
        ("id: w01-0001", "id: w01-0002", 1, "not the name of the file"),
        ("2024-05-06", "2024-13-06", 5, "is no date"),
        ("李禾/文字", "李禾", 4, "“李禾” is no author"),
        ("trap:", "mood:", 9, "“mood” is no key"),
        ("beat: party\n", "beat: party\nbeat: party\n", 8, "there twice"),
        ("writer: w01\n", "", 8, "“writer” is missing"),
        ("---\n# a", "# a", 1, "1 lines of ---"),
        ("[李明:Person]", "[李明:Persona]", 11, "“Persona” is no type"),
        ("[李明:Person]", "[李明:Article]", 11, "“Article” is no type"),
        ("[李明:Person]", "[李明]", 11, "is no mark"),
        ("[李明:Person]", "[李[明]:Person]", 11, "a lone"),
        ("[李明:Person]", "[李明:Person", 11, "a lone “[”"),
        ("[李明:Person]", "[李明:Person/nick]", 11, "“nick” is no kind"),
        ("[李明:Person]在", "[李明在:Person]", 18, "no node has the label “李明” — use the label: 李明在"),
        ("[党委书记:role]", "[党委书记:role=书记]", 11, "takes nothing behind it"),
        ("[该镇:Place=青山镇]", "[该镇:Place]", 13, "names no node by itself"),
        ("[该镇:Place=青山镇]", "[该镇:Place=绿水镇]", 13, "no node has the label “绿水镇”"),
        ("[该镇:Place=青山镇]", "[该镇:Place/name=青山镇;云河县]", 13, "stands for several nodes"),
        ("[企业:Organization/generic]", "[企业:Organization/generic=甲]", 13, "named by its noun"),
        ("[“送岗进村”活动:Program?=送岗进村]", "[“送岗进村:Program?]”活动", 13, "cuts a pair"),
        ("[云河县青山镇卫生院:Organization]", "[云河县青山镇卫生院:Organization=卫生院]", 13, "is shorter than"),
        ("[云河县青山镇卫生院:Organization]", "[云河县青山镇卫生院:Organization=云河县中心卫生院]", 13, "not in the text"),
        ("title: [青山镇:Place]", "title: 青山镇", 2, "stands unmarked here"),
        ("讲话", "讲话，李明说", 11, "“李明” is a name elsewhere"),
        ("青山镇 | located_in | 云河县", "云河县 | # 募集 | 12万元 | 120000 元", 11, "the chain 云河县‖青山镇"),
        ("卫生院 | located_in", "卫生院 | participates_in", 17, "does not join Organization to Place"),
        ("云河县青山镇卫生院 | located_in | 青山镇", "李明 | located_in | 青山镇", 17, "does not join"),
        ("role=党委书记", "role=镇长", 18, "the role “镇长” is not in the text"),
        ("role=党委书记", "role=讲话", 18, "the role “讲话” is not marked"),
        ("role=党委书记", "role=党委书记 | role=书记", 18, "there twice"),
        ("role=党委书记", "amount=12万元", 18, "is no property"),
        ("role=党委书记", "former=yes", 18, "write former alone"),
        ("| partners_with |", "| marries |", 19, "“marries” is no predicate"),
        ("| partners_with |", "| mentions |", 19, "“mentions” is no predicate"),
        ("青山镇 | partners_with | 企业", "青山镇 | partners_with | 青山镇", 19, "at both ends"),
        ("青山镇 | partners_with | 企业", "青山镇 | partners_with", 19, "is no fact"),
        ("青山镇 | partners_with | 企业", "青山镇 | | 企业", 19, "an empty cell"),
        ("青山镇 | partners_with | 企业\n", "", 13, "the generic node “企业” has no edge"),
        ("date=今年以来", "date=去年", 20, "“去年” is not in the text"),
        ("120000 元", "12000 元", 22, "“12万元” is 120000"),
        ("120000 元", "很多", 22, "no value with its unit"),
        ("12万元 |", "13万元 |", 22, "“13万元” is not in the text"),
        ("| # 募集", "| #", 22, "no indicator"),
        ("? Program:红色夜校", "? Program:蓝色夜校", 23, "“蓝色夜校” is not in the text"),
        ("? Program:红色夜校", "红色夜校", 23, "no node has the label"),
        ("? Program:红色夜校", "企业 | partners_with | 青山镇", 23, "the fact of line 19 again"),
        ("? Program:红色夜校", "云河县青山镇卫生院 | located_in | 云河县", 23, "each level points to the next one"),
        ("? Program:红色夜校", "云河县 | located_in | 青山镇", 16, "lies in itself"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(write: Write, old: str, new: str, line: int, what: str) -> None:
    path = write((old, new))
    with pytest.raises(DataError):
        corpus.read_article(path)
    found = [(problem.where, problem.line, str(problem)) for problem in corpus.check([path])[1]]
    assert {where for where, at, text in found if at == line and what in text} == {str(path)}, found


def test_a_body_lies_in_the_place_of_its_name(write: Write) -> None:
    path = write(("云河县青山镇卫生院 | located_in | 青山镇\n", ""))
    with pytest.raises(DataError, match="云河县青山镇卫生院 begins with 云河县 and lies nowhere"):
        corpus.read_article(path)


def test_all_problems_of_a_file_come_at_once(write: Write) -> None:
    path = write(
        ("beat: party", "beat: gossip"), ("role=党委书记", "role=镇长"), ("[该镇:Place=青山镇]", "[该镇:Place]")
    )
    assert [problem.line for problem in corpus.check([path])[1]] == [7, 13, 18]


def test_two_of_one_name_two_of_one_label_and_an_alias(write: Write) -> None:
    text = WHOLE.split("---")[0] + (
        "---\n[青山镇:Place]的[王芳:Person]和[青山镇:Organization]的[王芳:Person=王芳#2]，[两人:Person=王芳;王芳#2]都来了。\n---\n"
        "王芳#2 | affiliated_with | Organization:青山镇\n王芳 | affiliated_with | Place:青山镇\n王芳 | = | 小芳 | 阿芳\n"
    )
    path = write(text=text)
    article = corpus.read_article(path)
    first, second = (node for node in article.nodes if node.type == "Person")
    assert (first.label, second.label, first.aliases) == ("王芳", "王芳", ("小芳", "阿芳"))
    assert article.mentions[-1].nodes == (first.id, second.id)
    assert article.mentions[-1].kind == "pointer"
    path.write_text(text.replace("Place:青山镇\n", "青山镇\n"), encoding="utf-8")
    with pytest.raises(DataError, match="may be several nodes — write Place:青山镇 or Organization:青山镇"):
        corpus.read_article(path)


def test_a_name_may_break_over_two_lines(write: Write) -> None:
    article = corpus.read_article(write(("[云河县:Place]", "[云\n河县:Place]")))
    assert article.nodes[1].label == "云河县"
    assert article.mentions[0].text == "云\n河县" == article.text[:4]


@pytest.mark.parametrize(
    ("surface", "label"),
    [("“居民会客厅”", "居民会客厅"), ("《心上的阳光》", "心上的阳光"), ("“湖小青”志愿队", "“湖小青”志愿队"), ("姜 文", "姜文"),
     ("John Smith", "John Smith"), ("“甲”和“乙”", "“甲”和“乙”")],
)  # fmt: skip
def test_labels_lose_the_marks_around_them(surface: str, label: str) -> None:
    assert label_of(surface) == label


def test_what_only_points_and_what_is_a_name() -> None:
    pointers = "该镇 该工作室 本村 我校 我们街道 全县 双方 两地 两村 社区 村".split()
    names = "本溪市 全椒县 贵州省 两当县 同心县 高新区 千丰社区".split()
    assert [word for word in pointers if not is_common(word, "Place")] == []
    assert [word for word in names if is_common(word, "Place")] == []


def test_a_kind_may_be_said() -> None:
    marks = parse_marks("[他:Person/pointer=李明]在[京:Place/name]开会，[高新区:Place=云河高新区]").marks
    assert [(mark.kind, mark.targets) for mark in marks] == [
        ("pointer", ("李明",)), ("name", ()), ("name", ("云河高新区",)),
    ]  # fmt: skip


def test_nothing_stands_in_two_articles(write: Write) -> None:
    paths = [write(), write(("id: w01-0001", "id: w01-0002"), name="w01-0002")]
    number, problems = corpus.check(paths)
    assert number == 2
    assert problems
    assert {Path(problem.where or "").stem for problem in problems} == {"w01-0002"}
    assert all("stands in" in problem.what for problem in problems)


def test_a_folder_without_articles_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no article here"):
        corpus.files_of([tmp_path])


def test_the_split_depends_on_writer_province_and_beat_alone(article: AnnotatedArticle) -> None:
    assert corpus.split_of(article) == corpus.split_of(replace(article, id="w01-0777", text="别的", trap="也难"))
    groups = [replace(article, province=p, beat=b) for p in PROVINCES for b in BEATS]
    shares = {split: sum(corpus.split_of(g) == split for g in groups) / len(groups) for split in SPLITS}
    assert shares == pytest.approx({"train": 0.8, "dev": 0.1, "test": 0.1}, abs=0.04)


def test_gold_files_are_what_the_scorer_reads(write: Write, tmp_path: Path) -> None:
    article = corpus.read_article(write())
    out = tmp_path / "gold"
    split = corpus.split_of(article)
    assert corpus.write_gold([article], out)[split] == 1
    gold = json.loads((out / split / "w01-0001.json").read_text("utf-8"))
    assert gold == json.loads(json.dumps(article.to_gold()))
    assert {"id", "title", "kind", "authors", "nodes", "edges", "indicators"} <= gold.keys()
    assert gold["edges"][2]["properties"] == {"role": "党委书记"}
    assert gold["indicators"][0]["value"] == 120000
    bare = json.loads((out / f"{split}.jsonl").read_text("utf-8"))
    assert bare == {"id": "w01-0001", "title": article.title, "text": article.text, "date": "2024-05-06"}


@pytest.mark.skipif(not SCORER.is_file(), reason="../shared/bench, which stays out of the project, is absent")
def test_an_article_scores_full_against_itself(article: AnnotatedArticle, tmp_path: Path) -> None:
    (tmp_path / "gold").mkdir()
    gold = json.dumps(article.to_gold(), ensure_ascii=False)
    (tmp_path / "gold" / "a.json").write_text(gold, encoding="utf-8")
    (tmp_path / "predicted.jsonl").write_text(gold + "\n", encoding="utf-8")
    command = [sys.executable, str(SCORER), str(tmp_path / "gold"), str(tmp_path / "predicted.jsonl")]
    run = subprocess.run([*command, "--min-nodes", "1", "--min-edges", "1"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_commands(write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = write()
    assert corpus.main(["check", str(good)]) == 0
    assert "1 articles, 0 problems" in capsys.readouterr().err
    assert corpus.main(["counts", str(good)]) == 0
    assert "浙江" in capsys.readouterr().out
    assert corpus.main(["gold", str(tmp_path / "gold"), str(good)]) == 0
    capsys.readouterr()
    bad = write(("role=党委书记", "role=镇长"))
    assert corpus.main(["check", str(bad)]) == 1
    assert f"{bad}:18: the role “镇长” is not in the text — use the words of the text" in capsys.readouterr().out
    assert corpus.main(["counts", str(bad)]) == 1
    assert corpus.main(["check", str(tmp_path / "nowhere")]) == 1
    assert "no article here" in capsys.readouterr().err


def test_counts(article: AnnotatedArticle) -> None:
    table = corpus.counts([article])
    assert table["total"]["articles"] == 1
    assert table["total"]["characters"] == len(article.text)
    assert table["node"] == {"Place": 2, "Person": 1, "Organization": 2, "Program": 2}
    assert table["edge"]["located_in"] == 2
    assert table["province"] == {"浙江": 1}


def test_the_committed_corpus_is_clean() -> None:
    assert corpus.check()[1] == []


def test_the_worked_example_of_the_readme_is_an_article(tmp_path: Path) -> None:
    readme = (data_path("corpus") / "README.md").read_text("utf-8")
    example = readme.split("<!-- example -->\n```\n")[1].split("```")[0]
    path = tmp_path / "x01-0001.txt"
    path.write_text(example, encoding="utf-8")
    assert corpus.read_article(path) == corpus.read_article(data_path("corpus") / "articles/examples/x01-0001.txt")
    listed = readme.split("<!-- beats -->")[1]
    assert [beat for beat in BEATS if f"`{beat}`" not in listed] == []


def test_agreement_asks_each_for_what_the_other_is_sure_of(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    write().rename(first / "w01-0001.txt")
    write(("李明 | affiliated_with | 青山镇 | role=党委书记\n", "")).rename(second / "w01-0001.txt")
    assert corpus.main(["agreement", str(first), str(second)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "node ALL              F1 1.000" in "\n".join(lines)
    assert any(line.startswith("edge affiliated_with  F1 0.000") for line in lines)
    write(("募集12万元", "募集13万元"), ("12万元 | 120000", "13万元 | 130000")).rename(second / "w01-0001.txt")
    assert corpus.main(["agreement", str(first), str(second)]) == 1
    assert "the text of w01-0001 is not the same in both" in capsys.readouterr().err
