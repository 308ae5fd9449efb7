// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/checked.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

namespace qs {

using Index = std::int64_t;

/// Row-major shape, outermost dimension first ([out, in]); at most 8 dimensions; no heap memory.
class Shape {
public:
    static constexpr int kMaxRank = 8;
    Shape() = default;
    Shape(std::initializer_list<Index> dims) { for (Index d : dims) push(d); }
    explicit Shape(std::span<const Index> dims) { for (Index d : dims) push(d); }
    /// False where the rank is already 8.
    bool push(Index dim)
    {
        if (m_rank == kMaxRank) return false;
        m_dims[static_cast<std::size_t>(m_rank++)] = dim;
        return true;
    }
    int rank() const { return m_rank; }
    Index operator[](int i) const { return m_dims[static_cast<std::size_t>(i)]; }
    std::span<const Index> dims() const { return {m_dims.data(), static_cast<std::size_t>(m_rank)}; }
    /// Product of the dimensions; 1 for rank 0. Readers checked it against overflow.
    std::uint64_t elements() const
    {
        std::uint64_t n = 1;
        for (Index d : dims()) n *= static_cast<std::uint64_t>(d);
        return n;
    }
    /// "256×768"; "scalar" for rank 0.
    std::string text() const
    {
        if (m_rank == 0) return "scalar";
        std::string s = std::to_string(m_dims[0]);
        for (int i = 1; i < m_rank; ++i) s += "\u00D7" + std::to_string((*this)[i]);
        return s;
    }
    bool operator==(const Shape& o) const
    {
        return m_rank == o.m_rank && std::equal(dims().begin(), dims().end(), o.dims().begin());
    }

private:
    std::array<Index, kMaxRank> m_dims{};
    int m_rank = 0;
};

} // namespace qs
