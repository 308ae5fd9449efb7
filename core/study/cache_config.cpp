// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/study/cache_config.h"

#include "core/io/crash_safe_writer.h"
#include "core/io/json_text.h"
#include "core/study/result_cache.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace qs::study {
namespace {

namespace fs = std::filesystem;

// A folder of the XDG base directory specification; relative values are ignored as it demands.
fs::path userFolder(const char* variable, const char* below)
{
    if (const char* set = std::getenv(variable); set && fs::path(set).is_absolute()) return fs::path(set) / "quantoscope";
    if (const char* home = std::getenv("HOME"); home && fs::path(home).is_absolute()) return fs::path(home) / below / "quantoscope";
    return {};
}

} // namespace

fs::path defaultCacheFolder()
{
    const fs::path folder = userFolder("XDG_CACHE_HOME", ".cache");
    return folder.empty() ? folder : folder / "results";
}

fs::path cacheConfigFile()
{
    const fs::path folder = userFolder("XDG_CONFIG_HOME", ".config");
    return folder.empty() ? folder : folder / "cache.json";
}

CacheConfig loadCacheConfig(const fs::path& file)
{
    CacheConfig out;
    out.folder = defaultCacheFolder();
    std::error_code ec;
    if (!file.empty() && fs::is_regular_file(file, ec)) {
        const auto text = io::readTextFile(file, std::uint64_t(1) << 16);
        const auto root = text ? io::parseJson(*text, io::JsonLimits{}, file) : fail(ErrorCode::NotFound, "");
        if (root && root->is_object()) {
            if (const auto it = root->find("enabled"); it != root->end() && it->is_boolean()) out.enabled = it->get<bool>();
            if (const auto it = root->find("bytes"); it != root->end() && it->is_number_unsigned()) out.bytes = it->get<std::uint64_t>();
            if (const auto it = root->find("folder"); it != root->end() && it->is_string())
                if (const fs::path folder = it->get<std::string>(); folder.is_absolute()) out.folder = folder;
        }
    }
    if (const char* set = std::getenv("QUANTOSCOPE_CACHE")) {
        const std::string_view text(set);
        if (text == "off") out.enabled = false;
        else if (fs::path(text).is_absolute()) {
            out.enabled = true;
            out.folder = text;
        }
    }
    return out;
}

Status saveCacheConfig(const CacheConfig& config, const fs::path& file)
{
    if (file.empty()) return fail(Error(ErrorCode::NotFound, "there is no folder for settings").fix("set HOME"));
    std::error_code ec;
    fs::create_directories(file.parent_path(), ec);
    const nlohmann::ordered_json root = {{"enabled", config.enabled}, {"folder", config.folder.string()}, {"bytes", config.bytes}};
    QS_ASSIGN(auto out, io::CrashSafeFile::create(file, io::OnExisting::Replace));
    QS_TRY(out.output().write(root.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n"));
    return out.commit();
}

std::shared_ptr<ResultCache> openCache(const CacheConfig& config)
{
    if (!config.enabled || config.folder.empty() || config.bytes == 0) return nullptr;
    return std::make_shared<ResultCache>(config.folder, config.bytes);
}

} // namespace qs::study
