"""Makes `models/names`: the network and the CRF that find names and roles, trained on the corpus of our own.

    kg train names [-o DIR]               (the train part of data/corpus, multiplied by swapping names; seeds are fixed)

What it reads is what `kg.language` reads: the states and labels of LAC's last layer, the characters, and the cues of the
lexicons and the gazetteer. Needs the `train` extra (torch, onnx). The dev part chooses nothing but the calibration; the test
part is not read.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import DataError
from kg.knowledge.gazetteer import Gazetteer
from kg.knowledge.lexicon import default_lexicon
from kg.language.reading import NameReader
from kg.language.recognizer import PAIRS, POSITIONS, UNKNOWN, Recognizer, pair_rows, tags_and_states
from kg.language.tagger import LacTagger
from kg.train.annotation import AnnotatedArticle
from kg.train.calibration import platt
from kg.train.corpus import read_corpus
from kg.train.swapping import Annotated, NameLists, Span, Swapper

if TYPE_CHECKING:
    import torch

__all__ = ["LABELS", "Example", "Settings", "Trainer", "annotated_texts", "examples", "f1_line", "span_counts", "spans_of", "train"]

TYPES = ("Person", "Organization", "Place", "Program", "Work", "Role")
LABELS = ("O", *(f"{head}-{kind}" for kind in TYPES for head in "BI"))
STATES = 256
AROUND = (-2, -1, 0, 1, 2)
"""Where the characters stand whose features are summed for one, besides what the network makes of them (wide and deep; Cheng et al.
2016): the linear CRF of `bench/architectures.py`, trained together with the network."""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Settings:
    """What training may vary; the defaults are what ships."""

    seed: int = 11
    passes: int = 8
    copies: int = 2  # of each text, with other names
    width: int = 160  # of the layer before the convolutions
    channels: int = 128  # of each convolution
    layers: int = 4  # of convolutions, each looking twice as far as the one before
    characters: int = 48  # width of a character's embedding
    tags: int = 24
    dropout: float = 0.3
    forget: float = 0.1  # share of characters that are read as unknown
    rate: float = 2e-3
    batch: int = 2400  # characters
    states: bool = True  # without: characters, LAC's labels and cues only
    cues: bool = True
    wide: bool = True  # without: no sums of what stands around a character beside the network, as a linear CRF has them
    encoder: str = "cnn"  # or "gru": a bidirectional GRU of half the channels each way, to compare with; it cannot be written


@dataclass(frozen=True, slots=True)
class Example:
    """One piece of a text, ready for the network."""

    text: str
    tags: NDArray[np.int16]
    states: NDArray[np.float16]  # [characters, 256]
    cues: NDArray[np.uint8]
    labels: NDArray[np.int8]


Progress = Callable[[str], None]


def annotated_texts(articles: Iterable[AnnotatedArticle]) -> Iterator[Annotated]:
    """The titles and bodies of articles with their names and roles; pointers and generic nouns are none, and neither are
    programs on which careful readers differ: the score asks for no such node, but a model that learns them finds too many.
    """
    for a in articles:
        unsure = {node.id for node in a.nodes if node.optional}
        for text, mentions, roles in ((a.title or "", a.title_mentions, a.title_roles), (a.text, a.mentions, a.roles)):
            if not text:
                continue
            spans: list[Span] = [
                (*_with_marks(text, m.start, m.end), m.type)
                for m in mentions
                if m.kind == "name" and not (m.type == "Program" and unsure.issuperset(m.nodes))
            ]
            held = bytearray(len(text))
            for start, end, _ in spans:
                held[start:end] = b"\1" * (end - start)
            spans += [(r.start, r.end, "Role") for r in roles if not any(held[r.start : r.end])]
            yield Annotated(text, tuple(sorted(spans)))


def _with_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The span, with the pair of marks that encloses it: the corpus lets them stand inside or outside, the model shall not."""
    pair = text[start - 1 : start] + text[end : end + 1]
    return (start - 1, end + 1) if pair in ("“”", "‘’", "「」", "《》") else (start, end)


