// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <filesystem>
#include <memory>

namespace qs::study {

class ResultCache;

/// Where results are kept, for the window and the command line alike: one small file in the user's settings folder,
/// so that both use the same place.
struct CacheConfig {
    static constexpr std::uint64_t kDefaultBytes = std::uint64_t(4) << 30;
    bool enabled = true;
    std::filesystem::path folder;           ///< absolute
    std::uint64_t bytes = kDefaultBytes;    ///< most that is kept
    bool operator==(const CacheConfig&) const = default;
};

/// $XDG_CACHE_HOME/quantoscope/results, or ~/.cache/…; empty where there is no home.
std::filesystem::path defaultCacheFolder();
/// $XDG_CONFIG_HOME/quantoscope/cache.json, or ~/.config/…; empty where there is no home.
std::filesystem::path cacheConfigFile();

/// What is set in `file`; defaults for what is absent or makes no sense. The variable QUANTOSCOPE_CACHE overrides it: "off", or
/// a folder.
CacheConfig loadCacheConfig(const std::filesystem::path& file = cacheConfigFile());
/// Writes it in one step; makes the folder of the file.
Status saveCacheConfig(const CacheConfig& config, const std::filesystem::path& file = cacheConfigFile());
/// The cache of a configuration; null where it is off or has no place.
std::shared_ptr<ResultCache> openCache(const CacheConfig& config);

} // namespace qs::study
