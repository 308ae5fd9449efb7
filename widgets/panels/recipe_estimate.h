// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/quantize.h"
#include "core/study/run_cell.h"

#include <QString>

namespace qs::gui {

/// What a recipe takes on a rows × cols matrix, from sizes alone: the bits of its parts spelled out.
struct BitsEstimate {
    double total = 0;
    QString sum; ///< "3 codes + 0.250 scales + 0.064 outliers"
};
Result<BitsEstimate> estimateBits(const quant::Recipe& recipe, Index rows, Index cols);

/// "needs weights only", or what calibration it wants.
QString needsText(const quant::Recipe& recipe);

/// What a trial on a sample of the rows says of the whole tensor.
struct TrialEstimate {
    double seconds = 0;      ///< for the whole tensor
    double relativeMse = 0;  ///< on the sample
    Index sampleRows = 0;
    Index rows = 0;
};
/// Quantizes the first rows of a tensor (about 64 k weights). Runs in a worker.
Result<TrialEstimate> tryRecipe(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe,
                                const Context& context);

} // namespace qs::gui
