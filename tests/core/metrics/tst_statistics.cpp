// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/simd_level.h"
#include "core/metrics/statistics/passes.h"
#include "core/metrics/statistics/statistics.h"
#include "core/tensor/convert.h"
#include "core/tensor/float_bits.h"
#include "tests/support/golden.h"

#include <QTest>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <random>

using namespace qs;
using namespace qs::metrics;

namespace {

constexpr float kInf = std::numeric_limits<float>::infinity();

// A tensor whose bytes come from memory, as a reader would give them: any dtype, no file.
struct MemoryReader : io::TensorReader {
    std::vector<std::byte> bytes;
    DType dtype = DType::F32;
    Status read(std::uint64_t begin, std::uint64_t end, std::span<std::byte> out) const override
    {
        const std::uint64_t b = *byteSize(dtype, begin);
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(b), *byteSize(dtype, end) - b, out.begin());
        return {};
    }
};

TensorStatistics ofReader(DType dtype, std::span<const float> values, int bins = 256)
{
    auto reader = std::make_shared<MemoryReader>();
    reader->dtype = dtype;
    reader->bytes.resize(*byteSize(dtype, values.size()));
    if (!floatToPlain(dtype, values, reader->bytes)) return {};
    io::ModelSource source;
    io::TensorInfo t;
    t.name = "t";
    t.dtype = dtype;
    t.shape = {static_cast<Index>(values.size())};
    t.bytes = reader->bytes.size();
    t.reader = reader;
    auto s = statistics(source, t, bins, {});
    return s ? *s : TensorStatistics{};
}

MatrixView viewOf(const std::vector<float>& v) { return {v, 1, static_cast<Index>(v.size())}; }

TensorStatistics of(const std::vector<float>& v, int bins = 256, const Context& context = {})
{
    auto s = statistics(viewOf(v), bins, context);
    return s ? *s : TensorStatistics{};
}

// The definitions, in double, one element at a time.
struct Plain {
    double mean = 0, std = 0, skewness = 0, kurtosis = 0;
};

Plain plain(const std::vector<float>& v)
{
    Plain p;
    double n = 0;
    for (const float x : v)
        if (std::isfinite(x)) {
            p.mean += static_cast<double>(x);
            ++n;
        }
    p.mean /= n;
    double m2 = 0;
    double m3 = 0;
    double m4 = 0;
    for (const float x : v)
        if (std::isfinite(x)) {
            const double d = static_cast<double>(x) - p.mean;
            m2 += d * d;
            m3 += d * d * d;
            m4 += d * d * d * d;
        }
    m2 /= n;
    p.std = std::sqrt(m2);
    p.skewness = m3 / n / (m2 * p.std);
    p.kurtosis = m4 / n / (m2 * m2) - 3;
    return p;
}

double percentile(std::vector<float> v, double q)
{
    std::vector<double> a;
    for (const float x : v)
        if (std::isfinite(x)) a.push_back(std::fabs(static_cast<double>(x)));
    std::sort(a.begin(), a.end());
    const double position = static_cast<double>(a.size() - 1) * q / 100;
    const auto k = static_cast<std::size_t>(position);
    return a[k] + (a[std::min(k + 1, a.size() - 1)] - a[k]) * (position - static_cast<double>(k));
}

std::vector<float> sampleOf(std::size_t n, double mean, double std, unsigned seed)
{
    std::mt19937_64 engine(seed);
    std::normal_distribution<double> normal(mean, std);
    std::vector<float> v(n);
    for (float& x : v) x = static_cast<float>(normal(engine));
    return v;
}

// What one window gives on one level.
struct Window {
    detail::Sums sums;
    std::vector<std::uint64_t> counts;
    std::uint64_t zeros = 0;
};

Window windowOf(SimdLevel level, const std::vector<float>& v, float shift)
{
    setSimdLevel(level);
    const auto kernel = detail::windowKernel();
    setSimdLevel(std::nullopt);
    Window w;
    w.counts.resize(kPatternBins);
    // Places for magnitudes from 2^-13 to 8.
    const auto counter = std::make_unique<detail::Counter>(detail::Places{0x207 - 63, true});
    kernel(reinterpret_cast<const std::byte*>(v.data()), v.size(), shift, w.sums, *counter);
    counter->flush(w.counts.data());
    w.zeros = counter->zeros;
    return w;
}

