// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/group_layout.h"
#include "core/quant/part.h"

#include <functional>
#include <mutex>
#include <utility>

/// Matrices as parts see them (InputRows): in memory, or changed on their way; and loops over their tiles.
namespace qs::quant {

/// A matrix in memory; its tiles are where it lies. What the input points to must outlive it.
class MatrixInput final : public InputRows {
public:
    explicit MatrixInput(const FitInput& input) : m_input(input) {}
    Index rows() const override { return m_input.weights.rows; }
    Index cols() const override { return m_input.weights.cols; }
    const Calibration* calibration() const override { return m_input.calibration; }
    std::uint64_t seed() const override { return m_input.seed; }
    Result<FitInput> read(Index row0, Index count, TileBuffer& buffer) const override;

private:
    FitInput m_input;
};

/// Rows that are changed when they are read: f(row0, tile, its weights, to be changed). `base` and `calibration` must
/// outlive it.
class ChangedRows final : public InputRows {
public:
    using Change = std::function<Status(Index row0, FitInput& tile, std::span<float> weights)>;
    ChangedRows(const InputRows& base, Change change) : m_base(base), m_change(std::move(change)), m_calibration(base.calibration()) {}
    ChangedRows(const InputRows& base, Change change, const Calibration* calibration)
        : m_base(base), m_change(std::move(change)), m_calibration(calibration)
    {
    }
    Index rows() const override { return m_base.rows(); }
    Index cols() const override { return m_base.cols(); }
    const Calibration* calibration() const override { return m_calibration; }
    std::uint64_t seed() const override { return m_base.seed(); }
    Index tileWeights() const override { return m_base.tileWeights(); }
    Result<FitInput> read(Index row0, Index count, TileBuffer& buffer) const override;

private:
    const InputRows& m_base;
    Change m_change;
    const Calibration* m_calibration;
};

/// The weights within their limits, without limits.
ChangedRows withinLimits(const InputRows& rows);
/// Whether these rows have limits.
bool hasLimits(const InputRows& rows);

/// Limits of rows [row0, row0 + count).
FitLimits limitsOf(const FitLimits& all, Index row0, Index count);

/// Rows of a tile of about InputRows::tileWeights() weights: a multiple of `unit`.
Index tileRows(const InputRows& rows, Index unit = 1);

/// Calls body(tile, row0) for tiles of `height` rows, in parallel. Of several failures, that of a weight which is not
/// finite, then the first. Cancelled when stopped.
Status forTiles(const InputRows& rows, Index height, const Context& context,
                const std::function<Status(const FitInput& tile, Index row0)>& body);
/// The same for chunks of `chunkRows` rows in parallel, each in tiles from its first row to its last: sums per chunk don't
/// depend on the tiles.
Status forChunks(const InputRows& rows, Index chunkRows, const Context& context,
                 const std::function<Status(std::size_t chunk, const FitInput& tile, Index row0)>& body);
/// Reads everything and fits it.
Result<std::unique_ptr<FittedGrid>> fitWhole(const Grid& grid, const InputRows& rows, const Context& context);

/// The first failure of several threads. Thread-safe.
class FirstError {
public:
    void take(Status state);
    Status state() const;

private:
    mutable std::mutex m_mutex;
    Status m_first;
};

/// One run of a group's weights in a row, with what belongs to them (empty where there is none).
struct GroupRun {
    std::span<const float> weights;
    Index row = 0;
    Index col0 = 0; ///< column of the first
    std::span<const std::uint8_t> removed = {};
    std::span<const float> fisher = {};
};

/// The weights of groups, run by run, from rows that are read in tiles. For groups in ascending order rows are read once,
/// unless a group reaches over more rows than a tile has. One for each thread.
class GroupReader {
public:
    GroupReader(const InputRows& rows, const GroupLayout& layout) : m_rows(rows), m_layout(layout) {}
    /// Only groups up to this one will be asked for: rows beyond it are not read ahead.
    void endAt(Index lastGroup);
    /// Calls f(GroupRun) for each run of a group.
    template <class F>
    Status forEachRun(Index group, F&& f)
    {
        Status state;
        m_layout.forEachRun(group, [&](Index row, Index c0, Index c1) {
            if (!state) return;
            if (row < m_row0 || row >= m_row0 + m_tile.weights.rows) {
                state = fetch(row);
                if (!state) return;
            }
            const auto at = static_cast<std::size_t>((row - m_row0) * m_tile.weights.cols + c0);
            const auto n = static_cast<std::size_t>(c1 - c0);
            GroupRun run{m_tile.weights.data.subspan(at, n), row, c0};
            if (!m_tile.removed.empty()) run.removed = m_tile.removed.subspan(at, n);
            if (!m_tile.fisher.empty()) run.fisher = m_tile.fisher.subspan(at, n);
            f(run);
        });
        return state;
    }

private:
    Status fetch(Index row);
    const InputRows& m_rows;
    const GroupLayout& m_layout;
    Index m_end = 0; ///< row after the last that is needed; 0: not known
    Index m_row0 = 0;
    FitInput m_tile;
    TileBuffer m_buffer;
};

} // namespace qs::quant
