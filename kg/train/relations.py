"""Makes `models/relations`: the network that tells which names of an article are joined by which predicate.

    kg train relations [-o DIR]           (the train part of data/corpus as kg itself reads it; seeds are fixed)

The corpus says which nodes are joined, not in which sentence. So a node pair is one example, and the likeliest of its mention
pairs answers for it (multiple-instance learning; Dietterich et al. 1997, by log-sum-exp). The dev part chooses nothing but the
calibration; the test part is not read. Needs the `train` extra (torch).
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import DataError
from kg.records import Document, Fact
from kg.relations.model import COUNTS, DISTANCES, SENTENCES, TURNED, RelationModel, distance_row
from kg.relations.pairs import KINDS, ROLE, Label, PairReader, Pairs, labels_of
from kg.schema import Schema, default_schema
from kg.train.annotation import AnnotatedArticle, plain
from kg.train.calibration import platt

if TYPE_CHECKING:
    import torch

__all__ = ["Example", "ReadArticle", "Settings", "examples", "figures", "likeliest", "train"]

Floats = NDArray[np.float32]
_LOW = 0.05
"""What scores less is left out of the calibration: it is most of all pairs, and nobody asks how unlikely it is."""
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Settings:
    """What training may vary; the defaults are what ships."""

    seed: int = 7
    passes: int = 20
    width: int = 96  # of a token, and of the hidden layer of a pair
    layers: int = 4  # of convolutions, each looking twice as far as the one before
    dropout: float = 0.35
    forget: float = 0.05  # share of characters that are read as unknown
    alone: float = 0.15  # share of pairs that are judged without what the rules found
    rate: float = 3e-3
    batch: int = 6  # articles


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """An annotated article as kg reads it. `nodes` says for each mention of the document which nodes it stands for: ids of the
    annotation, or a name of its own for what the annotation does not have.
    """

    article: AnnotatedArticle
    document: Document
    facts: tuple[Fact, ...]
    nodes: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """The pairs of one article, and what they should be: `answers` one a group, `groups` what each (pair, label) belongs to."""

    pairs: Pairs
    rows: NDArray[np.int64]
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    answers: Floats  # 1 stated, 0 not, -1 careful readers differ
    predicates: tuple[str, ...]  # of each group


def examples(reader: PairReader, read: Iterable[ReadArticle], schema: Schema) -> Iterator[Example]:
    """The articles that have a pair, as the network sees them."""
    for one in read:
        pairs = reader.read(one.document, one.facts)
        if pairs.ends:
            yield _example(reader.labels, one, pairs, schema)


def _example(labels: Sequence[Label], one: ReadArticle, pairs: Pairs, schema: Schema) -> Example:
    stated = _stated(one.article, schema)
    size = len(one.document.mentions)
    nodes = [*one.nodes, *((f"{ROLE} {plain(role.text)}",) for role in one.document.roles)]
    numbers: dict[tuple[str, str, str], int] = {}
    rows: list[tuple[int, int, int]] = []
    answers: list[float] = []
    for row, label in np.argwhere(pairs.allowed).tolist():
        (name, turned), (first, second) = labels[label], pairs.ends[row]
        if turned or (name == ROLE and first >= size):
            first, second = second, first
        for source in nodes[first]:
            for target in nodes[second]:
                if source == target:
                    continue
                both = (source, target)
                if name != ROLE and schema.predicates[name].symmetric:
                    both = (min(both), max(both))
                key = (both[0], name, both[1])
                if key not in numbers:
                    numbers[key] = len(numbers)
                    answers.append(stated.get(key, 0.0))
                rows.append((row, label, numbers[key]))
    table = np.array(rows, np.int64).reshape(-1, 3)
    predicates = tuple(name for _, name, _ in numbers)
    return Example(pairs, table[:, 0], table[:, 1], table[:, 2], np.array(answers, np.float32), predicates)


def _stated(article: AnnotatedArticle, schema: Schema) -> dict[tuple[str, str, str], float]:
    """What the annotation states, and -1 for what it marks as optional."""
    found: dict[tuple[str, str, str], float] = {}
    unsure = {node.id for node in article.nodes if node.optional}
    for edge in article.edges:
        value = -1.0 if edge.optional or unsure & {edge.source, edge.target} else 1.0
        both = (edge.source, edge.target)
        if schema.predicates[edge.predicate].symmetric:
            both = (min(both), max(both))
        keys = [(both[0], edge.predicate, both[1])]
        role = edge.properties.get("role")
        if edge.predicate == "affiliated_with" and isinstance(role, str):
            keys += [(end, ROLE, f"{ROLE} {plain(role)}") for end in both]
        for key in keys:
            found[key] = max(value, found.get(key, value))
    return found


def train(
    out: Path,
    read: Callable[[str], Iterable[ReadArticle]],
    triggers: Mapping[str, Iterable[str]],
    settings: Settings | None = None,
    *,
    progress: Progress = print,
) -> None:
    """Trains on ``read("train")``, calibrates on ``read("dev")``, writes the files of a `RelationModel` into the folder `out`.
    `triggers` are the words of the rules with their predicates.

    Raises DataError when torch is missing, or the corpus is damaged or lacks a part.
    """
    try:
        import torch
    except ImportError as error:
        raise DataError(f"{error.name} is missing", remedy="pip install 'kg-local-news[train]'") from error
    settings = settings or Settings()
    torch.manual_seed(settings.seed)
    torch.use_deterministic_algorithms(True)
    began = time.perf_counter()
    own, held = list(read("train")), list(read("dev"))
    if not own or not held:
        raise DataError("the corpus has no train part or no dev part", remedy="add articles of other writers and provinces")
    seen = Counter(c for one in own for c in one.document.text)
    characters = sorted(c for c, n in seen.items() if n >= 3 and c not in "\r\n")
    tags = sorted({word.tag for one in own for word in one.document.words if word.tag})
    schema = default_schema()
    reader = PairReader(characters, tags, labels_of(schema), triggers, schema)
    lessons, tests = (list(examples(reader, part, schema)) for part in (own, held))
    stated = sum(int((e.answers > 0).sum()) for e in lessons)
    progress(
        f"{len(own)} articles, {sum(len(e.pairs.ends) for e in lessons)} pairs, {stated} stated; "
        f"read in {time.perf_counter() - began:.0f} s"
    )
    network = _Network(settings, len(characters) + 2, len(tags) + 2, len(reader.labels), len(reader.predicates))
    _fit(network, settings, lessons, tests, progress)
    weights = network.weights()
    model = RelationModel(reader, weights)
    judged = [(likeliest(model, example), example.answers) for example in tests]
    judged = [(scores[kept], answers[kept]) for scores, answers in judged for kept in [(answers >= 0) & (scores >= _LOW)]]
    scores, answers = (np.concatenate([part[i] for part in judged]) for i in (0, 1))
    weights["slope"], weights["shift"] = (np.array(x, np.float32) for x in platt(scores, answers > 0))
    _write(out, weights, characters, tags, reader.labels)
    progress(f"{figures(model, tests)}\ndone in {time.perf_counter() - began:.0f} s")


def _write(out: Path, weights: dict[str, Floats], characters: Sequence[str], tags: Sequence[str], labels: Sequence[Label]) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with (out / "weights.npz").open("wb") as file:
        kept: dict[str, Any] = {name: value.astype("f2" if value.ndim > 1 else "f4") for name, value in weights.items()}
        np.savez(file, **dict(sorted(kept.items())))
    names = [name + TURNED if turned else name for name, turned in labels]
    for file_name, words in (("characters", characters), ("tags", tags), ("labels", names)):
        (out / file_name).write_text("".join(f"{word}\n" for word in words), encoding="utf-8")


def likeliest(model: RelationModel, example: Example) -> Floats:
    """The probability of each group: that of the likeliest of its pairs."""
    scores = model.scores(example.pairs)[example.rows, example.labels]
    found: Floats = np.zeros(len(example.answers), np.float32)
    np.maximum.at(found, example.groups, scores)
    return found


def figures(model: RelationModel, held: Sequence[Example], least: float = 0.5) -> str:
    """P, R and F1 of the pairs that can be judged, all together and by predicate, when what is likelier than `least` is said."""
    counts: Counter[tuple[str, str]] = Counter()
    for example in held:
        for name, answer, score in zip(example.predicates, example.answers, likeliest(model, example), strict=True):
            what = {(1.0, True): "tp", (1.0, False): "fn", (0.0, True): "fp"}.get((float(answer), bool(score >= least)))
            if what is not None:
                counts.update(((name, what), ("all", what)) if name != ROLE else ((name, what),))
    lines = []
    for name in ("all", *sorted({name for name, _ in counts} - {"all"})):
        right, wrong, missed = (counts[name, what] for what in ("tp", "fp", "fn"))
        precision, recall = right / max(1, right + wrong), right / max(1, right + missed)
        f1 = 2 * right / max(1, 2 * right + wrong + missed)
        lines.append(f"{name}: P {precision:.3f} R {recall:.3f} F1 {f1:.3f} of {right + missed}")
    return "\n".join(lines)


def _fit(
    network: _Network, settings: Settings, lessons: Sequence[Example], tests: Sequence[Example], progress: Progress
) -> None:
    """AdamW with a warm-up and a linear decay; nothing is chosen by the dev part."""
    import torch

    chance = random.Random(settings.seed)
    parameters = list(network.net.parameters())
    optimizer = torch.optim.AdamW(parameters, lr=settings.rate, weight_decay=1e-2)
    order = list(range(len(lessons)))
    steps, step = settings.passes * -(-len(order) // settings.batch), 0
    for number in range(settings.passes):
        began, loss_sum = time.perf_counter(), 0.0
        network.net.train()
        chance.shuffle(order)
        for at in range(0, len(order), settings.batch):
            for group in optimizer.param_groups:
                group["lr"] = settings.rate * min(1.0, step / (0.1 * steps + 1)) * max(0.02, 1.0 - step / steps)
            batch = [lessons[i] for i in order[at : at + settings.batch]]
            stated = sum(int((example.answers > 0).sum()) for example in batch)
            loss = sum((network.loss(example) for example in batch), torch.zeros(())) / max(stated, 20)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 2.0)
            optimizer.step()
            loss_sum, step = loss_sum + loss.item() * len(batch), step + 1
        progress(f"pass {number + 1}: loss {loss_sum / len(order):.4f}, {time.perf_counter() - began:.0f} s")


class _Network:
    """The network of `kg.relations.model` in torch."""

    def __init__(self, settings: Settings, characters: int, tags: int, labels: int, predicates: int) -> None:
        from torch import nn

        self.settings = settings
        width = settings.width
        sizes = {"first": characters, "last": characters, "bag": characters, "kind": len(KINDS), "tag": tags,
                 "distance": DISTANCES, "sentence": SENTENCES, "same": COUNTS, "others": COUNTS}  # fmt: skip
        self.net = nn.ModuleDict()
        for name, size in sizes.items():
            table = nn.Embedding(size, width, padding_idx=0 if size == characters else None)
            nn.init.normal_(table.weight, 0.0, 0.1)
            if size == characters:
                nn.init.zeros_(table.weight[0])
            self.net[name] = table
        self.net["convolutions"] = nn.ModuleList(
            nn.Conv1d(width, width, 3, padding=2**i, dilation=2**i) for i in range(settings.layers)
        )
        self.net["trigger"] = nn.Linear(predicates, width, bias=False)
        self.net["one"] = nn.Linear(width, width)
        for name in ("two", "middle"):
            self.net[name] = nn.Linear(width, width, bias=False)
        self.net["rules"] = nn.Linear(labels, width, bias=False)
        self.net["known"] = nn.Linear(labels, labels, bias=False)
        nn.init.zeros_(self.net["known"].weight)
        self.net["out"] = nn.Linear(width, labels)
        nn.init.constant_(self.net["out"].bias, -4.0)
        self.net["drop"] = nn.Dropout(settings.dropout)

    def loss(self, example: Example) -> torch.Tensor:
        """The summed cross-entropy of the groups, without those on which careful readers differ."""
        import torch

        odds = self._odds(example.pairs)[torch.from_numpy(example.rows), torch.from_numpy(example.labels)]
        groups, answers = torch.from_numpy(example.groups), torch.from_numpy(example.answers)
        most = torch.full((len(answers),), -1e4).scatter_reduce(0, groups, odds.detach(), "amax")
        total = torch.zeros(len(answers)).index_add(0, groups, torch.exp(odds - most[groups]))
        joined = most + torch.log(total)
        sure = answers >= 0
        loss: torch.Tensor = torch.nn.functional.binary_cross_entropy_with_logits(joined[sure], answers[sure], reduction="sum")
        return loss

    def _odds(self, pairs: Pairs) -> torch.Tensor:
        """[pairs, labels]"""
        import torch

        net: Any = self.net
        characters = torch.from_numpy(pairs.characters).long()
        size = (characters > 0).sum(1).clamp(min=1)
        forgotten = (torch.rand(characters.shape) < self.settings.forget) & (characters > 0)
        characters = torch.where(forgotten, 1, characters)
        last = characters[torch.arange(len(characters)), size - 1]
        rows = net["first"](characters[:, 0]) + net["last"](last) + net["bag"](characters).sum(1) / size[:, None]
        rows = rows + net["kind"](torch.from_numpy(pairs.kinds).long()) + net["tag"](torch.from_numpy(pairs.tags).long())
        rows = rows + net["trigger"](torch.from_numpy(pairs.triggers))
        seen = net["drop"](torch.tanh(rows)).T[None]
        for layer in net["convolutions"]:
            seen = seen + torch.relu(layer(seen))
        rows = net["drop"](seen[0].T)
        one, other = torch.from_numpy(pairs.first).long(), torch.from_numpy(pairs.second).long()
        many = torch.from_numpy(np.minimum(pairs.between, COUNTS - 1)).long()
        rules = torch.from_numpy(pairs.rules) * (torch.rand(len(one), 1) > self.settings.alone)
        hidden = net["one"](rows)[one] + net["two"](rows)[other] + net["middle"](_between(rows, one, other))
        hidden = hidden + net["distance"](torch.from_numpy(distance_row(pairs.second - pairs.first)))
        hidden = hidden + net["sentence"](torch.from_numpy(np.minimum(pairs.sentences, SENTENCES - 1)).long())
        hidden = hidden + net["same"](many[:, 0]) + net["others"](many[:, 1]) + net["rules"](rules)
        odds: torch.Tensor = net["out"](net["drop"](torch.relu(hidden))) + net["known"](rules)
        return odds

    def weights(self) -> dict[str, Floats]:
        """What `RelationModel` reads; not yet calibrated."""
        named = {name: value.detach().numpy().astype(np.float32) for name, value in self.net.named_parameters()}
        found = {name.removesuffix(".weight"): value for name, value in named.items() if name.endswith(".weight")}
        layers = [named[f"convolutions.{i}.weight"] for i in range(self.settings.layers)]  # [out, in, 3]
        convolutions = np.stack([layer.transpose(2, 1, 0).reshape(-1, layer.shape[0]) for layer in layers])
        kept = {name: value for name, value in found.items() if not name.startswith("convolutions")}
        for name in ("trigger", "one", "two", "middle", "rules", "known", "out"):
            kept[name] = np.ascontiguousarray(kept[name].T)
        kept |= {"convolutions": convolutions, "bias": named["one.bias"], "out bias": named["out.bias"]}
        kept["convolution bias"] = np.stack([named[f"convolutions.{i}.bias"] for i in range(self.settings.layers)])
        kept |= {"slope": np.ones((), np.float32), "shift": np.zeros((), np.float32)}
        return kept


def _between(rows: torch.Tensor, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The maximum of the rows between the two of each pair, as in `kg.relations.model`."""
    import torch

    length = other - one - 1
    power = torch.floor(torch.log2(length.clamp(min=1).float())).long()
    levels = [rows]
    for level in range(int(power.max())):
        step, last = 2**level, levels[-1]
        levels.append(torch.cat((torch.maximum(last[:-step], last[step:]), last[-step:])))
    table = torch.stack(levels)
    found = torch.maximum(table[power, (one + 1).clamp(max=len(rows) - 1)], table[power, (other - 2**power).clamp(min=0)])
    return found * (length > 0)[:, None]
