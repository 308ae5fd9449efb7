// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/matrix.h"

#include <Eigen/Core>

/// Row-major double matrices of the learners, over their own memory. Only .cpp files of this folder include it.
namespace qs::quant::learned {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Map = Eigen::Map<Matrix>;
using ConstMap = Eigen::Map<const Matrix>;
/// A block of columns of a row-major matrix.
using Columns = Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>;
using MutableColumns = Eigen::Map<Matrix, 0, Eigen::OuterStride<>>;

/// Rows (or columns) that one thread takes at a time.
inline constexpr Index kRowChunk = 64;
inline constexpr Index kColumnChunk = 128;

} // namespace qs::quant::learned
