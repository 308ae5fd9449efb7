// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/export/export_format.h"
#include "core/io/formats/gguf/writer.h"
#include "core/io/model_source.h"

#include <map>
#include <string>
#include <vector>

namespace qs::exporting {

/// How one tensor of a checkpoint stands in a GGUF file for llama.cpp (formats.md A6.3, B6.2).
struct GgufTensor {
    std::string name;
    std::vector<Index> rowOrder; ///< result row r is the checkpoint's row rowOrder[r]; empty: as it is
    Index rotaryHeadRows = 0;    ///< what rowOrder means, for the manifest
    Index fusedHeads = 0;
    float added = 0;             ///< to every value
    bool single = false;         ///< llama.cpp wants F32: norms, biases, positions, routers
};

/// A tensor that the checkpoint does not have: rotary frequency factors.
struct GgufExtra {
    std::string name;
    std::vector<float> values;
};

/// What turns a checkpoint into a GGUF file: names, order of rows, metadata with the tokenizer.
struct GgufPlan {
    std::map<std::string, GgufTensor> tensors; ///< by the checkpoint's name; a tensor that is not here is left out
    std::vector<GgufExtra> extras;
    io::GgufHeader metadata;                     ///< everything but the tensors, general.file_type and general.quantization_version
    std::vector<std::string> warnings;
};

/// From a Hugging Face folder, or with metadata and tensors of a GGUF source as they are. NotRepresentable, with the
/// reason, where llama.cpp lacks the architecture, or a tensor, a setting or the tokenizer has no certain counterpart.
Result<GgufPlan> planGguf(const io::ModelSource& source, const ExportFormat& format, const Context& context);

/// tokenizer.* of a model folder (formats.md A6.5). `vocabulary`: rows of the embedding.
Status addGgufTokenizer(GgufPlan& plan, const io::ModelSource& source, Index vocabulary, const std::string& pre,
                        const Context& context);

} // namespace qs::exporting
