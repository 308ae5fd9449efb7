#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Manual page and completion scripts against --help of every command."""
import argparse
import pathlib
import re
import shutil
import subprocess
import sys


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    return done.returncode, done.stdout, done.stderr


def options_of(help_text):
    return sorted(set(re.findall(r"^  (--[a-z-]+)", help_text, re.M)))


def check(cli, built):
    _, help_text, _ = run(cli, "--help")
    commands = re.findall(r"^  ([a-z]+)(?: .*)?$", help_text.split("Commands:\n")[1].split("\n\n")[0], re.M)
    if len(commands) < 10:
        yield f"--help names {len(commands)} commands"
    page = (built / "quantoscope-cli.1").read_text(encoding="utf-8")
    plain = page.replace("\\-", "-")
    scripts = {shell: run(cli, "completion", shell)[1] for shell in ("bash", "zsh", "fish")}
    for command in commands:
        if f".SS {command}" not in plain:
            yield f"the manual page lacks command {command}"
        options = options_of(run(cli, command, "--help")[1])
        if "--json" not in options:
            yield f"{command} --help lists no common options"
        for option in options:
            if f"\\fB{option}\\fR" not in plain:
                yield f"the manual page lacks {option} of {command}"
            if option not in scripts["bash"] or option not in scripts["zsh"] or f"-l {option[2:]}" not in scripts["fish"]:
                yield f"a completion script lacks {option} of {command}"
    if shutil.which("groff"):
        for name in ("quantoscope-cli.1", "quantoscope.1"):
            if (built / name).exists():
                _, _, complaints = run("groff", "-man", "-ww", "-z", "-Tutf8", "-Kutf8", str(built / name))
                if complaints:
                    yield f"groff on {name}: {complaints.strip()}"
    for command, word, wanted in (("compare", "--rec", "--recipe"), ("inspect", "--js", "--json")):
        code = scripts["bash"] + f'\nCOMP_WORDS=(quantoscope-cli {command} {word}); COMP_CWORD=2; _quantoscope_cli; printf "%s\\n" "${{COMPREPLY[@]}}"\n'
        status, out, err = run("bash", "--norc", "-c", code)
        if status != 0 or out.split() != [wanted]:
            yield f"bash completes `{command} {word}` to {out.split()}, expected [{wanted}] {err}"
    code = scripts["bash"] + '\nCOMP_WORDS=(quantoscope-cli comp); COMP_CWORD=1; _quantoscope_cli; printf "%s\\n" "${COMPREPLY[@]}"\n'
    if set(run("bash", "--norc", "-c", code)[1].split()) != {"compare", "completion"}:
        yield "bash does not complete `comp` to compare and completion"
    if run(cli, "completion", "tcsh")[0] != 2:
        yield "completion for an unknown shell must be a usage error"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--built", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    problems = list(check(arguments.cli, arguments.built))
    print("\n".join(problems) if problems else "manual: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
