#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentences that core writes for people, as phrases to translate: literals joined by + become one phrase whose
other operands are %1, %2, ...; a choice between two literals becomes two phrases. Writes or checks the table that the
window matches core's texts with.

  core_phrases.py --source DIR            checks widgets/common/core_phrases_table.inc
  core_phrases.py --source DIR --write    writes it
"""
import argparse
import itertools
import pathlib
import re
import sys

TABLE = pathlib.Path("widgets/common/core_phrases_table.inc")
# Rooms that write nothing for the window: bit patterns, kernels, and the report, which is English.
OTHER_ROOMS = {"base", "blocks", "cuda", "report"}
# Written for machines: pictures, tables, keys.
LEFT_OUT = {"svg_writer.cpp", "svg_canvas.cpp", "csv_writer.cpp", "png_encoder.cpp", "color_map.cpp", "color_palette.cpp",
            "recipe_file.cpp", "database.cpp", "result_key.cpp", "module_table.h"}
# Which byte of a broken file breaks which rule of its format stays English: that is what one searches for, and it names
# fields of the format (README of resources/translations).
FILE_RULES = {"formats", "zip_archive.cpp", "zip_archive.h", "zip_member.cpp", "zip_member.h", "inflater.cpp", "inflater.h", "json_text.cpp",
              "npy_array.cpp", "index_json.cpp", "vocabulary.cpp", "quantoscope_container.cpp", "manifest.cpp", "npz_writer.cpp", "tokenizers"}
MACHINE = re.compile(r"^(SELECT|INSERT|CREATE|PRAGMA|UPDATE|DELETE) |^\{'")
TOKEN = re.compile(r'''\s+|//[^\n]*|/\*.*?\*/|(?:u8)?"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\])+'|\#[^\n]*|[A-Za-z_]\w*|\d[\w.']*|::|->|==|!=|<=|>=|&&|\|\||\+=|-=|\+\+|--|<<|>>|.''', re.S)
OPEN, CLOSE = "([{", ")]}"


def tokens(text):
    out = []
    for match in TOKEN.finditer(text):
        word = match.group(0)
        if word[0].isspace() or word.startswith(("//", "/*", "#")):
            continue
        out.append(word)
    return out


def literal(word):
    if not word.endswith('"') or not word.startswith(('"', 'u8"')):
        return None
    body = word[word.index('"') + 1:-1]
    body = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda m: chr(int(m.group(1), 16)), body)
    body = re.sub(r"\\x([0-9A-Fa-f]{2})", lambda m: "\ufffd", body)
    return body.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\'", "'").replace("\\\\", "\\")


def groups(words):
    """Nested lists for brackets."""
    stack = [[]]
    for word in words:
        if word in OPEN:
            inner = [word]
            stack[-1].append(inner)
            stack.append(inner)
        elif word in CLOSE:
            if len(stack) > 1:
                stack[-1].append(word)
                stack.pop()
        else:
            stack[-1].append(word)
    return stack[0]


def split(items, *at):
    out, now = [], []
    for item in items:
        if isinstance(item, str) and item in at:
            out.append(now)
            now = []
        else:
            now.append(item)
    out.append(now)
    return out


def inside(group):
    return group[1:-1] if group and group[-1] in CLOSE else group[1:]


def has_literal(items):
    return any(has_literal(i) if isinstance(i, list) else literal(i) is not None for i in items)


def variants(items):
    """All texts that an expression may give, None where it is no text of literals. Placeholders are '\\0'."""
    items = [i for i in items]
    while items and isinstance(items[0], str) and items[0] in ("return", "const", "auto", "std", "::", "string"):
        items = items[1:]
    question = next((n for n, i in enumerate(items) if i == "?"), None)
    if question is not None:
        colon, depth = None, 0
        for n in range(question + 1, len(items)):
            if items[n] == "?":
                depth += 1
            elif items[n] == ":":
                if depth == 0:
                    colon = n
                    break
                depth -= 1
        if colon is None:
            return ["\0"]
        return variants(items[question + 1:colon]) + variants(items[colon + 1:])
    parts = []
    for operand in split(items, "+"):
        if not operand:
            continue
        if all(isinstance(i, str) and literal(i) is not None for i in operand):
            parts.append(["".join(literal(i) for i in operand)])
        elif len(operand) == 1 and isinstance(operand[0], list) and operand[0][0] == "(" and has_literal(operand[0]):
            parts.append(variants(inside(operand[0])))
        elif len(operand) >= 2 and isinstance(operand[-1], list) and operand[-1][0] == "(" and operand[-2] == "string":
            parts.append(variants(inside(operand[-1])) if has_literal(operand[-1]) else ["\0"])
        else:
            parts.append(["\0"])
    if len(list(itertools.islice(itertools.product(*parts), 65))) > 64:
        return ["\0"]
    return ["".join(p) for p in itertools.product(*parts)]


def phrase(text):
    """'\\0a\\0b' as '%1a%2b', or nothing where too little text is in it."""
    text = re.sub("\0+", "\0", text)
    # An item of a list: the list's separators are not its own.
    text = re.sub(r"^(; |, | and )", "", text)
    if text.endswith(" "):
        text += "\0" # what a caller adds
    bare = text.replace("\0", "")
    if not re.search(r"[A-Za-z]{2}", bare):
        return None
    out, n = "", 0
    for c in text:
        if c == "\0":
            n += 1
            out += f"%{n}"
        else:
            out += c
    return out if n < 10 and not MACHINE.search(out) else None


def worth(text):
    bare = re.sub(r"%\d", "", text)
    if not re.search(r"[A-Za-z]{2,}", bare):
        return False
    if "\ufffd" in text or "=%" in text and " " not in bare.strip():
        return False
    # A word beside something else; a single word may be a key.
    return bool(re.search(r"\S +[A-Za-z]{2,}|[A-Za-z]{2,}:? +\S", text))


SINKS = {"fail", "Error", "wanted", "got", "fix"}


def walk(items, out, sink=None):
    """Every expression between commas, semicolons and brackets."""
    # Operands around brackets belong together, so an expression is what lies between separators on one level.
    for expression in split(items, ",", ";"):
        assigned = split(expression, "=", "+=", "<<")
        for piece in assigned:
            if not piece:
                continue
            flat = [i for i in piece if not (isinstance(i, list) and i[0] == "{")]
            if any(isinstance(i, str) and literal(i) is not None for i in flat) or has_ternary_text(flat):
                for text in variants(strip_statement(flat)):
                    made = phrase(text)
                    if made and (worth(made) or (sink in SINKS and re.search(r"[a-z]{3}", made) and not re.fullmatch(r"[\w./:%-]+", made.strip()))):
                        out.add(made)
    for n, item in enumerate(items):
        if isinstance(item, list):
            if item[0] == "(" and "?" in item and n and items[n - 1] in ("+", "=", "return", "+="):
                continue # an operand: its texts are part of the expression's
            if item[0] == "(" and "?" in item and n + 1 < len(items) and items[n + 1] == "+":
                continue
            before = items[n - 1] if n and isinstance(items[n - 1], str) else None
            name = before if before and re.match(r"[A-Za-z_]\w*$", before) else None
            walk(inside(item), out, name)


def has_ternary_text(items):
    return any(isinstance(i, list) and i[0] == "(" and any(j == "?" for j in i) and has_literal(i) for i in items)


def strip_statement(items):
    """The words of a statement before its expression: 'if (...) return', 'case X :'."""
    at = 0
    for n, i in enumerate(items):
        if i == "return" or i == "co_return":
            at = n + 1
    if at == 0 and items and items[0] in ("if", "for", "while", "else", "case", "default"):
        for n, i in enumerate(items):
            if isinstance(i, str) and literal(i) is not None:
                at = n
                break
    return items[at:]


def collect(source):
    found = {}
    for room in sorted(r for r in (source / "core").iterdir() if r.is_dir() and r.name not in OTHER_ROOMS):
        for file in sorted(room.rglob("*")):
            if file.suffix not in (".cpp", ".h", ".inc") or file.name in LEFT_OUT or "table" in file.name:
                continue
            if FILE_RULES & set(file.relative_to(source).parts):
                continue
            out = set()
            walk(groups(tokens(file.read_text(encoding="utf-8"))), out)
            for text in out:
                found.setdefault(text, file.relative_to(source))
    return found


def written(text):
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'    QT_TRANSLATE_NOOP("core", "{text}"),'


def table(found):
    lines = ["// SPDX-License-Identifier: GPL-3.0-or-later", "// Made by tests/translations/core_phrases.py from core's sources; a test compares.", "#pragma once",
             "#include <QtGlobal>", "", "namespace qs::gui {", "", "/// What core writes for people, with %1, %2, ... where it puts values.",
             "inline constexpr const char* kCorePhrases[] = {"]
    lines += [written(t) for t in sorted(found)]
    lines += ["};", "", "} // namespace qs::gui", ""]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    text = table(collect(arguments.source))
    file = arguments.source / TABLE
    if arguments.write:
        file.write_text(text, encoding="utf-8")
        return 0
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        old = set(file.read_text(encoding="utf-8").splitlines()) if file.exists() else set()
        new = set(text.splitlines())
        for line in sorted(new - old):
            print("missing: " + line.strip())
        for line in sorted(old - new):
            print("gone:    " + line.strip())
        print(f"run {pathlib.Path(__file__).name} --write, then translate the new phrases")
        return 1
    print("core phrases: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
