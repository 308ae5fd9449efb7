// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/input_rows.h"

#include <functional>
#include <vector>

namespace qs::quant {

/// Weights that are kept beside the codes and replace the decoded value, stored by rows (formats.md B8.2):
/// `residual.row_ptr` U32 [out + 1], `residual.cols` U16 (in <= 65 536) or U32, `residual.values`.
namespace sparse {

/// A bit for each weight of a matrix, row-major.
class Marks {
public:
    explicit Marks(std::uint64_t weights) : m_words((weights + 63) / 64) {}
    bool has(std::uint64_t i) const { return (m_words[i / 64] >> (i % 64) & 1U) != 0; }
    void set(std::uint64_t i) { m_words[i / 64] |= std::uint64_t(1) << (i % 64); }

private:
    std::vector<std::uint64_t> m_words;
};

/// Fills one integer per weight of a tile; larger comes first, −1 does not count.
using Keys = std::function<void(const FitInput& tile, Index row0, std::span<std::int64_t> keys)>;
/// An integer of 32 bits that sorts as the numbers do, and back; −0 is below 0.
std::int64_t keyOf(float value);
float valueOf(std::int64_t key);

/// The key of the wanted-th largest (at least 1, at most as many as count), and how many of that key belong to the largest.
/// Counts the upper half of the bits, then the lower half: two passes, no copy.
struct Threshold {
    std::int64_t least = 0;
    std::uint64_t ties = 0;
};
Result<Threshold> largest(const InputRows& rows, const Keys& keys, std::uint64_t wanted, const Context& context);
/// Marks the `wanted` largest; of equals the first in row-major order.
Status markLargest(const InputRows& rows, const Keys& keys, std::uint64_t wanted, const Context& context, Marks& marks);

/// Bits of so many values.
StorageBits storage(std::uint64_t count, Index rows, Index cols, DType type);
/// Stores the marked weights; NotRepresentable beyond 2³² − 1 of them.
Status extract(const InputRows& rows, const Marks& marked, DType type, const Context& context, ArrayStore& out);
/// Sets the stored weights to 0 in whole rows from row0 on and marks them.
void takeRows(const ArrayStore& arrays, Index row0, Index cols, std::span<float> rows, std::span<std::uint8_t> removed);
/// Checks the stored arrays.
Status check(const ArrayStore& arrays, Index rows, Index cols, DType type);
/// Puts one row's values back.
void applyRow(const ArrayStore& arrays, Index row, std::span<float> decoded);

} // namespace sparse
} // namespace qs::quant
