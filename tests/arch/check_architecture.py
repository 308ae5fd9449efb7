#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks the architecture: which way includes point, where Qt, TBB and CUDA may appear, file sizes, licence lines, what may lie in the small rooms.

    check_architecture.py [--root DIR] [--allowed FILE] [LIBRARY.a ...]     each library is asked for Qt symbols with nm
    check_architecture.py --self-test

The table ROOMS mirrors ARCHITECTURE.md. Exits with 1 and one line per violation.
"""
import argparse
import fnmatch
import os
import pathlib
import re
import subprocess
import sys
import tempfile

# room -> what its files may include besides their own room: rooms, headers or patterns of headers. A room reaches over its sub-folders
# until a more specific room begins; "X/*" makes every sub-folder of X a room of its own, so one part or plot cannot include another.
BELOW_QUANT = ["core/base", "core/tensor", "core/exec", "core/blocks", "core/linalg"]
PART = ["core/quant", *BELOW_QUANT]
STUDY_AND_BELOW = [
    "core/study", "core/quant", "core/learn", "core/model", "core/metrics", "core/io", *BELOW_QUANT,
]
WIDGETS = ["widgets/common", "widgets/theme", "widgets/models", "widgets/delegates", "widgets/jobs", "widgets/selection"]
ROOMS = {
    "core/base": [],
    "core/tensor": ["core/base"],
    "core/exec": ["core/base", "core/cuda/*table*.h"],
    "core/blocks": ["core/base", "core/tensor"],
    "core/linalg": ["core/base", "core/tensor", "core/exec"],
    "core/io": ["core/base", "core/tensor", "core/exec", "core/blocks"],
    "core/io/formats/*": [
        "core/base", "core/tensor", "core/exec", "core/blocks", "core/io",
        "core/quant/quantized_tensor.h", "core/quant/calibration.h", "core/quant/array_store.h",
    ],
    "core/quant": BELOW_QUANT,
    "core/quant/grids/*": PART,
    "core/quant/assignments/*": PART,
    "core/quant/transforms/*": PART,
    "core/quant/residuals/*": PART,
    "core/quant/recipes": PART,
    "core/model": ["core/base", "core/tensor", "core/exec", "core/linalg", "core/io", "core/quant/calibration.h"],
    "core/learn": ["core/model", *PART],
    "core/metrics": ["core/base", "core/tensor", "core/exec", "core/io", "core/quant/quantized_tensor.h", "core/quant/decoder.h",
                     "core/quant/output_error.h"],
    "core/study": ["core/quant", "core/learn", "core/model", "core/metrics", "core/io", *BELOW_QUANT],
    "core/doctor": ["core/base", "core/tensor", "core/exec", "core/io"],
    "core/diff": STUDY_AND_BELOW,
    "core/plan": STUDY_AND_BELOW,
    "core/session": STUDY_AND_BELOW,
    "core/export": ["core/io/formats/*/writer.h", *STUDY_AND_BELOW],
    "core/plots": STUDY_AND_BELOW,
    "core/plots/*": ["core/plots", *STUDY_AND_BELOW],
    "core/report": ["core/plots", *STUDY_AND_BELOW],
    "core/cuda": ["core/base", "core/tensor"],
    "widgets/theme": ["core/base", "core/plots/color*.h"],
    "widgets/common": ["core/base", "core/quant/param*.h", "widgets/theme"],
    "widgets/models": ["core", "widgets/common", "widgets/theme", "widgets/selection", "widgets/jobs"],
    "widgets/delegates": ["core", "widgets/common", "widgets/theme", "widgets/models", "widgets/selection"],
    "widgets/jobs": ["core/base", "core/exec", "core/study", "widgets/common"],
    "widgets/panels": ["core", "widgets/common", "widgets/theme", "widgets/models", "widgets/delegates", "widgets/jobs",
                       "widgets/selection", "widgets/plots"],
    "widgets/selection": ["core", "widgets/common", "widgets/jobs", "widgets/theme"],
    "widgets/plots": ["core", *WIDGETS],
    "widgets/plots/*": ["core", "widgets/plots", *WIDGETS],
    "widgets/pages": ["core", "widgets/plots", "widgets/plots/*", *WIDGETS],
    "widgets/pages/*": ["core", "widgets/pages", "widgets/plots", "widgets/plots/*", *WIDGETS],
    "app/gui": ["core", "widgets"],
    "app/cli": ["core"],
    "app/cli/commands/*": ["core", "app/cli"],
    "tests": ["core", "widgets", "app", "tests"],
}
# A .cu or .cuh file of these may also include core/cuda.
CUDA_ROOMS = ("core/tensor", "core/blocks", "core/metrics", "core/quant", "core/model", "core/cuda")
# Rooms that are not for what fits nowhere else: every file is listed in allowed.txt with what it is for.
LISTED = ("core/base", "widgets/common")
MAX_LINES = 800

LAYERS = ("core", "widgets", "app", "tests")
CODE = {".h", ".cpp", ".cu", ".cuh", ".inc"}
SIZED = CODE | {".py"}
LICENSED = {".h", ".cpp", ".cu", ".cuh", ".py", ".sh", ".cmake"}
LICENSED_NAMES = {"CMakeLists.txt", "run", "test"}
SPDX = re.compile(r"SPDX-License-Identifier: GPL-3\.0-or-later")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
QT_HEADER = re.compile(r"^(Q[A-Za-z]\w*|Qt\w*/.*|qcustomplot\.h|q[a-z]+\.h|ui_\w+\.h)$")
TBB_HEADER = re.compile(r"^(tbb/|oneapi/|execution$)")
CUDA_HEADER = re.compile(r"^(cuda\w*\.h|cuda/.*|cub/.*|thrust/.*|device_launch_parameters\.h|mma\.h)$")
QT_SYMBOL = re.compile(r"\bQ[A-Z][A-Za-z]+::|\bqt_|\b(?:vtable|typeinfo) for Q[A-Z]")
SPLIT = re.compile(r"^(.+?)_?(?:part)?_?[2-9]$")


class Allowed:
    """allowed.txt: `file PATH  what it is for`, `include FROM TO  reason`, `name PATH  reason`. A line that no longer matches anything is an error."""

    def __init__(self, text, name):
        self.entries = {"file": {}, "include": {}, "name": {}}
        self.used = set()
        self.name = name
        self.errors = []
        for number, line in enumerate(text.splitlines(), 1):
            line = line.split("#", 1)[0].strip()
            if not line:
                continue
            words = line.split()
            keys = 2 if words[0] == "include" else 1
            if words[0] not in self.entries or len(words) < 1 + keys + 1:
                self.errors.append(f"{name}:{number}: expected `file PATH what`, `include FROM TO why` or `name PATH why`")
                continue
            key = tuple(words[1:1 + keys])
            self.entries[words[0]][key] = number

    def has(self, kind, *key):
        if key in self.entries[kind]:
            self.used.add((kind, key))
            return True
        return False

    def stale(self):
        for kind, entries in self.entries.items():
            for key, number in entries.items():
                if (kind, key) not in self.used:
                    yield f"{self.name}:{number}: `{kind} {' '.join(key)}` matches nothing any more: remove the line"


def room_of(path):
    """The most specific row of ROOMS that the path lies in, and the folder that this row stands for."""
    parts = path.split("/")
    for depth in range(len(parts) - 1, 0, -1):
        folder = "/".join(parts[:depth])
        if folder in ROOMS:
            return folder, folder
        if depth > 1 and "/".join(parts[:depth - 1]) + "/*" in ROOMS:
            return "/".join(parts[:depth - 1]) + "/*", folder
    return None, None


def may_include(source, header):
    """None if the include is allowed, else the sentence that says why not."""
    row, folder = room_of(source)
    target_row, target_folder = room_of(header)
    if row is None:
        return f"the folder of {source} has no row in the table of rooms"
    if target_row is None:
        return f"the folder of {header} has no row in the table of rooms"
    if folder == target_folder:
        return None
    for allowed in ROOMS[row]:
        if allowed.endswith(".h"):
            if fnmatch.fnmatch(header, allowed):
                return None
        elif allowed in LAYERS:
            if header.startswith(allowed + "/"):
                return None
        elif allowed == target_row:
            return None
    if source.endswith((".cu", ".cuh")) and target_folder == "core/cuda" and \
            any(source.startswith(room + "/") for room in CUDA_ROOMS):
        return None
    return f"{folder} may not include {target_folder}"


def source_files(root):
    """All files of the tree, relative, without build folders and hidden ones (.ci aside)."""
    for folder, folders, files in os.walk(root):
        here = pathlib.Path(folder)
        folders[:] = sorted(
            name for name in folders
            if (not name.startswith(".") or name == ".ci") and name != "__pycache__"
            and not (here == root and name.startswith("build")) and not (here / name / "CMakeCache.txt").exists())
        for name in sorted(files):
            yield (here / name).relative_to(root).as_posix()


def headers_with_tbb(root, files):
    """Headers of core/exec that include TBB: private to its .cpp files."""
    for path in files:
        if path.startswith("core/exec/") and path.endswith(".h"):
            text = (root / path).read_text(encoding="utf-8", errors="replace")
            if any(TBB_HEADER.match(header) for _, header in INCLUDE.findall(text)):
                yield path


def check_includes(path, text, allowed, tbb_headers):
    in_core = path.startswith("core/")
    for match in INCLUDE.finditer(text):
        quote, header = match.groups()
        where = f"{path}:{text.count(chr(10), 0, match.start()) + 1}"
        if header.startswith(tuple(layer + "/" for layer in LAYERS)):
            if quote == "<":
                yield f'{where}: project headers are included with quotes: "{header}"'
            reason = may_include(path, header)
            if header in tbb_headers and not (path.startswith("core/exec/") and (path.endswith(".cpp") or path in tbb_headers)):
                yield f"{where}: {header} brings TBB, so only .cpp files of core/exec include it (TBB and Qt do not meet)"
            if reason and not allowed.has("include", path, header):
                yield f"{where}: includes {header}, but {reason}"
            continue
        if (in_core or path.startswith("app/cli/")) and QT_HEADER.match(header):
            yield f"{where}: Qt header {header}; core and the command line have no Qt"
        elif TBB_HEADER.match(header) and not path.startswith("core/exec/"):
            yield f"{where}: {header} belongs into core/exec; use its loops"
        elif CUDA_HEADER.match(header) and not (path.endswith((".cu", ".cuh")) or path.startswith("core/cuda/")):
            yield f"{where}: CUDA header {header} belongs into .cu files and core/cuda"
        elif quote == '"' and not (header.endswith(".moc") or QT_HEADER.match(header)):
            yield f'{where}: "{header}": project includes are written from the repository root'


def check_tree(root, allowed):
    files = list(source_files(root))
    present = set(files)
    tbb_headers = set(headers_with_tbb(root, files))
    for path in files:
        name = path.rsplit("/", 1)[-1]
        stem, suffix = os.path.splitext(name)
        layer = path.split("/", 1)[0]
        licensed = suffix in LICENSED or name in LICENSED_NAMES or path == ".ci/run"
        in_layers = layer in LAYERS and "/" in path
        if not licensed and not (in_layers and suffix in SIZED):
            continue
        text = (root / path).read_text(encoding="utf-8", errors="replace")
        if licensed and not SPDX.search("\n".join(text.splitlines()[:5])):
            yield f"{path}: no line `SPDX-License-Identifier: GPL-3.0-or-later` among the first five"
        if not in_layers:
            continue
        generated = name.endswith("_table.inc")
        if suffix in SIZED and not generated:
            lines = text.count("\n")
            if lines > MAX_LINES:
                yield f"{path}: {lines} lines; at most {MAX_LINES}: split it by topic"
        if suffix in CODE:
            if room_of(path)[0] is None:
                yield f"{path}: its folder has no row in the table of rooms (tests/arch/check_architecture.py and ARCHITECTURE.md)"
            yield from check_includes(path, text, allowed, tbb_headers)
            split = SPLIT.match(stem)
            if split and path[:-len(name)] + split.group(1) + suffix in present and not allowed.has("name", path):
                yield f"{path}: a file split by number; split by topic and name the topic"
            if path.startswith(tuple(room + "/" for room in LISTED)) and not allowed.has("file", path):
                yield f"{path}: not listed in {allowed.name}; if it belongs here, add `file {path}  what it is for`"


def check_library(path):
    result = subprocess.run(["nm", "-C", "--undefined-only", path], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        yield f"{path}: nm: {result.stderr.strip()}"
        return
    member = ""
    for line in result.stdout.splitlines():
        if line.endswith(":"):
            member = line[:-1]
        elif QT_SYMBOL.search(line):
            yield f"{path}({member}): Qt symbol {line.split(None, 1)[-1].strip()}"


def run(root, allowed_path, libraries):
    text = allowed_path.read_text(encoding="utf-8") if allowed_path.exists() else ""
    allowed = Allowed(text, allowed_path.name)
    problems = list(allowed.errors) + list(check_tree(root, allowed)) + list(allowed.stale())
    for library in libraries:
        problems += check_library(library)
    return problems


def self_test():
    """A small tree with one violation of each kind, and the fragment of the message that must be reported for it."""
    licence = "// SPDX-License-Identifier: GPL-3.0-or-later\n"
    bad = {
        "core/tensor/a.h": ('#include "core/quant/recipe.h"\n', "core/tensor may not include core/quant"),
        "core/quant/grids/one/a.cpp": ('#include "core/quant/grids/two/b.h"\n', "may not include core/quant/grids/two"),
        "core/metrics/m.cpp": ('#include "core/quant/recipe.h"\n', "core/metrics may not include"),
        "core/quant/q.cpp": ('#include "core/metrics/m.h"\n', "core/quant may not include core/metrics"),
        "core/io/qt.cpp": ("#include <QString>\n", "no Qt"),
        "core/io/plot.cpp": ("#  include <qcustomplot.h>\n", "no Qt"),
        "app/cli/main.cpp": ("#include <QtCore/QString>\n", "no Qt"),
        "app/cli/front.cpp": ('#include "widgets/theme/t.h"\n', "app/cli may not include widgets/theme"),
        "core/io/loop.cpp": ("#include <tbb/parallel_for.h>\n", "core/exec"),
        "core/study/loop.cpp": ('#include "core/exec/arena.h"\n', "brings TBB"),
        "core/exec/context.h": ('#include "core/exec/arena.h"\n', "brings TBB"),
        "core/io/gpu.cpp": ("#include <cuda_runtime.h>\n", ".cu files"),
        "core/io/near.cpp": ('#include "near.h"\n', "from the repository root"),
        "core/io/angle.cpp": ("#include <core/base/error.h>\n", "with quotes"),
        "core/nowhere/a.cpp": ("", "no row in the table"),
        "core/io/big.cpp": ("\n" * 900, "lines; at most"),
        "core/io/big2.cpp": ("", "split by number"),
        "core/base/misc.h": ("", "not listed"),
    }
    good = {
        "core/base/error.h": "#include <string>\n",
        "core/exec/arena.h": "#include <tbb/task_arena.h>\n",
        "core/exec/parallel_for.cpp": '#include "core/exec/arena.h"\n#include <tbb/parallel_for.h>\n',
        "core/io/formats/gguf/reader.cpp": '#include "core/quant/quantized_tensor.h"\n#include "core/blocks/q4.h"\n',
        "core/quant/grids/one/loop.cu": '#include "core/cuda/buffer.h"\n#include <cuda_runtime.h>\n',
        "core/blocks/iq_table.inc": "1,\n" * 2000,
        "core/plots/heatmap/data.cpp": '#include "core/plots/svg.h"\n#include "core/study/study.h"\n',
        "widgets/pages/compare/page.cpp": '#include "widgets/plots/heatmap/view.h"\n#include <QWidget>\n#include "page.moc"\n',
        "tests/core/base/error_test.cpp": '#include "core/base/error.h"\n#include <QtTest>\n',
    }
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for path, text in [*good.items(), *((path, value[0]) for path, value in bad.items())]:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(licence + text)
        (root / "core/io/naked.cpp").write_text("int x;\n")
        (root / "allowed.txt").write_text("file core/base/error.h  errors\nfile core/base/gone.h  was removed\n")
        problems = run(root, root / "allowed.txt", [])
        expected = [(path, fragment) for path, (_, fragment) in bad.items()]
        expected += [("core/io/naked.cpp", "SPDX"), ("allowed.txt", "matches nothing")]
        for path, fragment in expected:
            if not any(problem.startswith(path) and fragment in problem for problem in problems):
                failures.append(f"not reported: {path}: ...{fragment}...")
        for path in good:
            failures += [f"wrongly reported: {problem}" for problem in problems if problem.startswith(path + ":")]
    for sentence, expected in [("U QString::fromUtf8(char const*)", True), ("U qt_metacast", True), ("U vtable for QObject", True),
                               ("U qs::quant::Quantizer::run()", False), ("U qs::Quantile::at(double)", False)]:
        if bool(QT_SYMBOL.search(sentence)) != expected:
            failures.append(f"symbol wrongly judged: {sentence}")
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    here = pathlib.Path(__file__).resolve().parent
    parser.add_argument("--root", type=pathlib.Path, default=here.parent.parent)
    parser.add_argument("--allowed", type=pathlib.Path, default=here / "allowed.txt")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("libraries", nargs="*")
    arguments = parser.parse_args()
    if arguments.self_test:
        problems = self_test()
    else:
        problems = run(arguments.root.resolve(), arguments.allowed, arguments.libraries)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} violation(s)" if problems else "architecture: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
