#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recipes of the Flatpak and of the AppImage, without their tools: keys that flatpak-builder knows, pinned sources,
every dependency of the build covered, ids and files that agree with what cmake --install puts there.

What this can't say is whether the modules build: that needs flatpak-builder, the runtime and a network."""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml

import yaml

# Of flatpak-builder's manifest format, what we use or may come to use.
MANIFEST_KEYS = {"id", "runtime", "runtime-version", "sdk", "sdk-extensions", "command", "finish-args", "cleanup", "modules", "build-options", "tags", "branch"}
MODULE_KEYS = {"name", "buildsystem", "builddir", "config-opts", "build-options", "build-commands", "post-install", "sources", "cleanup", "subdir", "no-autogen", "modules"}
SOURCE_KEYS = {"archive": {"type", "url", "sha256", "strip-components", "dest", "dest-filename", "x-checker-data"},
               "file": {"type", "path", "url", "sha256", "dest", "dest-filename"},
               "dir": {"type", "path", "skip", "dest"},
               "patch": {"type", "path", "paths", "strip-components"}}
BUILD_SYSTEMS = {"simple", "cmake", "cmake-ninja", "meson", "autotools", "qmake"}
# find_package and find_path of cmake/QsDependencies.cmake: the module that brings it, or the runtime.
BROUGHT_BY = {"Threads": None, "ZLIB": None, "OpenSSL": None, "SQLite3": None, "Qt6": None, "ICU": None, "Python3": None,
              "TBB": "onetbb", "Eigen3": "eigen", "nlohmann_json": "nlohmann-json", "QCustomPlotQt6": "qcustomplot", "tl/expected.hpp": "expected"}


class Loader(yaml.SafeLoader):
    """YAML that refuses a key given twice."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: {sorted(twice)} given twice")
        return super().construct_mapping(node, deep)


def check_source(module, source, folder):
    where = f"module {module['name']}"
    known = SOURCE_KEYS.get(source.get("type"))
    if known is None:
        yield f"{where}: source of type {source.get('type')!r}"
        return
    if set(source) - known:
        yield f"{where}: unknown keys {sorted(set(source) - known)} of a source"
    if "url" in source:
        if not source["url"].startswith("https://"):
            yield f"{where}: {source['url']} is not fetched over https"
        if not re.fullmatch(r"[0-9a-f]{64}", str(source.get("sha256", ""))):
            yield f"{where}: {source['url']} has no SHA-256"
        if not re.search(r"\d+\.\d+\.\d+", source["url"]) or re.search(r"/(main|master|latest|HEAD)\b", source["url"]):
            yield f"{where}: {source['url']} names no release"
    elif source["type"] == "archive":
        yield f"{where}: an archive without address"
    for path in [source["path"]] if "path" in source else []:
        if not (folder / path).exists():
            yield f"{where}: {path} does not exist"


def check_flatpak(file, arguments):
    try:
        manifest = yaml.load(file.read_text(encoding="utf-8"), Loader)
    except yaml.YAMLError as error:
        yield f"{file.name}: {error}"
        return
    if set(manifest) - MANIFEST_KEYS:
        yield f"{file.name}: unknown keys {sorted(set(manifest) - MANIFEST_KEYS)}"
    for key in ("id", "runtime", "runtime-version", "sdk", "command", "modules", "finish-args"):
        if not manifest.get(key):
            yield f"{file.name}: no {key}"
            return
    if manifest["id"] != arguments.id or file.stem != arguments.id:
        yield f"{file.name}: id {manifest['id']}, expected {arguments.id}"
    if manifest["runtime"] != "org.kde.Platform" or manifest["sdk"] != "org.kde.Sdk" or not re.fullmatch(r"6\.\d+", str(manifest["runtime-version"])):
        yield f"{file.name}: runtime {manifest['runtime']} {manifest['runtime-version']}, sdk {manifest['sdk']}"
    if not isinstance(manifest["runtime-version"], str):
        yield f"{file.name}: runtime-version must be quoted: YAML reads 6.10 as 6.1"
    if not arguments.tree.joinpath("bin", manifest["command"]).is_file():
        yield f"{file.name}: the command {manifest['command']} is not installed"
    for permission in manifest["finish-args"]:
        if not re.match(r"--(share|socket|device|filesystem|talk-name|env)=", permission):
            yield f"{file.name}: permission {permission}"
        if permission == "--share=network":
            yield f"{file.name}: nothing of Quantoscope needs a network"
    names = [module.get("name") for module in manifest["modules"]]
    if len(set(names)) != len(names) or names[-1] != "quantoscope":
        yield f"{file.name}: modules {names}"
    for module in manifest["modules"]:
        if set(module) - MODULE_KEYS:
            yield f"module {module['name']}: unknown keys {sorted(set(module) - MODULE_KEYS)}"
        if module.get("buildsystem") not in BUILD_SYSTEMS:
            yield f"module {module['name']}: build system {module.get('buildsystem')!r}"
        if not module.get("sources"):
            yield f"module {module['name']} has no sources"
        if module.get("buildsystem") == "simple" and not module.get("build-commands"):
            yield f"module {module['name']} has no commands"
        for source in module.get("sources", []):
            yield from check_source(module, source, file.parent)
    # Everything that the build asks for is there.
    asked = set(re.findall(r"find_package\((\w+)", (arguments.source / "cmake" / "QsDependencies.cmake").read_text(encoding="utf-8")))
    asked |= set(re.findall(r"find_path\(\w+ ([\w./]+)", (arguments.source / "cmake" / "QsDependencies.cmake").read_text(encoding="utf-8")))
    for name in sorted(asked):
        if name not in BROUGHT_BY:
            yield f"{file.name}: nothing brings {name}; add a module, and say so in {pathlib.Path(__file__).name}"
        elif BROUGHT_BY[name] and BROUGHT_BY[name] not in names:
            yield f"{file.name}: {name} needs the module {BROUGHT_BY[name]}"
    ours = manifest["modules"][-1]
    options = (arguments.source / "CMakeLists.txt").read_text(encoding="utf-8")
    for option in ours.get("config-opts", []):
        name = re.match(r"-D(\w+)=", option)
        if not name or (name.group(1).startswith("QS_") and f"option({name.group(1)} " not in options):
            yield f"module quantoscope: {option} is no option of the build"


def check_appimage(script, arguments):
    """The script's own tree, as far as it goes without linuxdeploy."""
    syntax = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True)
    if syntax.returncode:
        yield f"{script.name}: {syntax.stderr.strip()}"
        return
    if shutil.which("shellcheck"):
        lint = subprocess.run(["shellcheck", str(script)], capture_output=True, text=True)
        if lint.returncode:
            yield f"{script.name}: {lint.stdout.strip()}"
    if not os.access(script, os.X_OK):
        yield f"{script.name} can't be run"
    out = arguments.work / "appimage"
    made = subprocess.run([str(script), "--appdir-only", str(out)], env={**os.environ, "BUILD": str(arguments.build)}, capture_output=True, text=True)
    if made.returncode:
        yield f"{script.name} --appdir-only: {made.stderr.strip()}"
        return
    root = out / "AppDir" / "usr"
    packed = {str(p.relative_to(root)) for p in root.rglob("*") if not p.is_dir()}
    installed = {str(p.relative_to(arguments.tree)) for p in arguments.tree.rglob("*") if not p.is_dir()}
    if packed - installed != {f"share/metainfo/{arguments.id}.appdata.xml"}:
        yield f"{script.name}: packs {sorted(packed - installed)[:8]}, which cmake --install does not"
    for name in installed - packed:
        if not name.startswith(("include/", "lib")):
            yield f"{script.name}: leaves out {name}"
    without = subprocess.run([str(script), str(out)], env={**os.environ, "BUILD": str(arguments.build), "LINUXDEPLOY": str(out / "none")}, capture_output=True, text=True)
    if without.returncode != 2 or "linuxdeploy" not in without.stderr:
        yield f"{script.name}: without linuxdeploy it ends with {without.returncode}: {without.stderr.strip()}"
    for word in re.findall(r"(?<![\w./-])(?:org|io|com)\.[a-z]+\.[A-Z]\w+", script.read_text(encoding="utf-8")):
        if word != arguments.id:
            yield f"{script.name}: names {word}, expected {arguments.id}"


