// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/group_layout.h"

#include <algorithm>
#include <charconv>

namespace qs::quant {

std::optional<GroupSpec> GroupSpec::parse(std::string_view text)
{
    if (text == "row" || text == "-1") return GroupSpec{Row, 0, 1};
    if (text == "tensor") return GroupSpec{Tensor, 0, 1};
    GroupSpec s;
    const auto* end = text.data() + text.size();
    auto r = std::from_chars(text.data(), end, s.size);
    constexpr Index kMost = Index(1) << 40;
    if (r.ec != std::errc{} || s.size < 1 || s.size > kMost) return std::nullopt;
    if (r.ptr == end) return s;
    if (*r.ptr != 'x') return std::nullopt;
    s.kind = Block;
    s.blockRows = s.size;
    r = std::from_chars(r.ptr + 1, end, s.size);
    if (r.ec != std::errc{} || r.ptr != end || s.size < 1 || s.size > kMost) return std::nullopt;
    return s;
}

GroupLayout::GroupLayout(Index rows, Index cols, const GroupSpec& spec) : m_rows(rows), m_cols(cols)
{
    m_size = std::max<Index>(1, cols);
    switch (spec.kind) {
    case GroupSpec::Columns: m_size = std::min(spec.size, m_size); break;
    case GroupSpec::Row: break;
    case GroupSpec::Tensor: m_blockRows = std::max<Index>(1, rows); break;
    case GroupSpec::Block:
        m_size = std::min(spec.size, m_size);
        m_blockRows = std::min(spec.blockRows, std::max<Index>(1, rows));
        break;
    }
    m_perRow = (cols + m_size - 1) / m_size;
    m_groups = m_perRow * ((rows + m_blockRows - 1) / m_blockRows);
}

GroupLayout GroupLayout::flat(Index rows, Index cols, Index size)
{
    GroupLayout l;
    l.m_rows = rows;
    l.m_cols = cols;
    l.m_size = size;
    l.m_flat = true;
    l.m_groups = (rows * cols + size - 1) / size;
    l.m_perRow = l.m_groups;
    return l;
}

} // namespace qs::quant
