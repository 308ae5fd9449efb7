// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"
#include "core/metrics/output_error/output_error.h"
#include "core/quant/decoder.h"
#include "core/quant/quantize.h"

#include <functional>
#include <memory>
#include <string>

namespace qs::model {
struct Tokens;
}

namespace qs::study {

class ResultCache;
struct LearnedCells;

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
    std::string device = "cpu";    ///< that computed it, as computeDevices() names it
    std::string cacheKey;          ///< of the result cache; empty where none was used
    bool cached = false;           ///< came from the cache; `seconds` is what it took when it was computed
    std::shared_ptr<const ForeignTensor> foreign; ///< set: values of another checkpoint; recipe, artefact, decoder are empty
    /// From the counted bits, so that it holds for a cell whose artefact was dropped.
    double bitsPerWeight() const
    {
        return error.count == 0 ? 0.0 : static_cast<double>(bits.payload + bits.metadata) / static_cast<double>(error.count);
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

/// The same cell without artefact and decoder: what tables and fronts need, a few hundred bytes.
std::shared_ptr<const CellResult> figuresOf(const CellResult& cell);

/// A cell without figures: a recipe that one tensor can't take, and why.
struct Refusal {
    std::size_t tensor = 0; ///< index in ModelSource::tensors
    std::size_t recipe = 0; ///< index in the request's recipes
    Error error;
    /// The recipe does not fit the tensor's shape. Else the work was begun and failed (weights that are not finite,
    /// memory, calibration), which a caller may count as a failure of the whole.
    bool misfit = false;
};

/// Whether a failure concerns this one cell, so that others can go on. An input that breaks its format's rules, a
/// failing disk, wrong usage and a stop concern all of them.
bool concernsOneCell(ErrorCode code);
/// Why `recipe` does not fit the tensor's type or shape; nothing where it does, or where only calibration is lacking.
Status fitsShape(const io::TensorInfo& tensor, const quant::Recipe& recipe);

struct RunOptions {
    std::uint64_t seed = 0;
    bool nonFiniteAsZero = false;
    const quant::Calibration* calibration = nullptr;
    /// Asked for each tensor where `calibration` is null: what is known of its layer's inputs, or null. May be empty.
    std::function<Result<std::shared_ptr<const quant::Calibration>>(const io::ModelSource&, const io::TensorInfo&)> calibrationOf;
    bool announce = true;          ///< add this cell to the progress that is expected
    /// The calibration text in windows, for recipes that learn on blocks or on the model; null: none.
    std::shared_ptr<const model::Tokens> texts;
    /// What such recipes have learned (learnCells); their cells are taken from here. runStudy learns them itself where it is null.
    std::shared_ptr<const LearnedCells> learned;
    /// What layers that read the same inputs have in common, found once for all cells that run with these options.
    std::shared_ptr<quant::SharedArrays> shared = std::make_shared<quant::SharedArrays>();
    std::shared_ptr<ResultCache> cache; ///< asked first, given the result afterwards; null: everything is computed
    std::string device = "cpu";    ///< of computeDevices(); one that is not there: the CPU, and the log says so
};

/// The calibration of one tensor as the options give it; null where there is none.
Result<std::shared_ptr<const quant::Calibration>> calibrationFor(const RunOptions& options, const io::ModelSource& source, const io::TensorInfo& tensor);
/// Σ of a calibration, or mean squares where it has no Σ.
metrics::InputMoments inputMoments(const quant::Calibration* calibration);

/// Working memory of one cell, stated before the run: codes, the artefact, row tiles, what the parts keep.
std::uint64_t cellPeakBytes(const io::TensorInfo& tensor, const quant::Recipe& recipe);
/// The same with the matrix as float where the file can't be read in tiles (compressed), and with its siblings then.
std::uint64_t cellPeakBytes(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe);

/// What decides a cell's result as the cache has it.
Result<std::string> cellKey(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe, const RunOptions& options,
                            const quant::Calibration* calibration, const Context& context);
/// A cell with its names alone.
std::shared_ptr<CellResult> emptyCell(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe, std::uint64_t seed);
/// A cell around an artefact that was made elsewhere: decoded and measured.
Result<std::shared_ptr<CellResult>> measuredCell(const io::ModelSource& source, const io::TensorInfo& tensor,
                                                 std::shared_ptr<const quant::QuantizedTensor> artefact, const quant::Calibration* calibration,
                                                 const Context& context);

/// Reads, quantizes, decodes and measures one tensor. A recipe of a wider scope than the layer is looked up in options.learned: Lacking
/// where it is not there. Progress counts about 3 × elements.
Result<std::shared_ptr<const CellResult>> runCell(const io::ModelSource& source, const io::TensorInfo& tensor,
                                                  const quant::Recipe& recipe, const RunOptions& options,
                                                  const Context& context);

} // namespace qs::study