bool close(double a, double b, double relative, double absolute = 0)
{
    return std::fabs(a - b) <= relative * std::fabs(b) + absolute;
}

} // namespace

class TestStatistics : public QObject {
    Q_OBJECT

private slots:
    void statistics_handMadeNumbers_exact()
    {
        const auto s = of({-2, -1, 0, 0, 1, 2, 2, -0.0F}, 4);
        QCOMPARE(s.count, std::uint64_t(8));
        QCOMPARE(s.zeros, std::uint64_t(3));
        QCOMPARE(s.min, -2.0);
        QCOMPARE(s.max, 2.0);
        QCOMPARE(s.mean, 0.25);
        QVERIFY(close(s.std, std::sqrt(14.0 / 8 - 0.0625), 1e-14));
        QCOMPARE(s.histogram.edges, (std::vector<double>{-2, -1, 0, 1, 2}));
        QCOMPARE(s.histogram.counts, (std::vector<std::uint64_t>{1, 1, 3, 3}));
        // |w| sorted: 0 0 0 1 1 2 2 2
        QCOMPARE(s.absPercentiles[0], 1.0);
        QVERIFY(close(s.absPercentiles[1], 2.0, 1e-15));
        QCOMPARE(s.absPercentiles[4], 2.0);
        QCOMPARE(std::accumulate(s.patternCounts.begin(), s.patternCounts.end(), std::uint64_t(0)), std::uint64_t(8));
        QCOMPARE(s.patternCounts[std::bit_cast<std::uint32_t>(2.0F) >> kPatternShift], std::uint64_t(2));
    }

    void statistics_gaussians_asDefined_data()
    {
        QTest::addColumn<int>("n");
        QTest::addColumn<double>("mean");
        QTest::addColumn<double>("std");
        QTest::newRow("short") << 17 << 0.0 << 1.0;
        QTest::newRow("two blocks") << 4099 << 0.0 << 0.02;
        QTest::newRow("two chunks") << 1200007 << 1e-4 << 0.02;
        QTest::newRow("norm weights") << 4096 << 1.0 << 0.01;
        QTest::newRow("far from zero") << 70001 << 1000.0 << 0.5;
        QTest::newRow("tiny") << 5000 << 0.0 << 1e-20;
        QTest::newRow("huge") << 5000 << 0.0 << 1e18;
    }

    void statistics_gaussians_asDefined()
    {
        QFETCH(int, n);
        QFETCH(double, mean);
        QFETCH(double, std);
        const auto v = sampleOf(static_cast<std::size_t>(n), mean, std, 5);
        const Plain p = plain(v);

        const auto s = of(v);

        QVERIFY2(close(s.mean, p.mean, 1e-7, 2e-9 * p.std), qPrintable(QString("%1 %2").arg(s.mean).arg(p.mean)));
        QVERIFY2(close(s.std, p.std, 1e-7), qPrintable(QString("%1 %2").arg(s.std).arg(p.std)));
        QVERIFY2(close(s.skewness, p.skewness, 1e-6, 1e-6), qPrintable(QString("%1 %2").arg(s.skewness).arg(p.skewness)));
        QVERIFY2(close(s.kurtosis, p.kurtosis, 1e-6, 1e-6), qPrintable(QString("%1 %2").arg(s.kurtosis).arg(p.kurtosis)));
        QCOMPARE(s.min, static_cast<double>(*std::min_element(v.begin(), v.end())));
        QCOMPARE(s.max, static_cast<double>(*std::max_element(v.begin(), v.end())));
        for (std::size_t i = 0; i < kAbsPercents.size(); ++i)
            QVERIFY(close(s.absPercentiles[i], percentile(v, kAbsPercents[i]), 1e-14));
        std::uint64_t outliers = 0;
        for (const float x : v) outliers += std::fabs(static_cast<double>(x) - s.mean) > 6 * s.std ? 1U : 0U;
        QCOMPARE(s.outliers6Sigma, outliers);
        QCOMPARE(s.histogram.total(), static_cast<std::uint64_t>(n));
    }

