// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/part.h"

#include <functional>

namespace qs::quant {

/// Chooses the codes of one tile: rows [row0, row0 + codes.rows) of the matrix. `levels` are those of the tile: its row r
/// is row r of the tile. Changed levels are stored where the grid fits rows by themselves.
using AssignTile = std::function<Status(const FitInput& tile, Index row0, FittedGrid& levels, Codes& codes)>;

/// Fits the grid, tile by tile where rows are independent, else over all rows first; calls `assign` for tiles in parallel;
/// stores levels and codes. `height`: rows of a tile, for assignments that work on fixed tiles (rounded up to what the grid
/// takes); 0: any number. The same bits for any tiles and threads, if `assign` has this quality.
/// Errors: those of reading, fitting and assigning, the first tile's first; Cancelled.
Status encodeTiles(const InputRows& rows, const Grid& grid, Index height, const AssignTile& assign, const Context& context,
                   ArrayStore& out);
/// The same with nearest levels; FittedGrid::nearest for each weight.
Status encodeNearest(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out);

/// Rows of a tile whose levels can be fitted by themselves: a multiple of Grid::independentRows of at least `height`; 0 where
/// levels follow from all rows, or where such a tile would be large.
Index independentTile(const InputRows& rows, const Grid& grid, Index height);
/// Lays the arrays of tiles one after another along their first dimension.
Status joinTiles(const std::vector<ArrayStore>& tiles, ArrayStore& out);

/// Rows [row0, row0 + rows) of a fitted grid as a grid of their own; groups keep their numbers. `whole` must outlive it.
class RowsOfGrid final : public FittedGrid {
public:
    RowsOfGrid(const FittedGrid& whole, Index row0, Index rows) : m_whole(whole), m_row0(row0), m_rows(rows) {}
    Index rows() const override { return m_rows; }
    Index cols() const override { return m_whole.cols(); }
    int bits() const override { return m_whole.bits(); }
    Index groups() const override { return m_whole.groups(); }
    Index groupOf(Index row, Index col) const override { return m_whole.groupOf(m_row0 + row, col); }
    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override
    {
        m_whole.nearest(m_row0 + row, col0, w, codes);
    }
    void quantizeColumn(Index row0, Index col, std::span<const float> w, std::span<std::uint8_t> codes,
                        std::span<float> values) const override
    {
        m_whole.quantizeColumn(m_row0 + row0, col, w, codes, values);
    }
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override
    {
        m_whole.decode(m_row0 + row, col0, codes, out);
    }
    std::vector<float> levels(Index group) const override { return m_whole.levels(group); }

protected:
    void storeParameters(ArrayStore&) const override {} // the whole grid stores them

private:
    const FittedGrid& m_whole;
    Index m_row0;
    Index m_rows;
};

} // namespace qs::quant
