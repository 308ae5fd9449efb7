// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/dtype.h"

#include "core/base/checked.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace qs {
namespace {

using K = DTypeKind;
constexpr std::array<DTypeTraits, static_cast<std::size_t>(DType::Count)> kTable{{
    {DType::Bool, "BOOL", K::Integer, 1, 1, -1, true},
    {DType::F4, "F4", K::Float, 2, 1, -1, true},
    {DType::F6E2M3, "F6_E2M3", K::Float, 4, 3, -1, false}, // bit order inside a byte is not defined by safetensors
    {DType::F6E3M2, "F6_E3M2", K::Float, 4, 3, -1, false},
    {DType::U8, "U8", K::Integer, 1, 1, -1, true},
    {DType::I8, "I8", K::Integer, 1, 1, 24, true},
    {DType::F8E5M2, "F8_E5M2", K::Float, 1, 1, -1, true},
    {DType::F8E4M3, "F8_E4M3", K::Float, 1, 1, -1, true},
    {DType::F8E8M0, "F8_E8M0", K::Float, 1, 1, -1, true},
    {DType::F8E4M3Fnuz, "F8_E4M3FNUZ", K::Float, 1, 1, -1, true},
    {DType::F8E5M2Fnuz, "F8_E5M2FNUZ", K::Float, 1, 1, -1, true},
    {DType::I16, "I16", K::Integer, 1, 2, 25, true},
    {DType::U16, "U16", K::Integer, 1, 2, -1, true},
    {DType::F16, "F16", K::Float, 1, 2, 1, true},
    {DType::BF16, "BF16", K::Float, 1, 2, 30, true},
    {DType::I32, "I32", K::Integer, 1, 4, 26, true},
    {DType::U32, "U32", K::Integer, 1, 4, -1, true},
    {DType::F32, "F32", K::Float, 1, 4, 0, true},
    {DType::C64, "C64", K::Complex, 1, 8, -1, false},
    {DType::F64, "F64", K::Float, 1, 8, 28, true},
    {DType::I64, "I64", K::Integer, 1, 8, 27, true},
    {DType::U64, "U64", K::Integer, 1, 8, -1, true},
    {DType::C128, "C128", K::Complex, 1, 16, -1, false},
    {DType::C32, "C32", K::Complex, 1, 4, -1, false}, // torch's complex32: two halves
    {DType::Q4_0, "Q4_0", K::Block, 32, 18, 2, true},
    {DType::Q4_1, "Q4_1", K::Block, 32, 20, 3, true},
    {DType::Q5_0, "Q5_0", K::Block, 32, 22, 6, true},
    {DType::Q5_1, "Q5_1", K::Block, 32, 24, 7, true},
    {DType::Q8_0, "Q8_0", K::Block, 32, 34, 8, true},
    {DType::Q8_1, "Q8_1", K::Block, 32, 36, 9, true},
    {DType::Q2_K, "Q2_K", K::Block, 256, 84, 10, true},
    {DType::Q3_K, "Q3_K", K::Block, 256, 110, 11, true},
    {DType::Q4_K, "Q4_K", K::Block, 256, 144, 12, true},
    {DType::Q5_K, "Q5_K", K::Block, 256, 176, 13, true},
    {DType::Q6_K, "Q6_K", K::Block, 256, 210, 14, true},
    {DType::Q8_K, "Q8_K", K::Block, 256, 292, 15, true},
    {DType::IQ2_XXS, "IQ2_XXS", K::Block, 256, 66, 16, true},
    {DType::IQ2_XS, "IQ2_XS", K::Block, 256, 74, 17, true},
    {DType::IQ3_XXS, "IQ3_XXS", K::Block, 256, 98, 18, true},
    {DType::IQ1_S, "IQ1_S", K::Block, 256, 50, 19, true},
    {DType::IQ4_NL, "IQ4_NL", K::Block, 32, 18, 20, true},
    {DType::IQ3_S, "IQ3_S", K::Block, 256, 110, 21, true},
    {DType::IQ2_S, "IQ2_S", K::Block, 256, 82, 22, true},
    {DType::IQ4_XS, "IQ4_XS", K::Block, 256, 136, 23, true},
    {DType::IQ1_M, "IQ1_M", K::Block, 256, 56, 29, true},
    {DType::TQ1_0, "TQ1_0", K::Block, 256, 54, 34, true},
    {DType::TQ2_0, "TQ2_0", K::Block, 256, 66, 35, true},
    {DType::MXFP4, "MXFP4", K::Block, 32, 17, 39, true},
    {DType::NVFP4, "NVFP4", K::Block, 64, 36, 40, true},
    {DType::Q1_0, "Q1_0", K::Block, 128, 18, 41, true},
    {DType::Q2_0, "Q2_0", K::Block, 64, 18, 42, true},
}};

constexpr bool tableInOrder()
{
    for (std::size_t i = 0; i < kTable.size(); ++i)
        if (static_cast<std::size_t>(kTable[i].type) != i) return false;
    return true;
}
static_assert(tableInOrder());

} // namespace

const DTypeTraits& traits(DType type) { return kTable[static_cast<std::size_t>(type)]; }
std::span<const DTypeTraits> allDTypes() { return kTable; }

double bitsPerElement(DType type) { return 8.0 * traits(type).blockBytes / traits(type).blockElements; }

std::optional<DType> dtypeFromName(std::string_view name)
{
    const auto same = [&](std::string_view other) {
        return std::equal(name.begin(), name.end(), other.begin(), other.end(), [](char a, char b) {
            return std::toupper(static_cast<unsigned char>(a)) == std::toupper(static_cast<unsigned char>(b));
        });
    };
    for (const auto& row : kTable)
        if (same(row.name)) return row.type;
    return std::nullopt;
}

std::optional<DType> dtypeFromGgml(std::int64_t id)
{
    for (const auto& row : kTable)
        if (row.ggmlId >= 0 && row.ggmlId == id) return row.type;
    return std::nullopt;
}

std::optional<std::uint64_t> byteSize(DType type, std::uint64_t elements)
{
    const auto& t = traits(type);
    if (elements % t.blockElements != 0) return std::nullopt;
    return checkedMul(elements / t.blockElements, t.blockBytes);
}

} // namespace qs
