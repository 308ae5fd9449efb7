// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/learned/learned_part.h"
#include "core/quant/quantize.h"

namespace qs::quant {

/// One tensor whose recipe learns on a block or the model, from its start to its artefact: what quantize() does, cut in two
/// where the learning goes.
class LearnedTensor {
public:
    /// Fits the grid and makes what learns. Consumes the weights. Errors: those of quantize(); Lacking for a recipe with a
    /// transform or a residual, which the scopes block and model do not take.
    static Result<std::unique_ptr<LearnedTensor>> begin(std::string name, Matrix weights, const Recipe& recipe, const QuantizeOptions& options,
                                                        const Context& context, const Registry& registry = builtinRegistry());
    const std::string& name() const { return m_name; }
    Learner& learner() { return m_learning->learner(); }
    const LearnSettings& settings() const { return m_settings; }
    Index rows() const { return m_weights.rows(); }
    Index cols() const { return m_weights.cols(); }
    /// The artefact for what the learner last decoded.
    QuantizedTensor finish();

    /// Bytes of a tensor while it is learned, by the trainer and by its learner.
    static std::uint64_t workingBytes(const Recipe& recipe, Index rows, Index cols);

private:
    LearnedTensor() = default;
    std::string m_name;
    Matrix m_weights;
    Recipe m_recipe;
    std::uint64_t m_seed = 0;
    LearnSettings m_settings;
    std::unique_ptr<Grid> m_grid;
    std::unique_ptr<Assignment> m_assignment;
    std::unique_ptr<FittedGrid> m_fitted;
    std::unique_ptr<LayerLearning> m_learning;
};

} // namespace qs::quant
