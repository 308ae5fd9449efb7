// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/diff/match_tensors.h"
#include "core/study/run_cell.h"

namespace qs::diff {

/// Which tensors of `original` the other checkpoint holds as well: index in `original`, partner. Only whole tensors of
/// ours (one of theirs, or one expert of their stack) of decodable types with the same number of elements.
struct ForeignPair {
    std::size_t tensor = 0;
    Unit other;
};
std::vector<ForeignPair> foreignPairs(const io::ModelSource& original, const io::ModelSource& other);

/// The other checkpoint's values as a result beside those of recipes: read, brought into our rows and columns (rotary
/// order of GGUF, transposed storage), measured against the original. Bits are the bytes it stores for these weights.
/// Error Mismatch where the shapes can't stand against each other; Cancelled.
Result<std::shared_ptr<const study::CellResult>> foreignCell(const io::ModelSource& original, std::size_t tensor,
                                                             std::shared_ptr<const io::ModelSource> other, const Unit& unit,
                                                             const Context& context);

} // namespace qs::diff
