// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/array_store.h"
#include "core/quant/codes.h"
#include "core/tensor/matrix.h"

#include <memory>
#include <string>
#include <vector>

namespace qs::quant {

/// A number per group, for scale and zero-point maps. `rows` × `cols` is the shape of the map; group k is element k,
/// row-major, unless `shared` says that the numbers belong to something else than groups (V of LCQ: r × 2^bits).
struct GroupMap {
    std::string name;            ///< "scale", "zero", "scale_pos", "S0", "B", "V"
    std::string unit;            ///< "weight units" or "codes"
    Index rows = 0;
    Index cols = 0;
    std::vector<float> values;
    bool shared = false;
    bool isSigned = false;       ///< draw with a diverging map
};

/// The levels of every group of one matrix, fitted and rounded to what is stored. Thread-safe for reading.
class FittedGrid {
public:
    virtual ~FittedGrid() = default;
    virtual Index rows() const = 0;
    virtual Index cols() const = 0;
    /// Bits of one code (levels per group <= 2^bits).
    virtual int bits() const = 0;
    /// Number of groups, and the group of one weight.
    virtual Index groups() const = 0;
    virtual Index groupOf(Index row, Index col) const = 0;

    /// Codes of w, which are columns [col0, col0 + w.size()) of `row`: the nearest level, ties as the method says.
    virtual void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const = 0;
    /// Both down a column, for methods that go column by column: codes of w at rows [row0, row0 + w.size()) of `col`, and
    /// what they decode to. The same codes and values as nearest() and decode().
    virtual void quantizeColumn(Index row0, Index col, std::span<const float> w, std::span<std::uint8_t> codes,
                                std::span<float> values) const;
    /// Values of codes at columns [col0, col0 + codes.size()) of `row`: what every reader of the artefact gets.
    virtual void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const = 0;
    /// Decoded value of every code of a group, by code; not sorted.
    virtual std::vector<float> levels(Index group) const = 0;
    /// Scales, zero points, factors: for the views.
    virtual std::vector<GroupMap> maps() const { return {}; }
    /// Per-group numbers of one weight as text for the status line: "scale 0.0108  zero 8".
    virtual std::string describe(Index group) const;

    /// Writes the codes and the grid's own arrays. The base class writes `codes` as a dense bit stream per row, then
    /// calls storeParameters.
    virtual void store(const Codes& codes, ArrayStore& out) const;
    /// Reads one row of codes back from stored arrays.
    virtual void codesOfRow(const ArrayStore& arrays, Index row, std::span<std::uint8_t> codes) const;
    /// Checks that `codes` is there with the right type and shape (the base class's layout).
    virtual Status checkCodes(const ArrayStore& arrays) const;

    /// Chooses the levels anew for given codes (least squares), where the grid can; false: it can't or nothing changed.
    virtual bool refit(MatrixView /*weights*/, const Codes& /*codes*/) { return false; }

protected:
    virtual void storeParameters(ArrayStore& out) const = 0;
};

} // namespace qs::quant
