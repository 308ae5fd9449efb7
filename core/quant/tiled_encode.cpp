// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/tiled_encode.h"

#include "core/quant/input_rows.h"

#include <algorithm>

namespace qs::quant {
namespace {

/// Weights of a tile that is larger only because the grid's groups reach over many rows.
constexpr Index kLargestTile = Index(1) << 22;

Status assignNearest(const FitInput& tile, FittedGrid& levels, const Context& context, Codes& codes)
{
    for (Index r = 0; r < tile.weights.rows; ++r) levels.nearest(r, 0, tile.weights.row(r), codes.row(r));
    context.advance(tile.weights.data.size());
    return {};
}

/// fit → assign → store of one tile.
Status encodeTile(const FitInput& tile, Index row0, const Grid& grid, const AssignTile& assign, const Context& context, ArrayStore& out)
{
    QS_ASSIGN(const auto levels, fitWithin(grid, tile, context));
    if (context.stopped()) return cancelled();
    Codes codes(tile.weights.rows, tile.weights.cols);
    QS_TRY(assign(tile, row0, *levels, codes));
    if (context.stopped()) return cancelled();
    levels->store(codes, out);
    return {};
}

} // namespace

Status joinTiles(const std::vector<ArrayStore>& tiles, ArrayStore& out)
{
    const std::size_t count = tiles.front().arrays().size();
    for (std::size_t k = 0; k < count; ++k) {
        const Array& first = tiles.front().arrays()[k];
        Index length = 0;
        std::size_t bytes = 0;
        for (const ArrayStore& tile : tiles) {
            if (tile.arrays().size() != count || tile.arrays()[k].name != first.name || first.shape.rank() == 0)
                return fail(ErrorCode::Internal, "tiles of one tensor have different arrays");
            length += tile.arrays()[k].shape[0];
            bytes += tile.arrays()[k].bytes.size();
        }
        Array joined{first.name, first.dtype, {length}, {}};
        for (int d = 1; d < first.shape.rank(); ++d) joined.shape.push(first.shape[d]);
        joined.bytes.reserve(bytes);
        for (const ArrayStore& tile : tiles) {
            const auto& part = tile.arrays()[k].bytes;
            joined.bytes.insert(joined.bytes.end(), part.begin(), part.end());
        }
        out.add(std::move(joined));
    }
    return {};
}

Index independentTile(const InputRows& rows, const Grid& grid, Index height)
{
    const Index unit = grid.independentRows(rows.rows(), rows.cols());
    if (unit == 0 || unit > kLargestTile / std::max<Index>(1, rows.cols())) return 0;
    return height > 0 ? (height + unit - 1) / unit * unit : tileRows(rows, unit);
}

Status encodeTiles(const InputRows& rows, const Grid& grid, Index height, const AssignTile& assign, const Context& context,
                   ArrayStore& out)
{
    if (const Index own = independentTile(rows, grid, height); own > 0) {
        std::vector<ArrayStore> tiles(static_cast<std::size_t>((rows.rows() + own - 1) / own));
        QS_TRY(forTiles(rows, own, context, [&](const FitInput& tile, Index row0) {
            return encodeTile(tile, row0, grid, assign, context, tiles[static_cast<std::size_t>(row0 / own)]);
        }));
        return joinTiles(tiles, out);
    }
    const ChangedRows inside = withinLimits(rows);
    QS_ASSIGN(const auto levels, grid.fitRows(hasLimits(rows) ? static_cast<const InputRows&>(inside) : rows, context));
    if (context.stopped()) return cancelled();
    Codes codes(rows.rows(), rows.cols());
    QS_TRY(forTiles(rows, height > 0 ? height : tileRows(rows), context, [&](const FitInput& tile, Index row0) -> Status {
        RowsOfGrid part(*levels, row0, tile.weights.rows);
        Codes found(tile.weights.rows, tile.weights.cols);
        QS_TRY(assign(tile, row0, part, found));
        std::copy(found.data.begin(), found.data.end(), codes.row(row0).begin());
        return {};
    }));
    levels->store(codes, out);
    return {};
}

Status encodeNearest(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out)
{
    const AssignTile nearest = [&](const FitInput& tile, Index, FittedGrid& levels, Codes& codes) {
        return assignNearest(tile, levels, context, codes);
    };
    const Index own = independentTile(rows, grid, 0);
    if (own == 0) return encodeTiles(rows, grid, 0, nearest, context, out);
    std::vector<ArrayStore> tiles(static_cast<std::size_t>((rows.rows() + own - 1) / own));
    QS_TRY(forTiles(rows, own, context, [&](const FitInput& tile, Index row0) -> Status {
        ArrayStore& arrays = tiles[static_cast<std::size_t>(row0 / own)];
        if (!tile.limits || tile.limits->empty()) { // the grid may have a faster way
            QS_ASSIGN(const bool done, grid.encodeNearest(tile, context, arrays));
            if (done) return {};
        }
        return encodeTile(tile, row0, grid, nearest, context, arrays);
    }));
    return joinTiles(tiles, out);
}

} // namespace qs::quant
