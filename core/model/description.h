// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/config.h"

namespace qs::model {

/// One weight of a block: a linear layer's matrix [out, in], or a norm's weight or a bias [1, n].
struct ParameterSpec {
    std::string name; ///< "model.layers.3.mlp.down_proj.weight"
    Index rows = 1;
    Index cols = 0;
    bool matrix = false;
};

/// A norm: indexes into BlockDescription::parameters, -1 where there is none.
struct NormSpec {
    int weight = -1;
    int bias = -1;
    bool present() const { return weight >= 0; }
};

/// A linear layer y = x Wᵀ + b.
struct LinearSpec {
    std::string module; ///< its weight's name without ".weight"
    int weight = -1;    ///< index into BlockDescription::parameters
    int bias = -1;
    Index out = 0;
    Index in = 0;
    int expert = -1;
    bool present() const { return weight >= 0; }
};

/// One MLP: `in` is {gate, up}, {gate and up in one} or {up}.
struct MlpSpec {
    std::vector<LinearSpec> in;
    LinearSpec down;
};

/// A block as data: which weights, by which names and shapes, and which window. What happens with them is the
/// configuration's part.
struct BlockDescription {
    Index index = 0;
    Index window = 0; ///< 0: none
    std::vector<ParameterSpec> parameters;
    NormSpec attentionNorm, mlpNorm, afterAttention, afterMlp, qNorm, kNorm;
    std::vector<LinearSpec> qkv; ///< q, k, v or one fused
    LinearSpec output;
    LinearSpec router;         ///< of experts
    std::vector<MlpSpec> mlps; ///< one, or one per expert

    /// Index of a parameter by name, or -1.
    int find(std::string_view name) const;
    /// Every linear layer of the block, in the order in which they are used.
    std::vector<const LinearSpec*> linears() const;
};

/// Names outside the blocks; empty where the model has none.
struct OuterNames {
    std::string embedding; ///< weights' names
    std::string positions;
    std::string projectIn; ///< OPT, where the embedding is narrower
    std::string projectOut;
    std::string finalNorm; ///< module: ".weight" and perhaps ".bias" follow
    std::string head;      ///< weight; the embedding where tied
};

/// By the Hugging Face names of the configuration's architecture.
BlockDescription describeBlock(const ModelConfig& config, Index index);
OuterNames describeOuter(const ModelConfig& config);

} // namespace qs::model
