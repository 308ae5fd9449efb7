// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>

namespace qs::test {

/// A checkpoint of 100 GB: 20 shards of sparse files with real headers, 10,000 BF16 tensors of 2236 × 2236. False where
/// the file system has no room for sparse files.
bool makeHugeCheckpoint(const std::filesystem::path& folder);

/// One safetensors file with one BF16 tensor "weight" of side × side values drawn from a normal distribution with a few
/// outliers (a million values, repeated at changing offsets).
bool makeLargeTensor(const std::filesystem::path& file, std::ptrdiff_t side);

} // namespace qs::test
