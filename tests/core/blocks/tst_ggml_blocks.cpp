// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/decode.h"
#include "core/blocks/ggml/ggml_blocks.h"
#include "tests/support/golden.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <cstring>
#include <random>

using namespace qs;

namespace {

struct Vector {
    DType type;
    const char* hex;
};
const Vector kVectors[] = {
#include "tests/core/blocks/ggml_vectors.inc"
};

std::vector<std::byte> fromHex(const char* hex)
{
    std::vector<std::byte> out(std::strlen(hex) / 2);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::byte>(std::stoi(std::string(hex + 2 * i, 2), nullptr, 16));
    return out;
}

std::vector<DType> blockTypes()
{
    std::vector<DType> out;
    for (const DTypeTraits& t : allDTypes())
        if (t.kind == DTypeKind::Block) out.push_back(t.type);
    return out;
}

/// A block alone in memory of exactly its size, so that a sanitizer sees any step beyond it.
std::vector<float> decodeAlone(DType type, const std::vector<std::byte>& block)
{
    std::vector<float> out(traits(type).blockElements, -1.0F);
    return blocks::ggmlToFloat(type, block, out) ? out : std::vector<float>();
}

/// Largest |decoded - x| that ggml's own encoding of the E.1 input leaves, with room; by type.
double tolerance(DType type)
{
    const double bits = bitsPerElement(type);
    return bits < 2.3 ? 0.8 : bits < 3 ? 0.3 : bits < 4 ? 0.15 : bits <= 5 ? 0.14 : bits < 7 ? 0.05 : 0.005;
}

} // namespace

class TestGgmlBlocks : public QObject {
    Q_OBJECT
private slots:
    void decode_goldenBlocks_bitIdentical_data();
    void decode_goldenBlocks_bitIdentical();
    void decode_vectorsOfTheFormat_areNearTheirInput();
    void decode_anyBytes_staysInsideTheBlock();
    void decode_constantBytes_doesNotFail();
    void decode_wrongSizes_isRefused();
    void decode_mxfp4ReservedExponent_isNan();
    void decode_mxfp4SmallestExponents_areSubnormal();
    void decode_nvfp4ScaleByte_ignoresSign();
    void decode_q8k_scaleIsFloat();
    void decode_manyBlocks_equalsOneByOne();
};

void TestGgmlBlocks::decode_goldenBlocks_bitIdentical_data()
{
    QTest::addColumn<int>("type");
    for (const DType type : blockTypes())
        if (type != DType::Q8_1 && type != DType::Q8_K) // no weight file uses these two, and ggml writes no golden
            QTest::newRow(std::string(dtypeName(type)).c_str()) << static_cast<int>(type);
}

void TestGgmlBlocks::decode_goldenBlocks_bitIdentical()
{
    const test::Golden golden("ggml_blocks.safetensors");
    QS_NEED_GOLDEN(golden);
    QFETCH(int, type);
    const auto dtype = static_cast<DType>(type);
    std::string key;
    for (const std::string& k : golden.keys()) {
        const auto dot = k.find(".blocks");
        if (dot != std::string::npos && dtypeFromName(k.substr(0, dot)) == dtype) key = k.substr(0, dot);
    }
    QVERIFY(!key.empty());
    const auto bytes = golden.bytes(key + ".blocks");
    const auto values = golden.floats(key + ".values");
    std::vector<float> decoded(values.size());
    QVERIFY(blocks::toFloat(dtype, std::as_bytes(std::span(bytes)), decoded));
    for (std::size_t i = 0; i < values.size(); ++i)
        if (std::bit_cast<std::uint32_t>(decoded[i]) != std::bit_cast<std::uint32_t>(values[i]))
            QFAIL(qPrintable(QString("element %1: %2, expected %3").arg(i).arg(decoded[i]).arg(values[i])));
}

void TestGgmlBlocks::decode_vectorsOfTheFormat_areNearTheirInput()
{
    QCOMPARE(std::size(kVectors), std::size_t(16));
    for (const Vector& v : kVectors) {
        const auto decoded = decodeAlone(v.type, fromHex(v.hex));
        QCOMPARE(decoded.size(), std::size_t(traits(v.type).blockElements));
        for (std::size_t i = 0; i < decoded.size(); ++i) {
            const double x = (static_cast<double>((37 * i) % 101) - 50) / 64;
            if (!(std::abs(decoded[i] - x) <= tolerance(v.type)))
                QFAIL(qPrintable(QString("%1 element %2: %3, input %4")
                                     .arg(QString::fromStdString(std::string(dtypeName(v.type))))
                                     .arg(i).arg(decoded[i]).arg(x)));
        }
    }
}

