// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/run_model.h"

#include <vector>

namespace qs::model {

struct EvaluateOptions {
    Index length = 2048;  ///< tokens of a window
    Index stride = 0;     ///< from one window's start to the next; 0: windows one after another
    RunOptions run;       ///< activations and cache of the model that is evaluated, not of the reference
    /// What the model is compared with, token by token; null: nothing. Must have the same vocabulary.
    std::shared_ptr<const Model> against;
    std::uint64_t streamBytes = std::uint64_t(512) << 20; ///< windows run together as long as their residual streams fit in here
};

/// Losses of every scored token, window by window. Natural logarithms.
struct Evaluation {
    std::vector<double> nll;          ///< −log p of each scored token
    std::vector<double> reference;    ///< the same of the reference; empty without one
    std::vector<double> divergence;   ///< KL(reference ‖ model) of the distribution that predicts it
    std::vector<std::uint8_t> agrees; ///< 1: both find the same token most likely
    std::vector<std::size_t> windows; ///< where each window's tokens begin in the lists above
};

/// Perplexity by the protocol of GPTQ (arXiv 2210.17323): windows of `length` tokens from the start, each alone with positions
/// from 0, no token added; what does not fill a window is dropped, the first token of a window is not scored. With a stride
/// below the length, windows overlap and all but the first score only tokens that no window before them did (the last `stride`
/// tokens). One block is in memory at a time. Same bits for any number of threads.
/// Errors: Lacking where the tokens do not fill one window; Mismatch for another vocabulary; Usage for a stride above the length.
Result<Evaluation> evaluate(const Context& context, const Model& model, std::span<const std::int32_t> ids, const EvaluateOptions& options);

} // namespace qs::model
