// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/quantized_tensor.h"

namespace qs::quant {

/// What is known of one weight of an artefact.
struct ElementInfo {
    int code = 0;
    Index group = 0;
    float level = 0;        ///< decoded code, before the transform is undone and the residual applied
    float decoded = 0;      ///< final value
    std::string parameters; ///< "scale 0.0108  zero 8"
};

/// Reads an artefact. Made once per artefact (checks all arrays), then thread-safe.
class Decoder {
public:
    static Result<std::shared_ptr<const Decoder>> make(std::shared_ptr<const QuantizedTensor> artefact,
                                                       const Registry& registry = builtinRegistry());
    const QuantizedTensor& artefact() const { return *m_artefact; }
    const FittedGrid& grid() const { return *m_grid; }
    Index rows() const { return m_artefact->rows; }
    Index cols() const { return m_artefact->cols; }
    /// Decoded values of one row: levels, transform undone, residual put back.
    void decodeRow(Index row, std::span<float> out) const;
    /// Codes of one row.
    void codesRow(Index row, std::span<std::uint8_t> codes) const;
    ElementInfo element(Index row, Index col) const;
    /// The whole matrix, in parallel.
    Result<Matrix> decodeAll(const Context& context) const;
    /// How often each code is used, over the whole tensor: counts[code].
    std::vector<std::uint64_t> codeUsage(const Context& context) const;
    /// How often each code is used in one group.
    std::vector<std::uint64_t> codeUsageOfGroup(Index group) const;

private:
    Decoder() = default;
    std::shared_ptr<const QuantizedTensor> m_artefact;
    std::unique_ptr<Grid> m_maker;
    std::unique_ptr<FittedGrid> m_grid;
    std::unique_ptr<Transform> m_transform;
    std::unique_ptr<Residual> m_residual;
};

} // namespace qs::quant
