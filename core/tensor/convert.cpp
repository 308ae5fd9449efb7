// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/convert.h"

#include "core/base/bytes.h"
#include "core/tensor/float_bits.h"

#include <array>

namespace qs {
namespace {

template <class T, class F>
void each(std::span<const std::byte> in, std::span<float> out, F&& f)
{
    const std::byte* p = in.data();
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = f(loadLe<T>(p + i * sizeof(T)));
}

template <class F>
std::array<float, 256> byteTable(F&& f)
{
    std::array<float, 256> t{};
    for (unsigned i = 0; i < 256; ++i) t[i] = f(static_cast<std::uint8_t>(i));
    return t;
}

} // namespace

bool plainToFloat(DType type, std::span<const std::byte> in, std::span<float> out)
{
    const auto cast = [](auto v) { return static_cast<float>(v); };
    const auto table = [&](const std::array<float, 256>& t) {
        each<std::uint8_t>(in, out, [&](std::uint8_t v) { return t[v]; });
        return true;
    };
    switch (type) {
    case DType::F32:
        if (!out.empty()) std::memcpy(out.data(), in.data(), out.size() * 4);
        return true;
    case DType::F16: each<std::uint16_t>(in, out, halfToFloat); return true;
    case DType::BF16: each<std::uint16_t>(in, out, bf16ToFloat); return true;
    case DType::F64: each<double>(in, out, cast); return true;
    case DType::Bool: each<std::uint8_t>(in, out, [](std::uint8_t v) { return v ? 1.0F : 0.0F; }); return true;
    case DType::U8: each<std::uint8_t>(in, out, cast); return true;
    case DType::I8: each<std::int8_t>(in, out, cast); return true;
    case DType::I16: each<std::int16_t>(in, out, cast); return true;
    case DType::U16: each<std::uint16_t>(in, out, cast); return true;
    case DType::I32: each<std::int32_t>(in, out, cast); return true;
    case DType::U32: each<std::uint32_t>(in, out, cast); return true;
    case DType::I64: each<std::int64_t>(in, out, cast); return true;
    case DType::U64: each<std::uint64_t>(in, out, cast); return true;
    case DType::F8E4M3: { static const auto t = byteTable(e4m3ToFloat); return table(t); }
    case DType::F8E5M2: { static const auto t = byteTable(e5m2ToFloat); return table(t); }
    case DType::F8E4M3Fnuz: { static const auto t = byteTable(e4m3fnuzToFloat); return table(t); }
    case DType::F8E5M2Fnuz: { static const auto t = byteTable(e5m2fnuzToFloat); return table(t); }
    case DType::F8E8M0: { static const auto t = byteTable(e8m0ToFloat); return table(t); }
    case DType::F4:
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto b = static_cast<unsigned>(in[i / 2]);
            out[i] = e2m1ToFloat(i % 2 ? b >> 4 : b & 15U);
        }
        return true;
    default: return false;
    }
}

bool floatToPlain(DType type, std::span<const float> in, std::span<std::byte> out)
{
    switch (type) {
    case DType::F32:
        if (!in.empty()) std::memcpy(out.data(), in.data(), in.size() * 4);
        return true;
    case DType::F16:
        for (std::size_t i = 0; i < in.size(); ++i) storeLe(out.data() + 2 * i, floatToHalf(in[i]));
        return true;
    case DType::BF16:
        for (std::size_t i = 0; i < in.size(); ++i) storeLe(out.data() + 2 * i, floatToBf16(in[i]));
        return true;
    default: return false;
    }
}

} // namespace qs
