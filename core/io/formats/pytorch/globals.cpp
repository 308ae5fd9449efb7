// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/formats/pytorch/globals.h"

#include <algorithm>
#include <array>

namespace qs::io::pytorch {
namespace {

using G = GlobalKind;
constexpr const char* kQuantized = "quantized object not supported";
constexpr const char* kSparse = "sparse object not supported";
constexpr const char* kNumpy = "NumPy object not supported";
constexpr const char* kSubclass = "tensor subclass not supported";
constexpr std::nullopt_t none = std::nullopt;

// PT:torch/_weights_only_unpickler.py, and of what it refuses the rebuilds that cost one tensor only.
constexpr GlobalInfo kTable[] = {
    {"collections", "OrderedDict", G::OrderedDict},
    {"collections", "Counter", G::Counter},
    {"_codecs", "encode", G::Plain},
    {"builtins", "set", G::Set},
    {"builtins", "bytearray", G::Plain},
    {"builtins", "complex", G::Plain},
    {"__builtin__", "set", G::Set},
    {"__builtin__", "bytearray", G::Plain},
    {"__builtin__", "complex", G::Plain},
    {"torch._utils", "_rebuild_tensor", G::RebuildTensor},
    {"torch._utils", "_rebuild_tensor_v2", G::RebuildTensorV2},
    {"torch._utils", "_rebuild_tensor_v3", G::RebuildTensorV3},
    {"torch._utils", "_rebuild_parameter", G::RebuildParameter},
    {"torch._utils", "_rebuild_parameter_with_state", G::RebuildParameterWithState},
    {"torch._tensor", "_rebuild_from_type_v2", G::RebuildFromType},
    {"torch.nn.parameter", "Parameter", G::ParameterClass},
    {"torch", "Tensor", G::TensorClass},
    {"torch", "Size", G::Size},
    {"torch", "device", G::Plain},
    // dtypes
    {"torch", "float64", G::Dtype, DType::F64}, {"torch", "double", G::Dtype, DType::F64},
    {"torch", "float32", G::Dtype, DType::F32}, {"torch", "float", G::Dtype, DType::F32},
    {"torch", "float16", G::Dtype, DType::F16}, {"torch", "half", G::Dtype, DType::F16},
    {"torch", "bfloat16", G::Dtype, DType::BF16},
    {"torch", "float8_e4m3fn", G::Dtype, DType::F8E4M3}, {"torch", "float8_e5m2", G::Dtype, DType::F8E5M2},
    {"torch", "float8_e4m3fnuz", G::Dtype, DType::F8E4M3Fnuz},
    {"torch", "float8_e5m2fnuz", G::Dtype, DType::F8E5M2Fnuz},
    {"torch", "float8_e8m0fnu", G::Dtype, DType::F8E8M0},
    {"torch", "float4_e2m1fn_x2", G::Dtype, DType::F4},
    {"torch", "uint8", G::Dtype, DType::U8}, {"torch", "int8", G::Dtype, DType::I8},
    {"torch", "uint16", G::Dtype, DType::U16}, {"torch", "int16", G::Dtype, DType::I16},
    {"torch", "short", G::Dtype, DType::I16},
    {"torch", "uint32", G::Dtype, DType::U32}, {"torch", "int32", G::Dtype, DType::I32},
    {"torch", "int", G::Dtype, DType::I32},
    {"torch", "uint64", G::Dtype, DType::U64}, {"torch", "int64", G::Dtype, DType::I64},
    {"torch", "long", G::Dtype, DType::I64},
    {"torch", "bool", G::Dtype, DType::Bool},
    {"torch", "complex64", G::Dtype, DType::C64}, {"torch", "cfloat", G::Dtype, DType::C64},
    {"torch", "complex128", G::Dtype, DType::C128}, {"torch", "cdouble", G::Dtype, DType::C128},
    {"torch", "complex32", G::Dtype, DType::C32}, {"torch", "chalf", G::Dtype, DType::C32},
    {"torch", "qint8", G::Dtype, none}, {"torch", "quint8", G::Dtype, none}, {"torch", "qint32", G::Dtype, none},
    {"torch", "quint4x2", G::Dtype, none}, {"torch", "quint2x4", G::Dtype, none},
    // storages
    {"torch", "DoubleStorage", G::Storage, DType::F64}, {"torch", "FloatStorage", G::Storage, DType::F32},
    {"torch", "HalfStorage", G::Storage, DType::F16}, {"torch", "BFloat16Storage", G::Storage, DType::BF16},
    {"torch", "LongStorage", G::Storage, DType::I64}, {"torch", "IntStorage", G::Storage, DType::I32},
    {"torch", "ShortStorage", G::Storage, DType::I16}, {"torch", "CharStorage", G::Storage, DType::I8},
    {"torch", "ByteStorage", G::Storage, DType::U8}, {"torch", "BoolStorage", G::Storage, DType::Bool},
    {"torch", "ComplexFloatStorage", G::Storage, DType::C64},
    {"torch", "ComplexDoubleStorage", G::Storage, DType::C128},
    {"torch", "QInt8Storage", G::Storage, none, 1, kQuantized},
    {"torch", "QUInt8Storage", G::Storage, none, 1, kQuantized},
    {"torch", "QInt32Storage", G::Storage, none, 4, kQuantized},
    {"torch", "QUInt4x2Storage", G::Storage, none, 1, kQuantized},
    {"torch", "QUInt2x4Storage", G::Storage, none, 1, kQuantized},
    {"torch.storage", "UntypedStorage", G::UntypedStorage},
    {"torch", "UntypedStorage", G::UntypedStorage},
    // what costs one tensor, and the names that only they use
    {"torch._utils", "_rebuild_qtensor", G::RefusedRebuild, none, 0, kQuantized},
    {"torch", "per_tensor_affine", G::Plain}, {"torch", "per_tensor_symmetric", G::Plain},
    {"torch", "per_channel_affine", G::Plain}, {"torch", "per_channel_symmetric", G::Plain},
    {"torch", "per_channel_affine_float_qparams", G::Plain},
    {"torch._utils", "_rebuild_sparse_tensor", G::RefusedRebuild, none, 0, kSparse},
    {"torch._utils", "_rebuild_sparse_csr_tensor", G::RefusedRebuild, none, 0, kSparse},
    {"torch._utils", "_rebuild_nested_tensor", G::RefusedRebuild, none, 0, "nested tensor not supported"},
    {"torch.serialization", "_get_layout", G::Plain},
    {"torch", "strided", G::Plain}, {"torch", "sparse_coo", G::Plain}, {"torch", "sparse_csr", G::Plain},
    {"torch", "sparse_csc", G::Plain}, {"torch", "sparse_bsr", G::Plain}, {"torch", "sparse_bsc", G::Plain},
    {"torch._utils", "_rebuild_wrapper_subclass", G::RefusedRebuild, none, 0, kSubclass},
    {"torch._utils", "_rebuild_meta_tensor_no_storage", G::RefusedRebuild, none, 0, "meta tensor holds no data"},
    {"torch._utils", "_rebuild_device_tensor_from_numpy", G::RefusedRebuild, none, 0, kNumpy},
    {"torch._utils", "_rebuild_device_tensor_from_cpu_tensor", G::RefusedRebuild, none, 0, kSubclass},
    {"numpy.core.multiarray", "_reconstruct", G::RefusedRebuild, none, 0, kNumpy},
    {"numpy._core.multiarray", "_reconstruct", G::RefusedRebuild, none, 0, kNumpy},
    {"numpy.core.multiarray", "scalar", G::RefusedRebuild, none, 0, kNumpy},
    {"numpy._core.multiarray", "scalar", G::RefusedRebuild, none, 0, kNumpy},
    {"numpy", "ndarray", G::Plain},
    {"numpy", "dtype", G::Plain},
};

} // namespace

std::int64_t findGlobal(std::string_view module, std::string_view name)
{
    if (module == "torch.cuda" && name.ends_with("Storage")) module = "torch"; // a storage is a storage wherever it lay
    for (std::size_t i = 0; i < std::size(kTable); ++i)
        if (kTable[i].name == name && kTable[i].module == module) return static_cast<std::int64_t>(i);
    return -1;
}

const GlobalInfo& globalInfo(std::int64_t row) { return kTable[static_cast<std::size_t>(row)]; }

} // namespace qs::io::pytorch
