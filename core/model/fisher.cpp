// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/fisher.h"

#include "core/exec/parallel_for.h"
#include "core/model/loss.h"

#include <algorithm>

namespace qs::model {
namespace {

std::span<float> rowsOf(Matrix& m, Index first, Index count)
{
    return m.data().subspan(static_cast<std::size_t>(first * m.cols()), static_cast<std::size_t>(count * m.cols()));
}

bool addSquares(const Context& context, const Matrix& gradient, Matrix& to)
{
    return parallelFor(context, static_cast<Index>(gradient.data().size()), Index(1) << 16, [&](Index b, Index e) {
        const float* g = gradient.data().data();
        float* t = to.data().data();
        for (Index i = b; i < e; ++i) t[i] += g[i] * g[i];
    });
}

} // namespace

Result<std::map<std::string, Matrix>> fisherDiagonals(const Context& context, const Model& model, const Tokens& tokens,
                                                      const std::function<bool(const ParameterSpec&)>& wanted,
                                                      std::uint64_t streamBytes)
{
    const ModelConfig& c = model.config();
    const Index length = tokens.length;
    const std::uint64_t perText = static_cast<std::uint64_t>((c.blocks + 2) * length * c.hidden) * sizeof(float);
    const Index group = std::clamp<Index>(static_cast<Index>(streamBytes / std::max<std::uint64_t>(1, perText)), 1,
                                          std::max<Index>(1, tokens.sequences));
    if (context.progress) context.progress->expect(static_cast<std::uint64_t>(4 * c.blocks * tokens.count()));
    std::map<std::string, Matrix> out;
    QS_ASSIGN(const Head head, model.loadHead(context));
    const RopeTable rope = model.rope(length);
    for (Index s = 0; s < tokens.sequences; s += group) {
        Tokens some;
        some.length = length;
        some.sequences = std::min(group, tokens.sequences - s);
        some.ids.assign(tokens.ids.begin() + s * length, tokens.ids.begin() + (s + some.sequences) * length);
        std::vector<Matrix> streams; // input of each block, and the output of the last
        QS_ASSIGN(Matrix hidden, model.embed(some, context));
        BlockTrace trace;
        for (Index b = 0; b < c.blocks; ++b) {
            streams.push_back(hidden);
            QS_ASSIGN(const BlockWeights weights, model.loadBlock(b, context));
            QS_TRY(runBlock(context, model.block(b), weights, rope, length, {}, hidden, trace));
        }
        Matrix dStream;
        {
            QS_ASSIGN(const auto losses, lossGradient(context, head, hidden, some, 1.0, dStream));
        }
        for (Index b = c.blocks; b-- > 0;) {
            const Block block = model.block(b);
            const auto& parameters = block.description().parameters;
            std::vector<bool> which;
            for (const auto& p : parameters) which.push_back(wanted(p));
            QS_ASSIGN(const BlockWeights weights, model.loadBlock(b, context));
            BlockWeights gradients;
            for (Index q = 0; q < some.sequences; ++q) {
                trace.sequences = 1;
                trace.length = length;
                ensure(trace.input, length, c.hidden);
                const auto from = rowsOf(streams[static_cast<std::size_t>(b)], q * length, length);
                std::copy(from.begin(), from.end(), trace.input.data().begin());
                QS_TRY(block.forward(context, weights, rope, {}, trace));
                Matrix dOut(length, c.hidden);
                const auto d = rowsOf(dStream, q * length, length);
                std::copy(d.begin(), d.end(), dOut.data().begin());
                for (Matrix& g : gradients) std::fill(g.data().begin(), g.data().end(), 0.0F);
                Matrix dIn;
                QS_TRY(block.backward(context, weights, rope, trace, dOut, &dIn, &gradients, which));
                std::copy(dIn.data().begin(), dIn.data().end(), d.begin());
                for (std::size_t i = 0; i < parameters.size(); ++i) {
                    if (!which[i] || i >= gradients.size() || gradients[i].rows() == 0) continue;
                    Matrix& to = out[parameters[i].name];
                    ensure(to, gradients[i].rows(), gradients[i].cols());
                    if (!addSquares(context, gradients[i], to)) return cancelled();
                }
                context.advance(static_cast<std::uint64_t>(3 * length));
            }
            streams.pop_back();
        }
    }
    return out;
}

} // namespace qs::model
