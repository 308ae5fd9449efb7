// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/matrix.h"

#include <cstddef>
#include <optional>
#include <string>

namespace qs::doctor {

enum class Severity {
    Note,    ///< worth knowing
    Warning, ///< probably not meant
    Problem  ///< the model or its quantization will go wrong
};
const char* severityName(Severity severity); ///< "note", "warning", "problem"

/// One thing that was found, and where.
struct Finding {
    Severity severity = Severity::Note;
    std::string kind;          ///< stable: "non_finite", "zero_rows", ...
    std::string tensor;        ///< empty: the checkpoint as a whole
    std::optional<Index> row;  ///< of the logical matrix [out, in]
    std::optional<Index> column;
    std::string text;          ///< one sentence in plain words
};

} // namespace qs::doctor
