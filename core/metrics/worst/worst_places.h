// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/quant/decoder.h"
#include "core/tensor/matrix.h"

namespace qs::metrics {

enum class PlaceKind { Row, Column, Group };
const char* placeKindName(PlaceKind kind); ///< "row", "column", "group"

/// A row, a column or a group of a matrix and the error in it.
struct WorstPlace {
    PlaceKind kind = PlaceKind::Row;
    Index index = 0;              ///< row, column or group number
    Index row0 = 0, row1 = 0;     ///< the elements it lies in, half open (a group's bounding box)
    Index col0 = 0, col1 = 0;
    std::uint64_t count = 0;      ///< its elements
    double rmse = 0;              ///< root mean squared error over its elements
    double maxAbs = 0;            ///< largest |decoded − original|
    double share = 0;             ///< its part of the tensor's squared error, 0..1
    double relativeMse = 0;       ///< ‖Ŵ − W‖² / ‖W‖² within it; inf where its original is 0 and the error is not
    double outputShare = 0;       ///< its part of the layer's output error (addOutputShares); may be negative
};

struct WorstPlaces {
    std::vector<WorstPlace> rows;    ///< largest rms error first
    std::vector<WorstPlace> columns;
    std::vector<WorstPlace> groups;  ///< empty without a grid, or where a grid has one group only
};

/// The `most` rows, columns and groups with the largest rms error; equal ones in order of their numbers. Sums in double
/// over fixed tiles: the same for any number of threads. Where an error is not finite, rmse and maxAbs are infinite,
/// and the place comes first; shares are of the finite errors. Errors: Mismatch (shapes), Cancelled.
Result<WorstPlaces> worstPlaces(MatrixView original, MatrixView decoded, const quant::FittedGrid* grid, std::size_t most,
                                const Context& context);

/// Sets outputShare of all places from what each weight adds to the output error (outputContributions). Cancelled.
Status addOutputShares(WorstPlaces& places, MatrixView contributions, const quant::FittedGrid* grid, const Context& context);

} // namespace qs::metrics
