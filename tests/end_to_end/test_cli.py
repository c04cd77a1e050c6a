"""Every command of the command line does what its help says."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import pytest
import typer
from running import EXPORTS, Kg

from kg.cli import app

COMMANDS = [
    ["build"],
    ["extract"],
    ["show"],
    ["path"],
    ["rules"],
    ["rules", "list"],
    ["rules", "test"],
    ["rules", "explain"],
    ["eval"],
    ["train"],
    ["train", "names"],
    ["train", "relations"],
    ["train", "segmenter"],
]
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"
PROGRAM = [sys.executable, "-c", "from kg.cli import main; main()"]
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # a locale that has no Chinese


def lines(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


# ---- help


def test_every_command_is_tested_here() -> None:
    group = typer.main.get_command(app)
    found = set()
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        found.add((name,))
        found |= {(name, inner) for inner in getattr(command, "commands", {})}
    assert found <= {tuple(words) for words in COMMANDS}, "name the new command in COMMANDS, and test it"


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("option", ["-h", "--help"])
def test_every_command_has_help(kg: Kg, words: list[str], option: str) -> None:
    run = kg(*words, option)
    assert (run.status, run.err) == (0, "")
    assert f"kg {' '.join(words)}" in run.out


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_help_speaks_chinese_too(kg: Kg, words: list[str]) -> None:
    assert any("\u4e00" <= char <= "\u9fff" for char in kg(*words, "--help").out)


def test_every_option_and_command_is_documented() -> None:
    def undocumented(name: str, command: typer.core.TyperGroup) -> list[str]:
        bare = [] if (command.help or "").strip() else [name]
        for parameter in command.params:
            if not getattr(parameter, "help", None) and parameter.param_type_name == "option":
                bare.append(f"{name} {parameter.name}")
        for word, inner in getattr(command, "commands", {}).items():
            bare += undocumented(f"{name} {word}", inner)
        return bare

    assert undocumented("kg", typer.main.get_command(app)) == []  # type: ignore[arg-type]


def test_version_and_no_command(kg: Kg) -> None:
    assert kg("--version").out == f"kg {version('kg-local-news')}\n"
    run = kg()
    assert run.status == 2
    assert "build" in run.out + run.err


@pytest.mark.parametrize(
    "words",
    [
        ["nosuch"], ["build"], ["extract"], ["build", "--nosuch"], ["show"], ["path", "甲"], ["rules"], ["rules", "nosuch"],
        ["rules", "explain"], ["build", "news", "--columns", "text"], ["build", "news", "--columns", "body=text"],
        ["extract", "news", "--columns", "text="],
        ["build", "news", "--base", "no address"],
        *[["extract", "news", "--encoding", name] for name in ("klingon", "base64", "rot13")],
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_wrong_call_is_status_2_and_changes_nothing(kg: Kg, sources: Path, words: list[str]) -> None:
    run = kg(*words)
    assert run.status == 2
    assert "Traceback" not in run.err
    assert (run.out + run.err).strip()
    assert [path.name for path in sources.iterdir()] == ["news"]


def test_an_error_names_the_option_as_it_is(kg: Kg, sources: Path) -> None:
    assert "Invalid value for --columns" in kg("build", "news", "--columns", "text").err
    assert "no such option" not in kg("build", "news", "--columns", "text=body").err.lower()


# ---- build


def test_build_writes_all_exports_and_the_store(kg: Kg, sources: Path) -> None:
    run = kg("build", "news", "-o", "out")
    assert (run.status, run.err) == (0, "")
    assert sorted(path.name for path in (sources / "out").iterdir()) == sorted([*EXPORTS, "graph.duckdb"])
    assert "4 articles read, 0 inputs failed" in run.out
    assert str(Path("out", "report.html")) in run.out


def test_build_for_programs(kg: Kg, sources: Path) -> None:
    run = kg("build", "news/a.txt", "news/c.csv", "--output", "out", "--json")
    (summary,) = lines(run.out)
    assert (summary["articles"], summary["failed"]) == (2, 0)
    assert summary["nodes"]["Person"] == 3  # type: ignore[index]
    assert summary["edges"]["runs"] == 2  # type: ignore[index]
    assert {Path(file).name for file in summary["files"]} == set(EXPORTS)  # type: ignore[attr-defined]
    assert all((sources / file).is_file() for file in summary["files"])  # type: ignore[attr-defined]


def test_build_goes_on_with_what_is_there_unless_fresh(kg: Kg, sources: Path) -> None:
    assert kg("build", "news/a.txt", "-o", "out").status == 0
    both = kg("build", "news/c.csv", "-o", "out", "--json")
    assert lines(both.out)[0]["nodes"]["Program"] == 2  # type: ignore[index]
    again = kg("build", "news/c.csv", "-o", "out", "--json")
    assert {**lines(again.out)[0], "files": 0} == {**lines(both.out)[0], "files": 0}
    fresh = kg("build", "news/c.csv", "-o", "out", "--fresh", "--json")
    assert lines(fresh.out)[0]["nodes"]["Program"] == 1  # type: ignore[index]
    assert "银发食堂" not in (sources / "out" / "nodes.csv").read_text("utf-8")


def test_an_article_that_changed_replaces_itself(kg: Kg, sources: Path) -> None:
    news = sources / "news" / "b.jsonl"
    assert kg("build", news, "-o", "out").status == 0
    news.write_text(news.read_text("utf-8").replace("山海课堂", "云上课堂"), "utf-8")
    assert kg("build", news, "-o", "out").status == 0
    table = (sources / "out" / "nodes.csv").read_text("utf-8")
    assert "云上课堂" in table
    assert "山海课堂" not in table


def test_build_takes_a_base(kg: Kg, sources: Path) -> None:
    kg("build", "news/a.txt", "-o", "out", "--base", "https://example.org/town/")
    turtle = (sources / "out" / "graph.ttl").read_text("utf-8")
    assert "https://example.org/town/" in turtle
    assert "w3id.org/kg-local-news/id/" not in turtle


def test_build_takes_names_of_columns(kg: Kg, sources: Path) -> None:
    table = "编号,标题,正文\nd1,食堂,德清县康乾街道推出“银发食堂”服务。\n"
    (sources / "d.csv").write_text(table, "utf-8")
    run = kg("build", "d.csv", "-o", "out", "--columns", "text=正文", "--columns", "title=标题", "--columns", "id=编号")
    assert (run.status, run.err) == (0, "")
    assert "银发食堂" in (sources / "out" / "nodes.csv").read_text("utf-8")
    assert "d1" in (sources / "out" / "graph.trig").read_text("utf-8")


def test_the_tables_hold_the_facts(kg: Kg, sources: Path) -> None:
    kg("build", "news", "-o", "out")
    with (sources / "out" / "nodes.csv").open(encoding="utf-8-sig", newline="") as file:
        nodes = list(csv.DictReader(file))
    with (sources / "out" / "edges.csv").open(encoding="utf-8-sig", newline="") as file:
        edges = list(csv.DictReader(file))
    assert {"千丰社区", "王海", "银发食堂", "德清县人民医院"} <= {value for row in nodes for value in row.values()}
    assert len(edges) >= 10


# ---- extract


def test_extract_writes_a_line_an_article(kg: Kg, sources: Path) -> None:
    run = kg("extract", "news")
    assert (run.status, run.err) == (0, "")
    found = lines(run.out)
    assert [article["source"] for article in found] == [
        "news/a.txt#1", "news/b.jsonl#1", "news/b.jsonl#2", "news/c.csv#1",
    ]  # fmt: skip
    first = found[0]
    assert (first["title"], first["kind"]) == ("千丰社区办起食堂", "article")
    assert first["authors"] == [{"name": "林小满", "role": "文字"}]
    assert {node["label"] for node in first["nodes"]} >= {"德清县", "康乾街道", "千丰社区", "王海"}  # type: ignore[attr-defined]
    assert [article["date"] for article in found] == [None, None, "2024-03-07", "2024-03-08"]


def test_extract_reads_standard_input(kg: Kg, sources: Path) -> None:
    story = (sources / "news" / "a.txt").read_bytes()
    piped, named = lines(kg("extract", "-", stdin=story).out)[0], lines(kg("extract", "news/a.txt").out)[0]
    assert piped.pop("source") == "-#1"
    assert named.pop("source") == "news/a.txt#1"
    assert piped == named
    assert len(lines(kg("extract", "-", stdin=(sources / "news" / "b.jsonl").read_bytes()).out)) == 2


def test_extract_writes_a_file(kg: Kg, sources: Path) -> None:
    run = kg("extract", "news", "-o", "found.jsonl")
    assert (run.status, run.out, run.err) == (0, "", "")
    assert (sources / "found.jsonl").read_text("utf-8") == kg("extract", "news").out
    assert not list(sources.glob("*.part"))


def test_extract_takes_an_encoding(kg: Kg, sources: Path) -> None:
    (sources / "g.txt").write_bytes((sources / "news" / "a.txt").read_text("utf-8").encode("gb18030"))
    found = lines(kg("extract", "g.txt", "--encoding", "gb18030").out)[0]
    assert {**found, "source": 0} == {**lines(kg("extract", "news/a.txt").out)[0], "source": 0}


def closed_pipe() -> tuple[int, bytes]:
    """The status and the complaints of `kg extract … | head -1`."""
    samples = Path(__file__).resolve().parents[2] / "data" / "samples"
    command = [*PROGRAM, "extract", str(samples)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b'{"id"')
        process.stdout.close()
        complaints = process.stderr.read()
    return process.returncode, complaints


def test_a_reader_that_has_seen_enough_is_no_failure() -> None:
    assert closed_pipe() == (0, b"")


# ---- show, path


@pytest.fixture
def built(kg: Kg, sources: Path) -> Path:
    assert kg("build", "news", "-o", "out").status == 0
    return sources / "out"


def test_show_prints_facts_with_their_sentences(kg: Kg, built: Path) -> None:
    run = kg("show", "王海", "-g", built)
    assert (run.status, run.err) == (0, "")
    assert "王海  [人物 Person]" in run.out
    assert "党总支书记" in run.out
    assert "“德清县康乾街道千丰社区党总支书记王海近日忙着试菜。”" in run.out
    assert "news/a.txt#1" in run.out


def test_show_for_programs(kg: Kg, built: Path) -> None:
    (node,) = json.loads(kg("show", "千丰社区", "--graph", built, "--json").out)
    assert (node["type"], node["label"], node["code"]) == ("Place", "千丰社区", "330521005001")
    assert {(f["source"], f["predicate"], f["target"]) for f in node["facts"]} >= {
        ("千丰社区", "located_in", "康乾街道"), ("王海", "affiliated_with", "千丰社区"), ("千丰社区", "runs", "银发食堂"),
    }  # fmt: skip
    assert all(evidence["text"] for fact in node["facts"] for evidence in fact["evidence"])
    assert {indicator["value"] for indicator in node["indicators"]} >= {120000}


def test_show_finds_a_node_by_alias_or_part(kg: Kg, built: Path) -> None:
    assert kg("show", "社区", "-g", built).status == 0
    assert "德清县人民医院" in kg("show", "人民医院", "-g", built).out


def test_path_prints_the_way(kg: Kg, built: Path) -> None:
    run = kg("path", "王海", "德清县", "-g", built)
    assert (run.status, run.err) == (0, "")
    steps = json.loads(kg("path", "王海", "德清县", "-g", built, "--json").out)
    assert "王海" in (steps[0]["source"], steps[0]["target"])
    assert "德清县" in (steps[-1]["source"], steps[-1]["target"])
    for one, other in pairwise(steps):
        assert {one["source"], one["target"]} & {other["source"], other["target"]}
    assert all(step["evidence"] for step in steps)
    assert all(step["evidence"][0]["text"] in run.out for step in steps)


@pytest.mark.parametrize("words", [["show", "无此名"], ["path", "王海", "无此名"], ["path", "无此名", "王海"]])
def test_a_name_that_is_not_there(kg: Kg, built: Path, words: list[str]) -> None:
    run = kg(*words, "-g", built)
    assert (run.status, run.out) == (1, "")
    assert run.complaints == [f"kg: {built}: the graph has no “无此名” — try a part of the name"]


@pytest.mark.parametrize("words", [["show", "王海"], ["path", "王海", "德清县"]])
def test_a_graph_that_is_not_there(kg: Kg, sources: Path, words: list[str]) -> None:
    run = kg(*words, "-g", "nowhere")
    assert run.status == 1
    assert run.complaints == ["kg: nowhere/graph.duckdb: there is no graph here — make one: kg build SOURCE -o DIR"]
    assert not (sources / "nowhere").exists()


def test_a_file_that_is_no_graph(kg: Kg, sources: Path) -> None:
    (sources / "out").mkdir()
    (sources / "out" / "graph.duckdb").write_bytes(b"not a database" * 100)
    for words in (["show", "王海", "-g", "out"], ["build", "news", "-o", "out"]):
        run = kg(*words)
        assert run.status == 1
        assert len(run.complaints) == 1
        assert run.complaints[0].startswith("kg: out/graph.duckdb: ")
        assert " — " in run.complaints[0]


def test_a_folder_that_cannot_be_made(kg: Kg, sources: Path) -> None:
    run = kg("build", "news", "-o", "news/a.txt")
    assert run.status == 1
    assert len(run.complaints) == 1
    assert "cannot be made" in run.complaints[0]
    run = kg("extract", "news", "-o", "nowhere/found.jsonl")
    assert run.status == 1
    assert "kg: nowhere/found.jsonl: cannot be written" in run.complaints[0]


# ---- rules


def test_rules_list(kg: Kg) -> None:
    rules = json.loads(kg("rules", "list", "--json").out)
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["doc"] and rule["predicate"] for rule in rules)
    table = kg("rules", "list").out.splitlines()
    assert [line.split("\t")[0] for line in table] == [rule["id"] for rule in rules]


def test_rules_test(kg: Kg) -> None:
    run = kg("rules", "test")
    assert (run.status, run.err) == (0, "")
    assert run.out.endswith(" 0 failed\n")


def test_rules_explain(kg: Kg) -> None:
    text = "千丰社区党总支书记王海介绍了做法。"
    run = kg("rules", "explain", text)
    assert run.status == 0
    assert "王海 affiliated_with 千丰社区 role=党总支书记" in run.out
    (sentence,) = json.loads(kg("rules", "explain", text, "--json").out)
    assert sentence["sentence"] == text
    assert ["王海", "Person", "name"] in sentence["names"]
    tried = {rule["rule"]: rule for rule in sentence["tried"]}
    assert any(rule["facts"] for rule in tried.values())
    assert all(rule["failed"] for rule in tried.values() if not rule["facts"])


# ---- as a program


def test_the_program_is_installed() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("kg"), "--version"], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("kg ")
    assert run.stderr == ""


def test_output_is_utf8_whatever_the_locale(sources: Path) -> None:
    run = subprocess.run(
        [*PROGRAM, "extract", "news/a.txt"],
        capture_output=True,
        check=True,
        env=ASCII,
    )
    assert "千丰社区" in run.stdout.decode("utf-8")


def test_what_is_shown_is_utf8_whatever_the_locale() -> None:
    run = subprocess.run([*PROGRAM, "rules", "list"], capture_output=True, check=False, env=ASCII)
    assert run.returncode == 0


# ---- eval, train


def test_eval_against_itself_finds_all(kg: Kg, tmp_path: Path) -> None:
    file = tmp_path / "graphs.jsonl"
    assert kg("extract", SAMPLES / "briefs.csv", "-o", file).status == 0
    run = kg("eval", file)
    assert (run.status, run.err) == (0, "")
    assert "node ALL              P 1.000  R 1.000  F1 1.000" in run.out
    figures = json.loads(kg("eval", file, "--graphs", file, "--json").out)
    assert figures["node"] == figures["edge"] == [1.0, 1.0, 1.0]


def test_eval_names_each_miss(kg: Kg, tmp_path: Path) -> None:
    (graph,) = lines(kg("extract", "-", stdin="德清县的老人笑了。".encode()).out)
    nodes = [*graph["nodes"], {"id": "x", "type": "Person", "label": "王海"}]  # type: ignore[misc]
    (tmp_path / "gold.json").write_text(json.dumps({**graph, "nodes": nodes}, ensure_ascii=False), encoding="utf-8")
    run = kg("eval", tmp_path / "gold.json", "--errors")
    assert run.status == 0
    assert "missed Person 王海" in run.out


def test_eval_of_what_is_no_gold_says_so(kg: Kg, tmp_path: Path) -> None:
    (tmp_path / "gold.json").write_text("{", encoding="utf-8")
    run = kg("eval", tmp_path / "gold.json")
    assert run.status == 1
    assert "gold.json: no gold can be read" in run.err


def test_training_on_nothing_says_so(kg: Kg, tmp_path: Path) -> None:
    run = kg("train", "names", "--corpus", tmp_path, "-o", tmp_path)
    assert run.status == 1
    assert "no article here" in run.err or "torch is missing" in run.err
    (tmp_path / "words.txt").write_text("村民 来 了 。\n镇 上 开 会 。\n" * 20, encoding="utf-8")
    assert kg("train", "segmenter", tmp_path / "words.txt", "-o", tmp_path / "model").status == 0
    assert (tmp_path / "model" / "weights.npz").is_file()
