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
    enum Kind { Safetensors, Quantoscope, Npz } kind = Safetensors;
    std::optional<DType> dtype;  ///< safetensors: type of the quantized tensors; none: their own
    bool hfNames = false;        ///< safetensors: Hugging Face names, row order and config of a GGUF model

    /// Usage errors name the format, the key, and what it takes.
    static Result<ExportFormat> parse(std::string_view text);
    std::string text() const;
    /// True where this target means one file and not a folder (".npz", ".safetensors").
    bool isFileTarget(const std::filesystem::path& target) const;
};

} // namespace qs::exporting
