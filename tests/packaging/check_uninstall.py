#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An uninstall leaves nothing but the user's files: the tree before cmake --install and after the target uninstall, with
files of somebody else in the same folders, and with settings, a cache and a session of a user who ran the program."""
import argparse
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys


def tree(root):
    """Path to content, folders included."""
    return {str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() and not p.is_symlink() else os.readlink(p) if p.is_symlink() else "folder"
            for p in root.rglob("*")}


def compare(before, after, what):
    for name in sorted(after.keys() - before.keys()):
        yield f"{what}: {name} is left"
    for name in sorted(before.keys() - after.keys()):
        yield f"{what}: {name} is gone"
    for name in sorted(before.keys() & after.keys()):
        if before[name] != after[name]:
            yield f"{what}: {name} was changed"


def use(cli, sample, home):
    """A user's day: a run that fills the result cache, and an export."""
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    subprocess.run([cli, "compare", sample, "--recipe", "rtn", "--tensor", "block:0"], env=environment, check=True, capture_output=True)
    subprocess.run([cli, "quantize", sample, "--recipe", "nf", "--tensor", "block:0", "--format", "safetensors", "--out", str(home / "mine")], env=environment, check=True, capture_output=True)


def check(arguments):
    shutil.rmtree(arguments.work, ignore_errors=True)
    root, home = arguments.work / "root", arguments.work / "home"
    prefix = root / arguments.prefix.lstrip("/")
    for other in ("share/applications/other.desktop", "share/man/man1/other.1", "bin/other", "share/doc/other/copyright", "share/icons/hicolor/index.theme", "lib/.hidden/x"):
        (prefix / other).parent.mkdir(parents=True, exist_ok=True)
        (prefix / other).write_text("somebody else's\n", encoding="utf-8")
    (home / ".config" / "quantoscope").mkdir(parents=True)
    (home / ".config" / "quantoscope" / "quantoscope.conf").write_text("[appearance]\nlanguage=de\n", encoding="utf-8")
    (home / "day.qscope").write_bytes(b"a session")

    before = tree(root)
    environment = {**os.environ, "DESTDIR": str(root)}
    subprocess.run([arguments.cmake, "--install", str(arguments.build)], env=environment, check=True, capture_output=True)
    installed = tree(root)
    if len(installed) - len(before) < 30:
        yield f"only {len(installed) - len(before)} files and folders were installed"
    use(str(prefix / "bin" / "quantoscope-cli"), str(prefix / "share" / "quantoscope" / "sample"), home)
    if tree(root) != installed:
        yield from compare(installed, tree(root), "running the program changed what is installed")
    users = tree(home)
    if not any(name.startswith(".cache/quantoscope") for name in users):
        yield "the run left no result cache: the test sees nothing of a user's files"
    subprocess.run([arguments.cmake, "--build", str(arguments.build), "--target", "uninstall"], env=environment, check=True, capture_output=True)
    yield from compare(before, tree(root), "after uninstall")
    yield from compare(users, tree(home), "the user's files")
    # Twice does no harm, and says what is wrong where nothing was installed.
    subprocess.run([arguments.cmake, "--build", str(arguments.build), "--target", "uninstall"], env=environment, check=True, capture_output=True)
    yield from compare(before, tree(root), "after uninstalling twice")
    nothing = subprocess.run([arguments.cmake, "-DMANIFEST=" + str(arguments.work / "none"), "-DPREFIX=/usr", "-P", str(arguments.script)], capture_output=True, text=True)
    if nothing.returncode == 0 or "nothing was installed" not in " ".join(nothing.stderr.split()): # CMake breaks lines
        yield "without a list of installed files the script does not say so"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("build", "work", "script"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--cmake", required=True)
    parser.add_argument("--prefix", required=True)
    problems = list(check(parser.parse_args()))
    print("\n".join(problems) if problems else "uninstall: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
