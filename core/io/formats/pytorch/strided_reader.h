// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <array>

namespace qs::io::pytorch {

/// A view of a storage: element (i, j, ...) lies at offset + (i·stride0 + j·stride1 + ...)·width. Strides may be 0
/// (expanded) or not in order (transposed). Checked by its maker: every element lies in the file.
struct StridedView {
    std::uint64_t offset = 0;    ///< absolute, in bytes
    Shape sizes;
    std::array<std::uint64_t, Shape::kMaxRank> strides{}; ///< in elements
    std::uint32_t width = 1;     ///< bytes of an element: 1, 2, 4, 8 or 16
    std::uint32_t pack = 1;      ///< numbers in an element: 2 of F4, whose sizes and strides count bytes
    std::uint32_t swap = 1;      ///< bytes of the numbers to reverse in a big-endian file; 1: none
};

/// True where the elements lie one after another in C order.
bool isContiguous(const StridedView& view);

/// Reads a view as C-order little-endian bytes.
std::shared_ptr<const TensorReader> makeStridedReader(std::shared_ptr<const MappedFile> file, const StridedView& view);

} // namespace qs::io::pytorch
