// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/calibration/calibrate.h"

#include "core/exec/parallel_for.h"
#include "core/linalg/gram.h"
#include "core/model/fisher.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace qs::model {
namespace {

constexpr Index kBatchTokens = 2048;
constexpr std::string_view kWeight = ".weight";

std::string withoutWeight(std::string name)
{
    if (name.ends_with(kWeight)) name.resize(name.size() - kWeight.size());
    return name;
}

/// What layers that share their input have in common; sums grow batch by batch.
struct Gathered {
    std::vector<const LinearSpec*> layers;
    LayerCalibration arrays;
    std::vector<double> sumAbs;
    std::vector<double> squares;
};

/// One input of a batch, kept until the other stream's is there.
struct KeptInput {
    Matrix x;
    std::vector<Index> tokens; ///< experts; empty: all
};

// What a layer sees, by the layer's place in the block: the first of those that share it.
using BatchInputs = std::map<int, KeptInput>;

bool addMoments(const Context& context, MatrixView x, Gathered& g)
{
    const Index in = x.cols;
    const auto width = static_cast<std::size_t>(in);
    if (g.arrays.sigma.empty()) {
        g.arrays.inputs = in;
        g.arrays.sigma.assign(width * width, 0.0);
        g.arrays.maxAbs.assign(width, 0.0F);
        g.sumAbs.assign(width, 0.0);
        g.squares.assign(width, 0.0);
    }
    if (!linalg::addGram(context, x, g.arrays.sigma)) return false;
    g.arrays.tokens += static_cast<std::uint64_t>(x.rows);
    // Columns are apart, so any number of threads adds in the same order.
    return parallelFor(context, in, 64, [&](std::int64_t b, std::int64_t e) {
        for (Index r = 0; r < x.rows; ++r) {
            const auto row = x.row(r);
            for (auto i = static_cast<std::size_t>(b); i < static_cast<std::size_t>(e); ++i) {
                const float a = std::fabs(row[i]);
                g.sumAbs[i] += static_cast<double>(a);
                g.squares[i] += static_cast<double>(a) * static_cast<double>(a);
                g.arrays.maxAbs[i] = std::max(g.arrays.maxAbs[i], a);
            }
        }
    });
}

// Rows of tokens k·total/samples, k = 0, 1, ...
void addSamples(const LinearInput& in, Index firstToken, Index total, Index samples, Gathered& g)
{
    if (samples <= 0 || total <= 0) return;
    const Index wanted = std::min(samples, total);
    for (Index r = 0; r < in.x.rows; ++r) {
        const Index token = firstToken + (in.tokens.empty() ? in.firstToken + r : in.tokens[static_cast<std::size_t>(r)]);
        // Is token = floor(k·total/wanted) for some k?
        const Index k = (token * wanted + total - 1) / total;
        if (k >= wanted || k * total / wanted != token) continue;
        const auto row = in.x.row(r);
        g.arrays.samples.insert(g.arrays.samples.end(), row.begin(), row.end());
    }
}

void finishMoments(Gathered& g)
{
    const double n = static_cast<double>(std::max<std::uint64_t>(1, g.arrays.tokens));
    for (const double v : g.sumAbs) g.arrays.meanAbs.push_back(static_cast<float>(v / n));
    for (const double v : g.squares) g.arrays.meanSquare.push_back(static_cast<float>(v / n));
}

// Rows of both that belong to the same token (experts may see others behind quantized layers).
void commonRows(const KeptInput& a, const KeptInput& b, Matrix& x, Matrix& y)
{
    std::vector<std::pair<Index, Index>> rows;
    for (std::size_t i = 0, j = 0; i < a.tokens.size() && j < b.tokens.size();) {
        if (a.tokens[i] < b.tokens[j]) ++i;
        else if (b.tokens[j] < a.tokens[i]) ++j;
        else rows.emplace_back(static_cast<Index>(i++), static_cast<Index>(j++));
    }
    x = Matrix(static_cast<Index>(rows.size()), a.x.cols());
    y = Matrix(static_cast<Index>(rows.size()), b.x.cols());
    for (std::size_t r = 0; r < rows.size(); ++r) {
        const auto from = a.x.row(rows[r].first);
        std::copy(from.begin(), from.end(), x.row(static_cast<Index>(r)).begin());
        const auto other = b.x.row(rows[r].second);
        std::copy(other.begin(), other.end(), y.row(static_cast<Index>(r)).begin());
    }
}

bool addPrefix(const Context& context, const KeptInput& x, const KeptInput& prefix, LayerCalibration& to)
{
    const auto width = static_cast<std::size_t>(prefix.x.cols());
    if (to.cross.empty()) to.cross.assign(width * width, 0.0);
    if (to.sigmaPrefix.empty()) to.sigmaPrefix.assign(width * width, 0.0);
    if (!linalg::addGram(context, prefix.x, to.sigmaPrefix)) return false;
    if (x.tokens.empty() && prefix.tokens.empty()) return linalg::addCross(context, x.x, prefix.x, to.cross);
    Matrix a;
    Matrix b;
    commonRows(x, prefix, a, b);
    return a.rows() == 0 || linalg::addCross(context, a, b, to.cross);
}

KeptInput keep(const LinearInput& in)
{
    KeptInput out{Matrix(in.x.rows, in.x.cols), {in.tokens.begin(), in.tokens.end()}};
    std::copy(in.x.data.begin(), in.x.data.end(), out.x.data().begin());
    return out;
}

} // namespace

