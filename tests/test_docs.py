"""The documentation tells the truth: its commands run and print what it shows, its links lead somewhere, nothing is left out.

Every line of a ``sh`` block that calls `kg` is run with bash, in the order of the page, in a folder that has the samples;
a line marked ``# not run`` is not. A ``text`` block shows lines that the command before it prints, not all of them. A
``python`` block is run as a program.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typer

from kg.cli import app
from kg.schema import default_schema

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
SAMPLES = ROOT / "data" / "samples"
BASH = shutil.which("bash")
PAGES = sorted([*ROOT.glob("README*.md"), ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md")])
LANGUAGES = ("", ".zh")

_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.M | re.S)
_CALLS_KG = re.compile(r"(?:^|[|;&]\s*)kg\s")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, the line of the page that its text begins on."""

    language: str
    text: str
    line: int


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        yield Block(match[1], match[2], text.count("\n", 0, match.start()) + 2)


def _commands(block: Block) -> Iterator[tuple[int, str]]:
    """The lines that call kg, with their numbers."""
    for offset, line in enumerate(block.text.splitlines()):
        if _CALLS_KG.search(line) and "# not run" not in line:
            yield block.line + offset, line


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# ---- what the pages show


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """The environment in which `kg` is this checkout's command line."""
    if BASH is None or os.name == "nt":
        pytest.skip("the commands of the documentation are for a POSIX shell")
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "kg"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from kg.cli import main; main()" "$@"\n')
    command.chmod(0o755)
    search = os.pathsep.join(filter(None, (str(folder), os.environ.get("PATH"))))
    modules = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    return {**os.environ, "PATH": search, "PYTHONPATH": modules, "COLUMNS": "200"}


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory, environment: Mapping[str, str]) -> Path:
    """A folder with what the pages speak of: the samples, one's own news, and the graph of the samples in ``out``."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copytree(SAMPLES, folder / "data" / "samples")
    for page, clippings, archive in (("page.txt", "clippings", "archive"), ("版面.txt", "剪报", "存档")):
        shutil.copy(SAMPLES / "page.txt", folder / page)
        for name in (clippings, archive):
            (folder / name).mkdir()
        for clipping in SAMPLES.glob("*-*.txt"):
            shutil.copy(clipping, folder / clippings)
        shutil.copy(SAMPLES / "bulletin.jsonl", folder / archive)
    _run("kg build data/samples -o out", folder, environment)
    return folder


def _run(command: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Both outputs of a command line; a status other than 0 fails the test."""
    assert BASH is not None
    done = subprocess.run(
        [BASH, "-e", "-o", "pipefail", "-c", command], cwd=folder, env=dict(environment), check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, f"{command}\nstatus {done.returncode}\n{done.stdout}"
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_what_a_page_shows_is_so(page: Path, workplace: Path, tmp_path: Path, environment: Mapping[str, str]) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(workplace, folder)
    printed = ""
    for block in _blocks(page):
        if block.language == "sh":
            outputs = [_run(command, folder, environment) for _, command in _commands(block)]
            printed = "".join(outputs)
            for (line, command), output in zip(_commands(block), outputs, strict=True):
                if re.search(r"kg (?:show|path) ", command):
                    assert "→" in output or '"predicate"' in output, f"{_name(page)}:{line} shows no fact"
        elif block.language == "text" and printed:
            for number, shown in enumerate(block.text.splitlines(), start=block.line):
                assert shown.strip() in printed, f"{_name(page)}:{number} is not printed:\n{printed}"
        elif block.language == "python":
            (folder / "example.py").write_text(block.text, encoding="utf-8")
            _run(f'"{sys.executable}" -X utf8 example.py', folder, environment)


# ---- nothing is left out


def _walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its full name; the root too, for its own options."""
    inner = getattr(command, "commands", {})
    if not inner or name == "kg":
        yield name, command
    for word, each in inner.items():
        yield from _walk(each, f"{name} {word}")


COMMANDS = dict(_walk(typer.main.get_command(app), "kg"))


def _sections(page: Path) -> dict[str, str]:
    """The text below each heading that is a name in backquotes."""
    parts = re.split(r"^## `([^`]+)`$", page.read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_and_option_is_documented_and_no_other(language: str) -> None:
    sections = _sections(DOCS / f"commands{language}.md")
    assert set(sections) == set(COMMANDS)
    for name, command in COMMANDS.items():
        options = {
            word for each in command.params if each.param_type_name == "option"
            for word in (*each.opts, *each.secondary_opts)
        }  # fmt: skip
        table = "\n".join(re.findall(r"^\| (`-[^|]*)\|", sections[name], re.M))
        documented = set(re.findall(r"`(-[^`\s]*)`", table))
        assert documented - {"-h", "--help"} == options - {"-h", "--help"}, name


@pytest.fixture(scope="module")
def words() -> Mapping[str, frozenset[str]]:
    """By language, what stands in backquotes on the pages about formats and schema."""
    schema = (DOCS / "schema.md").read_text(encoding="utf-8")
    return {
        language: frozenset(
            re.findall(r"`([^`\n]+)`", (DOCS / f"formats{language}.md").read_text(encoding="utf-8") + schema)
        )
        for language in LANGUAGES
    }


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_the_outputs_is_documented(
    language: str, workplace: Path, words: Mapping[str, frozenset[str]]
) -> None:
    out = workplace / "out"
    fields = {path.name for path in out.iterdir()}
    for table in ("nodes.csv", "edges.csv"):
        with (out / table).open(encoding="utf-8", newline="") as file:
            fields.update(next(csv.reader(file)))
    for key in ElementTree.parse(out / "graph.graphml").iter("{http://graphml.graphdrawing.org/xmlns}key"):
        fields.add(key.attrib["attr.name"])
    for key in ElementTree.parse(out / "graph.gexf").iter("{http://gexf.net/1.3}attribute"):
        fields.add(key.attrib["title"])
    fields |= _rdf_terms(out / "graph.trig")
    assert fields - words[language] == set()


def _rdf_terms(path: Path) -> set[str]:
    """The terms of vocabularies in a TriG file: what stands outside texts with a prefix of the schema."""
    bare = re.sub(r'"(?:[^"\\]|\\.)*"(?:@\w+|\^\^\S+)?', '""', path.read_text(encoding="utf-8"))
    body = "\n".join(line for line in bare.splitlines() if not line.startswith("@prefix"))
    # what says that kg:runs is a property belongs to the vocabulary, not to the graph
    facts = "\n\n".join(part for part in body.split("\n\n") if not re.search(r"\ba (?:owl|rdfs):", part))
    prefixes = "|".join(default_schema().prefixes)
    return set(re.findall(rf"(?<![\w<])(?:{prefixes}):\w+", facts))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_extract_is_documented(
    language: str, workplace: Path, environment: Mapping[str, str], words: Mapping[str, frozenset[str]]
) -> None:
    target = workplace / "fields.jsonl"
    _run("kg extract data/samples -o fields.jsonl", workplace, environment)
    fields: set[str] = set()
    for line in target.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        fields.update(article)
        for part in ("nodes", "edges", "indicators"):
            for record in article[part]:
                fields.update(record)
                fields.update(record.get("properties", {}))
    assert fields - words[language] == set()


# ---- the pages among each other


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for address in _LINK.findall(prose):
        if re.match(r"[a-z]+:", address):
            continue
        path, _, anchor = address.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{_name(page)}: {address}"
        if anchor:
            assert anchor in _anchors(target), f"{_name(page)}: {address}"


def _anchors(page: Path) -> set[str]:
    """The anchors that GitHub makes of the headings."""
    prose = _FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", prose, re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", ["tutorial", "formats", "commands"])
def test_the_two_languages_say_the_same(name: str) -> None:
    """The same blocks, tables and headings, as far as they do not depend on the language."""
    english, chinese = DOCS / f"{name}.md", DOCS / f"{name}.zh.md"
    shapes = [
        (
            [(block.language, re.sub(r" *#.*", "", block.text)) for block in _blocks(page)],
            [len(match) for match in re.findall(r"^#+(?= )", page.read_text(encoding="utf-8"), re.M)],
            len(re.findall(r"^\|", page.read_text(encoding="utf-8"), re.M)),
        )
        for page in (english, chinese)
    ]
    assert shapes[0] == shapes[1]


def test_schema_page_is_current() -> None:
    spec = util.spec_from_file_location("make_schema", DOCS / "make_schema.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    schema = default_schema()
    meanings = module.read_meanings(schema)
    assert set(meanings["types"]) == set(schema.types)
    assert set(meanings["predicates"]) == set(schema.predicates)
    wanted = module.page(schema, meanings)
    assert (DOCS / "schema.md").read_text(encoding="utf-8") == wanted, "run: python docs/make_schema.py"
