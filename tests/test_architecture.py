"""The line of docs' house: no import runs up, none sideways, and each library lives in its room.

The imports are read from the source, those inside functions too: a lazy import is still a dependency. What stands
under ``if TYPE_CHECKING`` is read as well.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "kg"

# From the roof down. A room may import what lies on a floor below its own.
FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"cli"}),
    frozenset({"engines", "serve"}),
    frozenset({"building"}),
    frozenset({"sources", "language", "relations", "resolve", "export", "train"}),
    frozenset({"store", "knowledge"}),
    frozenset({"schema"}),
    frozenset({"records"}),
    frozenset({"errors"}),
)
STAGES = FLOORS[3]
DEPTH = {room: depth for depth, rooms in enumerate(FLOORS) for room in rooms}
# They stand beside `errors`: every room may import them, and they may import errors.
BESIDE = frozenset({"resources", "datafile"})
# The public API: imports lazily what it offers, so it stands outside the house.
ROOF = ""

# Of the floor below the stages, who asks which room.
ASKS = {
    # a byline is told from a line of text by its surnames, so `sources` asks too
    "knowledge": frozenset({"sources", "language", "relations", "resolve", "train"}),
    "store": frozenset({"export"}),
}
# Where a library may be imported. `spacy` is spaCy itself; spacy_pkuseg is a library of its own.
LIVES: dict[str, frozenset[str]] = {
    "spacy": frozenset({"language", "relations"}),
    "rdflib": frozenset({"export"}),
    "networkx": frozenset({"export"}),
    "duckdb": frozenset({"store"}),
    "typer": frozenset({"cli"}),
    "rich": frozenset({"cli"}),
}
HEAVY = ("spacy", "duckdb", "rdflib", "onnxruntime", "networkx")

# The one look sideways: a trainer runs what it trains, or it would measure something other than what will be used.
SIDEWAYS = frozenset({("train", "language"), ("train", "relations")})


@dataclass(frozen=True, slots=True)
class Import:
    """One imported module: who imports it, and on which line."""

    module: str
    target: str
    line: int


def module_name(path: Path) -> str:
    parts = ["kg", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


MODULES = {module_name(path): parse(path) for path in sorted(PACKAGE.rglob("*.py"))}
PACKAGES = {module_name(path) for path in PACKAGE.rglob("__init__.py")}


def targets(module: str, node: ast.AST) -> list[str]:
    """The modules that one statement imports, by their full names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            own = module.split(".")[: None if module in PACKAGES else -1]
            base = ".".join([*own[: len(own) - node.level + 1], *([base] if base else [])])
        # `from kg import store` imports a room, `from kg.store import GraphStore` a name of it
        inner = [f"{base}.{alias.name}" for alias in node.names]
        return [name if name in MODULES else base for name in inner]
    return []


def imports(module: str) -> Iterator[Import]:
    for node in ast.walk(MODULES[module]):
        for target in targets(module, node):
            yield Import(module, target, getattr(node, "lineno", 0))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield Import(module, argument.value, node.lineno)


def room(module: str) -> str:
    """The room of a module of kg: ``kg.sources.page`` is in ``sources``, ``kg`` itself in ``""``."""
    return module.split(".")[1] if "." in module else ROOF


def allowed(source: str, target: str) -> bool:
    """Whether the room `source` may import the room `target`."""
    if source in (target, ROOF):
        return True
    if source in BESIDE:
        return target == "errors"
    if target in BESIDE:
        return source != "errors"
    if (source, target) in SIDEWAYS:
        return True
    if target == ROOF or DEPTH[source] >= DEPTH[target]:
        return False
    return source not in STAGES or target not in ASKS or source in ASKS[target]


def violations(module: str) -> list[Import]:
    return [
        found
        for found in imports(module)
        if found.target.split(".")[0] == "kg" and not allowed(room(module), room(found.target))
    ]


def test_every_module_is_in_a_room() -> None:
    """A room that is not in the plan needs a reason, and a line in FLOORS."""
    assert {room(module) for module in MODULES} - {ROOF} <= {*DEPTH, *BESIDE}


