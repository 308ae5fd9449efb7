#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports the sample as GGUF in every type and has others read it: gguf-py gives the same values, llama.cpp makes the same
tokens of a text, generates, and scores the text within 1 % of `quantoscope-cli eval` on the same windows.
Prints one line for each export; exit status 1 where one fails."""
import argparse
import json
import math
import os
import subprocess
import sys
import tempfile

import gguf
import numpy as np
from safetensors.numpy import load_file

LENGTH = 256
WINDOWS = 4
BLOCKS = "q4_0 q4_1 q5_0 q5_1 q8_0 q2_k q3_k q4_k q5_k q6_k iq4_nl iq4_xs mxfp4".split()
ARCHITECTURES = "llama llama3 llama_linear mistral qwen2 qwen3 phi3 gpt2 gptneox".split()
# Recipes that become a ggml type without loss, and the type that they must become.
LOSSLESS = {"rtn:scheme=sym_full,group=32": "Q4_0", "rtn:scheme=sym,group=64": "Q4_0", "rtn:bits=4,group=128": "Q5_0",
            "rtn:bits=5,scheme=sym,group=32": "Q5_0", "rtn:bits=8,scheme=sym_absmax,group=32": "Q8_0", "mx:format=mxfp4": "MXFP4"}


class Failed(Exception):
    pass


def call(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(" ".join(command) + "\n" + done.stderr[-2000:])
    return done.stdout


def decode_all(path):
    """Every tensor as gguf-py reads it, float32, in the file's own order of dimensions (rows last)."""
    out, types = {}, {}
    for t in gguf.GGUFReader(path).tensors:
        shape = tuple(int(n) for n in reversed(t.shape))
        if t.tensor_type == gguf.GGMLQuantizationType.BF16:
            values = (t.data.view(np.uint16).astype(np.uint32) << 16).view(np.float32)
        elif t.tensor_type in (gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.F16):
            values = t.data.astype(np.float32)
        else:
            values = gguf.quants.dequantize(t.data, t.tensor_type)
        out[t.name], types[t.name] = values.reshape(shape), t.tensor_type.name
    return out, types


