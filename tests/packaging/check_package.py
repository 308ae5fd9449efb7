#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Debian package that cpack makes: dependencies, files, the command line run from where it unpacks, and a system
after dpkg installed and removed it."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

DEPENDS = ("libqt6widgets6", "libqcustomplot", "libtbb12", "libsqlite3-0", "libicu72", "zlib1g", "libssl3", "libc6", "qt6-qpa-plugins", "libqt6svg6")


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout


def check(arguments):
    shutil.rmtree(arguments.work, ignore_errors=True)
    arguments.work.mkdir(parents=True)
    run(arguments.cpack, "-B", str(arguments.work / "made"), "-D", "CPACK_OUTPUT_FILE_PREFIX=" + str(arguments.work / "made"),
        "--config", str(arguments.build / "CPackConfig.cmake"))
    packages = list((arguments.work / "made").glob("*.deb"))
    if len(packages) != 1:
        yield f"cpack made {[p.name for p in packages]}, expected one package"
        return
    deb = str(packages[0])
    fields = dict(line.split(": ", 1) for line in run("dpkg-deb", "-f", deb).splitlines() if ": " in line and line[0] != " ")
    if fields["Package"] != "quantoscope" or not fields["Version"].startswith(arguments.version):
        yield f"the package is {fields['Package']} {fields['Version']}"
    for name in DEPENDS:
        if name not in fields["Depends"]:
            yield f"Depends lacks {name}: {fields['Depends']}"
    root = arguments.work / "root"
    run("dpkg-deb", "-x", deb, str(root))
    files = {str(p.relative_to(root)) for p in root.rglob("*") if not p.is_dir()}
    for name in ("usr/bin/quantoscope", "usr/bin/quantoscope-cli", f"usr/share/applications/{arguments.id}.desktop",
                 f"usr/share/metainfo/{arguments.id}.metainfo.xml", f"usr/share/mime/packages/{arguments.id}.xml",
                 f"usr/share/icons/hicolor/scalable/apps/{arguments.id}.svg", "usr/share/quantoscope/sample/model.safetensors",
                 "usr/share/bash-completion/completions/quantoscope-cli"):
        if name not in files:
            yield f"the package lacks /{name}"
    if not any(name.startswith("usr/share/man/man1/quantoscope-cli.1") for name in files):
        yield "the package lacks the manual page"
    for name in files:
        if name.endswith((".a", ".h", ".cmake")):
            yield f"/{name} belongs into a development package"
    # Binaries must not carry paths of the build: nothing of it exists where the package is installed.
    for name in ("usr/bin/quantoscope", "usr/bin/quantoscope-cli"):
        if "RUNPATH" in run("readelf", "-d", str(root / name)):
            yield f"/{name} has a RUNPATH"
    cli = str(root / "usr/bin/quantoscope-cli")
    sample = str(root / "usr/share/quantoscope/sample")
    report = json.loads(run(cli, "compare", sample, "--recipe", "rtn", "--recipe", "nf", "--tensor", "block:0", "--json"))
    if len(report["totals"]) != 2:
        yield "the unpacked command line does not compare the installed sample"


    yield from check_removal(arguments, deb)


def tree(root):
    # dpkg's own books aside.
    return {str(p.relative_to(root)) for p in root.rglob("*") if p.relative_to(root).parts[:3] != ("var", "lib", "dpkg") and p.relative_to(root) != pathlib.Path("var/log/dpkg.log")}


def check_removal(arguments, deb):
    """dpkg installs into a root of its own and removes again: nothing stays."""
    if not shutil.which("dpkg") or not shutil.which("ldconfig", path="/sbin:/usr/sbin:/bin:/usr/bin"):
        print("package: dpkg is not here, so removal was not tried")
        return
    root = arguments.work / "system"
    books = root / "var" / "lib" / "dpkg"
    for folder in ("info", "updates", "triggers"):
        (books / folder).mkdir(parents=True)
    (books / "status").touch()
    (books / "available").touch()
    (root / "var" / "log").mkdir()
    (root / "usr" / "share" / "applications").mkdir(parents=True)
    (root / "usr" / "share" / "applications" / "other.desktop").write_text("somebody else's\n", encoding="utf-8")
    home = root / "home" / "user" / ".config" / "quantoscope"
    home.mkdir(parents=True)
    (home / "quantoscope.conf").write_text("[appearance]\n", encoding="utf-8")
    before = tree(root)
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/sbin:/usr/sbin"}
    dpkg = ["dpkg", f"--root={root}", "--force-not-root", "--force-depends", "--force-script-chrootless", "--log=" + str(arguments.work / "dpkg.log")]
    run(*dpkg, "--install", deb, env=environment)
    if not (root / "usr" / "bin" / "quantoscope").is_file():
        yield "dpkg did not install the program"
        return
    run(*dpkg, "--remove", "quantoscope", env=environment)
    after = tree(root)
    for name in sorted(after - before):
        yield f"after dpkg --remove /{name} is left"
    for name in sorted(before - after):
        yield f"dpkg --remove took /{name}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cpack", required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--id", required=True)
    parser.add_argument("--version", required=True)
    problems = list(check(parser.parse_args()))
    print("\n".join(problems) if problems else "package: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
