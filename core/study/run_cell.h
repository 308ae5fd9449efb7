// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"
#include "core/metrics/weight_error/weight_error.h"
#include "core/quant/decoder.h"
#include "core/quant/quantize.h"

#include <memory>
#include <string>

namespace qs::study {

/// A tensor of another checkpoint that stands against one of ours: compared like a result, but it has no recipe, no codes
/// and no arrays of ours. Immutable.
struct ForeignTensor {
    std::shared_ptr<const io::ModelSource> source;
    std::size_t tensor = 0;        ///< in source->tensors
    Index row0 = 0;                ///< first row of its logical matrix (one expert of a stacked tensor)
    Index rows = 0;                ///< shape as it stands there, before `transposed`
    Index cols = 0;
    bool transposed = false;
    std::vector<Index> order;      ///< row r of ours is its row order[r] (GGUF's rotary order); empty: the same row
    /// Its values in our rows and columns. Errors of reading; Cancelled.
    Result<Matrix> read(const Context& context) const;
    /// "model-q4_k_m.gguf"
    std::string label() const;
};

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
    std::shared_ptr<const ForeignTensor> foreign; ///< set: values of another checkpoint; recipe, artefact, decoder are empty
    double bitsPerWeight() const
    {
        if (foreign) return error.count == 0 ? 0 : static_cast<double>(bits.payload + bits.metadata) / static_cast<double>(error.count);
        return artefact ? artefact->bitsPerWeight() : 0;
    }
    /// What people call it: the recipe's label, or the other checkpoint's file.
    std::string label() const { return foreign ? foreign->label() : recipe.label(); }
    /// What results of different tensors have in common: the recipe's text, or the other checkpoint's path. Unique.
    std::string key() const;
    /// Whether decodeAll can give values (figures alone are kept of some results of a session).
    bool hasValues() const { return decoder || foreign; }
    /// What it decodes to. Lacking where only figures were kept.
    Result<Matrix> decodeAll(const Context& context) const;
};

struct RunOptions {
    std::uint64_t seed = 0;
    bool nonFiniteAsZero = false;
    const quant::Calibration* calibration = nullptr;
    bool announce = true;          ///< add this cell to the progress that is expected
};

/// Working memory of one cell, stated before the run: the matrix as float, its codes, the artefact, row tiles.
std::uint64_t cellPeakBytes(const io::TensorInfo& tensor, const quant::Recipe& recipe);

/// Reads, quantizes, decodes and measures one tensor. Progress counts about 3 × elements.
Result<std::shared_ptr<const CellResult>> runCell(const io::ModelSource& source, const io::TensorInfo& tensor,
                                                  const quant::Recipe& recipe, const RunOptions& options,
                                                  const Context& context);

} // namespace qs::study
