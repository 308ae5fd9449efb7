// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/matrix.h"

#include <cstdint>
#include <random>
#include <vector>

namespace qs::learn {

/// The texts that are learned from, and those that decide which step was the best: evenly spaced over the whole. Where no text is held
/// out, all of them do both.
struct Split {
    std::vector<Index> trained;
    std::vector<Index> deciding;
};
Split splitTexts(Index texts, double holdout);

/// Mini-batches of texts without replacement, shuffled anew when all were seen; the same on every system for one seed.
class Batches {
public:
    Batches(std::vector<Index> texts, Index size, std::uint64_t seed);
    std::vector<Index> next();

private:
    std::vector<Index> m_texts;
    std::size_t m_size;
    std::size_t m_at = 0;
    std::mt19937_64 m_random;
};

/// Rows of these texts (`length` each) of a stream, one after another.
void gatherTexts(const Matrix& stream, const std::vector<Index>& texts, Index length, Matrix& out);

} // namespace qs::learn
