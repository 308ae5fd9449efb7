// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"
#include "core/metrics/weight_error/weight_error.h"
#include "core/quant/decoder.h"
#include "core/quant/quantize.h"

#include <memory>
#include <string>

namespace qs::study {

class ResultCache;

/// One tensor under one recipe: the artefact and what was measured on what it decodes to. Immutable once published.
struct CellResult {
    std::filesystem::path source; ///< checkpoint path
    std::string tensor;
    io::Place place;
    quant::Recipe recipe;
    std::uint64_t seed = 0;
    std::shared_ptr<const quant::QuantizedTensor> artefact;
    std::shared_ptr<const quant::Decoder> decoder;
    metrics::WeightError error;
    quant::StorageBits bits;
    double seconds = 0;            ///< reading, fitting, encoding and measuring
    std::uint64_t peakBytes = 0;   ///< working memory stated for this job (cellPeakBytes)
    std::string device = "cpu";
    std::string cacheKey;          ///< of the result cache; empty where none was used
    bool cached = false;           ///< came from the cache; `seconds` is what it took when it was computed
    double bitsPerWeight() const { return artefact ? artefact->bitsPerWeight() : 0; }
};

struct RunOptions {
    std::uint64_t seed = 0;
    bool nonFiniteAsZero = false;
    const quant::Calibration* calibration = nullptr;
    bool announce = true;          ///< add this cell to the progress that is expected
    std::shared_ptr<ResultCache> cache; ///< asked first, given the result afterwards; null: everything is computed
};

/// Working memory of one cell, stated before the run: the matrix as float, its codes, the artefact, row tiles.
std::uint64_t cellPeakBytes(const io::TensorInfo& tensor, const quant::Recipe& recipe);

/// Reads, quantizes, decodes and measures one tensor. Progress counts about 3 × elements.
Result<std::shared_ptr<const CellResult>> runCell(const io::ModelSource& source, const io::TensorInfo& tensor,
                                                  const quant::Recipe& recipe, const RunOptions& options,
                                                  const Context& context);

} // namespace qs::study
