// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/shape.h"

#include <span>
#include <vector>

namespace qs::quant {

/// Unsigned codes of a matrix, one byte each, row-major in original column order.
struct Codes {
    Index rows = 0;
    Index cols = 0;
    std::vector<std::uint8_t> data;
    Codes() = default;
    Codes(Index r, Index c) : rows(r), cols(c), data(static_cast<std::size_t>(r * c)) {}
    std::span<std::uint8_t> row(Index r)
    {
        return std::span(data).subspan(static_cast<std::size_t>(r * cols), static_cast<std::size_t>(cols));
    }
    std::span<const std::uint8_t> row(Index r) const
    {
        return std::span(data).subspan(static_cast<std::size_t>(r * cols), static_cast<std::size_t>(cols));
    }
};

} // namespace qs::quant
