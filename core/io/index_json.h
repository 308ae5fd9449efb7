// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/exec/context.h"
#include "core/io/model_source.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qs::io {

/// A checked `*.index.json` of a sharded checkpoint (formats.md A1.7, A3.6): which tensor lies in which file.
struct ShardIndex {
    struct Weight {
        std::string name;
        std::uint32_t shard = 0; ///< into `shards`
    };
    std::filesystem::path file;              ///< the index itself
    std::vector<std::string> shards;         ///< plain file names, natural order
    std::vector<std::filesystem::path> paths; ///< of the shards: checked by fileInFolder, all exist
    std::vector<Weight> weights;             ///< sorted by name (bytes)
    std::optional<std::uint64_t> totalSize;  ///< metadata.total_size where it is a whole number >= 0
    std::vector<std::string> warnings;
};

/// Reads and checks an index. Malformed: not JSON, no weight_map, a tensor listed twice, a shard name that is not a
/// plain name in the index's folder or leads out of it by a symlink, a shard that is missing. More than 1 M tensors are
/// refused.
Result<ShardIndex> readShardIndex(const std::filesystem::path& file, const Context& context);

/// Checks the catalogue of the opened shards against their index. Shard i must be source.files[i] (tensor.file == i).
/// Sorts source.tensors. Malformed: a tensor in two shards, or listed but absent from its shard. Warnings (appended to
/// source.warnings, with the index's own): tensors present but not listed, a wrong total_size. `leftOut`: names that the
/// reader met but does not list (it has warned of them); they may be in the index, and total_size may count them.
Status checkShards(ModelSource& source, const ShardIndex& index, std::vector<std::string> leftOut = {});

} // namespace qs::io