def examples(reader: NameReader, texts: Sequence[Annotated]) -> Iterator[Example]:
    """The pieces of the texts as the network sees them."""
    for one in texts:
        labels = np.zeros(len(one.text), np.int8)
        for start, end, kind in one.spans:
            begin = LABELS.index(f"B-{kind}")
            labels[start], labels[start + 1 : end] = begin, begin + 1
        for piece in reader.read([one.text])[0].pieces:
            own = labels[piece.start : piece.end].copy()
            for at, label in enumerate(own.tolist()):  # a name cut by the end of a sentence begins anew
                if LABELS[label][0] == "I" and (at == 0 or LABELS[own[at - 1]][2:] != LABELS[label][2:]):
                    own[at] = label - 1
            tags, states = tags_and_states(piece.reading)
            text = one.text[piece.start : piece.end]
            yield Example(text, tags.astype(np.int16), states.astype(np.float16), piece.cues, own)


def train(
    out: Path, settings: Settings | None = None, *, corpus: Sequence[Path] = (), progress: Progress = print
) -> None:
    """Trains on the train part of `corpus` (files or folders; by default the project's own) and writes the files of a
    `Recognizer` into the folder `out`.

    Raises DataError when torch or onnx is missing, or the corpus is damaged or lacks a part; ValueError for settings that make
    a network of another form than the one that is written.
    """
    try:
        import onnx  # noqa: F401
        import torch
    except ImportError as error:
        raise DataError(f"{error.name} is missing", remedy="pip install 'kg-local-news[train]'") from error
    settings = settings or Settings()
    if settings.encoder != "cnn" or not (settings.states and settings.cues and settings.wide):
        raise ValueError("only what ships can be written: convolutions, states, cues, sums; bench/architectures.py measures others")
    torch.manual_seed(settings.seed)
    torch.use_deterministic_algorithms(True)
    chance = random.Random(settings.seed)
    began = time.perf_counter()
    gazetteer = Gazetteer.open()
    reader = NameReader.open(gazetteer=gazetteer, tagger=LacTagger.load(threads=2))
    texts, held = (list(annotated_texts(read_corpus(corpus, split=split))) for split in ("train", "dev"))
    if not texts or not held:
        raise DataError("the corpus has no train part or no dev part", remedy="add articles of other writers and provinces")
    swapper = Swapper(texts, NameLists.load(), gazetteer, default_lexicon().words["known_bodies"])
    copies = [swapper.swap(text, chance) for text in texts for _ in range(settings.copies)]
    own = list(examples(reader, [*texts, *copies]))
    dev = list(examples(reader, held))
    progress(
        f"{len(texts)} texts, {sum(len(t.text) for t in texts)} characters; with {settings.copies} copies "
        f"{sum(len(e.text) for e in own)}; read in {time.perf_counter() - began:.0f} s"
    )
    counts = Counter(character for example in own for character in example.text)
    characters = sorted(c for c, n in counts.items() if n >= 3 and c not in "\r\n")
    model = Trainer(settings, characters, len(reader.cues.columns))
    model.fit(own, dev, chance, progress)
    model.write(out, reader.cues.columns)
    recognizer = Recognizer.load(reader.cues.columns, out)
    calibration = _calibrate(recognizer, reader, held)
    model.write(out, reader.cues.columns, calibration)
    progress(f"done in {time.perf_counter() - began:.0f} s")


def span_counts(gold: Iterable[Span], found: Iterable[Span]) -> Counter[tuple[str, str]]:
    """How many spans are right (``tp``), too many (``fp``) and missed (``fn``), by type."""
    wanted, got = set(gold), set(found)
    counts: Counter[tuple[str, str]] = Counter()
    counts.update((s[2], "tp") for s in wanted & got)
    counts.update((s[2], "fp") for s in got - wanted)
    counts.update((s[2], "fn") for s in wanted - got)
    return counts


def f1_line(counts: Counter[tuple[str, str]]) -> str:
    """P, R and F1 of all names (roles apart), then F1 by type."""
    total = [sum(counts[kind, what] for kind in TYPES[:-1]) for what in ("tp", "fp", "fn")]
    by_type = " ".join(f"{kind} {_f1(*(counts[kind, what] for what in ('tp', 'fp', 'fn'))):.3f}" for kind in TYPES)
    right, wrong, missed = total
    return f"P {right / max(1, right + wrong):.3f} R {right / max(1, right + missed):.3f} F1 {_f1(*total):.3f}  {by_type}"


def _f1(right: int, wrong: int, missed: int) -> float:
    return 2 * right / max(1, 2 * right + wrong + missed)


