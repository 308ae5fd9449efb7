// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/tensor/matrix.h"

#include <algorithm>
#include <span>

namespace qs {

/// Rows of floats that need not lie in memory together (a mapped tensor, decoded when read). Thread-safe.
class RowSource {
public:
    virtual ~RowSource() = default;
    virtual Index rows() const = 0;
    virtual Index cols() const = 0;
    /// Writes whole rows [row0, row0 + out.size() / cols) to `out`.
    virtual Status readRows(Index row0, std::span<float> out) const = 0;
    /// The same rows where they lie in memory as floats; empty where they must be read.
    virtual std::span<const float> rowsInMemory(Index /*row0*/, Index /*count*/) const { return {}; }
};

/// A matrix in memory as a source of rows; the floats must outlive it.
class MatrixRows : public RowSource {
public:
    explicit MatrixRows(MatrixView view) : m_view(view) {}
    Index rows() const override { return m_view.rows; }
    Index cols() const override { return m_view.cols; }
    Status readRows(Index row0, std::span<float> out) const override
    {
        const auto from = m_view.data.subspan(static_cast<std::size_t>(row0 * m_view.cols), out.size());
        std::copy(from.begin(), from.end(), out.begin());
        return {};
    }
    std::span<const float> rowsInMemory(Index row0, Index count) const override
    {
        return m_view.data.subspan(static_cast<std::size_t>(row0 * m_view.cols), static_cast<std::size_t>(count * m_view.cols));
    }

private:
    MatrixView m_view;
};

} // namespace qs
