"""The same input gives the same bytes, and a build that is interrupted leaves the former exports whole."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import STORY, write_sources
from running import EXPORTS, Kg, whole

from kg.building import STORE_NAME, Extractor, build
from kg.export import trig
from kg.records import ArticleGraph
from kg.store import GraphStore

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "samples"


def articles(folder: Path) -> frozenset[str]:
    """The ids of the articles in the store of `folder`."""
    with GraphStore.open(folder / STORE_NAME, read_only=True) as store:
        return store.article_ids()


# ---- the same bytes


def test_the_same_input_gives_the_same_bytes(kg: Kg, sources: Path) -> None:
    for out in ("one", "two", "two"):  # the second time a build goes on with what is there
        assert kg("build", "news", "-o", out).status == 0
    assert set(whole(sources / "one")) == set(EXPORTS)
    assert whole(sources / "one") == whole(sources / "two")


def test_the_folder_to_work_in_makes_no_difference(kg: Kg, sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kg("build", "news", "-o", "out").status == 0
    elsewhere = sources / "else" / "where"
    elsewhere.mkdir(parents=True)
    write_sources(elsewhere)
    monkeypatch.chdir(elsewhere)
    assert kg("build", "news", "-o", "other/out").status == 0
    assert whole(sources / "out") == whole(elsewhere / "other" / "out")


@pytest.mark.parametrize("order", [["a.txt", "b.jsonl", "c.csv"], ["c.csv", "a.txt", "b.jsonl"]])
def test_the_order_of_the_sources_makes_no_difference(kg: Kg, sources: Path, order: list[str]) -> None:
    assert kg("build", "news", "-o", "one").status == 0
    assert kg("build", *[f"news/{name}" for name in order], "-o", "two").status == 0
    assert whole(sources / "one") == whole(sources / "two")


def test_one_by_one_or_all_at_once_makes_no_difference(kg: Kg, sources: Path) -> None:
    assert kg("build", "news", "-o", "one").status == 0
    for name in ("c.csv", "b.jsonl", "a.txt"):
        assert kg("build", f"news/{name}", "-o", "two").status == 0
    assert whole(sources / "one") == whole(sources / "two")


def test_fresh_is_as_if_nothing_had_been_there(kg: Kg, sources: Path) -> None:
    assert kg("build", "news/a.txt", "-o", "one").status == 0
    assert kg("build", "news", "-o", "two").status == 0
    assert kg("build", "news/a.txt", "-o", "two", "--fresh").status == 0
    assert whole(sources / "one") == whole(sources / "two")


def test_the_seed_of_hashes_makes_no_difference(sources: Path) -> None:
    for name in ("01-kiwifruit-villages.txt", "bulletin.jsonl", "page.txt"):
        shutil.copy(SAMPLES / name, sources / "news")
    for seed in ("0", "1", "4711"):
        program = [sys.executable, "-c", "from kg.cli import main; main()", "build", "news", "-o", seed]
        subprocess.run(program, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True)
    assert whole(sources / "0") == whole(sources / "1") == whole(sources / "4711")


def test_no_clock_and_no_machine_in_the_exports(kg: Kg, sources: Path) -> None:
    """Neither the folder that the build ran in, nor the year of the run, is anywhere in them."""
    assert kg("build", "news", "-o", "out").status == 0
    for name, content in whole(sources / "out").items():
        assert str(sources).encode() not in content, name
        assert time.strftime("%Y-%m-%d").encode() not in content, name


# ---- interrupted


@pytest.fixture
def former(kg: Kg, sources: Path) -> dict[str, bytes]:
    """The exports of a build of one article; another article waits in ``news``."""
    assert kg("build", "news/a.txt", "-o", "out").status == 0
    return whole(sources / "out")


def goes_on(kg: Kg, sources: Path) -> None:
    """The next build makes what a build without any trouble makes."""
    assert kg("build", "news", "-o", "out").status == 0
    assert kg("build", "news", "-o", "clean").status == 0
    assert whole(sources / "out") == whole(sources / "clean")


def raises(error: BaseException) -> Any:
    def fail(*arguments: object, **options: object) -> None:
        raise error

    return fail


def half_written(graph: object, path: Path, *, base: str) -> None:
    path.write_text("half", "utf-8")
    raise OSError(28, "No space left on device", str(path))


def test_a_writer_that_fails_leaves_the_former_exports(
    kg: Kg, sources: Path, former: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(trig, "write", half_written)
        run = kg("build", "news", "-o", "out")
    assert run.status == 1
    assert run.complaints == [
        "kg: out/graph.trig.part: the exports cannot be written (No space left on device)"
        " — check the rights and the free space; former files are as they were"
    ]
    assert whole(sources / "out") == former
    goes_on(kg, sources)


@pytest.mark.parametrize("where", ["in a writer", "in an article"])
def test_ctrl_c_leaves_the_former_exports(
    kg: Kg, sources: Path, former: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    with monkeypatch.context() as patch:
        target: tuple[Any, str] = (trig, "write") if where == "in a writer" else (Extractor, "resolve")
        patch.setattr(*target, raises(KeyboardInterrupt()))
        run = kg("build", "news", "-o", "out")
    assert run.status == 130
    assert whole(sources / "out") == former
    goes_on(kg, sources)


@pytest.mark.xfail(reason="typer ends the program on Ctrl-C before main says what was left", strict=True)
def test_ctrl_c_is_answered_with_a_line(kg: Kg, sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Extractor, "resolve", raises(KeyboardInterrupt()))
    run = kg("build", "news", "-o", "out")
    assert run.complaints == ["kg: interrupted; the former output is as it was"]


def test_an_error_of_the_program_itself_leaves_the_former_exports(
    kg: Kg, sources: Path, former: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = articles(sources / "out")
    with monkeypatch.context() as patch:
        patch.setattr(Extractor, "resolve", raises(ZeroDivisionError()))
        with pytest.raises(ZeroDivisionError):
            build(["news"], "out")
    assert whole(sources / "out") == former
    assert articles(sources / "out") == before
    goes_on(kg, sources)


def test_a_fresh_build_that_fails_keeps_the_former_store(
    sources: Path, former: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = articles(sources / "out")
    monkeypatch.setattr(Extractor, "resolve", raises(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        build(["news"], "out", fresh=True)
    assert articles(sources / "out") == before


def test_extract_that_fails_leaves_the_former_file(kg: Kg, sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("found.jsonl").write_text("former", "utf-8")
    monkeypatch.setattr(ArticleGraph, "to_json", raises(KeyboardInterrupt()))
    assert kg("extract", "news", "-o", "found.jsonl").status == 130
    assert Path("found.jsonl").read_text("utf-8") == "former"
    assert not list(sources.glob("*.part"))


# A build that stops at one point, tells so, and waits there for the signal.
WAITING = """
import sys, time
from pathlib import Path
from kg import cli
{imports}

