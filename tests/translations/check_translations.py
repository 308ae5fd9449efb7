#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The translations of the window against its sources: nothing missing, unfinished or obsolete, the same placeholders on
both sides, tags, line ends and mnemonics kept, and words in the terms of the glossary.

  check_translations.py --source DIR --lupdate FILE --words FILE            checks
  check_translations.py --source DIR --lupdate FILE --words FILE --update   updates resources/translations and core's lists
"""
import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml

import core_phrases

WORDS = pathlib.Path("widgets/common/core_words.h")
FOLDER = pathlib.Path("resources/translations")
READ = ("app/gui", "widgets")
PLACES = re.compile(r"%L?\d+|%n")
TAGS = re.compile(r"</?[a-z][^>]*>")


def lupdate(arguments, file):
    language = file.stem.rsplit("_", 1)[1]
    plural = ["-pluralonly"] if language == "en" else []  # all else is English as it stands
    run = subprocess.run([arguments.lupdate, "-silent", "-no-obsolete", *plural, "-locations", "none", "-source-language", "en",
                          "-target-language", language, "-extensions", "cpp,h,inc", "-I", str(arguments.source), *[str(arguments.source / folder) for folder in READ],
                          "-ts", str(file)], capture_output=True, text=True, check=True)
    # Texts that lupdate can't give a context are never found at run time.
    return [line for line in (run.stderr + run.stdout).splitlines() if "lacks Q_OBJECT" in line or "unknown namespace" in line or "undeclared" in line]


def messages(file):
    out = collections.OrderedDict()
    for context in xml.parse(file).getroot().iter("context"):
        for message in context.iter("message"):
            out[(context.findtext("name") or "", message.findtext("source") or "", message.findtext("comment") or "")] = message
    return out


def forms(message):
    translation = message.find("translation")
    numerus = [f.text or "" for f in translation.findall("numerusform")]
    return numerus if message.get("numerus") == "yes" else [translation.text or ""]


def mnemonic(text):
    found = re.search(r"&([^&\s])", text.replace("&&", ""))
    return found.group(1).lower() if found else None


def entities(text):
    return collections.Counter(re.findall(r"&[a-z]+;|&#\d+;", text))


def check_message(key, message, german):
    context, source, _ = key
    where = f"{context}: {source!r}"
    translation = message.find("translation")
    if message.get("numerus") != "yes" and not german:
        return # English is its own translation; plurals alone have forms
    if translation is None or translation.get("type") in ("unfinished", "obsolete", "vanished"):
        yield f"{where} is {translation.get('type') if translation is not None else 'missing'}"
        return
    for text in forms(message):
        if not text.strip():
            yield f"{where} has no translation"
            continue
        wanted, got = sorted(PLACES.findall(source)), sorted(PLACES.findall(text))
        if message.get("numerus") == "yes":
            wanted, got = [p for p in wanted if p != "%n"], [p for p in got if p != "%n"] # "one cell" needs no number
        if wanted != got:
            yield f"{where} has {wanted}, its translation {text!r} has {got}"
        if sorted(TAGS.findall(source)) != sorted(TAGS.findall(text)) or entities(source) != entities(text):
            yield f"{where}: other tags in {text!r}"
        if source.count("\n") != text.count("\n"):
            yield f"{where}: other line ends in {text!r}"
        for end in ("…", ":", ".", " "):
            if source.endswith(end) != text.endswith(end):
                yield f"{where} ends with {source[-1:]!r}, its translation with {text[-1:]!r}"
                break
        if source[:1] == " " != text[:1]:
            yield f"{where} begins with a space, its translation does not"
        if "  " in text and "  " not in source:
            yield f"{where}: two spaces in {text!r}"
        if "..." in text:
            yield f"{where}: three dots instead of … in {text!r}"
        if (mnemonic(source) is None) != (mnemonic(text) is None):
            yield f"{where}: a mnemonic on one side only"


def glossary(source):
    """English term, German term, German words that it is not called: the table of resources/translations/README.md."""
    for line in (source / FOLDER / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and not set(cells[0]) <= set("- :") and cells[0] != "English":
            yield cells[0], cells[1], [w.strip() for w in cells[2].split(",") if w.strip() and w.strip() != "–"]


def check(arguments):
    words = subprocess.run([arguments.words], capture_output=True, text=True, check=True).stdout
    if not (arguments.source / WORDS).exists() or (arguments.source / WORDS).read_text(encoding="utf-8") != words:
        yield f"{WORDS} is not what the registries hold"
    phrases = core_phrases.table(core_phrases.collect(arguments.source))
    if not (arguments.source / core_phrases.TABLE).exists() or (arguments.source / core_phrases.TABLE).read_text(encoding="utf-8") != phrases:
        yield f"{core_phrases.TABLE} is not what core's sources hold"
    files = sorted(arguments.folder.glob("quantoscope_*.ts"))
    if [f.name for f in files] != ["quantoscope_de.ts", "quantoscope_en.ts"]:
        yield f"{FOLDER} holds {[f.name for f in files]}"
        return
    with tempfile.TemporaryDirectory() as temporary:
        copies = [pathlib.Path(shutil.copy(f, temporary)) for f in files]
        for file, copy in zip(files, copies):
            yield from lupdate(arguments, copy)
            before, after = messages(file), messages(copy)
            for context, source, comment in after.keys() - before.keys():
                yield f"{file.name} lacks {context}: {source!r}"
            for context, source, comment in before.keys() - after.keys():
                yield f"{file.name} has {context}: {source!r}, which is in no source any more"
            german = file.name == "quantoscope_de.ts"
            for key, message in before.items():
                if key in after:
                    yield from check_message(key, message, german)
    forbidden = [(english, german, wrong) for english, german, all_wrong in glossary(arguments.source) for wrong in all_wrong]
    if not forbidden:
        yield "the glossary names no word to avoid"
    for (context, source, _), message in messages(arguments.folder / "quantoscope_de.ts").items():
        for text in forms(message):
            for english, german, wrong in forbidden:
                if re.search(rf"\b{wrong}", text):
                    yield f"{context}: {source!r}: {text!r} says {wrong}; the glossary says {german} for {english}"


# What the check must find: a change of the German file, and a word of the complaint.
MUTATIONS = (
    ("a translation is taken away", r"<translation>Beispielmodell öffnen</translation>", '<translation type="unfinished"></translation>', "unfinished"),
    ("a placeholder is lost", r"<translation>%1 Tensoren × %2 Rezept</translation>", "<translation>%1 Tensoren × 2 Rezept</translation>", "has ['%1', '%2']"),
    ("a text is in no source", r"<source>Reload</source>", "<source>Load it anew</source>", "in no source any more"),
    ("a text is missing", r"<message>\s*<source>Quit</source>.*?</message>", "", "lacks Actions: 'Quit'"),
    ("a tag is lost", r"Im Rezept: &lt;code&gt;%1&lt;/code&gt;", "Im Rezept: %1", "other tags"),
    ("a dialog's dots are lost", r"<translation>Rezepte öffnen…</translation>", "<translation>Rezepte öffnen</translation>", "ends with '…'"),
    ("a word is outside of the glossary", r"<translation>Rezepte öffnen…</translation>", "<translation>Rezepturen öffnen…</translation>", "the glossary says"),
    ("a plural form is missing", r"<numerusform>Kein Feld änderte sich: %n Felder sind gleich.</numerusform>", "<numerusform></numerusform>", "has no translation"),
)


def self_test(arguments):
    good = (arguments.folder / "quantoscope_de.ts").read_text(encoding="utf-8")
    for what, old, new, complaint in MUTATIONS:
        bad, count = re.subn(old, lambda _, new=new: new, good, count=1, flags=re.S)
        if count != 1:
            yield f"{what}: {old} is not in the file any more; choose another place"
            continue
        with tempfile.TemporaryDirectory() as temporary:
            shutil.copy(arguments.folder / "quantoscope_en.ts", temporary)
            pathlib.Path(temporary, "quantoscope_de.ts").write_text(bad, encoding="utf-8")
            found = list(check(argparse.Namespace(**{**vars(arguments), "folder": pathlib.Path(temporary)})))
        if not any(complaint in line for line in found):
            yield f"{what}: not noticed; found {found[:3]}"


def update(arguments):
    (arguments.source / WORDS).write_text(subprocess.run([arguments.words], capture_output=True, text=True, check=True).stdout, encoding="utf-8")
    (arguments.source / core_phrases.TABLE).write_text(core_phrases.table(core_phrases.collect(arguments.source)), encoding="utf-8")
    for language in ("de", "en"):
        lupdate(arguments, arguments.source / FOLDER / f"quantoscope_{language}.ts")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--lupdate", required=True)
    parser.add_argument("--words", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--self-test", action="store_true", help="checks that the check fails where it must")
    arguments = parser.parse_args()
    arguments.folder = arguments.source / FOLDER
    if arguments.update:
        update(arguments)
        return 0
    problems = list(self_test(arguments) if arguments.self_test else check(arguments))
    print("\n".join(problems) if problems else "translations: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
