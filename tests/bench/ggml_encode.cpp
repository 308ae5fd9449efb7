// SPDX-License-Identifier: GPL-3.0-or-later
// Times the ggml grid against ggml's own quantizer, in one process on the same threads: the direct encoder of blocks, and
// the recipe (quantize() by tiles of rows), which allocates its result anew.
//     bench_ggml_encode LIBGGML_BASE.so [rows cols threads type]
// The library comes with PyPI's libggml-python. Both errors are relative mean squares.
#include "core/blocks/ggml/ggml_blocks.h"
#include "core/exec/parallel_for.h"
#include "core/quant/grids/ggml/encode.h"
#include "core/quant/quantize.h"
#include "core/quant/registry.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <random>

using namespace qs;
using namespace qs::quant;

namespace {

using QuantizeChunk = std::size_t (*)(int type, const float* src, void* dst, std::int64_t start, std::int64_t rows,
                                      std::int64_t cols, const float* importance);
using QuantizeInit = void (*)(int type);

/// Best of a few runs, in seconds.
template <class F>
double seconds(F&& run)
{
    double best = 1e9;
    for (int i = 0; i < 7; ++i) {
        const auto start = std::chrono::steady_clock::now();
        run();
        best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    return best;
}

double relativeError(DType type, MatrixView x, std::span<const std::byte> blocks)
{
    std::vector<float> decoded(x.data.size());
    if (!blocks::ggmlToFloat(type, blocks, decoded)) return NAN;
    double e = 0;
    double p = 0;
    for (std::size_t i = 0; i < decoded.size(); ++i) {
        e += (double(decoded[i]) - x.data[i]) * (double(decoded[i]) - x.data[i]);
        p += double(x.data[i]) * x.data[i];
    }
    return e / p;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s LIBGGML_BASE.so [rows cols threads type]\n", argv[0]);
        return 2;
    }
    void* library = dlopen(argv[1], RTLD_NOW);
    if (!library) {
        std::fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    const auto quantizeChunk = reinterpret_cast<QuantizeChunk>(dlsym(library, "ggml_quantize_chunk"));
    const auto quantizeInit = reinterpret_cast<QuantizeInit>(dlsym(library, "ggml_quantize_init"));
    if (!quantizeChunk || !quantizeInit) return 1;
    const Index rows = argc > 2 ? std::atoll(argv[2]) : 512;
    const Index cols = argc > 3 ? std::atoll(argv[3]) : 4096;
    Context context;
    context.arena = makeArena(argc > 4 ? std::atoi(argv[4]) : 1);

    Matrix x(rows, cols);
    std::mt19937_64 random(1);
    std::student_t_distribution<float> draw(5.0F);
    for (float& v : x.data()) v = 0.02F * draw(random);

    const Registry& registry = builtinRegistry();
    const PartInfo* part = registry.part(PartKind::Grid, "ggml");
    std::printf("%lld x %lld, %d thread(s)\n%-8s %10s %10s %7s %10s %7s %12s %12s %7s\n", static_cast<long long>(rows),
                static_cast<long long>(cols), threadCount(context), "type", "ggml s", "direct s", "times", "recipe s",
                "times", "ggml error", "our error", "ratio");
    for (const std::string& name : part->params[0].choices) {
        if (argc > 5 && name != argv[5]) continue;
        const DType type = *dtypeFromName(name);
        const DTypeTraits& t = traits(type);
        const Recipe recipe = *parseRecipe("ggml:type=" + name);
        std::vector<std::byte> ours;
        const double recipeTime = seconds([&] {
            auto q = quantize("w", MatrixRows(x), recipe, {}, context);
            if (q) ours = q->arrays.arrays()[0].bytes;
        });
        std::vector<std::byte> direct(ours.size());
        const double ourTime = seconds([&] {
            ggml::encodeBlocks(*blocks::ggmlForm(type), x.view(), {}, ggml::Fill::Codes, ggml::defaultKernels(), context,
                               direct);
        });
        if (direct != ours) std::printf("%s: the direct encoder differs from the recipe\n", name.c_str());
        quantizeInit(t.ggmlId);
        std::vector<std::byte> theirs(ours.size());
        const double theirTime = seconds([&] {
            parallelFor(context, rows, 16, [&](Index b, Index e) {
                quantizeChunk(t.ggmlId, x.data().data(), theirs.data(), b * cols, e - b, cols, nullptr);
            });
        });
        const double ourError = relativeError(type, x, ours);
        const double theirError = relativeError(type, x, theirs);
        std::printf("%-8s %10.5f %10.5f %7.2f %10.5f %7.2f %12.5e %12.5e %7.4f\n", name.c_str(), theirTime, ourTime,
                    theirTime / ourTime, recipeTime, theirTime / recipeTime, theirError, ourError, ourError / theirError);
        std::fflush(stdout);
    }
    return 0;
}
