// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <string>
#include <vector>

/// A small, exact transformer: forward and backward, one block at a time, in float.
namespace qs::model {

enum class NormKind { Rms, Layer };
enum class Activation { Silu, Relu, Gelu, GeluTanh };

/// How q, k and v lie in the rows of their weights.
enum class QkvLayout {
    Separate, ///< three matrices
    Stacked,  ///< one: q rows of all heads, then k, then v (GPT-2, Phi-3, GPT-NeoX in GGUF)
    PerHead   ///< one: for each head its q, k and v rows (GPT-NeoX)
};

/// Rotary positions. Feature pairs are turned by position · frequency.
struct Rope {
    Index features = 0;      ///< of each head that turn, from the front; 0: no rotary positions
    bool neighbours = false; ///< pairs are (2i, 2i+1), as llama's GGUF files order rows; else (i, i + features/2)
    std::vector<float> frequencies; ///< [features/2], scaling applied
};

/// What an architecture and its config.json or GGUF metadata say, in one form for all.
struct ModelConfig {
    std::string architecture; ///< model_type: "llama", "mistral", "qwen2", "qwen3", "gemma2", "opt", "gpt2", "phi3",
                              ///< "gpt_neox", "mixtral"
    Index hidden = 0;
    Index blocks = 0;
    Index heads = 0;
    Index kvHeads = 0;
    Index headDim = 0;
    Index inner = 0;      ///< width of the MLP
    Index vocabulary = 0; ///< rows of the embedding
    Index positions = 0;  ///< the longest sequence it was made for; 0: not said
    Index embedWidth = 0; ///< OPT's word_embed_proj_dim; elsewhere = hidden
    NormKind norm = NormKind::Rms;
    double eps = 1e-5;
    bool normPlusOne = false; ///< norms multiply by 1 + w (Gemma's Hugging Face files)
    bool normBefore = true;   ///< false: norms follow the residual sum (opt-350m)
    bool finalNorm = true;
    bool sandwich = false; ///< norms on what the attention and the MLP give, too (Gemma 2)
    bool qkNorm = false;   ///< RMS norm of each head's q and k (Qwen 3)
    bool parallel = false; ///< attention and MLP read the same residual (GPT-NeoX)
    Activation activation = Activation::Silu;
    bool gated = true;        ///< act(gate) · up, else act(up)
    bool fusedGateUp = false; ///< one matrix: gate rows, then up rows (Phi-3)
    QkvLayout qkv = QkvLayout::Separate;
    bool qkvBias = false;
    bool outputBias = false;
    bool mlpBias = false;
    bool tied = false; ///< the head is the embedding
    double attentionScale = 1;
    double attentionCap = 0; ///< soft cap of scores, c·tanh(s/c); 0: none
    double logitCap = 0;
    double embedScale = 1;
    Rope rope;
    Index positionOffset = -1;  ///< learned positions begin at this row; -1: none are learned
    std::vector<Index> windows; ///< by block: a token sees itself and the window−1 before it; 0: all before it
    Index experts = 0;
    Index expertsPerToken = 0;
};

/// Architectures that the engine runs, as config.json names them.
std::vector<std::string> knownArchitectures();

/// From config.json (keys of transformers 4 and 5) or GGUF metadata. Unsupported, by name, for an architecture, a rope
/// scaling, an activation or another setting that the engine would run wrongly; Malformed for values of a wrong type
/// or that contradict each other; NotFound where the source has neither config.json nor GGUF metadata.
Result<ModelConfig> readConfig(const io::ModelSource& source);

} // namespace qs::model
