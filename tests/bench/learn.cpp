// SPDX-License-Identifier: GPL-3.0-or-later
// What learning costs. block: a step at block scope over the engine's forward and backward of the same tokens, on a block of a 135M
// Llama's shape (made-up weights). lrq: a layer-wise step of LRQ against the rate of products of doubles in the same run, on its flops
// (2·m·n² + 6·m·n·r). Medians over rounds that alternate, so that a neighbour on the machine slows all.
// Usage: bench_learn block [THREADS=2] [ROUNDS=5] [TEXTS=8] [TOKENS=256] [RECIPE]
//        bench_learn lrq [THREADS=2] [ROUNDS=2] [OUT=4096] [IN=4096] [RANK=1024]
#include "core/exec/parallel_for.h"
#include "core/learn/learned_block.h"
#include "core/model/config_settings.h"
#include "core/quant/learned/layer_loss.h"
#include "core/quant/learned/rounding_factor_learner.h"
#include "core/quant/product_kernels.h"
#include "tests/support/golden.h"

#include <Eigen/Core>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace qs;

namespace {

template <class F> double seconds(F&& work)
{
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> v)
{
    std::sort(v.begin(), v.end());
    return v.empty() ? 0 : v[v.size() / 2];
}

std::shared_ptr<const model::Model> madeUpBlock()
{
    model::ModelConfig c;
    c.architecture = "llama";
    c.hidden = c.embedWidth = 576;
    c.blocks = 1;
    c.heads = 9;
    c.kvHeads = 3;
    c.headDim = 64;
    c.inner = 1536;
    c.vocabulary = 1024; // the head has no part in it
    c.tied = true;
    c.attentionScale = 0.125;
    c.windows.assign(1, 0);
    c.rope.features = 64;
    c.rope.frequencies = model::ropeFrequencies(64, 10000, {});
    std::map<std::string, Matrix> weights;
    std::uint64_t seed = 0;
    const auto add = [&](const std::string& name, Index rows, Index cols, bool matrix) {
        Matrix m = test::gaussian(rows, cols, ++seed, matrix ? 1 / std::sqrt(static_cast<float>(cols)) : 0.0F);
        if (!matrix) std::fill(m.data().begin(), m.data().end(), 1.0F);
        weights[name] = std::move(m);
    };
    const model::OuterNames o = model::describeOuter(c);
    add(o.embedding, c.vocabulary, c.embedWidth, true);
    add(o.finalNorm + ".weight", 1, c.hidden, false);
    for (const auto& p : model::describeBlock(c, 0).parameters) add(p.name, p.rows, p.cols, p.matrix);
    auto made = model::Model::make(c, std::make_shared<model::MemoryWeights>(std::move(weights)));
    if (!made) {
        std::fprintf(stderr, "%s\n", made.error().text().c_str());
        std::exit(1);
    }
    return std::move(*made);
}

int benchBlock(const Context& context, int rounds, Index texts, Index length, const char* recipe)
{
    learn::LearnRequest request;
    request.model = madeUpBlock();
    request.tokens.sequences = texts;
    request.tokens.length = length;
    for (Index i = 0; i < request.tokens.count(); ++i) request.tokens.ids.push_back(static_cast<std::int32_t>(i * 7919 % 1024));
    const auto parsed = quant::parseRecipe(recipe);
    if (!parsed) {
        std::fprintf(stderr, "%s\n", parsed.error().text().c_str());
        return 2;
    }
    const model::Block described = request.model->block(0);
    std::map<std::string, Index> widths;
    for (const auto* l : described.description().linears()) {
        request.layers[request.model->tensorName(*l)] = *parsed;
        widths[request.model->tensorName(*l)] = l->in;
    }
    request.calibrationOf = [widths](const std::string& name) -> Result<std::shared_ptr<const quant::Calibration>> {
        auto c = std::make_shared<quant::Calibration>();
        const Index n = c->inputs = widths.at(name);
        c->sigma.assign(static_cast<std::size_t>(n * n), 0.0);
        for (Index i = 0; i < n; ++i) c->sigma[static_cast<std::size_t>(i * (n + 1))] = 1.0;
        return c;
    };
    auto block = learn::LearnedBlock::make(request, 0, context);
    if (!block) {
        std::fprintf(stderr, "%s\n", block.error().text().c_str());
        return 1;
    }
    const model::RopeTable rope = request.model->rope(length);
    model::BlockTrace trace;
    trace.sequences = texts;
    trace.length = length;
    trace.input = *request.model->embed(request.tokens, context);
    const Matrix slope = test::gaussian(request.tokens.count(), 576, 5, 1e-3F);
    const auto learners = block->learners();
    std::vector<std::vector<double>> decoded;
    std::vector<std::vector<double>> gradients;
    std::vector<quant::Adam> adam(learners.size(), quant::Adam(quant::AdamOptions{}));
    for (const auto* l : learners) {
        decoded.emplace_back(static_cast<std::size_t>(l->rows() * l->cols()));
        gradients.emplace_back(decoded.back().size());
    }
    model::BlockWeights raw;
    bool ok = true;
    const auto pass = [&](const std::vector<bool>& wanted) {
        for (Matrix& g : raw) std::fill(g.data().begin(), g.data().end(), 0.0F);
        ok = block->block().forward(context, block->quantized(), rope, {}, trace).has_value() && ok;
        ok = block->block().backward(context, block->quantized(), rope, trace, slope, nullptr, &raw, wanted).has_value() && ok;
    };
    std::vector<double> engine, whole, ratio, share;
    for (int r = -1; r < rounds; ++r) { // the first warms up
        const double plain = seconds([&] { pass(block->wanted()); });
        double inside = 0;
        const double step = seconds([&] {
            for (std::size_t l = 0; l < learners.size(); ++l) ok = learners[l]->decode(decoded[l], context) && ok;
            ok = block->apply(decoded, context) && ok;
            inside = seconds([&] { pass(block->wanted()); });
            ok = block->takeGradients(raw, gradients, context) && ok;
            for (std::size_t l = 0; l < learners.size(); ++l) {
                ok = learners[l]->backward(gradients[l], context) && ok;
                adam[l].step(learners[l]->arrays(), 1e-4, context);
            }
        });
        if (r < 0) continue;
        engine.push_back(plain);
        whole.push_back(step);
        ratio.push_back(step / plain);
        share.push_back((step - inside) / plain);
    }
    if (!ok) return 1;
    std::printf("%s, %lld texts of %lld tokens: forward and backward %.1f ms, learning step %.1f ms, ratio %.2f (goal at most 1.5; the learners' own part %.2f)\n", parsed->text().c_str(),
                static_cast<long long>(texts), static_cast<long long>(length), 1e3 * median(engine), 1e3 * median(whole), median(ratio), median(share));
    return 0;
}

using Square = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

int benchLrq(const Context& context, int threads, int rounds, Index rows, Index cols, Index rank)
{
    const Matrix w = test::gaussian(rows, cols, 1, 0.02F);
    const auto n = static_cast<std::size_t>(cols);
    std::vector<double> sigma(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) {
            const double scale = (0.5 + static_cast<double>(i * 7 % 13)) * (0.5 + static_cast<double>(j * 7 % 13));
            sigma[i * n + j] = scale * (i == j ? 1.0 : 0.3);
        }
    quant::LadderStart start;
    start.layout = quant::GroupLayout(rows, cols, *quant::GroupSpec::parse("row"));
    start.top = 7;
    start.scale.assign(static_cast<std::size_t>(rows), 0.02);
    start.zero.assign(static_cast<std::size_t>(rows), 4.0);
    quant::RoundingFactorLearner learner(w.view(), std::move(start), rank, 1);
    const quant::LayerLoss loss(w.view(), sigma, 1e-9);
    std::vector<double> decoded(static_cast<std::size_t>(rows * cols));
    std::vector<double> gradient(decoded.size());
    quant::Adam adam(quant::AdamOptions{});
    constexpr Index kSide = 1024;
    const Square a = Square::Constant(kSide, kSide, 0.5);
    const Square b = Square::Constant(kSide, kSide, 0.25);
    std::vector<Square> c(static_cast<std::size_t>(threads), Square::Zero(kSide, kSide));
    const double m = static_cast<double>(rows);
    const double in = static_cast<double>(cols);
    const double flops = 2 * m * in * in + 6 * m * in * static_cast<double>(rank);
    std::vector<double> rates, steps, share;
    bool ok = true;
    for (int r = -1; r < rounds; ++r) {
        const double product = seconds([&] {
            parallelFor(context, threads, 1, [&](Index i, Index e) {
                for (; i < e; ++i) c[static_cast<std::size_t>(i)].noalias() = a * b;
            });
        });
        const double kernels = seconds([&] {
            parallelFor(context, threads, 1, [&](Index i, Index e) {
                for (; i < e; ++i)
                    for (std::size_t p = 0; p < kSide; p += 128)
                        quant::productKernels().subtract(kSide, kSide, 128, a.data() + p * kSide, kSide, b.data() + p * kSide, kSide, c[static_cast<std::size_t>(i)].data(), kSide);
            });
        });
        const double rate = 2.0 * kSide * kSide * kSide * threads / std::min(product, kernels);
        const double step = seconds([&] {
            ok = learner.decode(decoded, context) && ok;
            ok = loss(decoded, gradient, context).has_value() && ok;
            ok = learner.backward(gradient, context) && ok;
            adam.step(learner.arrays(), 1e-4, context);
        });
        if (r < 0) continue;
        rates.push_back(rate);
        steps.push_back(step);
        share.push_back(flops / step / rate);
    }
    if (!ok) return 1;
    std::printf("LRQ %lld x %lld, rank %lld: %.2f s a step, %.1f GFLOP/s of %.1f (the better of Eigen as the learner is built and our kernels for this processor), %.2f of the rate (goal 0.60)\n", static_cast<long long>(rows),
                static_cast<long long>(cols), static_cast<long long>(rank), median(steps), flops / median(steps) / 1e9, median(rates) / 1e9, median(share));
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    const auto argument = [&](int i, long preset) { return argc > i ? std::atol(argv[i]) : preset; };
    const int threads = static_cast<int>(std::max(1L, argument(2, 2)));
    Context context;
    context.arena = makeArena(threads);
    if (argc > 1 && std::strcmp(argv[1], "block") == 0)
        return benchBlock(context, static_cast<int>(std::max(1L, argument(3, 5))), std::max(1L, argument(4, 8)), std::max(2L, argument(5, 256)),
                          argc > 6 ? argv[6] : "lcq:bits=2,group=64,rank=1,double=1+rounding:scope=block");
    if (argc > 1 && std::strcmp(argv[1], "lrq") == 0)
        return benchLrq(context, threads, static_cast<int>(std::max(1L, argument(3, 2))), std::max(1L, argument(4, 4096)), std::max(1L, argument(5, 4096)), std::max(1L, argument(6, 1024)));
    std::fprintf(stderr, "usage: bench_learn block [THREADS] [ROUNDS] [TEXTS] [TOKENS] [RECIPE] | lrq [THREADS] [ROUNDS] [OUT] [IN] [RANK]\n");
    return 2;
}
