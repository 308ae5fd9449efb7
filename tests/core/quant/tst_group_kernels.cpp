// SPDX-License-Identifier: GPL-3.0-or-later
// Every instruction set's loops against the plain ones, bit for bit.
#include "core/quant/group_kernels.h"
#include "core/tensor/float_bits.h"

#include <QtTest>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

using namespace qs;
using namespace qs::quant;

namespace {

constexpr std::size_t kLengths[] = {1, 2, 7, 8, 15, 16, 17, 31, 33, 64, 65, 100, 129, 257, 640};
constexpr std::size_t kSizes[] = {1, 3, 8, 16, 31, 32, 64, 100, 128, 1000};
constexpr float kLevels[16] = {-1, -.7F, -.5F, -.4F, -.3F, -.2F, -.1F, 0, .05F, .1F, .2F, .3F, .45F, .6F, .75F, 1};

// Weights of every kind: ordinary, on and beside thresholds, zeros of both signs, subnormal, tiny, huge.
std::vector<float> weights(std::size_t n, std::uint64_t seed, const LevelSearch& search)
{
    std::mt19937_64 engine(seed);
    std::normal_distribution<float> normal;
    std::vector<float> out(n);
    for (std::size_t i = 0; i < n; ++i) {
        const float v = normal(engine);
        switch (engine() % 12) {
        case 0: out[i] = 0.0F; break;
        case 1: out[i] = -0.0F; break;
        case 2: out[i] = v * 0x1p-140F; break;
        case 3: out[i] = v * 0x1p-50F; break;
        case 4: out[i] = v * 0x1p60F; break;
        case 5:
        case 6: {
            float t = search.at[engine() % 15];
            if (!std::isfinite(t)) t = 0.25F;
            t *= 0.5F; // the scale of the groups with k % 4 == 1
            if (engine() % 2) t = -t;
            out[i] = engine() % 3 == 0 ? t : std::nextafter(t, engine() % 2 ? 9.0F : -9.0F);
            break;
        }
        default: out[i] = v;
        }
    }
    return out;
}

std::vector<float> scales(std::size_t n, std::uint64_t seed)
{
    std::mt19937_64 engine(seed);
    std::uniform_real_distribution<float> uniform(0.01F, 3.0F);
    std::vector<float> out(n);
    for (std::size_t k = 0; k < n; ++k) {
        out[k] = k % 4 == 1 ? 0.5F : uniform(engine);
        if (k % 7 == 3) out[k] = 0.0F;
        if (k % 11 == 5) out[k] = 0x1p-100F;
        if (k % 13 == 6) out[k] = 0x1p90F;
        if (k % 17 == 8) out[k] = std::nextafter(2.0F, 0.0F); // fraction of ones
    }
    return out;
}

template <class T>
bool sameBits(const std::vector<T>& a, const std::vector<T>& b)
{
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

LevelSearch mappedSearch()
{
    LevelSearch s = LevelSearch::midpoints(kLevels);
    for (std::uint8_t k = 0; k < 16; ++k) s.code[k] = static_cast<std::uint8_t>((k * 7 + 3) % 16);
    s.isMapped = true;
    return s;
}

} // namespace

class TestGroupKernels : public QObject {
    Q_OBJECT

