// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/host_device.h"
#include "core/tensor/dtype.h"
#include "core/tensor/float_bits.h"

#include <cstdint>

/// The device form of plainToFloat(): the same element functions, a thread per element.
namespace qs {

/// Whether ConvertKernel decodes the type.
QS_HD inline bool convertKernelTakes(DType type)
{
    switch (type) {
    case DType::F32: case DType::F16: case DType::BF16: case DType::F64: case DType::Bool:
    case DType::U8: case DType::I8: case DType::U16: case DType::I16: case DType::U32: case DType::I32:
    case DType::U64: case DType::I64:
    case DType::F8E4M3: case DType::F8E5M2: case DType::F8E4M3Fnuz: case DType::F8E5M2Fnuz: case DType::F8E8M0:
    case DType::F4: return true;
    default: return false;
    }
}

struct ConvertKernel {
    static constexpr const char* kName = "convert";
    static constexpr int kThreads = 256;
    struct Shared {
        char none;
    };
    struct Args {
        const std::uint8_t* in; ///< little-endian elements, aligned to 8 bytes
        float* out;
        std::int64_t n;
        DType type;
    };

    QS_HD static float element(const Args& a, std::int64_t i)
    {
        switch (a.type) {
        case DType::F32: return at<float>(a, i);
        case DType::F16: return halfToFloat(at<std::uint16_t>(a, i));
        case DType::BF16: return bf16ToFloat(at<std::uint16_t>(a, i));
        case DType::F64: return static_cast<float>(at<double>(a, i));
        case DType::Bool: return a.in[i] ? 1.0F : 0.0F;
        case DType::U8: return static_cast<float>(a.in[i]);
        case DType::I8: return static_cast<float>(at<std::int8_t>(a, i));
        case DType::U16: return static_cast<float>(at<std::uint16_t>(a, i));
        case DType::I16: return static_cast<float>(at<std::int16_t>(a, i));
        case DType::U32: return static_cast<float>(at<std::uint32_t>(a, i));
        case DType::I32: return static_cast<float>(at<std::int32_t>(a, i));
        case DType::U64: return static_cast<float>(at<std::uint64_t>(a, i));
        case DType::I64: return static_cast<float>(at<std::int64_t>(a, i));
        case DType::F8E4M3: return e4m3ToFloat(a.in[i]);
        case DType::F8E5M2: return e5m2ToFloat(a.in[i]);
        case DType::F8E4M3Fnuz: return e4m3fnuzToFloat(a.in[i]);
        case DType::F8E5M2Fnuz: return e5m2fnuzToFloat(a.in[i]);
        case DType::F8E8M0: return e8m0ToFloat(a.in[i]);
        case DType::F4: return e2m1ToFloat(i % 2 ? a.in[i / 2] >> 4 : a.in[i / 2] & 15U);
        default: return 0;
        }
    }

    template <class Team>
    QS_HD static void run(const Team& team, Shared&, const Args& a)
    {
        const std::int64_t step = team.blocks() * team.size();
        for (std::int64_t i = team.block() * team.size() + team.rank(); i < a.n; i += step) a.out[i] = element(a, i);
    }

private:
    template <class T>
    QS_HD static T at(const Args& a, std::int64_t i) { return reinterpret_cast<const T*>(a.in)[i]; }
};

} // namespace qs
