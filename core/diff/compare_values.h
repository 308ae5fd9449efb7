// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/tensor/matrix.h"

#include <functional>
#include <string>
#include <vector>

namespace qs::diff {

/// How far B is from A, in double.
struct ValueDistance {
    double sumSquaredError = 0;
    double sumSquares = 0;      ///< of A
    double maxAbs = 0;
    std::uint64_t unequal = 0;  ///< elements that differ; two NaN are equal
    bool finite = true;         ///< false where NaN or Inf stand against other values
    bool zeroA = true;
    bool zeroB = true;
    double relativeMse() const;
};

/// Row r of A against row order[r] of B (an empty order: the same row). Same bits for any thread count.
ValueDistance distance(MatrixView a, MatrixView b, std::span<const Index> order, const Context& context);
Matrix transposed(MatrixView m);
/// Rows of Hugging Face's order that GGUF's rotary order holds: row i of GGUF is row result[i] of Hugging Face
/// (formats.md A6.3, value change 1). `headRows` must divide the rows and be even.
std::vector<Index> rotaryOrder(Index rows, Index headRows);
std::vector<Index> inverseOrder(std::span<const Index> order);
/// The order that makes B's rows equal A's, found by their bytes; empty where there is none (or only the identity).
std::vector<Index> matchRows(MatrixView a, MatrixView b);
/// SHA-256 of the values and the shape.
std::string valuesHash(MatrixView m);

} // namespace qs::diff
