// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/param_spec.h"
#include "core/tensor/shape.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>

namespace qs::quant {

/// The `group` parameter, parsed: "128", "row", "tensor", "128x128".
struct GroupSpec {
    enum Kind { Columns, Row, Tensor, Block } kind = Columns;
    Index size = 128;      ///< columns of a group (Columns, Block)
    Index blockRows = 1;   ///< rows of a block
    static std::optional<GroupSpec> parse(std::string_view text);
};

/// Which group a weight belongs to. Groups are numbered row-major: o·G + g for column groups, G = ceil(cols/size);
/// the last group of a row may be short.
class GroupLayout {
public:
    GroupLayout() = default;
    GroupLayout(Index rows, Index cols, const GroupSpec& spec);
    /// Flat blocks of `size` elements over the row-major matrix; a block may cross rows (bitsandbytes).
    static GroupLayout flat(Index rows, Index cols, Index size);

    Index rows() const { return m_rows; }
    Index cols() const { return m_cols; }
    Index groups() const { return m_groups; }
    /// Groups along a row, and rows of groups: the shape of scale maps ([groupRows, groupsPerRow]; flat: [1, groups]).
    Index groupsPerRow() const { return m_perRow; }
    Index groupRows() const { return m_perRow == 0 ? 0 : m_groups / m_perRow; }
    Shape mapShape() const { return {groupRows(), groupsPerRow()}; }
    Index group(Index row, Index col) const
    {
        if (m_flat) return (row * m_cols + col) / m_size;
        return row / m_blockRows * m_perRow + col / m_size;
    }
    /// First column after `col` in `row` that is in another group: [col, runEnd) shares group(row, col).
    Index runEnd(Index row, Index col) const
    {
        if (m_flat) return std::min(m_cols, col + m_size - (row * m_cols + col) % m_size);
        return std::min(m_cols, (col / m_size + 1) * m_size);
    }
    /// Calls f(row, colBegin, colEnd) for each run of a group's elements.
    template <class F>
    void forEachRun(Index group, F&& f) const
    {
        if (m_flat) {
            Index at = group * m_size;
            const Index end = std::min(m_rows * m_cols, at + m_size);
            while (at < end) {
                const Index r = at / m_cols;
                const Index stop = std::min(end, (r + 1) * m_cols);
                f(r, at - r * m_cols, stop - r * m_cols);
                at = stop;
            }
            return;
        }
        const Index r0 = group / m_perRow * m_blockRows;
        const Index c0 = group % m_perRow * m_size;
        for (Index r = r0; r < std::min(m_rows, r0 + m_blockRows); ++r) f(r, c0, std::min(m_cols, c0 + m_size));
    }
    /// True where groups follow one another in memory, each whole: group g is elements [g·size, (g+1)·size) of the
    /// row-major matrix, the last one perhaps fewer.
    bool isContiguous() const { return m_flat || (m_blockRows == 1 && m_cols % m_size == 0); }
    /// Rows whose groups hold nothing of other rows; 0 where a group may reach over all rows.
    Index independentRows() const
    {
        if (m_flat) return m_size / std::gcd(m_cols, m_size);
        return m_blockRows == 1 || m_blockRows < m_rows ? m_blockRows : 0;
    }
    /// Columns whose groups hold nothing of other columns; 0 where a group may reach over all of them.
    Index independentColumns() const
    {
        if (m_flat) return m_cols % m_size == 0 ? m_size : 0;
        return m_size;
    }
    /// Columns of a group; of flat blocks, elements.
    Index groupSize() const { return m_size; }
    /// True where each group lies within one row (so that rows can be fitted independently).
    bool withinRows() const { return !m_flat && m_blockRows == 1; }

private:
    Index m_rows = 0;
    Index m_cols = 0;
    Index m_size = 1;
    Index m_blockRows = 1;
    Index m_perRow = 0;
    Index m_groups = 0;
    bool m_flat = false;
};

} // namespace qs::quant
