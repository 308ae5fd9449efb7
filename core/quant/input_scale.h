// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/input_rows.h"

namespace qs::quant {

/// A transform that scales each input column: W' = W·diag(s), x' = x / s. Stores `transform.scale` F32 [in], unless the
/// vector is folded into what precedes the layer. Layers that read the same inputs get the same vector, bit for bit, when
/// they are given each other (TransformInput::siblings); then and only then it can be folded.
class InputScale : public Transform {
public:
    StorageBits storage(Index, Index cols) const override { return {0, 32 * static_cast<std::uint64_t>(cols)}; }
    Status prepare(const TransformInput& input, const Context& context, ArrayStore& out) const final;
    Status applyRows(const ArrayStore& arrays, Index cols, std::span<float> rows) const final;
    void undoRow(const ArrayStore& arrays, std::span<float> row) const final;
    Status changeInputs(Calibration& calibration, const ArrayStore& arrays, const Context& context) const final;
    Status check(const ArrayStore& arrays, Index rows, Index cols) const final;
    bool keepsPlaces() const final { return true; }
    bool sharesInputs() const final { return true; }

protected:
    /// s for these layers, all [·, in]; positive and finite. The order of the layers does not matter to it.
    virtual Result<std::vector<float>> scales(std::span<const InputRows* const> layers, const TransformInput& input,
                                              const Context& context) const = 0;
};

/// Every array of a calibration for inputs that are divided by s.
void divideInputs(Calibration& calibration, std::span<const float> s);
/// The weights with column j times s[j], for inputs of which `changed` is known; nothing is removed from them. The scales
/// must outlive it.
ChangedRows scaledColumns(const InputRows& weights, std::span<const float> s, const Calibration* changed);

} // namespace qs::quant