    void statistics_headUnlikeTheRest_staysExact()
    {
        auto v = sampleOf(60000, 100, 0.1, 9);
        std::fill_n(v.begin(), 5000, 0.0F);
        const Plain p = plain(v);
        const auto s = of(v);
        QVERIFY(close(s.std, p.std, 1e-6));
        QVERIFY(close(s.kurtosis, p.kurtosis, 1e-5, 1e-5));
        QCOMPARE(s.zeros, std::uint64_t(5000));
    }

    void statistics_outliers_counted()
    {
        auto v = sampleOf(100000, 0, 1, 3);
        for (std::size_t i = 0; i < 7; ++i) v[i * 991] = i % 2 == 0 ? 9.0F : -9.5F;
        QCOMPARE(of(v).outliers6Sigma, std::uint64_t(7));
    }

    void statistics_nanAndInf_countedAndLeftOut()
    {
        auto v = sampleOf(300000, 0, 1, 4);
        auto clean = v;
        const float nan = std::numeric_limits<float>::quiet_NaN();
        for (std::size_t at : {0UL, 17UL, 4096UL, 299999UL}) v[at] = nan;
        v[5] = kInf;
        v[200000] = -kInf;
        v[200001] = std::bit_cast<float>(0x7F800001U); // a NaN in the bin of Inf
        const Plain p = plain(v);

        const auto s = of(v);

        QCOMPARE(s.nans, std::uint64_t(5));
        QCOMPARE(s.infs, std::uint64_t(2));
        QCOMPARE(s.finite, std::uint64_t(300000 - 7));
        QVERIFY(close(s.std, p.std, 1e-7));
        QVERIFY(close(s.kurtosis, p.kurtosis, 1e-6, 1e-6));
        QCOMPARE(s.histogram.total(), s.finite);
        for (std::size_t i = 0; i < kAbsPercents.size(); ++i)
            QVERIFY(close(s.absPercentiles[i], percentile(v, kAbsPercents[i]), 1e-14));
    }

    void statistics_degenerate_saysSo()
    {
        auto s = of({});
        QCOMPARE(s.count, std::uint64_t(0));
        QVERIFY(std::isnan(s.mean));
        s = of({kInf, -kInf});
        QCOMPARE(s.infs, std::uint64_t(2));
        QVERIFY(std::isnan(s.min) && std::isnan(s.absPercentiles[0]));
        s = of(std::vector<float>(5000, 0.1F));
        QCOMPARE(s.std, 0.0);
        QCOMPARE(s.mean, static_cast<double>(0.1F));
        QVERIFY(std::isnan(s.kurtosis));
        QCOMPARE(s.histogram.total(), std::uint64_t(5000));
        s = of(std::vector<float>(100, 0.0F));
        QCOMPARE(s.zeros, std::uint64_t(100));
        QCOMPARE(s.outliers6Sigma, std::uint64_t(0));
    }

    void statistics_anyThreads_sameBits()
    {
        const auto v = sampleOf(3500001, 0.001, 0.03, 11);
        Context one;
        one.arena = makeArena(1);
        Context four;
        four.arena = makeArena(4);
        const auto a = of(v, 100, one);
        const auto b = of(v, 100, four);
        QCOMPARE(std::bit_cast<std::uint64_t>(a.mean), std::bit_cast<std::uint64_t>(b.mean));
        QCOMPARE(std::bit_cast<std::uint64_t>(a.std), std::bit_cast<std::uint64_t>(b.std));
        QCOMPARE(std::bit_cast<std::uint64_t>(a.kurtosis), std::bit_cast<std::uint64_t>(b.kurtosis));
        QCOMPARE(a.histogram.counts, b.histogram.counts);
        QCOMPARE(a.patternCounts, b.patternCounts);
    }

