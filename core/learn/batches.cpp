// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/learn/batches.h"

#include "core/model/layers.h"

#include <algorithm>
#include <cmath>

namespace qs::learn {

Split splitTexts(Index texts, double holdout)
{
    Split out;
    for (Index i = 0; i < texts; ++i) {
        const bool decides = std::floor(static_cast<double>(i + 1) * holdout) > std::floor(static_cast<double>(i) * holdout);
        (decides ? out.deciding : out.trained).push_back(i);
    }
    if (out.deciding.empty() || out.trained.empty()) {
        out.trained.clear();
        for (Index i = 0; i < texts; ++i) out.trained.push_back(i);
        out.deciding = out.trained;
    }
    return out;
}

Batches::Batches(std::vector<Index> texts, Index size, std::uint64_t seed)
    : m_texts(std::move(texts)), m_size(std::min(static_cast<std::size_t>(size), m_texts.size())), m_at(m_texts.size()), m_random(seed)
{
}

std::vector<Index> Batches::next()
{
    if (m_at + m_size > m_texts.size()) { // what is left over waits for another order
        for (std::size_t i = m_texts.size(); i > 1; --i) std::swap(m_texts[i - 1], m_texts[m_random() % i]);
        m_at = 0;
    }
    const auto begin = m_texts.begin() + static_cast<std::ptrdiff_t>(m_at);
    m_at += m_size;
    return {begin, begin + static_cast<std::ptrdiff_t>(m_size)};
}

void gatherTexts(const Matrix& stream, const std::vector<Index>& texts, Index length, Matrix& out)
{
    model::ensure(out, static_cast<Index>(texts.size()) * length, stream.cols());
    const auto n = static_cast<std::size_t>(length * stream.cols());
    for (std::size_t k = 0; k < texts.size(); ++k) {
        const auto from = stream.data().subspan(static_cast<std::size_t>(texts[k]) * n, n);
        std::copy(from.begin(), from.end(), out.data().subspan(k * n, n).begin());
    }
}

} // namespace qs::learn