class Check:
    def __init__(self, options, work):
        self.cli, self.sample, self.work = options.cli, options.sample, work
        with open(os.path.join(self.sample, "text", "heldout.txt"), encoding="utf-8") as f:
            whole = f.read()
        self.text = os.path.join(work, "text.txt")
        with open(self.text, "w", encoding="utf-8") as f:
            f.write(whole[:20000])
        ids = json.loads(call(self.cli, "tokenize", self.sample, "--text", self.text, "--json", "--quiet"))["ids"]
        self.ids = ids
        self.ids_file = os.path.join(work, "ids.npy")
        np.save(self.ids_file, np.array([ids[:LENGTH * WINDOWS]], dtype=np.int32))

    def values_equal(self, path):
        """gguf-py's values are ours: ours come from the same file, decoded to F32 under its own names."""
        ours = os.path.join(self.work, "decoded")
        call(self.cli, "convert", path, "--out", ours, "--format", "safetensors:dtype=f32", "--tensor", "*", "--force", "--quiet")
        mine = load_file(os.path.join(ours, "model.safetensors"))
        theirs, types = decode_all(path)
        if mine.keys() != theirs.keys():
            raise Failed("gguf-py finds other tensors: " + str(sorted(mine.keys() ^ theirs.keys())))
        for name, values in theirs.items():
            if not np.array_equal(mine[name].astype(np.float32).reshape(values.shape), values):
                raise Failed("gguf-py decodes " + name + " to other values")
        return types

    def original_equal(self, path):
        """Unchanged weights, and q and k in the order that llama.cpp wants, against the original file."""
        original = os.path.join(self.work, "original")
        call(self.cli, "convert", self.sample, "--out", original, "--format", "safetensors:dtype=f32", "--tensor", "*", "--force", "--quiet")
        mine = load_file(os.path.join(original, "model.safetensors"))
        config = json.load(open(os.path.join(self.sample, "config.json"), encoding="utf-8"))
        theirs, _ = decode_all(path)
        for hf, name, heads in [("model.layers.1.self_attn.q_proj.weight", "blk.1.attn_q.weight", config["num_attention_heads"]),
                                ("model.layers.1.self_attn.k_proj.weight", "blk.1.attn_k.weight", config["num_key_value_heads"]),
                                ("model.layers.2.mlp.down_proj.weight", "blk.2.ffn_down.weight", 0),
                                ("model.norm.weight", "output_norm.weight", 0)]:
            w = mine[hf].astype(np.float32)
            if heads:  # the converter's own expression
                w = w.reshape(heads, 2, w.shape[0] // heads // 2, *w.shape[1:]).swapaxes(1, 2).reshape(w.shape)
            if not np.array_equal(w, theirs[name]):
                raise Failed(name + " is not the original " + hf)

    def perplexities(self, path, recipe):
        run = json.loads(call(sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "llama_run.py"), path,
                              "--text", self.text, "--length", str(LENGTH), "--windows", str(WINDOWS)))
        if run["ids"] != self.ids:
            raise Failed("llama.cpp makes other tokens of the text")
        if len(run["generated"]) != 8:
            raise Failed("llama.cpp generated nothing")
        command = [self.cli, "eval", self.sample, "--ids", self.ids_file, "--length", str(LENGTH), "--json", "--quiet"]
        ours = json.loads(call(*command, *(["--recipe", recipe] if recipe else [])))
        if ours["tokens"] != run["tokens"]:
            raise Failed("eval scores %d tokens, llama.cpp %d" % (ours["tokens"], run["tokens"]))
        return ours["perplexity"], run["perplexity"]

    def export(self, label, recipe, form, expected):
        path = os.path.join(self.work, "out.gguf")
        if recipe:
            call(self.cli, "quantize", self.sample, "--recipe", recipe, "--out", path, "--format", form, "--force", "--quiet")
        else:
            call(self.cli, "convert", self.sample, "--out", path, "--format", form, "--force", "--quiet")
        call(self.cli, "verify", path, "--against", self.sample, "--quiet")
        types = self.values_equal(path)
        found = types["blk.0.ffn_down.weight"]
        if found != expected:
            raise Failed("became " + found + ", not " + expected)
        if not recipe and form in ("gguf:type=f32", "gguf:type=bf16"):
            self.original_equal(path)
        scored = recipe or (None if form[10:] in ("f32", "f16", "bf16") else "ggml:type=" + form[10:])
        ours, theirs = self.perplexities(path, scored)
        if not abs(math.log(theirs / ours)) < 0.01:
            raise Failed("perplexity %.4f here, %.4f in llama.cpp" % (ours, theirs))
        print("ok   %-40s %-7s perplexity %.4f here, %.4f in llama.cpp (%+.2f %%)"
              % (label, found, ours, theirs, 100 * (theirs / ours - 1)), flush=True)

    def architecture(self, folder):
        """A tiny model of another architecture: llama.cpp's loss on random ids is our engine's."""
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as f:
            config = json.load(f)
        length = min(32, config.get("max_position_embeddings", config.get("n_positions", 32)))
        if config.get("sliding_window"):  # llama.cpp has none in its llama architecture
            length = min(length, config["sliding_window"])
        ids = np.random.default_rng(1).integers(3, config["vocab_size"], size=(1, 3 * length)).astype(np.int32)
        ids_file, path = os.path.join(self.work, "small.npy"), os.path.join(self.work, "out.gguf")
        np.save(ids_file, ids)
        call(self.cli, "convert", folder, "--out", path, "--format", "gguf:type=f32", "--force", "--quiet")
        call(self.cli, "verify", path, "--against", folder, "--quiet")
        ours = json.loads(call(self.cli, "eval", folder, "--ids", ids_file, "--length", str(length), "--json", "--quiet"))
        theirs = json.loads(call(sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "llama_run.py"), path,
                                 "--ids", ids_file, "--length", str(length), "--windows", "3"))
        if theirs["tokens"] != ours["tokens"] or not abs(theirs["nll"] - ours["nll"]) < 0.002:
            raise Failed("loss %.6f here, %.6f in llama.cpp" % (ours["nll"], theirs["nll"]))
        print("ok   %-40s F32     loss %.5f here, %.5f in llama.cpp" % (os.path.basename(folder), ours["nll"], theirs["nll"]), flush=True)

    def from_gguf(self):
        """A GGUF source: its metadata and tokenizer as they are."""
        first, second = os.path.join(self.work, "first.gguf"), os.path.join(self.work, "out.gguf")
        call(self.cli, "convert", self.sample, "--out", first, "--format", "gguf", "--force", "--quiet")
        call(self.cli, "convert", first, "--out", second, "--format", "gguf:type=q6_k", "--force", "--quiet")
        call(self.cli, "verify", second, "--against", first, "--quiet")
        self.values_equal(second)
        own = {"general.file_type", "general.quantization_version", "GGUF.tensor_count"}
        a, b = ({k: f.contents() for k, f in gguf.GGUFReader(p).fields.items() if k not in own} for p in (first, second))
        if a != b:
            raise Failed("the metadata of the GGUF source changed")
        ours, theirs = self.perplexities(second, "ggml:type=q6_k")
        if not abs(math.log(theirs / ours)) < 0.01:
            raise Failed("perplexity %.4f here, %.4f in llama.cpp" % (ours, theirs))
        print("ok   %-40s Q6_K    perplexity %.4f here, %.4f in llama.cpp" % ("from a GGUF source", ours, theirs), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True)
    parser.add_argument("--sample", required=True)
    parser.add_argument("--models", help="a folder of tiny models of other architectures")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as work:
        check = Check(options, work)
        cases = [(f, "", "gguf:type=" + f, f.upper()) for f in ["f32", "f16", "bf16"] + BLOCKS]
        cases += [(recipe, recipe, "gguf", found) for recipe, found in LOSSLESS.items()]
        jobs = [(c[0], lambda c=c: check.export(*c)) for c in cases] + [("from a GGUF source", check.from_gguf)]
        if options.models:
            jobs += [(a, lambda a=a: check.architecture(os.path.join(options.models, a))) for a in ARCHITECTURES]
        for label, job in jobs:
            try:
                job()
            except Failed as problem:
                failed += 1
                print("FAIL %-40s %s" % (label, problem), flush=True)
    sys.exit(1 if failed else 0)


main()
