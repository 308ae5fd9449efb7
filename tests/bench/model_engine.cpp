// SPDX-License-Identifier: GPL-3.0-or-later
// Rates of the transformer engine on a model of the shape of a 135M Llama (made-up weights), as shares of the machine's
// sgemm rate: the best of Eigen built for this machine, OpenBLAS where it is installed, and our own kernel, in the same
// run. Rounds alternate between them, so that a neighbour on the machine slows all; figures are medians over the
// rounds. Usage: bench_model_engine [threads] [rounds] [blocks] [texts] [tokens per text]
#include "core/exec/parallel_for.h"
#include "core/linalg/gemm.h"
#include "core/model/config_settings.h"
#include "core/model/loss.h"
#include "core/model/run_model.h"
#include "tests/support/golden.h"

#include <Eigen/Core>
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace qs;
using namespace qs::model;

namespace {

/// Rates by the wall, and by processor time over all threads times their number (what others run beside us counts in
/// the first only; what our threads wait for each other in the first only, too).
struct Rate {
    double wall = 0;
    double processor = 0;
};

template <class F> Rate rateOf(double gigaflops, int threads, F&& f)
{
    const std::clock_t processor = std::clock();
    const auto start = std::chrono::steady_clock::now();
    f();
    const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return {gigaflops / wall, gigaflops * threads * CLOCKS_PER_SEC
                                  / static_cast<double>(std::max<std::clock_t>(1, std::clock() - processor))};
}

struct Rates {
    std::vector<double> wall, processor;
    void add(Rate r)
    {
        wall.push_back(r.wall);
        processor.push_back(r.processor);
    }
};

double median(std::vector<double> v)
{
    std::sort(v.begin(), v.end());
    return v.empty() ? 0 : v[v.size() / 2];
}

using Sgemm = void (*)(int order, int transA, int transB, int m, int n, int k, float alpha, const float* a, int lda,
                       const float* b, int ldb, float beta, float* c, int ldc);

// One gemm per thread at a time, on bands of rows: what a serial library gives under our threads.
struct Contest {
    Index m = 2048, n = 1536, k = 576;
    Matrix a, b, c;
    Contest() : a(test::gaussian(m, k, 1)), b(test::gaussian(n, k, 2)), c(m, n) {}
    double flops() const { return 2.0 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k); }
    template <class Band> void bands(const Context& context, const Band& band)
    {
        parallelFor(context, m, m / threadCount(context), [&](Index begin, Index end) { band(begin, end - begin); });
    }
    void eigen(const Context& context)
    {
        using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        const Eigen::Map<const RowMajor> right(b.data().data(), n, k);
        bands(context, [&](Index row, Index rows) {
            const Eigen::Map<const RowMajor> left(a.row(row).data(), rows, k);
            Eigen::Map<RowMajor> out(c.row(row).data(), rows, n);
            out.noalias() = left * right.transpose();
        });
    }
    void blas(const Context& context, Sgemm sgemm)
    {
        bands(context, [&](Index row, Index rows) {
            sgemm(101, 111, 112, static_cast<int>(rows), static_cast<int>(n), static_cast<int>(k), 1.0F,
                  a.row(row).data(), static_cast<int>(k), b.data().data(), static_cast<int>(k), 0.0F, c.row(row).data(),
                  static_cast<int>(n));
        });
    }
    void own(const Context& context)
    {
        linalg::gemm(context, m, n, k, linalg::plain(a), linalg::transposed(b), c.data().data(), n);
    }
};

ModelConfig shapeOf135M(Index blocks)
{
    ModelConfig c;
    c.architecture = "llama";
    c.hidden = c.embedWidth = 576;
    c.blocks = blocks;
    c.heads = 9;
    c.kvHeads = 3;
    c.headDim = 64;
    c.inner = 1536;
    c.vocabulary = 49152;
    c.tied = true;
    c.attentionScale = 0.125;
    c.windows.assign(static_cast<std::size_t>(blocks), 0);
    c.rope.features = 64;
    c.rope.frequencies = ropeFrequencies(64, 10000, {});
    return c;
}

std::map<std::string, Matrix> weightsOf(const ModelConfig& c)
{
    std::map<std::string, Matrix> out;
    std::uint64_t seed = 0;
    const auto add = [&](const std::string& name, Index rows, Index cols, bool matrix) {
        Matrix m = test::gaussian(rows, cols, ++seed, matrix ? 1 / std::sqrt(static_cast<float>(cols)) : 0.0F);
        if (!matrix) std::fill(m.data().begin(), m.data().end(), 1.0F);
        out[name] = std::move(m);
    };
    const OuterNames o = describeOuter(c);
    add(o.embedding, c.vocabulary, c.embedWidth, true);
    add(o.finalNorm + ".weight", 1, c.hidden, false);
    for (Index b = 0; b < c.blocks; ++b)
        for (const auto& p : describeBlock(c, b).parameters) add(p.name, p.rows, p.cols, p.matrix);
    return out;
}

// Multiplications and additions of one block on all tokens: linear layers and the seen half of the attention.
double blockFlops(const Model& model, Index texts, Index length)
{
    double perToken = 0;
    const Block first = model.block(0);
    for (const auto* l : first.description().linears()) perToken += 2 * static_cast<double>(l->out * l->in);
    const auto& c = model.config();
    perToken += 4 * static_cast<double>(c.heads * c.headDim) * static_cast<double>(length + 1) / 2;
    return perToken * static_cast<double>(texts * length);
}

} // namespace

