// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"
#include "core/io/model_source.h"

namespace qs::doctor {

/// What one pass over a tensor's logical matrix tells. Sums run over finite values, in double, in a fixed order.
struct TensorScan {
    Index rows = 0;
    Index cols = 0;
    std::uint64_t nans = 0;
    std::uint64_t infs = 0;
    std::uint64_t atLimit = 0;      ///< finite, as large as F16 can be
    Index firstBad = -1;            ///< flat position of the first value that is not finite
    Index firstLargest = -1;        ///< flat position of the largest magnitude
    double largest = 0;             ///< largest finite magnitude
    double smallestValue = 0;
    double largestValue = 0;
    double sum = 0;
    double squares = 0;
    std::uint64_t finite = 0;
    Index zeroRows = 0;
    Index firstZeroRow = -1;
    Index zeroColumns = 0;
    Index firstZeroColumn = -1;
    double rms() const;
};

Result<TensorScan> scanTensor(const io::ModelSource& source, const io::TensorInfo& tensor, const Context& context);

} // namespace qs::doctor
