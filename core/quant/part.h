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

/// What a fit sees: a matrix in memory, or a tile of rows of one.
struct FitInput {
    MatrixView weights = {};                     ///< after residual extraction and transform; finite
    const Calibration* calibration = nullptr;    ///< of the inputs after the transform; `fisher` is below instead
    std::uint64_t seed = 0;
    std::span<const std::uint8_t> removed = {};  ///< row-major mask of weights kept elsewhere (outliers); empty: none
    std::span<const float> fisher = {};          ///< Fisher weights of these rows; empty: none
    const FitLimits* limits = nullptr;           ///< of these rows; null: none
};

/// Memory behind a FitInput, kept from tile to tile.
struct TileBuffer {
    std::unique_ptr<float[]> data;
    std::size_t size = 0;
    std::vector<std::uint8_t> removed;
    std::vector<float> fisher;
    FitLimits limits;
    /// Room for so many weights; what was there may be lost.
    std::span<float> weights(std::size_t count)
    {
        if (count > size) {
            data = std::make_unique_for_overwrite<float[]>(count);
            size = count;
        }
        return {data.get(), count};
    }
};

/// A matrix as a fit sees it, read in tiles of rows as often as it takes: after residual extraction and transform, finite.
/// What is read never depends on the tiles. Thread-safe.
class InputRows {
public:
    virtual ~InputRows() = default;
    virtual Index rows() const = 0;
    virtual Index cols() const = 0;
    virtual const Calibration* calibration() const = 0; ///< see FitInput; null: none
    virtual std::uint64_t seed() const = 0;
    /// About how many weights a tile should have; no result depends on it.
    virtual Index tileWeights() const { return Index(1) << 16; } // as many as stay in a core's cache with their codes
    /// Rows [row0, row0 + count) with what belongs to them. Valid as long as the buffer is left alone.
    /// Errors: those of reading; whatever a part says of these rows.
    virtual Result<FitInput> read(Index row0, Index count, TileBuffer& buffer) const = 0;
};

/// What a transform chooses by.
struct TransformInput {
    const InputRows& rows;        ///< after residual extraction
    const Grid* grid = nullptr;   ///< the grid that follows, for transforms that search
    /// The layers that read the same inputs, as stored, this one among them, in the checkpoint's order; empty: alone.
    /// A transform that scales the inputs makes one vector from all of them, so that it can be folded into what precedes.
    std::span<const InputRows* const> siblings = {};
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
    /// The same levels, bit for bit, from rows that are read in tiles, in as many passes as it takes. By default the whole
    /// matrix is read, so a grid whose groups reach over all rows overrides it together with readsInTiles.
    virtual Result<std::unique_ptr<FittedGrid>> fitRows(const InputRows& rows, const Context& context) const;
    /// Whether the whole matrix is never in memory, by independentRows or by fitRows.
    virtual bool readsInTiles(Index rows, Index cols) const { return independentRows(rows, cols) > 0; }
    /// Memory beside a tile, the codes and the levels that a fit takes, in bytes.
    virtual std::uint64_t workingBytes(Index rows, Index cols) const
    {
        return readsInTiles(rows, cols) ? 0 : 4 * static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(cols);
    }
    /// The same from stored arrays; checks shapes and values.
    virtual Result<std::unique_ptr<FittedGrid>> load(const ArrayStore& arrays, Index rows, Index cols) const = 0;
    /// How many rows are fitted without regard to all others: any tiles of a multiple of so many rows (the last may have
    /// fewer), fitted and stored one by one, give the arrays of the whole matrix when they are laid one after another
    /// along their first dimension. 0: levels follow from all rows (see fitRows).
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
    /// Fits the grid to the rows, chooses the codes and stores both, tile by tile. The same bits for any tiles and threads.
    /// Errors: the grid's and those of reading; Lacking; Cancelled.
    virtual Status encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const = 0;
    /// Says before the run, in words, why it can't work on this grid or size.
    virtual Status accepts(const Grid& /*grid*/, Index /*rows*/, Index /*cols*/) const { return {}; }
    /// Memory beside a tile, the codes and the levels, in bytes.
    virtual std::uint64_t workingBytes(Index /*rows*/, Index /*cols*/) const { return 0; }
    /// Bits that it adds to the artefact at most (the order of permuted columns).
    virtual StorageBits storage(const Grid& /*grid*/, Index /*rows*/, Index /*cols*/) const { return {}; }
    /// Whether it keeps nothing of a row's size for all rows (a learned factor per weight is such).
    virtual bool readsInTiles(Index /*rows*/, Index /*cols*/) const { return true; }
    /// True where every weight takes FittedGrid::nearest(), whatever the others do.
    virtual bool isNearest() const { return false; }
};

/// A change of coordinates before the grid, undone after decoding. Works along the input columns of each row.
class Transform {
public:
    virtual ~Transform() = default;
    virtual Status accepts(Index, Index) const { return {}; }
    virtual StorageBits storage(Index, Index) const { return {}; }
    /// Chooses and stores what transforming and undoing need (signs, scales).
    virtual Status prepare(const TransformInput& input, const Context& context, ArrayStore& out) const = 0;
    /// Transforms whole rows in place, each by itself.
    virtual Status applyRows(const ArrayStore& arrays, Index cols, std::span<float> rows) const = 0;
    /// The calibration as it is for the transformed inputs, in place. Arrays that can't be brought there are emptied, so
    /// that a part which needs one says so. `fisher` may be that of some rows alone.
    virtual Status changeInputs(Calibration& calibration, const ArrayStore& arrays, const Context& context) const = 0;
    /// Bounds for the fit that follows (see FitLimits); `rows` are transformed. Empty by default: none.
    virtual Result<FitLimits> limits(const InputRows& /*rows*/, const Grid& /*grid*/, const Context& /*context*/) const
    {
        return FitLimits{};
    }
    /// Whether each weight keeps its place, so that removed weights stay where they were.
    virtual bool keepsPlaces() const { return false; }
    /// Whether it looks at TransformInput::siblings; then prepare() gives each of them the same arrays.
    virtual bool sharesInputs() const { return false; }
    /// Checks the stored arrays once.
    virtual Status check(const ArrayStore& /*arrays*/, Index /*rows*/, Index /*cols*/) const { return {}; }
    /// Memory beside a tile, in bytes.
    virtual std::uint64_t workingBytes(Index /*rows*/, Index /*cols*/) const { return 0; }
    /// Undoes it on one decoded row.
    virtual void undoRow(const ArrayStore& arrays, std::span<float> row) const = 0;
};

/// What is kept beside the codes, outermost: taken from the original weights first, put back last.
class Residual {
public:
    virtual ~Residual() = default;
    virtual StorageBits storage(Index rows, Index cols) const = 0;
    /// Chooses its share of the weights and stores it. `rows` are the weights as they are, with the calibration of them.
    virtual Status extract(const InputRows& rows, const Context& context, ArrayStore& out) const = 0;
    /// Sets that share to 0 in whole rows from row0 on and marks it in `removed`, of the same size and 0 before.
    virtual void takeRows(const ArrayStore& arrays, Index row0, Index cols, std::span<float> rows,
                          std::span<std::uint8_t> removed) const = 0;
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
