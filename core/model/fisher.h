// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/run_model.h"

#include <map>

namespace qs::model {

/// Diagonal of the empirical Fisher information: for each wanted weight Σ over texts of the squared gradient of that
/// text's Σ_t −log p(token t+1), by the weight's logical name, in its logical shape [out, in] (SqueezeLLM, eq. 3).
/// Texts go in groups whose streams fit `streamBytes`; the blocks are read twice per group. Beside the results it holds
/// one block's weights and gradients. Progress counts tokens · blocks · 4.
Result<std::map<std::string, Matrix>> fisherDiagonals(const Context& context, const Model& model, const Tokens& tokens,
                                                      const std::function<bool(const ParameterSpec&)>& wanted,
                                                      std::uint64_t streamBytes = std::uint64_t(1) << 30);

} // namespace qs::model
