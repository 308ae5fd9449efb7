// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/block.h"
#include "core/model/weight_source.h"

#include <memory>

namespace qs::model {

/// Texts of the same length, one after another; positions run from 0 in each.
struct Tokens {
    std::vector<std::int32_t> ids; ///< [sequences, length]
    Index sequences = 0;
    Index length = 0;
    Index count() const { return sequences * length; }
    std::span<const std::int32_t> sequence(Index s) const
    {
        return std::span(ids).subspan(static_cast<std::size_t>(s * length), static_cast<std::size_t>(length));
    }
};

/// Consecutive windows of `length` tokens from the start; what is left over is dropped.
Tokens windowsOf(std::span<const std::int32_t> ids, Index length);

/// What follows the last block: final norm, projection, head. Holds its weights.
class Head {
public:
    /// hidden [n, hidden] → what the head reads, [n, width].
    Status finish(const Context& context, MatrixView hidden, Matrix& final) const;
    /// Rows of `finish`'s result → logits [n, vocabulary], soft cap applied.
    Status logits(const Context& context, MatrixView final, Matrix& out) const;
    /// Logits of a few rows at a time (about 64 MiB), in order: the callback gets the number of the first row.
    Status forEachLogits(const Context& context, MatrixView final,
                         const std::function<Status(Index row0, Matrix& logits)>& body) const;
    /// From d loss / d logits of n rows, and these logits, to d loss / d hidden of these rows. `dLogits` is used up.
    Status backward(const Context& context, MatrixView hidden, MatrixView logits, Matrix& dLogits,
                    Matrix& dHidden) const;
    Index vocabulary() const { return m_head.rows(); }
    const Matrix& weight() const { return m_head; }

private:
    friend class Model;
    ModelConfig m_config;
    BlockWeights m_norm; ///< weight and bias, or empty
    NormSpec m_normSpec;
    Matrix m_projectOut;
    Matrix m_head;
};

/// A model that can be run: configuration, description and a source of weights. Weights are read when they are asked
/// for and belong to who asked. Immutable and thread-safe.
class Model {
public:
    /// Reads the configuration and checks that every weight is there and has its shape; reads no weights. NotFound
    /// names the missing tensor.
    static Result<std::shared_ptr<const Model>> open(std::shared_ptr<const io::ModelSource> source);
    static Result<std::shared_ptr<const Model>> make(ModelConfig config, std::shared_ptr<const WeightSource> weights);
    /// The same model with other weights: a mixture of original and quantized layers.
    Result<std::shared_ptr<const Model>> with(std::shared_ptr<const WeightSource> weights) const
    {
        return make(m_config, std::move(weights));
    }

    const ModelConfig& config() const { return m_config; }
    const WeightSource& weights() const { return *m_weights; }
    Block block(Index index) const { return {m_config, describeBlock(m_config, index)}; }
    Result<BlockWeights> loadBlock(Index index, const Context& context) const;
    Result<Head> loadHead(const Context& context) const;
    RopeTable rope(Index length) const { return {m_config.rope, length}; }
    /// Input of block 0, [tokens, hidden]. Malformed for ids outside the vocabulary, Lacking for texts longer than
    /// the model's learned positions.
    Result<Matrix> embed(const Tokens& tokens, const Context& context) const;
    /// Stored name (with ".weight") of a linear layer's tensor.
    std::string tensorName(const LinearSpec& layer) const { return m_weights->storedName(layer.module + ".weight"); }
    /// Bytes of the largest block's weights as floats.
    std::uint64_t blockBytes() const;

private:
    Model() = default;
    ModelConfig m_config;
    OuterNames m_outer;
    std::shared_ptr<const WeightSource> m_weights;
};

} // namespace qs::model
