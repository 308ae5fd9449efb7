#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a GGUF file in llama.cpp (the library inside the wheel xllamacpp, by its C interface) and prints JSON:
{"n_vocab", "ids": what it makes of --text, "generated": ids, "nll": mean over the scored tokens, "perplexity", "tokens"}.
Windows are those of `quantoscope-cli eval`: consecutive, each scored alone, no token added, the last partial one dropped.
llama.cpp may end the process on a bad file: the caller runs this as a child."""
import argparse
import ctypes as C
import glob
import json
import os
import sys

import numpy as np


class Batch(C.Structure):  # llama_batch
    _fields_ = [("n_tokens", C.c_int32), ("token", C.POINTER(C.c_int32)), ("embd", C.POINTER(C.c_float)),
                ("pos", C.POINTER(C.c_int32)), ("n_seq_id", C.POINTER(C.c_int32)),
                ("seq_id", C.POINTER(C.POINTER(C.c_int32))), ("logits", C.POINTER(C.c_int8))]


class Params(C.Structure):
    """llama_model_params and llama_context_params by value. Both are passed in memory, so a longer structure is harmless;
    only leading fields of the latter are set."""
    _fields_ = [("raw", C.c_uint64 * 64)]


def library():
    import importlib.util
    place = os.path.dirname(importlib.util.find_spec("xllamacpp").origin)
    lib = C.CDLL(glob.glob(os.path.join(place, "*.so"))[0])
    for name, result, arguments in [
            ("llama_model_default_params", Params, []),
            ("llama_context_default_params", Params, []),
            ("llama_model_load_from_file", C.c_void_p, [C.c_char_p, Params]),
            ("llama_init_from_model", C.c_void_p, [C.c_void_p, Params]),
            ("llama_model_get_vocab", C.c_void_p, [C.c_void_p]),
            ("llama_vocab_n_tokens", C.c_int32, [C.c_void_p]),
            ("llama_tokenize", C.c_int32, [C.c_void_p, C.c_char_p, C.c_int32, C.POINTER(C.c_int32), C.c_int32, C.c_bool, C.c_bool]),
            ("llama_batch_init", Batch, [C.c_int32, C.c_int32, C.c_int32]),
            ("llama_decode", C.c_int32, [C.c_void_p, Batch]),
            ("llama_get_logits_ith", C.POINTER(C.c_float), [C.c_void_p, C.c_int32]),
            ("llama_get_memory", C.c_void_p, [C.c_void_p]),
            ("llama_memory_clear", None, [C.c_void_p, C.c_bool]),
            ("llama_log_set", None, [C.c_void_p, C.c_void_p]),
            ("llama_backend_init", None, [])]:
        function = getattr(lib, name)
        function.restype, function.argtypes = result, arguments
    return lib


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model")
    parser.add_argument("--text", help="a text file to tokenize and score")
    parser.add_argument("--ids", help="token ids in a .npy file, in place of --text")
    parser.add_argument("--length", type=int, default=256)
    parser.add_argument("--windows", type=int, default=8)
    parser.add_argument("--generate", type=int, default=8)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    lib = library()
    quiet = C.CFUNCTYPE(None, C.c_int, C.c_char_p, C.c_void_p)(lambda level, text, data: None)
    if not options.verbose:
        lib.llama_log_set(C.cast(quiet, C.c_void_p), None)
    lib.llama_backend_init()
    model = lib.llama_model_load_from_file(options.model.encode(), lib.llama_model_default_params())
    if not model:
        sys.exit("llama.cpp does not load " + options.model)
    params = lib.llama_context_default_params()
    words = C.cast(C.pointer(params), C.POINTER(C.c_uint32))
    for i in range(3):
        words[i] = options.length  # n_ctx, n_batch, n_ubatch
    context = lib.llama_init_from_model(model, params)
    if not context:
        sys.exit("llama.cpp makes no context for " + options.model)
    vocab = lib.llama_model_get_vocab(model)
    n = lib.llama_vocab_n_tokens(vocab)
    out = {"n_vocab": n}
    batch = lib.llama_batch_init(options.length, 0, 1)

    def decode(ids, first=0):
        batch.n_tokens = len(ids)
        for i, t in enumerate(ids):
            batch.token[i], batch.pos[i], batch.n_seq_id[i], batch.logits[i] = t, first + i, 1, 1
            batch.seq_id[i][0] = 0
        if lib.llama_decode(context, batch) != 0:
            sys.exit("llama_decode failed")

    def logits(i):
        return np.ctypeslib.as_array(lib.llama_get_logits_ith(context, i), shape=(n,)).astype(np.float64)

    ids = list(range(1, 17))
    count = 0
    if options.ids:
        ids = [int(t) for t in np.load(options.ids).reshape(-1)]
        count = len(ids)
    elif options.text:
        raw = open(options.text, "rb").read()
        room = len(raw) + 16
        buffer = (C.c_int32 * room)()
        count = lib.llama_tokenize(vocab, raw, len(raw), buffer, room, False, False)
        if count < 0:
            sys.exit("llama_tokenize failed")
        ids = out["ids"] = list(buffer[:count])
    if count > 0:
        windows = min(options.windows, count // options.length)
        total = tokens = 0
        for w in range(windows):
            lib.llama_memory_clear(lib.llama_get_memory(context), True)
            window = ids[w * options.length:(w + 1) * options.length]
            decode(window)
            for i in range(len(window) - 1):
                x = logits(i)
                top = x.max()
                total += top + np.log(np.exp(x - top).sum()) - x[window[i + 1]]
                tokens += 1
        out.update(windows=windows, tokens=tokens, nll=total / max(1, tokens), perplexity=float(np.exp(total / max(1, tokens))))
    lib.llama_memory_clear(lib.llama_get_memory(context), True)
    prompt = ids[:min(16, options.length // 2)]
    decode(prompt)
    generated = [int(logits(len(prompt) - 1).argmax())]
    for k in range(min(options.generate, options.length - len(prompt)) - 1):
        decode([generated[-1]], len(prompt) + k)
        generated.append(int(logits(0).argmax()))
    out["generated"] = generated
    print(json.dumps(out))


main()
