// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/ggml/ggml_blocks.h"

#include "core/blocks/ggml/block_decoders.h"

namespace qs::blocks {
namespace {

ggml::BlockDecoder decoderOf(DType type)
{
    switch (type) {
    case DType::Q4_0: return ggml::decodeQ4_0;
    case DType::Q4_1: return ggml::decodeQ4_1;
    case DType::Q5_0: return ggml::decodeQ5_0;
    case DType::Q5_1: return ggml::decodeQ5_1;
    case DType::Q8_0: return ggml::decodeQ8_0;
    case DType::Q8_1: return ggml::decodeQ8_1;
    case DType::Q2_K: return ggml::decodeQ2_K;
    case DType::Q3_K: return ggml::decodeQ3_K;
    case DType::Q4_K: return ggml::decodeQ4_K;
    case DType::Q5_K: return ggml::decodeQ5_K;
    case DType::Q6_K: return ggml::decodeQ6_K;
    case DType::Q8_K: return ggml::decodeQ8_K;
    case DType::IQ2_XXS: return ggml::decodeIQ2_XXS;
    case DType::IQ2_XS: return ggml::decodeIQ2_XS;
    case DType::IQ3_XXS: return ggml::decodeIQ3_XXS;
    case DType::IQ1_S: return ggml::decodeIQ1_S;
    case DType::IQ4_NL: return ggml::decodeIQ4_NL;
    case DType::IQ3_S: return ggml::decodeIQ3_S;
    case DType::IQ2_S: return ggml::decodeIQ2_S;
    case DType::IQ4_XS: return ggml::decodeIQ4_XS;
    case DType::IQ1_M: return ggml::decodeIQ1_M;
    case DType::TQ1_0: return ggml::decodeTQ1_0;
    case DType::TQ2_0: return ggml::decodeTQ2_0;
    case DType::MXFP4: return ggml::decodeMXFP4;
    case DType::NVFP4: return ggml::decodeNVFP4;
    case DType::Q1_0: return ggml::decodeQ1_0;
    case DType::Q2_0: return ggml::decodeQ2_0;
    default: return nullptr;
    }
}

} // namespace

bool ggmlToFloat(DType type, std::span<const std::byte> in, std::span<float> out)
{
    const ggml::BlockDecoder decode = decoderOf(type);
    if (decode == nullptr) return false;
    const DTypeTraits& t = traits(type);
    const std::size_t blocks = out.size() / t.blockElements;
    if (out.size() % t.blockElements != 0 || in.size() != blocks * t.blockBytes) return false;
    decode(reinterpret_cast<const std::uint8_t*>(in.data()), out.data(), blocks);
    return true;
}

} // namespace qs::blocks
