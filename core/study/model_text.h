// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/io/model_source.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace qs::study {

/// Texts as the tokens of a model.
struct ModelText {
    std::vector<std::int32_t> ids;
    std::string sha256;       ///< of the texts' bytes, one after another
    std::uint64_t bytes = 0;
};

/// Reads UTF-8 files and makes tokens with the checkpoint's own tokenizer, none added; several files one after another.
/// NotFound, Lacking (no file, no tokenizer), Malformed of the files; Cancelled between two of them.
Result<ModelText> readModelText(const io::ModelSource& source, std::span<const std::filesystem::path> files, const Context& context);

/// SHA-256 of all bytes of the checkpoint's files, in their order. Reads all of them. Cancelled, Io.
Result<std::string> checkpointHash(const io::ModelSource& source, const Context& context);

} // namespace qs::study
