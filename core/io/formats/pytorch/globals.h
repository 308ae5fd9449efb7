// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/dtype.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace qs::io::pytorch {

/// What we do with an allowed global (formats.md A3.3).
enum class GlobalKind : std::uint8_t {
    OrderedDict, Counter, Set, Plain,
    RebuildTensor, RebuildTensorV2, RebuildTensorV3, RebuildParameter, RebuildParameterWithState, RebuildFromType,
    ParameterClass, TensorClass, Size,
    Dtype,         ///< `type`, or nothing where we can't read it
    Storage,       ///< typed storage class; `type` nothing for the quantized ones
    UntypedStorage,
    RefusedRebuild ///< quantized, sparse, NumPy: that tensor only is refused
};

struct GlobalInfo {
    std::string_view module;
    std::string_view name;
    GlobalKind kind;
    std::optional<DType> type{};
    std::uint32_t elementBytes = 0; ///< of quantized storages
    const char* reason = nullptr;   ///< of RefusedRebuild and of quantized storages
};

/// Row of the table, or -1 where the name is not allowed.
std::int64_t findGlobal(std::string_view module, std::string_view name);
const GlobalInfo& globalInfo(std::int64_t row);

} // namespace qs::io::pytorch
