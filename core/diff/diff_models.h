// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <optional>

namespace qs::diff {

enum class DiffStatus {
    Same,      ///< same name, same values
    Close,     ///< relative MSE at most 1e-5: rounding to a 16-bit type
    Different,
    Missing,   ///< only one of the two has it
    Renamed,   ///< same values under another name
    Zeroed,    ///< all zeros in one of the two only
    Permuted   ///< same or close values in another order of rows (rotary order of GGUF's llama), or transposed
};
const char* diffStatusName(DiffStatus status); ///< "same", "close", ...

/// One pair. Figures compare the logical matrices (after the permutation that was found).
struct TensorDiff {
    std::string a;             ///< name in A; empty: missing there
    std::string b;
    DiffStatus status = DiffStatus::Same;
    std::optional<double> maxAbs;       ///< nothing where they can't be compared
    std::optional<double> relativeMse;  ///< ‖B − A‖² / ‖A‖²
    std::string note;          ///< why, where the status leaves it open: "shape 4×8 against 4×16"
};

struct ModelDiff {
    /// Every tensor has its partner with the same values; names and row order may differ where the formats differ.
    bool same = true;
    std::vector<TensorDiff> tensors;
};

inline constexpr double kCloseRelativeMse = 1e-5;

/// Compares two checkpoints of any formats. Partners are found by name, then by what a name means (Hugging Face and
/// GGUF names, experts stacked or apart), then by equal values.
Result<ModelDiff> diffModels(const io::ModelSource& a, const io::ModelSource& b, const Context& context);

} // namespace qs::diff
