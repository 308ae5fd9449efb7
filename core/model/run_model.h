// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/model.h"

namespace qs::model {

/// How a whole model runs.
struct RunOptions {
    ActivationQuant activations = ActivationQuant::None;
    bool kv8 = false;
    /// Sees what each linear layer reads, block by block, tokens in order.
    InputObserver observer;
    /// Sees the residual stream of all tokens, [tokens, hidden]: before block l for l < blocks, after the last block
    /// for l = blocks. An error ends the run.
    std::function<Status(Index l, const Matrix& hidden)> hidden;
    /// Tokens (whole texts, at least one) that go through a block at once: bounds the memory beside the stream.
    Index batchTokens = 2048;
    bool announce = true; ///< add tokens · blocks to the progress that is expected; else the caller did
};

/// Runs texts of `length` tokens through one block: `hidden` [tokens, hidden] becomes its output, in batches.
Status runBlock(const Context& context, const Block& block, const BlockWeights& weights, const RopeTable& rope,
                Index length, const RunOptions& options, Matrix& hidden, BlockTrace& workspace);

/// Runs tokens through all blocks, one block in memory at a time; gives the stream after the last, before the final
/// norm. Progress counts tokens · blocks.
Result<Matrix> runModel(const Context& context, const Model& model, const Tokens& tokens, const RunOptions& options);

} // namespace qs::model
