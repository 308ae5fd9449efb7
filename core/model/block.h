// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/activation_quant.h"
#include "core/model/attention.h"

#include <functional>

namespace qs::model {

/// What one or several linear layers read, as a calibration sees it (before any activation quantization).
struct LinearInput {
    std::span<const LinearSpec* const> layers; ///< that read this: q, k and v share one, gate and up, too
    Index block = 0;
    MatrixView x;         ///< [n, in], one row per token
    Index firstToken = 0; ///< number of the first row's token within the whole run
    std::span<const Index>
        tokens; ///< experts: numbers of the tokens, ascending; empty: firstToken, firstToken + 1, ...
};
/// Called in the thread that runs the model, in the order of tokens. An error ends the run.
using InputObserver = std::function<Status(const LinearInput&)>;

/// How a block runs.
struct BlockOptions {
    ActivationQuant activations = ActivationQuant::None; ///< of every linear layer's input
    bool kv8 = false;       ///< keys (after rope) and values rounded to 8 bits per token and head
    InputObserver observer; ///< may be null
    Index firstToken = 0;   ///< what the observer is told
};

/// What a forward pass leaves for the backward pass. Reused over batches it saves allocations.
struct BlockTrace {
    Index sequences = 0;
    Index length = 0;
    Matrix input;
    Matrix attentionInput;   ///< what q, k, v read
    std::vector<Matrix> qkv; ///< as the linear layers give them, then with q/k norm, rope, kv8
    Matrix qRaw, kRaw;       ///< before q/k norm
    Matrix attention;        ///< what the output projection reads
    Matrix projected;        ///< what it gives, where a norm follows (Gemma 2)
    Matrix attentionSum;     ///< residual sum, where a norm follows (opt-350m)
    Matrix middle;           ///< the residual stream between attention and MLP
    Matrix mlpInput;
    struct Mlp {
        std::vector<Index> tokens; ///< experts: rows of the batch
        std::vector<float> shares; ///< and their weights
        Matrix input;              ///< experts: these rows of mlpInput
        std::vector<Matrix> in;
        Matrix product; ///< what the down projection reads
        Matrix down;
    };
    std::vector<Mlp> mlps;
    Matrix routerProbabilities;
    Matrix mlpOutput;
    Matrix mlpSum; ///< residual sum, where a norm follows
    Matrix output; ///< [sequences·length, hidden]
};

/// One transformer block: what it is (configuration, description), and how it runs. Has no weights; they come with each
/// call, so a learner can change them between calls. Immutable; cheap to make.
class Block {
public:
    Block(const ModelConfig& config, BlockDescription description)
        : m_config(config),
          m_description(std::move(description))
    {
    }
    /// Names and shapes; linears() of it points into it, so a block that is to be described must be kept.
    const BlockDescription& description() const& { return m_description; }
    const BlockDescription& description() const&& = delete;
    const ModelConfig& config() const { return m_config; }

    /// Runs trace.input [sequences·length, hidden] (texts one after another, positions from 0) to trace.output.
    Status forward(const Context& context, const BlockWeights& weights, const RopeTable& rope,
                   const BlockOptions& options, BlockTrace& trace) const;

    /// From d loss / d output: d loss / d input into dInput where it is not null, and d loss / d weight added to
    /// gradients (made where they are absent) for each parameter that `wanted` marks (empty: all). `trace` is of a
    /// forward pass with these weights; rounded activations are passed straight through.
    Status backward(const Context& context, const BlockWeights& weights, const RopeTable& rope, const BlockTrace& trace,
                    const Matrix& dOutput, Matrix* dInput, BlockWeights* gradients,
                    const std::vector<bool>& wanted = {}) const;

private:
    AttentionShape attentionShape(const BlockTrace& trace) const;
    bool mlpForward(const Context& context, const BlockWeights& weights, const BlockOptions& options,
                    const MlpSpec& spec, MatrixView input, BlockTrace::Mlp& mlp, Index length, Status& observed) const;
    bool mlpBackward(const Context& context, const BlockWeights& weights, const MlpSpec& spec, MatrixView input,
                     const BlockTrace::Mlp& mlp, const Matrix& dDown, Matrix& dInput, bool add, BlockWeights* gradients,
                     const std::vector<bool>& wanted) const;
    bool expertsForward(const Context& context, const BlockWeights& weights, const BlockOptions& options,
                        BlockTrace& trace, Status& observed) const;
    bool expertsBackward(const Context& context, const BlockWeights& weights, const BlockTrace& trace,
                         const Matrix& dOut, Matrix& dInput, BlockWeights* gradients,
                         const std::vector<bool>& wanted) const;
    ModelConfig m_config;
    BlockDescription m_description;
};

/// Where q, k and v lie in the matrices that the linear layers give.
struct QkvViews {
    HeadView q, k, v;
};
QkvViews qkvViews(const ModelConfig& config, std::vector<Matrix>& qkv);

} // namespace qs::model
