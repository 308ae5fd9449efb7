// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/device_module.h"
#include "core/metrics/weight_error/error_sums_kernel.h"
#include "core/metrics/weight_error/weight_error.h"
#include "core/tensor/convert.h"
#include "core/tensor/convert_kernel.h"
#include "tests/support/kernel_emulator.h"

#include <QtTest>
#include <set>

using namespace qs;

namespace {

std::set<std::string>& covered()
{
    static std::set<std::string> names;
    return names;
}

std::vector<std::byte> randomBytes(std::size_t n, std::uint32_t seed)
{
    std::mt19937 random(seed);
    std::vector<std::byte> out(n);
    for (auto& b : out) b = static_cast<std::byte>(random() & 255U);
    return out;
}

bool sameBits(const std::vector<float>& a, const std::vector<float>& b)
{
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

// NaN payloads of conversions are the processor's own affair; that it is a NaN is not.
void calmNaNs(std::vector<float>& v)
{
    for (float& x : v)
        if (std::isnan(x)) x = std::numeric_limits<float>::quiet_NaN();
}

metrics::ErrorSums emulatedSums(const std::vector<float>& a, const std::vector<float>& b, int threads, std::uint32_t seed)
{
    using Kernel = metrics::ErrorSumsKernel;
    const auto n = static_cast<std::int64_t>(a.size());
    std::vector<metrics::ErrorSums> parts(static_cast<std::size_t>(Kernel::blocks(n)));
    test::emulate<Kernel>(Kernel::blocks(n), threads, {a.data(), b.data(), n, parts.data()}, seed);
    metrics::ErrorSums all{0, 0, 0, 0, 0};
    for (const auto& p : parts) Kernel::merge(all, p);
    return all;
}

} // namespace

/// Every kernel body against the CPU's own loop: in the emulator on every build, on a device where there is one.
class TestKernels : public QObject {
    Q_OBJECT
private slots:
    void convert_everyTypeAndTail_data()
    {
        QTest::addColumn<int>("type");
        for (const auto& t : allDTypes())
            if (convertKernelTakes(t.type)) QTest::newRow(std::string(t.name).c_str()) << static_cast<int>(t.type);
    }
    void convert_everyTypeAndTail()
    {
        QFETCH(int, type);
        covered().insert(ConvertKernel::kName);
        const auto dtype = static_cast<DType>(type);
        for (const std::int64_t n : {0, 2, 64, 254, 1030, 4098}) {
            const auto bytes = byteSize(dtype, static_cast<std::uint64_t>(n));
            QVERIFY(bytes);
            const auto in = randomBytes(*bytes, static_cast<std::uint32_t>(n) + 7U);
            std::vector<float> want(static_cast<std::size_t>(n));
            QVERIFY(plainToFloat(dtype, in, want));
            calmNaNs(want);
            for (const int threads : {1, 8}) {
                std::vector<float> got(want.size(), -1.0F);
                test::emulate<ConvertKernel>(3, threads, {reinterpret_cast<const std::uint8_t*>(in.data()), got.data(), n, dtype});
                calmNaNs(got);
                QVERIFY2(sameBits(got, want), qPrintable(QString("%1 elements, %2 threads").arg(n).arg(threads)));
            }
        }
    }
    void errorSums_anySizeAndOrder_equalTheCpus()
    {
        covered().insert(metrics::ErrorSumsKernel::kName);
        std::mt19937 random(5);
        std::normal_distribution<float> normal;
        for (const std::size_t n : {std::size_t(0), std::size_t(1), std::size_t(777), std::size_t(65536), std::size_t(150001)}) {
            std::vector<float> a(n);
            std::vector<float> b(n);
            for (std::size_t i = 0; i < n; ++i) {
                a[i] = normal(random);
                b[i] = a[i] + 0.01F * normal(random);
            }
            metrics::WeightError want;
            want.add(a, b);
            const auto got = emulatedSums(a, b, 8, 1);
            const auto again = emulatedSums(a, b, 8, 99);
            QVERIFY2(std::memcmp(&got, &again, sizeof got) == 0, "the order of blocks must not matter");
            const auto close = [](double x, double y) { return std::fabs(x - y) <= 1e-12 * std::fabs(y); };
            QVERIFY(close(got.squaredError, want.sumSquaredError));
            QVERIFY(close(got.squares, want.sumSquares));
            QVERIFY(close(got.squaresDecoded, want.sumSquaresDecoded));
            QVERIFY(close(got.dot, want.dot));
            QCOMPARE(got.maxAbs, want.maxAbs);
        }
    }
    void module_everyKernel_hasATestHere()
    {
#ifdef QS_CUDA_MODULE_FILE
        const auto module = cuda::DeviceModule::load(QS_CUDA_MODULE_FILE);
        QVERIFY2(module, module ? "" : module.error().text().c_str());
        std::set<std::string> there;
        for (const char* const* k = module->table().kernels; *k; ++k) there.insert(*k);
        QVERIFY(there == covered());
#else
        QSKIP("built without a CUDA toolkit: there is no module");
#endif
    }
    void device_sameAsHost()
    {
        const auto devices = cuda::devices();
        if (!devices) QSKIP(devices.error().text().c_str());
        const QsCudaTable& table = cuda::deviceModule()->table();
        for (const auto& device : *devices) {
            QsCudaReason reason{};
            for (const auto& t : allDTypes()) {
                if (!convertKernelTakes(t.type)) continue;
                const std::uint64_t n = 100002;
                const auto in = randomBytes(*byteSize(t.type, n), 3);
                std::vector<float> want(n);
                std::vector<float> got(n);
                QVERIFY(plainToFloat(t.type, in, want));
                QVERIFY2(table.plainToFloat(device.index, static_cast<int>(t.type), in.data(), in.size(), got.data(), n, &reason) == 0,
                         reason.text);
                calmNaNs(want);
                calmNaNs(got);
                QVERIFY2(sameBits(got, want), std::string(t.name).c_str());
            }
            std::mt19937 random(5);
            std::normal_distribution<float> normal;
            std::vector<float> a(1000003);
            std::vector<float> b(a.size());
            for (std::size_t i = 0; i < a.size(); ++i) {
                a[i] = normal(random);
                b[i] = normal(random);
            }
            QsErrorSums sums{};
            QVERIFY2(table.errorSums(device.index, a.data(), b.data(), a.size(), &sums, &reason) == 0, reason.text);
            const auto host = emulatedSums(a, b, metrics::ErrorSumsKernel::kThreads, 1);
            QCOMPARE(sums.squaredError, host.squaredError);
            QCOMPARE(sums.dot, host.dot);
        }
    }
};

QTEST_GUILESS_MAIN(TestKernels)
#include "tst_kernels.moc"
