// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/model.h"

namespace qs::test {

/// A small configuration with the options of one architecture; two blocks, hidden 24, vocabulary 50.
model::ModelConfig madeUpConfig(const std::string& architecture);
/// Random weights for it.
std::map<std::string, Matrix> madeUpWeights(const model::ModelConfig& config, std::uint64_t seed);
/// Random tokens.
model::Tokens madeUpTokens(Index sequences, Index length, Index vocabulary, std::uint64_t seed);

} // namespace qs::test