std::string calibrationModule(const Model& model, const LinearSpec& layer)
{
    std::string name = withoutWeight(model.tensorName(layer));
    const std::string number = std::to_string(std::max(layer.expert, 0));
    if (layer.expert >= 0 && name.find("." + number + ".") == std::string::npos) name += "." + number;
    return name;
}

Result<std::vector<CalibratedLayer>> calibrate(const Context& context, const Model& model, const Tokens& tokens, const CalibrateOptions& options,
                                               const std::function<Status(const LayerCalibration&)>& done)
{
    const Index blocks = model.config().blocks;
    const Index length = tokens.length;
    if (tokens.count() == 0) return fail(ErrorCode::Lacking, "there is no token to calibrate with");
    std::map<std::string, Matrix> fisher;
    if (options.fisher) {
        QS_ASSIGN(fisher, fisherDiagonals(context, model, tokens, [](const ParameterSpec& p) { return p.matrix; }));
    }
    if (context.progress) context.progress->expect(static_cast<std::uint64_t>(blocks * tokens.count() * (options.prefix ? 2 : 1)));
    QS_ASSIGN(Matrix stream, model.embed(tokens, context));
    Matrix prefixStream;
    if (options.prefix) {
        QS_ASSIGN(prefixStream, options.prefix->embed(tokens, context));
    }
    const RopeTable rope = model.rope(length);
    const Index sequences = std::max<Index>(1, kBatchTokens / length);
    std::vector<CalibratedLayer> out;
    BlockTrace workspace;
    for (Index b = 0; b < blocks; ++b) {
        const Block block = model.block(b);
        QS_ASSIGN(const BlockWeights weights, model.loadBlock(b, context));
        BlockWeights prefixWeights;
        if (options.prefix) {
            QS_ASSIGN(prefixWeights, options.prefix->loadBlock(b, context));
        }
        std::map<int, Gathered> gathered; // by the weight's index of the first layer
        for (Index s = 0; s < tokens.sequences; s += sequences) {
            const Index n = std::min(sequences, tokens.sequences - s);
            const Index first = s * length;
            BatchInputs inputs;
            BatchInputs prefixInputs;
            RunOptions run;
            run.batchTokens = n * length;
            const auto pass = [&](Matrix& whole, const BlockWeights& w, InputObserver observer) -> Status {
                const auto part = whole.data().subspan(static_cast<std::size_t>(first * whole.cols()), static_cast<std::size_t>(n * length * whole.cols()));
                Matrix batch(n * length, whole.cols());
                std::copy(part.begin(), part.end(), batch.data().begin());
                run.observer = std::move(observer);
                QS_TRY(runBlock(context, block, w, rope, length, run, batch, workspace));
                std::copy(batch.data().begin(), batch.data().end(), part.begin());
                return {};
            };
            QS_TRY(pass(stream, weights, [&](const LinearInput& in) -> Status {
                const int at = in.layers.front()->weight;
                Gathered& g = gathered[at];
                if (g.layers.empty()) g.layers.assign(in.layers.begin(), in.layers.end());
                if (!addMoments(context, in.x, g)) return cancelled();
                addSamples(in, first, tokens.count(), options.samples, g);
                if (options.prefix) inputs[at] = keep(in);
                return {};
            }));
            if (!options.prefix) continue;
            QS_TRY(pass(prefixStream, prefixWeights, [&](const LinearInput& in) -> Status {
                prefixInputs[in.layers.front()->weight] = keep(in);
                return {};
            }));
            for (auto& [at, g] : gathered) {
                const auto x = inputs.find(at);
                const auto y = prefixInputs.find(at);
                if (x == inputs.end() || y == prefixInputs.end()) continue; // an expert without tokens
                if (!addPrefix(context, x->second, y->second, g.arrays)) return cancelled();
            }
        }
        for (auto& [at, g] : gathered) {
            finishMoments(g);
            for (const LinearSpec* layer : g.layers) {
                g.arrays.module = calibrationModule(model, *layer);
                g.arrays.fisher.clear();
                if (const auto f = fisher.find(layer->module + std::string(kWeight)); f != fisher.end()) {
                    g.arrays.fisher.assign(f->second.data().begin(), f->second.data().end());
                    fisher.erase(f);
                }
                QS_TRY(done(g.arrays));
                double squares = 0;
                for (const float v : g.arrays.meanSquare) squares += static_cast<double>(v);
                out.push_back({g.arrays.module, g.arrays.inputs, g.arrays.tokens, g.arrays.inputs == 0 ? 0 : squares / static_cast<double>(g.arrays.inputs),
                               g.arrays.maxAbs.empty() ? 0 : *std::max_element(g.arrays.maxAbs.begin(), g.arrays.maxAbs.end())});
            }
        }
    }
    return out;
}

} // namespace qs::model