def test_the_line_is_read_as_it_is_meant() -> None:
    assert allowed("cli", "building")
    assert allowed("building", "sources")
    assert allowed("export", "store")
    assert allowed("language", "knowledge")
    assert allowed("sources", "knowledge")
    assert allowed("train", "language")
    assert allowed("errors", "errors")
    assert allowed("schema", "datafile")
    assert allowed("resources", "errors")
    assert not allowed("building", "cli")
    assert not allowed("sources", "language")
    assert not allowed("language", "train")
    assert not allowed("train", "resolve")
    assert not allowed("export", "knowledge")
    assert not allowed("resolve", "store")
    assert not allowed("store", "knowledge")
    assert not allowed("records", "schema")
    assert not allowed("datafile", "resources")
    assert not allowed("errors", "resources")
    assert not allowed("relations", ROOF)


@pytest.mark.parametrize(
    ("module", "statement", "found"),
    [
        ("kg.schema", "import kg.datafile", ["kg.datafile"]),
        ("kg.schema", "import numpy as np, rich.console", ["numpy", "rich.console"]),
        ("kg.schema", "from kg import store", ["kg.store"]),
        ("kg.schema", "from kg import load", ["kg"]),
        ("kg.store", "from . import rows", ["kg.store.rows"]),
        ("kg.store", "from .rows import x", ["kg.store.rows"]),
        ("kg.store.rows", "from . import tables", ["kg.store.tables"]),
        ("kg.store.rows", "from ..export import text", ["kg.export.text"]),
        ("kg.schema", "from .cli import main", ["kg.cli"]),
    ],
)
def test_every_form_of_import_is_read(module: str, statement: str, found: list[str]) -> None:
    assert targets(module, ast.parse(statement).body[0]) == found


@pytest.mark.parametrize("module", MODULES)
def test_no_import_runs_up_or_sideways(module: str) -> None:
    assert not [f"{f.module}:{f.line} imports {f.target}" for f in violations(module)]


@pytest.mark.parametrize("library", LIVES)
def test_a_library_lives_in_its_room(library: str) -> None:
    strangers = [
        f"{found.module}:{found.line}"
        for module in MODULES
        if room(module) not in LIVES[library]
        for found in imports(module)
        if found.target.split(".")[0] == library
    ]
    assert not strangers


def prints(tree: ast.Module, *, program: bool = False) -> Iterator[int]:
    """The lines that print. With `program`, ``main`` and what stands under ``if __name__`` may."""
    exempt: set[ast.AST] = set()
    for node in tree.body:
        own = isinstance(node, ast.FunctionDef) and node.name == "main"
        if own or (isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)):
            exempt.update(ast.walk(node))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and not (program and call in exempt):
            name = ast.unparse(call.func)
            if name in {"print", "sys.stdout.write", "sys.stderr.write"}:
                yield call.lineno


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) != "cli"])
def test_only_the_command_line_prints(module: str) -> None:
    found = prints(MODULES[module], program=room(module) == "train")
    assert not [f"{module}:{line}" for line in found]


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Only what a module needs at once: imports at its top, without those for the type checker."""
    needs = {
        module: {target for node in tree.body for target in targets(module, node) if target in MODULES}
        for module, tree in MODULES.items()
    }
    assert len(list(TopologicalSorter(needs).static_order())) == len(MODULES)


@pytest.mark.parametrize("name", ["kg", "kg.cli"])
def test_importing_costs_nothing_heavy(name: str) -> None:
    code = f"import sys, {name}; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_the_public_api_is_what_it_says() -> None:
    """Also the second time, when its modules have been imported; in a program of its own, for this one imported them."""
    code = "import kg; print(*[name for name in kg.__all__ * 2 if not callable(getattr(kg, name))])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == []


def test_the_public_api_offers_nothing_else() -> None:
    import kg

    with pytest.raises(AttributeError, match="nothing"):
        _ = kg.nothing
