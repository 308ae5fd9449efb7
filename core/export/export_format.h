// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/tensor/dtype.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace qs::exporting {

/// A target format with its options, as `--format` writes it: `name[:key=value,...]` (specs/cli.md).
struct ExportFormat {
    enum Kind { Safetensors, Quantoscope, Npz, Gguf } kind = Safetensors;
    /// safetensors: type of the quantized tensors; none: their own. gguf (`type=`): the chosen tensors' type; what is no
    /// result is quantized to it; none: results in the smallest type that holds them, everything else as it is.
    std::optional<DType> dtype;
    bool hfNames = false;        ///< safetensors: Hugging Face names, row order and config of a GGUF model
    std::string pre;             ///< gguf: llama.cpp's name of the rule that splits text; empty: found in tokenizer.json

    /// Usage errors name the format, the key, and what it takes.
    static Result<ExportFormat> parse(std::string_view text);
    std::string text() const;
    /// True where this target means one file and not a folder (".npz", ".safetensors", ".gguf").
    bool isFileTarget(const std::filesystem::path& target) const;
    /// The name alone: "gguf".
    const char* name() const;
    /// The weights' file in a folder that is no model folder of several files: "model.npz", "model.gguf"; empty: none.
    const char* fileInFolder() const;
};

} // namespace qs::exporting