def wait(*arguments, **options):
    Path("waiting").touch()
    time.sleep(60)

{target} = wait
sys.argv = ["kg", "build", "news", "-o", "out"]
cli.main()
"""
POINTS = {
    "while articles are read": ("from kg.building import Extractor", "Extractor.resolve"),
    "while the store is written": ("from kg.store import GraphStore", "GraphStore._touch"),
    "while exports are written": ("from kg.export import report", "report.write"),
}


@contextmanager
def stopped(point: str) -> Iterator[subprocess.Popen[bytes]]:
    """A build in another process that waits at that point."""
    imports, target = POINTS[point]
    code = WAITING.format(imports=imports, target=target)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            end = time.monotonic() + 50
            while not Path("waiting").exists():
                assert process.poll() is None, "it ended before it came to that point"
                assert time.monotonic() < end, "it never came to that point"
                time.sleep(0.02)
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("point", POINTS)
def test_a_build_that_is_killed_leaves_the_former_exports(
    kg: Kg, sources: Path, former: dict[str, bytes], point: str
) -> None:
    before = articles(sources / "out")
    with stopped(point) as process:
        process.kill()
        assert process.wait() == -signal.SIGKILL
    left = whole(sources / "out")
    assert {name: content for name, content in left.items() if not name.endswith(".part")} == former
    assert articles(sources / "out") >= before
    goes_on(kg, sources)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for another process")
def test_a_build_that_is_interrupted_leaves_the_former_exports(kg: Kg, sources: Path, former: dict[str, bytes]) -> None:
    with stopped("while exports are written") as process:
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in complaints
    assert whole(sources / "out") == former
    goes_on(kg, sources)


def test_two_builds_into_one_folder_do_not_mix(kg: Kg, sources: Path, former: dict[str, bytes]) -> None:
    """The second one is told that the store is in use; the first one ends as if it were alone."""
    with stopped("while articles are read"):
        run = kg("build", "news", "-o", "out")
        assert run.status == 1
        assert len(run.complaints) == 1
        assert "kg: out/graph.duckdb: " in run.complaints[0]
        assert whole(sources / "out") == former
    goes_on(kg, sources)


def test_the_story_of_these_tests_has_something_to_find(former: dict[str, bytes]) -> None:
    assert "银发食堂" in STORY
    assert "银发食堂".encode() in former["nodes.csv"]