def _calibrate(recognizer: Recognizer, reader: NameReader, texts: Sequence[Annotated]) -> tuple[float, float]:
    """Slope and shift of the log-odds for which the scores fit how often a name is right on `texts`."""
    scores, right = [], []
    for one in texts:
        gold = set(one.spans)
        for found in reader.find(recognizer, [one.text])[0]:
            scores.append(found.score)
            right.append((found.start, found.end, found.type) in gold)
    return platt(scores, right)


class Trainer:
    """The network in torch, and its form in ONNX."""

    def __init__(self, settings: Settings, characters: Sequence[str], cues: int) -> None:
        from torch import nn

        self.settings, self.characters, self.cue_count = settings, list(characters), cues
        self._rows = {c: row for row, c in enumerate(characters, start=UNKNOWN + 1)}
        width, channels = settings.width, settings.channels
        self.net = nn.ModuleDict(
            {
                "characters": nn.Embedding(len(characters) + UNKNOWN + 1, settings.characters),
                "tags": nn.Embedding(49 * POSITIONS, settings.tags),
                "from_characters": nn.Linear(settings.characters, width, bias=False),
                "from_tags": nn.Linear(settings.tags, width, bias=False),
                "from_states": nn.Linear(STATES, width, bias=False),
                "from_cues": nn.Linear(cues, width),
                "emit": nn.Linear(channels, len(LABELS)),
                "drop": nn.Dropout(settings.dropout),
            }
        )
        if settings.wide:
            sums = len(AROUND) * len(LABELS)
            for name, size in (("characters", len(characters) + UNKNOWN + 1), ("pairs", PAIRS), ("tags", 49 * POSITIONS)):
                self.net[f"wide_{name}"] = nn.Embedding(size, sums)
            self.net["wide_cues"] = nn.Linear(cues, sums, bias=False)
            for name in ("characters", "pairs", "tags", "cues"):
                nn.init.zeros_(self.net[f"wide_{name}"].weight)
        if settings.encoder == "cnn":
            self.net["convolutions"] = nn.ModuleList(
                nn.Conv1d(width if i == 0 else channels, channels, 3, padding=2**i, dilation=2**i)
                for i in range(settings.layers)
            )
        else:
            self.net["gru"] = nn.GRU(width, channels // 2, bidirectional=True)
        self.crf = nn.ParameterDict(
            {"start": _zeros(len(LABELS)), "end": _zeros(len(LABELS)), "moves": _zeros(len(LABELS), len(LABELS))}
        )

    # --- training

    def fit(self, own: Sequence[Example], dev: Sequence[Example], chance: random.Random, progress: Progress) -> None:
        """AdamW with a warm-up and a linear decay; after each pass F1 on `dev` is told, and nothing is chosen by it."""
        import torch

        settings = self.settings
        parameters = [*self.net.parameters(), *self.crf.parameters()]
        optimizer = torch.optim.AdamW(parameters, lr=settings.rate, weight_decay=1e-2)
        steps = settings.passes * sum(1 for _ in self._batches(own, random.Random(0)))
        step = 0
        for number in range(settings.passes):
            began, loss_sum, batches = time.perf_counter(), 0.0, 0
            self.net.train()
            for batch in self._batches(own, chance):
                for group in optimizer.param_groups:
                    group["lr"] = settings.rate * min(1.0, step / (0.1 * steps + 1)) * max(0.02, 1.0 - step / steps)
                loss = self._loss(self._tensors(batch, forget=settings.forget))
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(parameters, 2.0)
                optimizer.step()
                loss_sum, batches, step = loss_sum + loss.item(), batches + 1, step + 1
            seconds = time.perf_counter() - began
            told = f", dev {f1_line(self.score(dev))}" if dev else ""
            progress(f"pass {number + 1}: loss {loss_sum / batches:.4f}, {seconds:.0f} s{told}")

    def score(self, held: Sequence[Example]) -> Counter[tuple[str, str]]:
        """Right, wrong and missed spans on `held`, by type."""
        import torch

        self.net.eval()
        counts: Counter[tuple[str, str]] = Counter()
        with torch.no_grad():
            for batch in self._batches(held, None):
                tensors = self._tensors(batch)
                emit = self._emit(tensors).numpy()
                for column, example in enumerate(batch):
                    path = self._best(emit[: len(example.text), column])
                    counts += span_counts(spans_of(example.labels.tolist()), spans_of(path))
        return counts

    def _batches(self, own: Sequence[Example], chance: random.Random | None) -> Iterator[list[Example]]:
        """Examples of about the same length, as many as the batch holds; shuffled by `chance`."""
        order = list(range(len(own)))
        if chance is not None:
            chance.shuffle(order)
        batches = []
        for first in range(0, len(order), 1000):
            part = sorted(order[first : first + 1000], key=lambda i: len(own[i].text))
            at = 0
            while at < len(part):
                end = at + 1
                while end < len(part) and (end - at + 1) * len(own[part[end]].text) <= self.settings.batch:
                    end += 1
                batches.append(part[at:end])
                at = end
        if chance is not None:
            chance.shuffle(batches)
        for batch in batches:
            yield [own[i] for i in batch]

    def _tensors(self, batch: Sequence[Example], *, forget: float = 0.0) -> dict[str, torch.Tensor]:
        import torch

        steps, columns = max(len(e.text) for e in batch), len(batch)
        data: dict[str, Any] = {
            "characters": np.zeros((steps, columns), np.int64), "tags": np.zeros((steps, columns), np.int64),
            "labels": np.zeros((steps, columns), np.int64),
            "states": np.zeros((steps, columns, STATES), np.float32),
            "cues": np.zeros((steps, columns, self.cue_count), np.float32),
        }  # fmt: skip
        for column, example in enumerate(batch):
            size = len(example.text)
            rows = np.array([self._rows.get(c, UNKNOWN) for c in example.text])
            if forget:
                rows = np.where(torch.rand(size).numpy() < forget, UNKNOWN, rows)
            data["characters"][:size, column], data["tags"][:size, column] = rows, example.tags
            data["labels"][:size, column], data["states"][:size, column] = example.labels, example.states
            data["cues"][:size, column] = example.cues
        data["pairs"] = pair_rows(data["characters"])
        tensors = {name: torch.from_numpy(values) for name, values in data.items()}
        tensors["lengths"] = torch.tensor([len(e.text) for e in batch])
        return tensors

    def _emit(self, x: dict[str, torch.Tensor]) -> torch.Tensor:
        """[time, batch, label]."""
        return self._deep(x) + self._wide(x) if self.settings.wide else self._deep(x)

    def _wide(self, x: dict[str, torch.Tensor]) -> torch.Tensor:
        import torch

        net: Any = self.net
        steps, columns = x["characters"].shape
        rows = sum(net["drop"](net[f"wide_{name}"](x[name])) for name in ("characters", "pairs", "tags"))
        rows = rows + net["wide_cues"](x["cues"])
        rows = rows * (torch.arange(steps)[:, None] < x["lengths"][None]).float()[:, :, None]
        reach = max(AROUND)
        padded = torch.nn.functional.pad(rows, (0, 0, 0, 0, reach, reach)).reshape(steps + 2 * reach, columns, len(AROUND), -1)
        parts = [padded[reach + at : reach + at + steps, :, number] for number, at in enumerate(AROUND)]
        return torch.stack(parts).sum(0)

    def _deep(self, x: dict[str, torch.Tensor]) -> torch.Tensor:
        import torch
        from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

        net: Any = self.net
        mixed = net["from_characters"](net["drop"](net["characters"](x["characters"]))) + net["from_tags"](net["tags"](x["tags"]))
        if self.settings.cues:
            mixed = mixed + net["from_cues"](x["cues"])
        if self.settings.states:
            mixed = mixed + net["from_states"](net["drop"](x["states"]))
        mixed = net["drop"](torch.tanh(mixed))
        if self.settings.encoder == "cnn":
            mask = (torch.arange(len(mixed))[:, None] < x["lengths"][None]).float()[:, :, None]
            rows = (mixed * mask).permute(1, 2, 0)
            for number, layer in enumerate(net["convolutions"]):
                out = torch.relu(layer(rows)) * mask.permute(1, 2, 0)
                rows = out + rows if number else out
            return net["emit"](net["drop"](rows.permute(2, 0, 1)))
        packed = pack_padded_sequence(mixed, x["lengths"], enforce_sorted=False)
        out, _ = pad_packed_sequence(net["gru"](packed)[0])
        return net["emit"](net["drop"](out))

    def _weights(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Start, end and move scores, with what B/I labels forbid far below all else."""
        import torch

        start, moves = _forbidden()
        return self.crf["start"] + torch.from_numpy(start), self.crf["end"], self.crf["moves"] + torch.from_numpy(moves)

    def _loss(self, x: dict[str, torch.Tensor]) -> torch.Tensor:
        """The negative log-likelihood of the labels under the CRF, a character."""
        import torch

        emit, labels, lengths = self._emit(x), x["labels"], x["lengths"]
        start, end, moves = self._weights()
        columns = torch.arange(len(lengths))
        live = (torch.arange(len(emit))[:, None] < lengths[None]).float()
        gold = start[labels[0]] + emit[0, columns, labels[0]]
        total = start + emit[0]
        for step in range(1, len(emit)):
            gold = gold + live[step] * (moves[labels[step - 1], labels[step]] + emit[step, columns, labels[step]])
            longer = torch.logsumexp(total[:, :, None] + moves[None], 1) + emit[step]
            total = torch.where(live[step][:, None] > 0, longer, total)
        gold = gold + end[labels[lengths - 1, columns]]
        return (torch.logsumexp(total + end, 1) - gold).sum() / live.sum()

    def _best(self, emit: Floats) -> list[int]:
        start, end, moves = (w.detach().numpy() for w in self._weights())
        scores, ways = start + emit[0], []
        for row in emit[1:]:
            all_ways = scores[:, None] + moves
            ways.append(all_ways.argmax(axis=0))
            scores = all_ways.max(axis=0) + row
        path = [int((scores + end).argmax())]
        for way in reversed(ways):
            path.append(int(way[path[-1]]))
        return path[::-1]

    # --- writing

    def write(self, out: Path, cues: Sequence[str], calibration: tuple[float, float] = (1.0, 0.0)) -> None:
        """Writes the files of a `Recognizer`; the same weights give the same bytes."""
        out.mkdir(parents=True, exist_ok=True)
        start, end, moves = (w.detach().numpy().astype("f4") for w in self._weights())
        (out / "model.onnx").write_bytes(self._onnx())
        with (out / "crf.npz").open("wb") as file:
            np.savez(file, start=start, end=end, moves=moves, calibration=np.array(calibration, "f4"))
        (out / "labels").write_text("".join(f"{label}\n" for label in LABELS), encoding="utf-8")
        (out / "characters").write_text("".join(f"{c}\n" for c in self.characters), encoding="utf-8")
        (out / "cues").write_text("".join(f"{cue}\n" for cue in cues), encoding="utf-8")

    def _onnx(self) -> bytes:
        """characters, pairs, tags [time, batch] int32, states [time, batch, 256] float32, cues [time, batch, cue] uint8 and live
        [batch, 1, time] float32 (1 where a text goes on) to emit [time, batch, label] float32. The weights are kept in half
        precision.
        """
        from onnx import TensorProto, helper, numpy_helper

        weights: list[Any] = []
        nodes: list[Any] = []
        net = {name: value.detach().numpy() for name, value in self.net.named_parameters()}

        def constant(name: str, value: Floats) -> str:
            weights.append(numpy_helper.from_array(value.astype("f2"), f"{name}.half"))
            nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
            return name

        def whole(name: str, *values: int) -> str:
            weights.append(numpy_helper.from_array(np.array(values, np.int64), name))
            return name

        def node(kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
            nodes.append(helper.make_node(kind, inputs, [output], **attributes))
            return output

        # Embedding and first layer are one table each: a look-up instead of a product.
        tables = {"characters": net["characters.weight"] @ net["from_characters.weight"].T,
                  "tags": net["tags.weight"] @ net["from_tags.weight"].T}  # fmt: skip
        mixed = ""
        for name, table in tables.items():
            rows = node("Gather", [constant(f"table.{name}", table), name], f"row.{name}")
            mixed = rows if not mixed else node("Add", [mixed, rows], f"with.{name}")
        node("Cast", ["cues"], "cues.float", to=TensorProto.FLOAT)
        for name, source in (("cues", "cues.float"), ("states", "states")):
            product = node("MatMul", [source, constant(f"from.{name}", net[f"from_{name}.weight"].T)], f"seen.{name}")
            mixed = node("Add", [mixed, product], f"with.{name}")
        mixed = node("Add", [mixed, constant("bias", net["from_cues.bias"])], "mixed")
        node("Tanh", [mixed], "bounded")
        node("Transpose", ["live"], "live.rows", perm=[2, 0, 1])
        node("Mul", ["bounded", "live.rows"], "input")

        node("Transpose", ["input"], "rows0", perm=[1, 2, 0])  # [batch, channel, time]
        for layer in range(self.settings.layers):
            name, reach = f"convolutions.{layer}", 2**layer
            inputs = [f"rows{layer}", *(constant(f"{name}.{part}", net[f"{name}.{part}"]) for part in ("weight", "bias"))]
            node("Conv", inputs, f"seen{layer}", kernel_shape=[3], dilations=[reach], pads=[reach, reach])
            node("Relu", [f"seen{layer}"], f"active{layer}")
            node("Mul", [f"active{layer}", "live"], f"own{layer}" if layer else "rows1")
            if layer:
                node("Add", [f"own{layer}", f"rows{layer}"], f"rows{layer + 1}")
        node("Transpose", [f"rows{self.settings.layers}"], "encoded", perm=[2, 0, 1])
        node("MatMul", ["encoded", constant("emit.weight", net["emit.weight"].T)], "emitted")
        deep = node("Add", ["emitted", constant("emit.bias", net["emit.bias"])], "deep")

        for name in ("characters", "pairs", "tags"):
            node("Gather", [constant(f"sums.{name}", net[f"wide_{name}.weight"]), name], f"wide.{name}")
        node("MatMul", ["cues.float", constant("sums.cues", net["wide_cues.weight"].T)], "wide.cues")
        summed = "wide.cues"
        for name in ("characters", "pairs", "tags"):
            summed = node("Add", [summed, f"wide.{name}"], f"wide.with.{name}")
        node("Mul", [summed, "live.rows"], "wide.live")
        reach, size = max(AROUND), len(LABELS)
        node("Pad", ["wide.live", whole("wide.pads", reach, 0, 0, reach, 0, 0)], "wide.padded")
        for number, at in enumerate(AROUND):  # what stands `at` characters on, for each character
            start = whole(f"wide.start{number}", reach + at, number * size)
            end = whole(f"wide.end{number}", at - reach if at < reach else 2**31, (number + 1) * size)
            node("Slice", ["wide.padded", start, end, whole(f"wide.axes{number}", 0, 2)], f"wide.part{number}")
            last = number == len(AROUND) - 1
            deep = node("Add", [deep, f"wide.part{number}"], "emit" if last else f"deep.with{number}")
        shapes: dict[str, tuple[int, list[Any]]] = {
            **{name: (TensorProto.INT32, ["T", "N"]) for name in ("characters", "pairs")}, "tags": (TensorProto.INT32, ["T", "N"]),
            "states": (TensorProto.FLOAT, ["T", "N", STATES]), "cues": (TensorProto.UINT8, ["T", "N", self.cue_count]),
            "live": (TensorProto.FLOAT, ["N", 1, "T"]),
        }  # fmt: skip
        given = [helper.make_tensor_value_info(name, kind, shape) for name, (kind, shape) in shapes.items()]
        emit = helper.make_tensor_value_info("emit", TensorProto.FLOAT, ["T", "N", len(LABELS)])
        graph = helper.make_graph(nodes, "names", given, [emit], weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="kg.train.names")
        model.ir_version = 9  # the onnxruntime releases that the project allows all read it
        data: bytes = model.SerializeToString(deterministic=True)
        return data


def _zeros(*shape: int) -> Any:
    import torch

    return torch.nn.Parameter(torch.zeros(*shape))


def _forbidden() -> tuple[Floats, Floats]:
    """-10,000 where a text may not begin with a label, or one may not follow another; else 0."""
    inside = np.array([label[0] == "I" for label in LABELS])
    start = np.where(inside, -1e4, 0.0).astype("f4")
    kinds = np.array([label[2:] for label in LABELS])
    moves = np.where(inside[None, :] & (kinds[:, None] != kinds[None, :]), -1e4, 0.0).astype("f4")
    return start, moves


def spans_of(labels: Sequence[int]) -> list[Span]:
    """The spans that a row of labels (places in LABELS) writes down."""
    found: list[Span] = []
    for at, label in enumerate(labels):
        name = LABELS[label]
        if name[0] == "B":
            found.append((at, at + 1, name[2:]))
        elif name[0] == "I" and found and found[-1][1] == at:
            found[-1] = (found[-1][0], at + 1, found[-1][2])
    return found
