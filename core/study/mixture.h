// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/model.h"
#include "core/study/run_cell.h"

#include <span>

namespace qs::study {

using CellPtr = std::shared_ptr<const CellResult>;

/// The model with some tensors quantized: each result stands for its tensor, all others are the checkpoint's. Artefacts stay
/// packed; a block is decoded when it runs. A result of which only figures were kept is quantized here, by its recipe and
/// `options`. Mismatch for results of two recipes on one tensor.
Result<std::shared_ptr<const model::Model>> mixtureModel(const std::shared_ptr<const model::Model>& original, const std::shared_ptr<const io::ModelSource>& source,
                                                         std::span<const CellPtr> results, const RunOptions& options, const Context& context);

/// What such a mixture stores of `tensors` (indices in source.tensors): results by their counted bits, the others by their type.
struct MixtureBits {
    std::size_t tensors = 0;
    std::size_t quantized = 0;
    std::uint64_t weights = 0;
    std::uint64_t bits = 0;
    double bitsPerWeight() const { return weights == 0 ? 0.0 : static_cast<double>(bits) / static_cast<double>(weights); }
};
MixtureBits mixtureBits(const io::ModelSource& source, std::span<const std::size_t> tensors, std::span<const CellPtr> results);

/// The same cell with the error of the layer's output on this calibration, or without one where nothing is known of the layer.
/// Reads the original. Lacking where only figures were kept; errors of reading; Cancelled.
Result<CellPtr> withOutputError(const io::ModelSource& source, const CellResult& cell, const quant::Calibration* calibration, const Context& context);

} // namespace qs::study
