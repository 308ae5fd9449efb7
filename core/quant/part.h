// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/array_store.h"
#include "core/quant/calibration.h"
#include "core/quant/codes.h"
#include "core/quant/fitted_grid.h"
#include "core/quant/param_spec.h"
#include "core/exec/context.h"
#include "core/tensor/matrix.h"

#include <functional>
#include <memory>

/// The four parts of a method: transform × grid × assignment × residual.
namespace qs::quant {

enum class PartKind { Transform, Grid, Assignment, Residual };
const char* partKindName(PartKind kind); ///< "transform", ...

/// Bits that an artefact will take; from the sizes alone, equal to what store() writes.
struct StorageBits {
    std::uint64_t payload = 0;  ///< codes, with word padding
    std::uint64_t metadata = 0; ///< everything else
    StorageBits& operator+=(const StorageBits& o) { payload += o.payload; metadata += o.metadata; return *this; }
    double perWeight(Index rows, Index cols) const
    {
        return rows * cols == 0 ? 0.0 : static_cast<double>(payload + metadata) / static_cast<double>(rows * cols);
    }
};

/// Whether an artefact of a part fits a foreign format; empty reason: yes.
struct FitAnswer {
    std::string reason;
    bool fits() const { return reason.empty(); }
};

class Grid;

/// Bounds of the weights that levels are fitted to, one pair for each run of one group in a row (clipping searches).
/// The weights themselves stay as they are: what lies outside saturates, and error feedback sees by how much.
struct FitLimits {
    std::vector<Index> begins; ///< first column of each run, ascending from 0
    std::vector<float> lo;     ///< [rows, runs]
    std::vector<float> hi;
    bool empty() const { return begins.empty(); }
};

/// What a fit sees.
struct FitInput {
    MatrixView weights;                     ///< after residual extraction and transform; finite
    const Calibration* calibration = nullptr; ///< of the inputs after the transform
    std::uint64_t seed = 0;
    std::span<const std::uint8_t> removed;  ///< row-major mask of weights kept elsewhere (outliers); empty: none
    const Grid* grid = nullptr;             ///< the grid that follows, for transforms that search
    /// The layers that read the same inputs, as stored, this one among them, in the checkpoint's order; empty: alone.
    /// A transform that scales the inputs makes one vector from all of them, so that it can be folded into what precedes.
    std::span<const MatrixView> siblings;
    const FitLimits* limits = nullptr;      ///< null: none
};

/// The levels each group may use, before they are fitted: a grid with its parameters.
class Grid {
public:
    virtual ~Grid() = default;
    /// Says before the run, in words, why this grid can't take a rows × cols matrix.
    virtual Status accepts(Index /*rows*/, Index /*cols*/) const { return {}; }
    virtual StorageBits storage(Index rows, Index cols) const = 0;
    /// Chooses the levels of every group of the matrix. Parameters that are stored are rounded to their stored type here,
    /// so that everything after sees what will be decoded. Deterministic for any number of threads.
    virtual Result<std::unique_ptr<FittedGrid>> fit(const FitInput& input, const Context& context) const = 0;
    /// The same from stored arrays; checks shapes and values.
    virtual Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const = 0;
    /// How many rows are fitted without regard to all others: any tiles of a multiple of so many rows (the last may have
    /// fewer), fitted and stored one by one, give the arrays of the whole matrix when they are laid one after another
    /// along their first dimension. 0: the whole matrix is needed.
    virtual Index independentRows(Index /*rows*/, Index /*cols*/) const { return 0; }
    /// The same for columns: a run of so many columns (the last may have fewer), fitted as a matrix of its own, gets the
    /// levels that it gets in the whole matrix. 0: the whole rows are needed.
    virtual Index independentColumns(Index /*rows*/, Index /*cols*/) const { return 0; }
    /// Whether such runs may be made of columns from anywhere in the row: codes are stored apart from the levels, in the
    /// order of the columns, and `g_idx` tells the run of each.
    virtual bool columnsMayMove() const { return true; }
    /// Whether the levels of positive and of negative weights follow from those weights alone.
    virtual bool sidesAreApart() const { return false; }
    /// fit, nearest assignment and store in one pass, for grids that have a faster way to the same arrays. False: none.
    virtual Result<bool> encodeNearest(const FitInput& /*input*/, const Context& /*context*/, ArrayStore& /*out*/) const
    {
        return false;
    }
};

/// The weights clamped to the input's limits, which it has.
Matrix withinLimits(const FitInput& input);
/// Fits the grid to the weights within the input's limits.
Result<std::unique_ptr<FittedGrid>> fitWithin(const Grid& grid, const FitInput& input, const Context& context);

/// Which level each weight takes.
class Assignment {
public:
    virtual ~Assignment() = default;
    virtual Status assign(const FitInput& input, FittedGrid& grid, const Context& context, Codes& codes) const = 0;
    /// Says before the run, in words, why it can't work on this grid or size.
    virtual Status accepts(const Grid& /*grid*/, Index /*rows*/, Index /*cols*/) const { return {}; }
    /// Fits the grid and assigns. Assignments that fit groups as they go override it; the rest fit first.
    virtual Result<std::unique_ptr<FittedGrid>> fitAndAssign(const FitInput& input, const Grid& grid,
                                                             const Context& context, Codes& codes) const;
    /// Memory beside the weights, the codes and the levels, in bytes.
    virtual std::uint64_t workingBytes(Index /*rows*/, Index /*cols*/) const { return 0; }
    /// Bits that it adds to the artefact at most (the order of permuted columns).
    virtual StorageBits storage(const Grid& /*grid*/, Index /*rows*/, Index /*cols*/) const { return {}; }
    /// True where every weight takes FittedGrid::nearest(), whatever the others do.
    virtual bool isNearest() const { return false; }
};

/// A change of coordinates before the grid, undone after decoding. Works along the input columns of each row.
class Transform {
public:
    virtual ~Transform() = default;
    virtual Status accepts(Index, Index) const { return {}; }
    virtual StorageBits storage(Index, Index) const { return {}; }
    /// Transforms all rows in place and stores what undo needs.
    virtual Status apply(Matrix& weights, const FitInput& input, const Context& context, ArrayStore& out) const = 0;
    /// The calibration as it is for the transformed inputs, in place. Arrays that can't be brought there are emptied, so
    /// that a part which needs one says so.
    virtual Status changeInputs(Calibration& calibration, const ArrayStore& arrays, const Context& context) const = 0;
    /// Bounds for the fit that follows (see FitLimits); `input` is transformed. Empty by default: none.
    virtual Result<FitLimits> limits(const FitInput& /*input*/, const Context& /*context*/) const { return FitLimits{}; }
    /// Whether each weight keeps its place, so that removed weights stay where they were.
    virtual bool keepsPlaces() const { return false; }
    /// Whether it looks at FitInput::siblings.
    virtual bool sharesInputs() const { return false; }
    /// Checks the stored arrays once.
    virtual Status check(const ArrayStore& /*arrays*/, Index /*rows*/, Index /*cols*/) const { return {}; }
    /// Memory beside the weights, in bytes.
    virtual std::uint64_t workingBytes(Index /*rows*/, Index /*cols*/) const { return 0; }
    /// Undoes it on one decoded row.
    virtual void undoRow(const ArrayStore& arrays, std::span<float> row) const = 0;
};

/// What is kept beside the codes, outermost: taken from the original weights first, put back last.
class Residual {
public:
    virtual ~Residual() = default;
    virtual StorageBits storage(Index rows, Index cols) const = 0;
    /// Takes its share out of the weights (sets those to 0 and marks them in `removed`, row-major) and stores it.
    /// `input` has the calibration of the stored weights; its view is the weights as they are before.
    virtual Status extract(Matrix& weights, const FitInput& input, const Context& context,
                           std::vector<std::uint8_t>& removed, ArrayStore& out) const = 0;
    /// Checks the stored arrays once.
    virtual Status check(const ArrayStore& arrays, Index rows, Index cols) const = 0;
    /// Puts it back into one decoded row.
    virtual void applyRow(const ArrayStore& arrays, Index row, std::span<float> decoded) const = 0;
};

/// One part as the registry, the help, the forms and the recipes know it.
struct PartInfo {
    PartKind kind = PartKind::Grid;
    std::string name;    ///< stable, lower case; recipes and session files use it
    std::string title;   ///< plain English
    std::string summary; ///< one sentence: what it does
    std::string source;  ///< paper, equation or format document
    std::vector<ParamSpec> params;
    unsigned needs = NeedNothing;
    /// Whether a part with these values fits foreign format `format` ("gguf", "gptq", "awq", "compressed-tensors",
    /// "bitsandbytes", "hqq"). Null: it fits none, and says so.
    std::function<FitAnswer(std::string_view format, const ParamValues&)> fits;
    // Exactly the one of its kind is set. Errors are Usage: values that are each valid but not together.
    std::function<Result<std::unique_ptr<Grid>>(const ParamValues&)> makeGrid;
    std::function<Result<std::unique_ptr<Assignment>>(const ParamValues&)> makeAssignment;
    std::function<Result<std::unique_ptr<Transform>>(const ParamValues&)> makeTransform;
    std::function<Result<std::unique_ptr<Residual>>(const ParamValues&)> makeResidual;
};

} // namespace qs::quant
