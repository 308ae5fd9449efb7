// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/fitted_grid.h"

#include <memory>

namespace qs::quant {

/// A fitted grid whose runs of columns are made of columns from anywhere in the row (GPTQ with act-order and groups that
/// are fitted on the way): column j of the matrix is column place[j] of the grid within. Codes are stored in the matrix's
/// order, beside them `g_idx`, the run of each column; within a run columns keep their order.
class PermutedGrid : public FittedGrid {
public:
    /// `groupIndex[j]`: the run of column j. Every run has `runColumns` columns, the last the rest (see placesOf).
    PermutedGrid(std::unique_ptr<FittedGrid> within, std::vector<std::int32_t> groupIndex, std::vector<Index> place);
    /// Reads and checks `g_idx` and wraps the grid; the grid itself where there is none.
    static Result<std::unique_ptr<FittedGrid>> wrap(std::unique_ptr<FittedGrid> within, const ArrayStore& arrays,
                                                    Index runColumns);
    /// Place of each column when runs follow one another, columns in their order within a run. Malformed where the runs
    /// don't have their sizes.
    static Result<std::vector<Index>> placesOf(std::span<const std::int32_t> groupIndex, Index runColumns);

    Index rows() const override { return m_within->rows(); }
    Index cols() const override { return m_within->cols(); }
    int bits() const override { return m_within->bits(); }
    Index groups() const override { return m_within->groups(); }
    Index groupOf(Index row, Index col) const override { return m_within->groupOf(row, m_place[static_cast<std::size_t>(col)]); }
    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override;
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override;
    void quantizeColumn(Index row0, Index col, std::span<const float> w, std::span<std::uint8_t> codes,
                        std::span<float> values) const override
    {
        m_within->quantizeColumn(row0, m_place[static_cast<std::size_t>(col)], w, codes, values);
    }
    std::vector<float> levels(Index group) const override { return m_within->levels(group); }
    std::vector<GroupMap> maps() const override { return m_within->maps(); }
    std::string describe(Index group) const override { return m_within->describe(group); }
    void store(const Codes& codes, ArrayStore& out) const override;
    void codesOfRow(const ArrayStore& arrays, Index row, std::span<std::uint8_t> codes) const override
    {
        m_within->codesOfRow(arrays, row, codes);
    }
    Status checkCodes(const ArrayStore& arrays) const override { return m_within->checkCodes(arrays); }

protected:
    void storeParameters(ArrayStore&) const override {} // store() has the grid within write its own

private:
    std::unique_ptr<FittedGrid> m_within;
    std::vector<std::int32_t> m_group;
    std::vector<Index> m_place;
};

} // namespace qs::quant
