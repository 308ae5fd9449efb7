// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace qs {

/// Every element or block type that a checkpoint can store. Names follow safetensors and ggml, upper case (dtypeName).
enum class DType : std::uint8_t {
    Bool, F4, F6E2M3, F6E3M2, U8, I8, F8E5M2, F8E4M3, F8E8M0, F8E4M3Fnuz, F8E5M2Fnuz,
    I16, U16, F16, BF16, I32, U32, F32, C64, F64, I64, U64, C128, C32,
    // ggml block types (formats.md A2.4)
    Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q8_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, Q8_K,
    IQ2_XXS, IQ2_XS, IQ3_XXS, IQ1_S, IQ4_NL, IQ3_S, IQ2_S, IQ4_XS, IQ1_M,
    TQ1_0, TQ2_0, MXFP4, NVFP4, Q1_0, Q2_0,
    Count
};

/// What a type is for the program.
enum class DTypeKind : std::uint8_t {
    Float,   ///< plain floating point
    Integer, ///< plain integer or bool
    Complex, ///< shown, not decoded to float
    Block    ///< quantized block of ggml
};

/// One row of the traits table.
struct DTypeTraits {
    DType type;
    std::string_view name;    ///< "BF16", "Q4_K"
    DTypeKind kind;
    std::uint32_t blockElements; ///< elements in one block; 1 for plain types of whole bytes, 2 for F4, 4 for F6
    std::uint32_t blockBytes;    ///< bytes of one block
    int ggmlId;                  ///< type id in GGUF files, -1 where GGUF has none
    bool decodable;              ///< can be decoded to float
};

const DTypeTraits& traits(DType type);
std::span<const DTypeTraits> allDTypes();
inline std::string_view dtypeName(DType type) { return traits(type).name; }
/// Bits of one stored element: 8·blockBytes/blockElements.
double bitsPerElement(DType type);
/// Type by its name in any case ("f16", "Q4_K"), or nothing.
std::optional<DType> dtypeFromName(std::string_view name);
/// Type by ggml's id, or nothing for removed and unknown ids.
std::optional<DType> dtypeFromGgml(std::int64_t id);
/// Bytes of `elements` elements; nothing where it overflows or does not fill whole blocks.
std::optional<std::uint64_t> byteSize(DType type, std::uint64_t elements);
inline bool isWeightFloat(DType t) { return traits(t).decodable && traits(t).kind != DTypeKind::Integer; }

} // namespace qs
