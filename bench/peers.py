"""The peers: names of people, places and bodies as LAC, jieba.posseg and THULAC find them in a text."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import os
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

__all__ = ["PACKAGES", "SPANNERS", "Span", "Spanner", "installed"]

Span = tuple[int, int, str]
"""Start and end in the text, and the type of our schema."""
Spanner = Callable[[Sequence[str]], list[list[Span]]]
"""The names of each text, in order."""

_LAC = {
    "PER": "Person", "nr": "Person", "LOC": "Place", "ns": "Place",
    "ORG": "Organization", "nt": "Organization",
}  # fmt: skip
_JIEBA = {"nr": "Person", "nrfg": "Person", "nrt": "Person", "ns": "Place", "nt": "Organization"}
_THULAC = {"np": "Person", "ns": "Place", "ni": "Organization"}


def load_lac(cache: Path) -> Spanner:
    """LAC 2.1.2's network on onnxruntime, as the package ships it: its names as they come, nothing added."""
    from kg.language.tagger import LacTagger
    from kg.language.view import split_sentences

    tagger = LacTagger.load(threads=1)
    tagger.tag(["村"])

    def find(texts: Sequence[str]) -> list[list[Span]]:
        found: list[list[Span]] = []
        for first in range(0, len(texts), 32):
            batch = texts[first : first + 32]
            owners = [(n, s, e) for n, text in enumerate(batch) for s, e in split_sentences(text)]
            part: list[list[Span]] = [[] for _ in batch]
            tagged = tagger.tag([batch[n][s:e] for n, s, e in owners])
            for (n, s, _), words in zip(owners, tagged, strict=True):
                part[n] += [(s + w.start, s + w.end, _LAC[w.tag]) for w in words if w.tag in _LAC]
            found += part
        return found

    return find


def load_lac_paddle(cache: Path) -> Spanner:
    """LAC 2.1.2 as its own package runs it, on paddlepaddle 3, one thread, a text at a time."""
    os.environ["OMP_NUM_THREADS"] = "1"
    core = __import__("paddle.base", fromlist=["core"]).core
    # LAC asks for paddle.fluid, which paddle 3 no longer has; what prediction needs lives on under paddle.base.
    fluid: Any = types.ModuleType("paddle.fluid")
    fluid.core, fluid.CPUPlace, fluid.Executor = core, core.CPUPlace, lambda place: None
    for name in ("ParamAttr", "layers", "initializer", "regularizer", "io"):
        setattr(fluid, name, types.SimpleNamespace())
    sys.modules |= {"paddle.fluid": fluid, "paddle.fluid.core": core}
    lac = __import__("LAC").LAC(mode="lac")
    lac.run("村")
    return lambda texts: [
        list(_aligned(text, zip(*lac.run(text), strict=True), _LAC)) if text else [] for text in texts
    ]


def load_jieba(cache: Path) -> Spanner:
    """jieba.posseg, loaded; its dictionary's cache goes to `cache`."""
    import logging

    import jieba
    import jieba.posseg

    jieba.setLogLevel(logging.WARNING)
    jieba.dt.tmp_dir = str(cache)
    jieba.posseg.lcut("村")

    def find(texts: Sequence[str]) -> list[list[Span]]:
        return [
            list(_aligned(text, ((pair.word, pair.flag) for pair in jieba.posseg.cut(text)), _JIEBA))
            for text in texts
        ]

    return find


def load_thulac(cache: Path) -> Spanner:
    """THULAC 0.2.2 with the model that its package ships, words and tags."""
    with contextlib.redirect_stdout(io.StringIO()):  # it says “Model loaded succeed”
        thulac = __import__("thulac").thulac()
    thulac.cut("村")
    return lambda texts: [list(_aligned(text, thulac.cut(text), _THULAC)) for text in texts]


def _aligned(text: str, words: Iterable[Sequence[str]], known: dict[str, str]) -> Iterator[Span]:
    """The names among `words` (word, tag), found again in `text`: a peer may drop white space."""
    at = 0
    for word, tag in words:
        start = text.find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        if tag in known:
            yield start, at, known[tag]


SPANNERS: dict[str, Callable[[Path], Spanner]] = {
    "LAC": load_lac, "LAC (paddle)": load_lac_paddle, "jieba.posseg": load_jieba, "THULAC": load_thulac,
}  # fmt: skip
PACKAGES: dict[str, tuple[str, ...]] = {
    "LAC": (), "LAC (paddle)": ("LAC", "paddle"), "jieba.posseg": ("jieba",), "THULAC": ("thulac",),
}  # fmt: skip
"""What has to be installed for each peer; none is needed to use kg."""


def installed(peer: str) -> bool:
    """Whether the peer can be loaded; says on standard error what is missing where it cannot."""
    missing = [name for name in PACKAGES[peer] if importlib.util.find_spec(name) is None]
    if missing:
        print(f"{peer} is left out: not installed: {', '.join(missing)} (bench/README.md)", file=sys.stderr)
    return not missing
