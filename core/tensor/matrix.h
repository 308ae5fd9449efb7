// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/shape.h"

#include <span>
#include <vector>

namespace qs {

/// Read-only view of row-major floats, rows back to back.
struct MatrixView {
    std::span<const float> data;
    Index rows = 0;
    Index cols = 0;
    std::span<const float> row(Index r) const
    {
        return data.subspan(static_cast<std::size_t>(r * cols), static_cast<std::size_t>(cols));
    }
    float at(Index r, Index c) const { return data[static_cast<std::size_t>(r * cols + c)]; }
};

/// Owned row-major floats: a linear layer's weight [out, in].
class Matrix {
public:
    Matrix() = default;
    Matrix(Index rows, Index cols) : m_rows(rows), m_cols(cols), m_data(static_cast<std::size_t>(rows * cols)) {}
    Index rows() const { return m_rows; }
    Index cols() const { return m_cols; }
    std::span<float> data() { return m_data; }
    std::span<const float> data() const { return m_data; }
    std::span<float> row(Index r)
    {
        return std::span(m_data).subspan(static_cast<std::size_t>(r * m_cols), static_cast<std::size_t>(m_cols));
    }
    std::span<const float> row(Index r) const { return view().row(r); }
    float& at(Index r, Index c) { return m_data[static_cast<std::size_t>(r * m_cols + c)]; }
    float at(Index r, Index c) const { return m_data[static_cast<std::size_t>(r * m_cols + c)]; }
    MatrixView view() const { return {m_data, m_rows, m_cols}; }
    operator MatrixView() const { return view(); }

private:
    Index m_rows = 0;
    Index m_cols = 0;
    std::vector<float> m_data;
};

} // namespace qs