    void kernels_everyLevel_sameBits()
    {
        for (const double mean : {0.01, 40.0})
            for (const std::size_t n : {100007UL, std::size_t(detail::kWindow), 5000UL}) {
                auto v = sampleOf(n, mean, 0.5, 12);
                v[n / 2] = kInf;
                v[n / 3] = std::numeric_limits<float>::quiet_NaN();
                for (std::size_t i = n / 4; i < n / 4 + 700; ++i) v[i] *= 1e-12F;
                for (std::size_t i = 1; i < n; i += 97) v[i] = 0;
                const auto wanted = windowOf(SimdLevel::Portable, v, 0.01F);
                for (const SimdLevel level : simdLevels()) {
                    const auto found = windowOf(level, v, 0.01F);
                    QCOMPARE(found.sums.s1, wanted.sums.s1);
                    QCOMPARE(found.sums.s2, wanted.sums.s2);
                    QCOMPARE(found.sums.s3, wanted.sums.s3);
                    QCOMPARE(found.sums.s4, wanted.sums.s4);
                    QCOMPARE(found.sums.min, wanted.sums.min);
                    QCOMPARE(found.sums.max, wanted.sums.max);
                    QCOMPARE(found.sums.nans, wanted.sums.nans);
                    QCOMPARE(found.sums.infs, wanted.sums.infs);
                    QCOMPARE(found.zeros, wanted.zeros);
                    QCOMPARE(found.counts, wanted.counts);
                }
            }
    }

    void kernels_fullWindow_countsAsOneByOne()
    {
        const auto check = [](const std::vector<float>& v) {
            std::vector<std::uint64_t> wanted(kPatternBins);
            std::uint64_t zeros = 0;
            for (const float x : v) {
                ++wanted[std::bit_cast<std::uint32_t>(x) >> kPatternShift];
                zeros += x == 0 ? 1U : 0U;
            }
            for (const SimdLevel level : simdLevels()) {
                const auto found = windowOf(level, v, 0);
                if (found.counts != wanted || found.zeros != zeros) return false;
            }
            return true;
        };
        QVERIFY(check(std::vector<float>(detail::kWindow, -0.37F))); // one counter takes all
        auto v = sampleOf(detail::kWindow, 0, 0.02, 21);
        QVERIFY(check(v));
        for (std::size_t i = 0; i < v.size(); i += 1001) v[i] *= 1e9F; // far outliers
        for (std::size_t i = 7; i < v.size(); i += 501) v[i] = 0;
        QVERIFY(check(v));
        for (std::size_t i = 0; i < v.size(); i += 3) v[i] = 0; // too many for pairs
        QVERIFY(check(v));
        std::fill_n(v.begin(), 300, 1e-42F); // the head is subnormal, the rest is not
        QVERIFY(check(v));
        v.resize(v.size() - 777);
        QVERIFY(check(v));
    }

    void firstPass_counterBeyond16Bits_countsAll()
    {
        const std::uint64_t n = 1'300'000; // 650,000 equal pairs, or 1.3 million equal values
        const std::vector<float> v(n, 0.0625F);
        const auto s = of(v);
        QCOMPARE(s.patternCounts[std::bit_cast<std::uint32_t>(0.0625F) >> kPatternShift], n);
        std::vector<std::byte> bytes(2 * n);
        QVERIFY(floatToPlain(DType::F16, v, bytes));
        detail::Elements e;
        e.kind = detail::Elements::F16;
        e.bytes = bytes.data();
        e.count = n;
        const auto pass = detail::firstPass(e, {});
        QVERIFY(pass);
        QCOMPARE(pass->values[floatToHalf(0.0625F)], n);
        QCOMPARE(pass->counts, s.patternCounts);
    }

    void statistics_everyLevel_sameBits()
    {
        const auto v = sampleOf(300001, 0.001, 0.03, 11);
        std::vector<TensorStatistics> all;
        for (const SimdLevel level : simdLevels()) {
            setSimdLevel(level);
            all.push_back(of(v));
        }
        setSimdLevel(std::nullopt);
        for (const auto& s : all) {
            QCOMPARE(std::bit_cast<std::uint64_t>(s.mean), std::bit_cast<std::uint64_t>(all[0].mean));
            QCOMPARE(std::bit_cast<std::uint64_t>(s.kurtosis), std::bit_cast<std::uint64_t>(all[0].kurtosis));
            QCOMPARE(s.patternCounts, all[0].patternCounts);
            QCOMPARE(s.absPercentiles, all[0].absPercentiles);
        }
    }