    // Calls f(kernels, n, size, groups) for every level but the plain one, every length and size.
    template <class F>
    void everywhere(F&& f)
    {
        for (const SimdLevel level : simdLevels())
            for (const std::size_t n : kLengths)
                for (const std::size_t size : kSizes) {
                    f(groupKernels(level), n, size, (n + size - 1) / size);
                    if (!QTest::currentTestFailed()) continue;
                    qWarning("level %d, %zu weights in groups of %zu", int(level), n, size);
                    return;
                }
    }

private slots:
    void ranges_everyLevel_equalThePlainLoop()
    {
        const LevelSearch search = LevelSearch::midpoints(kLevels);
        std::uint64_t seed = 1;
        everywhere([&](const GroupKernels& k, std::size_t n, std::size_t size, std::size_t groups) {
            for (const int kind : {0, 1, 2, 3})
                for (const bool withZero : {false, true}) {
                    std::vector<float> x = weights(n, ++seed, search);
                    if (kind == 1) for (float& v : x) v = std::fabs(v);
                    if (kind == 2) for (float& v : x) v = -std::fabs(v);
                    if (kind == 3) for (float& v : x) v = v < 0 ? -0.0F : 0.0F;
                    std::vector<Range> got(groups + 1, {7, 7});
                    std::vector<Range> want(groups + 1, {7, 7});
                    k.ranges(x.data(), n, size, withZero, got.data());
                    kPortableGroupKernels.ranges(x.data(), n, size, withZero, want.data());
                    QVERIFY(sameBits(got, want));
                }
        });
    }
    void encodeLevels_everyLevel_equalsThePlainLoop()
    {
        const LevelSearch searches[] = {LevelSearch::midpoints(kLevels), LevelSearch::midpoints(std::span(kLevels).first(8)),
                                        mappedSearch(), LevelSearch::minifloat(kE2M1), LevelSearch::minifloat(kE2M0),
                                        LevelSearch::minifloat(kE3M0), LevelSearch::minifloat(kE1M2)};
        std::uint64_t seed = 1;
        everywhere([&](const GroupKernels& k, std::size_t n, std::size_t size, std::size_t groups) {
            for (const LevelSearch& search : searches)
                for (const Scaling by : {Scaling::Quotient, Scaling::SideQuotient, Scaling::Inverse, Scaling::Factor}) {
                    const std::vector<float> x = weights(n, ++seed, search);
                    const std::vector<float> scale = scales(groups, seed);
                    const std::vector<float> negative = scales(groups, seed + 1000);
                    std::vector<std::uint8_t> got(n + 32, 99);
                    std::vector<std::uint8_t> want(n + 32, 99);
                    k.encodeLevels(x.data(), n, size, search, by, scale.data(), negative.data(), got.data());
                    kPortableGroupKernels.encodeLevels(x.data(), n, size, search, by, scale.data(), negative.data(), want.data());
                    QVERIFY(sameBits(got, want));
                }
        });
    }
    void minifloatSearch_everyFormat_equalsTheElementFunction()
    {
        for (const MinifloatSpec& f : {kE2M1, kE1M2, kE3M0, kE2M0}) {
            const LevelSearch search = LevelSearch::minifloat(f);
            std::vector<float> x = weights(20000, 5, search);
            for (int c = 0; c < 8; ++c) // ties and their neighbours
                for (int d = 0; d < 8; ++d) {
                    const float tie = (decodeMinifloat(std::uint8_t(c), f) + decodeMinifloat(std::uint8_t(d), f)) / 2;
                    for (const float v : {tie, std::nextafter(tie, 0.0F), std::nextafter(tie, 99.0F)}) {
                        x.push_back(v);
                        x.push_back(-v);
                    }
                }
            const float one = 1;
            for (const SimdLevel level : simdLevels()) {
                std::vector<std::uint8_t> codes(x.size());
                groupKernels(level).encodeLevels(x.data(), x.size(), x.size(), search, Scaling::Factor, &one, nullptr, codes.data());
                for (std::size_t i = 0; i < x.size(); ++i) QCOMPARE(codes[i], encodeMinifloat<Ties::Even>(x[i], f));
            }
        }
    }
    void encodeMinifloats_everyLevel_equalsThePlainLoop()
    {
        const LevelSearch search = LevelSearch::minifloat(kE2M1);
        std::uint64_t seed = 1;
        everywhere([&](const GroupKernels& k, std::size_t n, std::size_t size, std::size_t groups) {
            for (const MinifloatSpec& f : {kE2M1, kE2M3, kE3M2, kE4M3, kE5M2})
                for (const Ties ties : {Ties::Even, Ties::Away})
                    for (const Scaling by : {Scaling::Quotient, Scaling::Factor}) {
                        const std::vector<float> x = weights(n, ++seed, search);
                        const std::vector<float> scale = scales(groups, seed);
                        std::vector<std::uint8_t> got(n + 32, 99);
                        std::vector<std::uint8_t> want(n + 32, 99);
                        k.encodeMinifloats(x.data(), n, size, f, ties, by, scale.data(), got.data());
                        kPortableGroupKernels.encodeMinifloats(x.data(), n, size, f, ties, by, scale.data(), want.data());
                        QVERIFY(sameBits(got, want));
                    }
        });
    }
    void uniform_everyLevel_equalsThePlainLoop()
    {
        const LevelSearch search = LevelSearch::midpoints(kLevels);
        std::uint64_t seed = 1;
        everywhere([&](const GroupKernels& k, std::size_t n, std::size_t size, std::size_t groups) {
            for (const float top : {1.0F, 15.0F, 255.0F})
                for (const std::size_t step : {std::size_t(0), std::size_t(1)}) {
                    const std::vector<float> x = weights(n, ++seed, search);
                    const std::vector<float> scale = scales(groups, seed);
                    std::vector<float> zero(groups);
                    for (std::size_t g = 0; g < groups; ++g) zero[g] = static_cast<float>((g * 3 + seed) % static_cast<std::size_t>(top + 1));
                    std::vector<std::uint8_t> got(n + 32, 99);
                    std::vector<std::uint8_t> want(n + 32, 99);
                    k.encodeUniform(x.data(), n, size, scale.data(), zero.data(), step, top, got.data());
                    kPortableGroupKernels.encodeUniform(x.data(), n, size, scale.data(), zero.data(), step, top, want.data());
                    QVERIFY(sameBits(got, want));
                    std::vector<float> values(n + 16, 99);
                    std::vector<float> wanted(n + 16, 99);
                    k.decodeUniform(got.data(), n, size, scale.data(), zero.data(), step, values.data());
                    kPortableGroupKernels.decodeUniform(got.data(), n, size, scale.data(), zero.data(), step, wanted.data());
                    QVERIFY(sameBits(values, wanted));
                }
        });
    }
    void decodeLevels_everyLevel_equalsThePlainLoop()
    {
        std::vector<float> large(256);
        for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<float>(i) - 127.5F;
        std::uint64_t seed = 1;
        everywhere([&](const GroupKernels& k, std::size_t n, std::size_t size, std::size_t groups) {
            for (const std::size_t count : {std::size_t(8), std::size_t(16), std::size_t(64), std::size_t(256)}) {
                const float* levels = count <= 16 ? kLevels : large.data();
                std::vector<std::uint8_t> codes(n);
                std::mt19937_64 engine(++seed);
                for (auto& c : codes) c = static_cast<std::uint8_t>(engine() % count);
                const std::vector<float> scale = scales(groups, seed);
                const std::vector<float> negative = seed % 2 ? scale : scales(groups, seed + 1000);
                std::vector<float> got(n + 16, 99);
                std::vector<float> want(n + 16, 99);
                k.decodeLevels(codes.data(), n, size, levels, count, scale.data(), negative.data(), got.data());
                kPortableGroupKernels.decodeLevels(codes.data(), n, size, levels, count, scale.data(), negative.data(), want.data());
                QVERIFY(sameBits(got, want));
                for (std::size_t i = 0; i < n; ++i) {
                    const float level = levels[codes[i]];
                    QCOMPARE(got[i], level * (level > 0 ? scale[i / size] : negative[i / size]));
                }
            }
        });
    }
    void halvesAndErrors_everyLevel_equalThePlainLoop()
    {
        const LevelSearch search = LevelSearch::midpoints(kLevels);
        std::uint64_t seed = 1;
        everywhere([&](const GroupKernels& k, std::size_t n, std::size_t, std::size_t) {
            std::vector<float> a = weights(n, ++seed, search);
            const std::vector<float> b = weights(n, seed + 500, search);
            QVERIFY(k.allFinite(b.data(), n));
            for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
                                    std::numeric_limits<float>::quiet_NaN()}) {
                std::vector<float> c = b;
                c[seed % n] = bad;
                QVERIFY(!k.allFinite(c.data(), n));
            }
            for (std::size_t i = 0; i < n; i += 3) a[i] *= 65519.0F;
            std::vector<float> got(n);
            std::vector<float> want(n);
            k.powers(a.data(), b.data(), n, got.data());
            kPortableGroupKernels.powers(a.data(), b.data(), n, want.data());
            QVERIFY(sameBits(got, want));
            QCOMPARE(k.squares(a.data(), b.data(), n), kPortableGroupKernels.squares(a.data(), b.data(), n));
            got = a;
            k.roundHalves(got.data(), n);
            for (std::size_t i = 0; i < n; ++i) QCOMPARE(std::bit_cast<std::uint32_t>(got[i]), std::bit_cast<std::uint32_t>(roundToHalf(a[i])));
        });
    }
};

QTEST_GUILESS_MAIN(TestGroupKernels)
#include "tst_group_kernels.moc"