void TestGgmlBlocks::decode_anyBytes_staysInsideTheBlock()
{
    std::mt19937_64 random(7);
    for (const DType type : blockTypes()) {
        for (int n = 0; n < 200; ++n) {
            std::vector<std::byte> block(traits(type).blockBytes);
            for (std::byte& b : block) b = static_cast<std::byte>(random());
            const auto first = decodeAlone(type, block);
            const auto second = decodeAlone(type, block);
            QCOMPARE(first.size(), std::size_t(traits(type).blockElements));
            QVERIFY(std::memcmp(first.data(), second.data(), first.size() * sizeof(float)) == 0);
        }
    }
}

void TestGgmlBlocks::decode_constantBytes_doesNotFail()
{
    for (const DType type : blockTypes()) {
        const auto zeros = decodeAlone(type, std::vector<std::byte>(traits(type).blockBytes, std::byte{0}));
        QCOMPARE(zeros.size(), std::size_t(traits(type).blockElements));
        for (const float v : zeros) QCOMPARE(v, 0.0F);
        // All ones: an F16 scale of 0xFFFF is NaN, and so is every value; NVFP4's scales are finite.
        const auto ones = decodeAlone(type, std::vector<std::byte>(traits(type).blockBytes, std::byte{0xFF}));
        QCOMPARE(ones.size(), std::size_t(traits(type).blockElements));
        for (const float v : ones) QCOMPARE(std::isnan(v), type != DType::NVFP4);
    }
}

void TestGgmlBlocks::decode_wrongSizes_isRefused()
{
    std::vector<std::byte> block(18);
    std::vector<float> out(32);
    QVERIFY(blocks::ggmlToFloat(DType::Q4_0, block, out));
    QVERIFY(!blocks::ggmlToFloat(DType::Q4_0, std::span(block).first(17), out));
    QVERIFY(!blocks::ggmlToFloat(DType::Q4_0, block, std::span(out).first(31)));
    QVERIFY(!blocks::ggmlToFloat(DType::F32, block, out));
    QVERIFY(blocks::ggmlToFloat(DType::Q4_0, {}, {}));
}

void TestGgmlBlocks::decode_mxfp4ReservedExponent_isNan()
{
    std::vector<std::byte> block(17, std::byte{0x11});
    block[0] = std::byte{255};
    for (const float v : decodeAlone(DType::MXFP4, block)) QVERIFY(std::isnan(v));
}

void TestGgmlBlocks::decode_mxfp4SmallestExponents_areSubnormal()
{
    std::vector<std::byte> block(17, std::byte{0x11}); // every level is 1
    for (const auto& [exponent, value] : {std::pair{0, 0x1p-128F}, {1, 0x1p-127F}, {2, 0x1p-126F}, {254, 0x1p126F}}) {
        block[0] = static_cast<std::byte>(exponent);
        for (const float v : decodeAlone(DType::MXFP4, block)) QCOMPARE(v, value);
    }
}

void TestGgmlBlocks::decode_nvfp4ScaleByte_ignoresSign()
{
    std::vector<std::byte> block(36, std::byte{0x22}); // every level is 2, half of it is 1
    block[0] = std::byte{0x38};                        // 1
    block[1] = std::byte{0xB8};                        // 1 with bit 7
    block[2] = std::byte{0x7F};                        // 0 by rule
    block[3] = std::byte{0x01};                        // 2^-9
    const auto v = decodeAlone(DType::NVFP4, block);
    QCOMPARE(v[0], 1.0F);
    QCOMPARE(v[16], 1.0F);
    QCOMPARE(v[32], 0.0F);
    QCOMPARE(v[48], 0x1p-9F);
}

void TestGgmlBlocks::decode_q8k_scaleIsFloat()
{
    std::vector<std::byte> block(292);
    const float d = 1e-20F;
    std::memcpy(block.data(), &d, 4);
    block[4] = std::byte{0xFD};
    block[259] = std::byte{7};
    const auto v = decodeAlone(DType::Q8_K, block);
    QCOMPARE(v[0], d * -3.0F);
    QCOMPARE(v[255], d * 7.0F);
}

void TestGgmlBlocks::decode_manyBlocks_equalsOneByOne()
{
    std::mt19937_64 random(11);
    for (const DType type : blockTypes()) {
        const std::size_t bytes = traits(type).blockBytes;
        const std::size_t elements = traits(type).blockElements;
        std::vector<std::byte> in(5 * bytes);
        for (std::byte& b : in) b = static_cast<std::byte>(random());
        std::vector<float> all(5 * elements);
        QVERIFY(blocks::ggmlToFloat(type, in, all));
        for (std::size_t k = 0; k < 5; ++k) {
            const auto one = decodeAlone(type, {in.begin() + static_cast<std::ptrdiff_t>(k * bytes),
                                                in.begin() + static_cast<std::ptrdiff_t>((k + 1) * bytes)});
            QVERIFY(std::memcmp(one.data(), all.data() + k * elements, elements * sizeof(float)) == 0);
        }
    }
}

QTEST_GUILESS_MAIN(TestGgmlBlocks)
#include "tst_ggml_blocks.moc"
