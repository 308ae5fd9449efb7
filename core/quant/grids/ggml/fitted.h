// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/fitted_grid.h"
#include "core/quant/grids/ggml/encode.h"

namespace qs::quant::ggml {

/// A matrix of ggml blocks whose scales are chosen. A group is a sub-block: 16 or 32 weights of a row that share one
/// scale (and offset). It keeps the blocks as they will be stored, without codes, and the decoded scales.
class FittedBlocks : public FittedGrid {
public:
    /// `blocks`: all blocks of the matrix, row after row; their codes are ignored.
    FittedBlocks(const blocks::GgmlForm& form, Index rows, Index cols, std::vector<std::byte> blocks,
                 const Kernels& kernels, const Context& context);
    Index rows() const override { return m_rows; }
    Index cols() const override { return m_cols; }
    int bits() const override { return m_form.codeBits; }
    Index groups() const override { return static_cast<Index>(m_scale.size()); }
    Index groupOf(Index row, Index col) const override { return (row * m_cols + col) / m_form.subElements; }
    void nearest(Index row, Index col0, std::span<const float> w, std::span<std::uint8_t> codes) const override;
    void decode(Index row, Index col0, std::span<const std::uint8_t> codes, std::span<float> out) const override;
    std::vector<float> levels(Index group) const override;
    std::vector<GroupMap> maps() const override;
    std::string describe(Index group) const override;
    void store(const Codes& codes, ArrayStore& out) const override;
    void codesOfRow(const ArrayStore& arrays, Index row, std::span<std::uint8_t> codes) const override;
    Status checkCodes(const ArrayStore& arrays) const override;
    /// False where a scale of the blocks is NaN or infinite.
    bool finite() const { return m_finite; }

protected:
    void storeParameters(ArrayStore& out) const override;

private:
    float value(std::size_t group, std::uint8_t code) const;
    Index rowBytes() const;

    blocks::GgmlForm m_form;
    Index m_rows;
    Index m_cols;
    std::vector<std::byte> m_blocks;
    std::vector<float> m_scale;  ///< by group
    std::vector<float> m_offset; ///< by group; empty where the type has none
    const Kernels* m_kernels;
    bool m_finite = true;
};

} // namespace qs::quant::ggml
