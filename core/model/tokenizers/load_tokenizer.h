// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/io/model_source.h"
#include "core/model/tokenizers/tokenizer.h"

#include <filesystem>

namespace qs::model {

using TokenizerPtr = std::shared_ptr<const Tokenizer>;

/// From tokenizer.json (formats.md A6.4). Malformed where it breaks its rules; Unsupported for a step this program has not.
Result<TokenizerPtr> readTokenizerJson(const std::filesystem::path& file);
/// From SentencePiece's protobuf; ids as the sentencepiece library gives them.
Result<TokenizerPtr> readSentencePiece(const std::filesystem::path& file);
/// From GGUF metadata (formats.md A6.5); ids as llama.cpp gives them with special tokens parsed.
Result<TokenizerPtr> readGgufTokenizer(const io::ModelSource& source, const Context& context);

/// The tokenizer of an opened checkpoint: GGUF's own, else tokenizer.json or tokenizer.model of its folder.
/// Lacking where there is none.
Result<TokenizerPtr> tokenizerOf(const io::ModelSource& source, const Context& context);
/// The same from a path: a tokenizer.json, a tokenizer.model (any name with that ending), a GGUF, or a folder, which
/// needs no weights.
Result<TokenizerPtr> openTokenizer(const std::filesystem::path& path, const Context& context);

} // namespace qs::model
