// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/permuted_grid.h"

#include <algorithm>

namespace qs::quant {

PermutedGrid::PermutedGrid(std::unique_ptr<FittedGrid> within, std::vector<std::int32_t> groupIndex, std::vector<Index> place)
    : m_within(std::move(within)), m_group(std::move(groupIndex)), m_place(std::move(place))
{
}

Result<std::vector<Index>> PermutedGrid::placesOf(std::span<const std::int32_t> groupIndex, Index runColumns)
{
    const auto n = static_cast<Index>(groupIndex.size());
    const Index runs = runColumns > 0 ? (n + runColumns - 1) / runColumns : 0;
    std::vector<Index> filled(static_cast<std::size_t>(runs));
    std::vector<Index> place;
    place.reserve(groupIndex.size());
    for (const std::int32_t g : groupIndex) {
        const bool fine = g >= 0 && g < runs && filled[static_cast<std::size_t>(g)] < std::min(runColumns, n - g * runColumns);
        if (!fine)
            return fail(Error(ErrorCode::Malformed, "array g_idx does not part the columns into groups of their size")
                            .wanted(std::to_string(runs) + " groups of " + std::to_string(runColumns) + " columns")
                            .got("group " + std::to_string(g)));
        place.push_back(g * runColumns + filled[static_cast<std::size_t>(g)]++);
    }
    return place;
}

Result<std::unique_ptr<FittedGrid>> PermutedGrid::wrap(std::unique_ptr<FittedGrid> within, const ArrayStore& arrays,
                                                       Index runColumns)
{
    if (!arrays.find("g_idx")) return within;
    QS_ASSIGN(const Array* a, arrays.get("g_idx", DType::I32, {within->cols()}));
    const auto stored = a->as<std::int32_t>();
    std::vector<std::int32_t> group(stored.begin(), stored.end());
    QS_ASSIGN(auto place, placesOf(group, runColumns));
    return std::make_unique<PermutedGrid>(std::move(within), std::move(group), std::move(place));
}

void PermutedGrid::nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const
{
    if (static_cast<Index>(w.size()) < cols()) {
        for (std::size_t i = 0; i < w.size(); ++i)
            m_within->nearest(row, m_place[static_cast<std::size_t>(col0) + i], w.subspan(i, 1), codes.subspan(i, 1));
        return;
    }
    std::vector<float> moved(w.size());
    std::vector<std::uint8_t> found(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) moved[static_cast<std::size_t>(m_place[i])] = w[i];
    m_within->nearest(row, 0, moved, found);
    for (std::size_t i = 0; i < w.size(); ++i) codes[i] = found[static_cast<std::size_t>(m_place[i])];
}

void PermutedGrid::decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const
{
    if (static_cast<Index>(codes.size()) < cols()) {
        for (std::size_t i = 0; i < codes.size(); ++i)
            m_within->decode(row, m_place[static_cast<std::size_t>(col0) + i], codes.subspan(i, 1), out.subspan(i, 1));
        return;
    }
    std::vector<std::uint8_t> moved(codes.size());
    std::vector<float> values(codes.size());
    for (std::size_t i = 0; i < codes.size(); ++i) moved[static_cast<std::size_t>(m_place[i])] = codes[i];
    m_within->decode(row, 0, moved, values);
    for (std::size_t i = 0; i < codes.size(); ++i) out[i] = values[static_cast<std::size_t>(m_place[i])];
}

void PermutedGrid::store(const Codes& codes, ArrayStore& out) const
{
    m_within->store(codes, out);
    out.add("g_idx", DType::I32, {cols()}, std::span<const std::int32_t>(m_group));
}

} // namespace qs::quant