    void statistics_unalignedBytes_asAligned()
    {
        const auto v = sampleOf(70003, 0.1, 0.5, 17);
        std::vector<std::byte> raw(4 * v.size() + 1);
        std::memcpy(raw.data() + 1, v.data(), 4 * v.size());
        detail::Elements e;
        e.bytes = raw.data() + 1;
        e.count = v.size();
        const auto pass = detail::firstPass(e, {});
        QVERIFY(pass);
        QCOMPARE(pass->counts, of(v).patternCounts);
    }

    void firstPass_every16BitPattern_asDecoded()
    {
        std::vector<std::uint16_t> all(65536);
        std::iota(all.begin(), all.end(), std::uint16_t(0));
        for (const bool half : {true, false}) {
            std::vector<std::uint64_t> wanted(kPatternBins);
            for (const std::uint16_t h : all) {
                const float x = half ? halfToFloat(h) : bf16ToFloat(h);
                const std::uint32_t bin = std::bit_cast<std::uint32_t>(x) >> kPatternShift;
                ++wanted[std::isfinite(x) ? bin : static_cast<std::uint32_t>(kNotFiniteBins[std::signbit(x) ? 1 : 0])];
            }
            detail::Elements e;
            e.kind = half ? detail::Elements::F16 : detail::Elements::BF16;
            e.bytes = reinterpret_cast<const std::byte*>(all.data());
            e.count = all.size();
            const auto pass = detail::firstPass(e, {});
            QVERIFY(pass);
            QCOMPARE(pass->counts, wanted);
            QCOMPARE(pass->values, std::vector<std::uint64_t>(65536, 1));
            QCOMPARE(pass->sums.zeros, std::uint64_t(2));
            QCOMPARE(pass->sums.infs, std::uint64_t(2));
            QCOMPARE(pass->sums.nans, half ? std::uint64_t(2046) : std::uint64_t(254));
            QCOMPARE(pass->sums.max, half ? 65504.0F : bf16ToFloat(0x7F7F));
            QCOMPARE(pass->sums.min, -pass->sums.max);
        }
    }

    void statistics_f16AndBf16_asTheirDecodedFloats()
    {
        const auto v = sampleOf(200003, 0, 0.02, 13);
        for (const DType type : {DType::F16, DType::BF16}) {
            std::vector<std::byte> bytes(2 * v.size());
            QVERIFY(floatToPlain(type, v, bytes));
            std::vector<float> decoded(v.size());
            QVERIFY(plainToFloat(type, bytes, decoded));
            const auto a = of(decoded);
            // the fast path on the stored bytes, and the path that decodes tiles
            detail::Elements e;
            e.kind = type == DType::F16 ? detail::Elements::F16 : detail::Elements::BF16;
            e.bytes = bytes.data();
            e.count = v.size();
            const auto pass = detail::firstPass(e, {});
            QVERIFY(pass);
            TensorStatistics b = a;
            b.histogram = {};
            b.absPercentiles = {};
            b.outliers6Sigma = 0;
            QVERIFY(detail::secondPass(e, pass->values, 256, {}, b));
            const auto c = ofReader(type, v);
            QCOMPARE(pass->counts, a.patternCounts);
            const auto n = static_cast<double>(v.size());
            const double d = pass->sums.s1 / n;
            QVERIFY(close(static_cast<double>(pass->shift) + d, plain(decoded).mean, 1e-12, 1e-16));
            QVERIFY(close(std::sqrt(pass->sums.s2 / n - d * d), plain(decoded).std, 1e-12));
            for (const auto* s : {&std::as_const(b), &c}) {
                QCOMPARE(s->histogram.counts, a.histogram.counts);
                QCOMPARE(s->absPercentiles, a.absPercentiles);
                QCOMPARE(s->outliers6Sigma, a.outliers6Sigma);
            }
            QCOMPARE(c.mean, a.mean);
            QCOMPARE(c.kurtosis, a.kurtosis);
        }
    }

    void statistics_stopped_cancelled()
    {
        std::stop_source stop;
        stop.request_stop();
        Context context;
        context.stop = stop.get_token();
        const std::vector<float> v(100, 1.0F);
        const auto s = statistics(viewOf(v), 10, context);
        QVERIFY(!s);
        QCOMPARE(s.error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestStatistics)
#include "tst_statistics.moc"
