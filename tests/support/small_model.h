// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/dtype.h"
#include "core/tensor/matrix.h"

#include <filesystem>
#include <map>
#include <string>

namespace qs::test {

/// Writes a safetensors file of F32 (or F16, BF16) matrices with the project's writer; throws where it can't.
void writeModel(const std::filesystem::path& path, const std::map<std::string, Matrix>& tensors,
                const std::map<std::string, std::string>& metadata = {}, DType type = DType::F32);

} // namespace qs::test
