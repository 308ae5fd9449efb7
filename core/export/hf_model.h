// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <map>
#include <string>

namespace qs::exporting {

/// What turns a GGUF model into a Hugging Face folder (formats.md A6.2, A6.3): names, row order, config.json.
struct HuggingFacePlan {
    std::map<std::string, std::string> names;      ///< GGUF name → Hugging Face name
    std::map<std::string, Index> rotaryHeadRows;   ///< GGUF name → rows of a head, where rows must be reordered
    std::string configJson;
    std::vector<std::string> warnings;
};

/// NotRepresentable, with the reason, where the architecture, a tensor or a setting has no certain counterpart.
Result<HuggingFacePlan> planHuggingFace(const io::ModelSource& gguf);

} // namespace qs::exporting
