// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/learn/learn.h"
#include "core/model/block.h"

#include <span>

namespace qs::learn {

/// A block with its named layers quantized: the full-precision weights, and the weights it runs with now. Layers that learn change
/// with every step.
class LearnedBlock {
public:
    /// Takes artefacts that `request.find` has, quantizes layers that do not learn on the model, begins those that do.
    static Result<LearnedBlock> make(const LearnRequest& request, Index index, const Context& context);

    const model::Block& block() const { return m_block; }
    const model::BlockWeights& full() const { return m_full; }
    const model::BlockWeights& quantized() const { return m_quantized; }
    /// Marks the parameters that learn, for Block::backward.
    const std::vector<bool>& wanted() const { return m_wanted; }
    std::vector<quant::Learner*> learners() const;
    std::vector<std::string> learnedNames() const;
    bool learns() const { return !m_learned.empty(); }
    /// Full-precision weights are no longer needed.
    void dropFull() { m_full.clear(); }

    /// Puts what the learners decoded (one span each, in the order of learners()) into the weights. False: stopped.
    bool apply(std::span<const std::vector<double>> decoded, const Context& context);
    /// Their gradients in double.
    bool takeGradients(const model::BlockWeights& gradients, std::span<std::vector<double>> out, const Context& context) const;
    /// Ends the learning: artefacts are made, the weights become what these decode to.
    Status finish(const Context& context);
    /// Of all named layers; after finish() those that learned are among them.
    const std::map<std::string, Artefact>& artefacts() const { return m_artefacts; }

private:
    explicit LearnedBlock(model::Block block) : m_block(std::move(block)) {}
    Status take(int parameter, Artefact artefact, const Context& context);
    struct Layer {
        int parameter = 0; ///< in the block's parameters
        std::unique_ptr<quant::LearnedTensor> tensor;
    };
    model::Block m_block;
    model::BlockWeights m_full;
    model::BlockWeights m_quantized;
    std::vector<bool> m_wanted;
    std::vector<Layer> m_learned;
    std::map<std::string, Artefact> m_artefacts;
};

/// Texts through the block with some weights: output [tokens, hidden] of all of `input`, `batch` texts at a time.
Result<Matrix> blockOutputs(const model::Block& block, const model::BlockWeights& weights, const model::RopeTable& rope, Index length, Index batch,
                            const Matrix& input, const Context& context);

/// The settings of what learns; Usage where a layer's differ from the others'.
Result<quant::LearnSettings> sharedSettings(const LearnRequest& request);

Result<LearnOutcome> learnBlocks(const LearnRequest& request, const quant::LearnSettings& settings, const Context& context);
Result<LearnOutcome> learnModel(const LearnRequest& request, const quant::LearnSettings& settings, bool recompute, const Context& context);

} // namespace qs::learn