def check_installed(arguments):
    """What stores read, as it is installed: the validators, where they are, and the ids."""
    share = arguments.tree / "share"
    desktop = share / "applications" / f"{arguments.id}.desktop"
    metainfo = share / "metainfo" / f"{arguments.id}.metainfo.xml"
    for file in (desktop, metainfo, share / "icons" / "hicolor" / "scalable" / "apps" / f"{arguments.id}.svg", share / "mime" / "packages" / f"{arguments.id}.xml"):
        if not file.is_file():
            yield f"{file.relative_to(arguments.tree)} is not installed"
            return
    for tool, command in (("desktop-file-validate", [str(desktop)]), ("appstreamcli", ["validate", "--no-net", str(metainfo)])):
        if not shutil.which(tool):
            print(f"recipes: {tool} is not here, so {command[-1]} was only parsed")
            continue
        run = subprocess.run([tool, *command], capture_output=True, text=True)
        if run.returncode or run.stdout.strip() and "error" in run.stdout.lower():
            yield f"{tool}: {run.stdout.strip()} {run.stderr.strip()}"
    component = xml.parse(metainfo).getroot()
    for name in component.iterfind("./provides/binary"):
        if not (arguments.tree / "bin" / name.text).is_file():
            yield f"the metainfo provides {name.text}, which is not installed"
    # An exported file of a Flatpak that does not begin with its id is dropped without a word.
    for folder in ("applications", "metainfo", "mime/packages", "icons/hicolor/scalable/apps"):
        for file in (share / folder).iterdir():
            if not file.name.startswith(arguments.id):
                yield f"share/{folder}/{file.name} does not begin with {arguments.id}"


def check(arguments):
    shutil.rmtree(arguments.work, ignore_errors=True)
    arguments.work.mkdir(parents=True)
    arguments.tree = arguments.work / "tree"
    subprocess.run([arguments.cmake, "--install", str(arguments.build), "--prefix", str(arguments.tree)], check=True, capture_output=True)
    yield from check_installed(arguments)
    manifests = sorted((arguments.source / "packaging" / "flatpak").glob("*.yml"))
    if len(manifests) != 1:
        yield f"packaging/flatpak holds {[m.name for m in manifests]}"
    for manifest in manifests:
        yield from check_flatpak(manifest, arguments)
    yield from check_appimage(arguments.source / "packaging" / "appimage" / "make-appimage.sh", arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("source", "build", "work"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--id", required=True)
    parser.add_argument("--cmake", required=True)
    problems = list(check(parser.parse_args()))
    print("\n".join(problems) if problems else "recipes: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
