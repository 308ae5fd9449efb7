#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the seeds of the fuzz targets for safetensors, npy, npz and index.json. Run it where it lies.

make_seeds.py CLI also writes those of our container, with the command line CLI (build/.../quantoscope-cli)."""
import io
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent / "seeds"


def put(target, name, data):
    folder = ROOT / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def safetensors(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def npy(descr, shape, data, fortran=False, major=1):
    text = f"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}".encode()
    prefix = 10 if major == 1 else 12
    text += b" " * (-(prefix + len(text) + 1) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([major, 0]) + struct.pack("<H" if major == 1 else "<I", len(text)) + text + data


def tensor(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def tokenizers():
    model = {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2, "<0x0A>": 3}, "merges": [["a", "b"]], "byte_fallback": True, "unk_token": "a"}
    split = {"type": "Split", "pattern": {"Regex": r" ?\p{L}+|\p{N}{1,3}|\s+(?!\S)"}, "behavior": "Isolated", "invert": False}
    template = {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "s", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                "special_tokens": {"s": {"id": "s", "ids": [9], "tokens": ["<s>"]}}}
    added = [{"id": 9, "content": "<s>", "single_word": True, "lstrip": True, "rstrip": False, "normalized": True, "special": True}]
    put("tokenizer", "bpe.json", json.dumps({
        "added_tokens": added, "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Prepend", "prepend": "a"}]},
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [split, {"type": "ByteLevel", "add_prefix_space": True, "use_regex": True}]},
        "post_processor": template, "decoder": {"type": "ByteLevel"}, "model": model}).encode())
    put("tokenizer", "unigram.json", json.dumps({
        "pre_tokenizer": {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": True}, "decoder": {"type": "Metaspace"},
        "model": {"type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["_", -1.5], ["a", -2], ["_In", -3]]}}).encode())
    put("tokenizer", "word_piece.json", json.dumps({
        "normalizer": {"type": "BertNormalizer", "lowercase": True}, "pre_tokenizer": {"type": "BertPreTokenizer"},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "in": 1, "b": 2, "##eg": 3}}}).encode())
    piece = lambda text, score, kind: b"\x0a" + bytes([len(text) + 9]) + b"\x0a" + bytes([len(text)]) + text + b"\x15" + struct.pack("<f", score) + b"\x18" + bytes([kind])
    pieces = piece(b"<unk>", 0, 2) + piece("\u2581".encode(), -1, 1) + piece(b"b", -2, 1) + piece(b"In", -3, 4)
    put("tokenizer", "unigram.model", pieces)
    put("tokenizer", "bpe.model", pieces + b"\x12\x02\x18\x02" + b"\x1a\x04\x18\x01\x20\x00")
    put("tokenizer", "imatrix.dat", struct.pack("<ii", 1, 3) + b"a.b" + struct.pack("<iiff", 2, 2, 1.0, 4.0) + struct.pack("<i", 2))


# Every grid, transform and residual, in its smallest honest form.
CONTAINER_RECIPES = {
    "rtn": "rtn:bits=3,group=32", "rtn_sym": "rtn:bits=4,scheme=sym,group=row", "minifloat": "minifloat:format=fp4,group=32",
    "mx": "mx:format=mxfp4", "nvfp4": "nvfp4", "nf": "nf:format=nf4,group=32", "nf_double": "nf:format=nf4,group=32,double=1",
    "afpq": "afpq:format=fp4,group=32", "kmeans": "kmeans:bits=2,group=row", "lcq": "lcq:bits=3,rank=2,group=32",
    "hqq": "hqq:bits=4,group=32", "ggml": "ggml:type=q4_0", "outliers": "rtn:bits=4,group=32+outliers:percent=2",
    "hadamard": "hadamard:block=16+rtn:bits=4,group=32", "none": "none"}


def containers(cli):
    values = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / "m.safetensors"
        data = b"".join(struct.pack("<f", values.gauss(0, 1)) for _ in range(16 * 64 + 4))
        model.write_bytes(safetensors({"a.weight": tensor("F32", [16, 64], 0, 4096), "n": tensor("F32", [4], 4096, 4112)}, data))
        for name, recipe in CONTAINER_RECIPES.items():
            out = pathlib.Path(folder) / (name + ".safetensors")
            subprocess.run([cli, "quantize", str(model), "--tensor", "a.weight", "--recipe", recipe, "--out", str(out),
                            "--format", "quantoscope", "--quiet"], check=True, stdout=subprocess.DEVNULL)
            put("container", name, out.read_bytes())


def main():
    if len(sys.argv) > 1:
        containers(sys.argv[1])
    put("safetensors", "empty", safetensors({}))
    put("safetensors", "one", safetensors({"__metadata__": {"format": "pt"}, "a": tensor("F32", [2], 0, 8)}, bytes(8)))
    put("safetensors", "types", safetensors({
        "h.0.attn.c_attn.weight": tensor("BF16", [2, 3], 0, 12), "b": tensor("F4", [2, 2], 12, 14),
        "c": tensor("F8_E4M3", [], 14, 15), "d": tensor("F6_E2M3", [4], 15, 18), "e": tensor("I64", [0, 5], 18, 18)}, bytes(range(18))))
    put("safetensors", "extra", safetensors(b'{"a":{"dtype":"U8","x":[1,{"y":null}],"shape":[1],"data_offsets":[0,1]}}', b"x"))
    put("safetensors", "twice", safetensors(b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"x"))
    put("safetensors", "overflow", safetensors({"a": tensor("F32", [2, 2**63 - 1], 0, 8)}, bytes(8)))
    put("safetensors", "gptq", safetensors({"b.g_idx": tensor("I32", [2], 0, 8), "b.scales": tensor("F16", [2, 1], 8, 12)}, bytes(12)))
    put("npy", "plain", npy("<f4", "(2, 3)", bytes(24)))
    put("npy", "fortran", npy(">f8", "(2, 3)", bytes(48), True))
    put("npy", "cube", npy("<i2", "(2, 3, 2)", bytes(24), True, 2))
    put("npy", "scalar", npy("|b1", "()", b"\1", False, 3))
    put("npy", "object", npy("|O", "(1,)", b"x"))
    put("npy", "trailing", npy("<c8", "(1,)", bytes(9)))
    for method, name in ((zipfile.ZIP_STORED, "stored"), (zipfile.ZIP_DEFLATED, "deflated")):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for key, content in (("a.npy", npy("<f4", "(2, 3)", bytes(24))), ("b/c.npy", npy(">f2", "(3, 2)", bytes(12), True)), ("note.txt", b"hi")):
                info = zipfile.ZipInfo(key, (1980, 1, 1, 0, 0, 0))
                info.compress_type = method
                with archive.open(info, "w", force_zip64=name == "stored") as member:
                    member.write(content)
        put("npz", name, buffer.getvalue())
    put("index", "good", b'{"metadata":{"total_size":8},"weight_map":{"a":"a.safetensors","b":"b.safetensors"}}')
    put("index", "missing", b'{"weight_map":{"a":"c.safetensors"}}')
    put("index", "outside", b'{"weight_map":{"a":"../a.safetensors"}}')
    put("index", "total", b'{"metadata":{"total_size":-1.5e3,"x":[{}]},"weight_map":{"a":"a.safetensors"}}')
    put("index", "config", b'{"model_type":"x","text_config":{"model_type":"Y","hidden_size":8},"quantization_config":{"quant_method":"awq","bits":4,"group_size":128}}')
    tokenizers()


if __name__ == "__main__":
    main()