int main(int argc, char** argv)
{
    const int threads = std::max(1, argc > 1 ? std::atoi(argv[1]) : 2);
    const int rounds = std::max(1, argc > 2 ? std::atoi(argv[2]) : 5);
    const Index blocks = std::max(1, argc > 3 ? std::atoi(argv[3]) : 4);
    const Index texts = std::max(1, argc > 4 ? std::atoi(argv[4]) : 4);
    const Index length = std::max(2, argc > 5 ? std::atoi(argv[5]) : 512);
    Context context;
    context.arena = makeArena(threads);
    Sgemm sgemm = nullptr;
    if (void* library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL)) {
        if (auto* one = reinterpret_cast<void (*)(int)>(dlsym(library, "openblas_set_num_threads"))) one(1);
        sgemm = reinterpret_cast<Sgemm>(dlsym(library, "cblas_sgemm"));
    }

    const ModelConfig config = shapeOf135M(blocks);
    const auto model = Model::make(config, std::make_shared<MemoryWeights>(weightsOf(config)));
    if (!model) {
        std::fprintf(stderr, "%s\n", model.error().text().c_str());
        return 1;
    }
    Tokens tokens;
    tokens.sequences = texts;
    tokens.length = length;
    for (Index i = 0; i < tokens.count(); ++i)
        tokens.ids.push_back(static_cast<std::int32_t>((i * 7919) % config.vocabulary));
    const Block block = (*model)->block(0);
    const auto weights = (*model)->loadBlock(0, context);
    const auto head = (*model)->loadHead(context);
    const auto embedded = (*model)->embed(tokens, context);
    if (!weights || !head || !embedded) return 1;
    const RopeTable rope = (*model)->rope(length);
    BlockTrace trace;
    trace.sequences = texts;
    trace.length = length;
    trace.input = *embedded;
    const Matrix dOut = test::gaussian(tokens.count(), config.hidden, 5);
    Matrix dIn;
    BlockWeights gradients;

    Contest contest;
    Rates eigen, blas, own, prefill, training, losses, shareForward, shareBoth;
    bool ok = true;
    for (int r = -1; r < rounds; ++r) { // the first warms up
        constexpr int kRepeat = 8;
        const double work = kRepeat * contest.flops() / 1e9;
        const Rate e = rateOf(work, threads, [&] {
            for (int i = 0; i < kRepeat; ++i) contest.eigen(context);
        });
        const Rate b = sgemm ? rateOf(work, threads,
                                      [&] {
                                          for (int i = 0; i < kRepeat; ++i) contest.blas(context, sgemm);
                                      })
                             : Rate{};
        const Rate o = rateOf(work, threads, [&] {
            for (int i = 0; i < kRepeat; ++i) contest.own(context);
        });
        const double once = blockFlops(**model, texts, length) / 1e9;
        const Rate f = rateOf(once * static_cast<double>(blocks), threads,
                              [&] { ok = runModel(context, **model, tokens, {}).has_value() && ok; });
        // Both passes: twice the forward's products for the gradients of inputs and weights.
        const Rate t = rateOf(3 * once, threads, [&] {
            for (Matrix& g : gradients) std::fill(g.data().begin(), g.data().end(), 0.0F);
            ok = block.forward(context, *weights, rope, {}, trace).has_value() && ok;
            ok = block.backward(context, *weights, rope, trace, dOut, &dIn, &gradients).has_value() && ok;
        });
        const Rate l =
            rateOf(2e-9 * static_cast<double>(config.vocabulary * config.hidden) * static_cast<double>(tokens.count()),
                   threads, [&] { ok = tokenLosses(context, *head, trace.output, tokens).has_value() && ok; });
        if (r < 0) continue;
        const Rate best{std::max({e.wall, b.wall, o.wall}), std::max({e.processor, b.processor, o.processor})};
        eigen.add(e);
        blas.add(b);
        own.add(o);
        prefill.add(f);
        training.add(t);
        losses.add(l);
        shareForward.add({f.wall / best.wall, f.processor / best.processor});
        shareBoth.add({t.wall / best.wall, t.processor / best.processor});
    }
    if (!ok) return 1;
    std::printf("%d threads, %lld texts of %lld tokens, %lld blocks, %d rounds; GFLOP/s by the wall (by processor "
                "time), medians\n",
                threads, static_cast<long long>(texts), static_cast<long long>(length), static_cast<long long>(blocks),
                rounds);
    const auto line = [](const char* name, const Rates& rates) {
        std::printf("%-30s %6.0f (%4.0f)\n", name, median(rates.wall), median(rates.processor));
    };
    line("sgemm, Eigen for this machine", eigen);
    if (sgemm) line("sgemm, OpenBLAS", blas);
    line("sgemm, own", own);
    line("prefill, blocks", prefill);
    line("losses, head", losses);
    line("forward and backward", training);
    std::printf("share of the round's best sgemm: prefill %.2f (%.2f), goal 0.60; forward and backward %.2f (%.2f), "
                "goal 0.50\n",
                median(shareForward.wall), median(shareForward.processor), median(shareBoth.wall),
                median(shareBoth.processor));
    return 0;
}
