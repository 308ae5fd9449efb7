// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/quant/calibration.h"
#include "core/quant/recipe.h"
#include "core/tensor/row_source.h"

#include <span>
#include <string>
#include <string_view>

namespace qs::study {

/// SHA-256 over every source file that a result depends on, the program's version and the compiler: made by the build.
std::string_view numericFingerprint();

/// A recipe with every value of every part, in a fixed order; unlike Recipe::text() nothing is left to defaults.
std::string canonicalRecipe(const quant::Recipe& recipe);

/// What decides a result, as 64 hexadecimal digits: the weights, bit by bit, shape, recipe, seed, calibration, and the
/// fingerprint of the program. Equal for any number of threads. Cancelled if stopped.
struct KeyInput {
    std::span<const std::byte> stored;  ///< the weights as they are stored, with the name of how; or, where empty,
    std::string storedAs;
    const RowSource* weights = nullptr; ///< the weights as floats
    Index rows = 0;
    Index cols = 0;
    const quant::Recipe* recipe = nullptr;
    std::uint64_t seed = 0;
    bool nonFiniteAsZero = false;
    const quant::Calibration* calibration = nullptr;
    std::string_view fingerprint = numericFingerprint();
};
Result<std::string> resultKey(const KeyInput& input, const Context& context);

} // namespace qs::study
