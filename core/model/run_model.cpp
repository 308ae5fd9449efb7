// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/run_model.h"

#include <algorithm>

namespace qs::model {

Status runBlock(const Context& context, const Block& block, const BlockWeights& weights, const RopeTable& rope,
                Index length, const RunOptions& options, Matrix& hidden, BlockTrace& workspace)
{
    const Index sequences = hidden.rows() / std::max<Index>(1, length);
    const Index batch = std::max<Index>(1, options.batchTokens / std::max<Index>(1, length));
    BlockOptions how;
    how.activations = options.activations;
    how.kv8 = options.kv8;
    how.observer = options.observer;
    for (Index s = 0; s < sequences; s += batch) {
        const Index n = std::min(batch, sequences - s);
        const auto part = hidden.data().subspan(static_cast<std::size_t>(s * length * hidden.cols()),
                                                static_cast<std::size_t>(n * length * hidden.cols()));
        workspace.sequences = n;
        workspace.length = length;
        ensure(workspace.input, n * length, hidden.cols());
        std::copy(part.begin(), part.end(), workspace.input.data().begin());
        how.firstToken = s * length;
        QS_TRY(block.forward(context, weights, rope, how, workspace));
        std::copy(workspace.output.data().begin(), workspace.output.data().end(), part.begin());
        context.advance(static_cast<std::uint64_t>(n * length));
    }
    return {};
}

Result<Matrix> runModel(const Context& context, const Model& model, const Tokens& tokens, const RunOptions& options)
{
    const Index blocks = model.config().blocks;
    if (context.progress && options.announce) context.progress->expect(static_cast<std::uint64_t>(blocks * tokens.count()));
    QS_ASSIGN(Matrix hidden, model.embed(tokens, context));
    const RopeTable rope = model.rope(tokens.length);
    BlockTrace workspace;
    for (Index b = 0; b < blocks; ++b) {
        if (options.hidden) QS_TRY(options.hidden(b, hidden));
        QS_ASSIGN(const BlockWeights weights, model.loadBlock(b, context));
        QS_TRY(runBlock(context, model.block(b), weights, rope, tokens.length, options, hidden, workspace));
    }
    if (options.hidden) QS_TRY(options.hidden(blocks, hidden));
    return hidden;
}

} // namespace qs::model
