// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/model_files.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

namespace qs::exporting {
namespace {

namespace fs = std::filesystem;
constexpr int kDepth = 4;

bool holdsWeights(const fs::path& path)
{
    static constexpr std::array<std::string_view, 14> kEndings = {
        ".safetensors", ".gguf", ".bin", ".pt", ".pth", ".ckpt", ".npz", ".npy", ".onnx", ".h5", ".msgpack", ".index.json",
        ".partial", ".qscope"};
    const std::string name = path.filename().string();
    return name == "config.json" || name == "quantoscope.json" || name == "quantize_config.json"
        || std::any_of(kEndings.begin(), kEndings.end(), [&](std::string_view e) { return name.ends_with(e); });
}

Status copyFolder(const fs::path& from, const fs::path& to, int depth, const Context& context)
{
    std::error_code ec;
    fs::directory_iterator entries(from, ec);
    if (ec) return fail(Error(ErrorCode::Io, "the folder can't be read").inFile(from.string()).got(ec.message()));
    for (const auto& entry : entries) {
        if (context.stopped()) return cancelled();
        const std::string name = entry.path().filename().string();
        if (name.starts_with(".")) continue; // .git, .cache
        const auto status = entry.status(ec); // follows the links of a Hugging Face cache
        if (ec) continue;
        const fs::path target = to / entry.path().filename();
        if (status.type() == fs::file_type::directory && depth < kDepth && !entry.is_symlink()) {
            fs::create_directory(target, ec);
            if (ec) return fail(Error(ErrorCode::Io, "the folder can't be made").inFile(target.string()).got(ec.message()));
            QS_TRY(copyFolder(entry.path(), target, depth + 1, context));
            if (fs::is_empty(target, ec)) fs::remove(target, ec);
        } else if (status.type() == fs::file_type::regular && !holdsWeights(entry.path())) {
            fs::copy_file(entry.path(), target, ec);
            if (ec) return fail(Error(ErrorCode::Io, "the file can't be copied").inFile(target.string()).got(ec.message()));
        }
    }
    return {};
}

} // namespace

Status copyModelFiles(const io::ModelSource& source, io::CrashSafeFolder& folder, const Context& context)
{
    if (source.folder.empty()) return {};
    return copyFolder(source.folder, folder.path(), 0, context);
}

std::string configFor(const io::ModelSource& source, bool container)
{
    if (source.configJson.empty()) return {};
    auto config = nlohmann::ordered_json::parse(source.configJson, nullptr, false);
    if (!config.is_object()) return {};
    config.erase("quantization_config");
    if (container) config["quantization_config"] = {{"quant_method", "quantoscope"}, {"format_version", 1}};
    return config.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace qs::exporting
