// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/model_folder.h"

#include "core/base/format.h"
#include "core/io/json_text.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace qs::io {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kLongestName = 1024;
constexpr std::size_t kLongestMeta = std::size_t(64) << 10;

std::string shortText(std::string_view text) { return "'" + escapeText(text.substr(0, 200)) + "'"; }

bool isInside(const fs::path& file, const fs::path& folder)
{
    const auto end = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end()).first;
    return end == folder.end();
}

/// .../models--x/snapshots/REV[/sub] and .../models--x/blobs/HASH.
bool isCacheBlob(const fs::path& target, const fs::path& folder)
{
    for (fs::path p = folder; p.has_relative_path(); p = p.parent_path())
        if (p.parent_path().filename() == "snapshots")
            return target.parent_path() == p.parent_path().parent_path() / "blobs";
    return false;
}

MetaEntry toMeta(const std::string& key, const Json& value)
{
    MetaEntry e;
    e.key = "config." + key;
    switch (value.type()) {
    case Json::value_t::boolean:
        e.type = "bool";
        e.values = {value.get<bool>()};
        break;
    case Json::value_t::number_integer:
        e.type = "i64";
        e.values = {value.get<std::int64_t>()};
        break;
    case Json::value_t::number_unsigned:
        e.type = "u64";
        e.values = {value.get<std::uint64_t>()};
        break;
    case Json::value_t::number_float:
        e.type = "f64";
        e.values = {value.get<double>()};
        break;
    case Json::value_t::string:
        e.type = "string";
        e.values = {value.get<std::string>()};
        break;
    default: {
        std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
        if (text.size() > kLongestMeta) text = text.substr(0, kLongestMeta) + "...";
        e.type = "json";
        e.values = {std::move(text)};
    }
    }
    return e;
}

std::string lower(std::string text)
{
    for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

std::string modelType(const Json& object)
{
    const auto it = object.find("model_type");
    return it != object.end() && it->is_string() ? lower(it->get<std::string>()) : std::string();
}

/// Widths that a quantization method's format has (formats.md B1-B5).
bool widthExists(const std::string& method, std::int64_t bits)
{
    if (method == "awq") return bits == 4;
    if (method == "gptq") return bits == 2 || bits == 3 || bits == 4 || bits == 8;
    if (method == "hqq") return bits == 1 || bits == 2 || bits == 3 || bits == 4 || bits == 8;
    return bits >= 1 && bits <= 16;
}

/// hostile_inputs.md 53: a width or group size that no format has would divide by zero or read past the end later.
Status checkNumbers(const Json& object, const std::string& method, const std::string& at, const fs::path& file)
{
    for (const char* key : {"bits", "w_bit", "num_bits", "nbits"}) {
        const auto it = object.find(key);
        if (it == object.end() || it->is_null()) continue;
        if (!it->is_number_integer() || !widthExists(method, it->get<std::int64_t>()))
            return fail(Error(ErrorCode::Malformed, at + "." + key + " is not a width of this format")
                            .inFile(file.string())
                            .got(escapeText(it->dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 80))));
    }
    for (const char* key : {"group_size", "q_group_size"}) {
        const auto it = object.find(key);
        if (it == object.end() || it->is_null()) continue;
        const bool whole = it->is_number_integer();
        const std::int64_t v = whole ? it->get<std::int64_t>() : 0;
        constexpr std::int64_t kLargest = 1 << 24;
        if (!whole || (v != -1 && v <= 0) || v > kLargest)
            return fail(Error(ErrorCode::Malformed, at + "." + key + " is not a group size")
                            .inFile(file.string())
                            .wanted("-1 or a whole number above 0")
                            .got(escapeText(it->dump(-1, ' ', false, Json::error_handler_t::replace).substr(0, 80))));
    }
    for (const auto& [key, value] : object.items())
        if (value.is_object()) QS_TRY(checkNumbers(value, method, at + "." + escapeText(key.substr(0, 80)), file));
    return {};
}

Status checkQuantization(const Json& object, const fs::path& file)
{
    const auto it = object.find("quantization_config");
    if (it == object.end() || it->is_null()) return {};
    if (!it->is_object())
        return fail(Error(ErrorCode::Malformed, "quantization_config is not an object").inFile(file.string()));
    std::string method;
    if (const auto m = it->find("quant_method"); m != it->end() && m->is_string())
        method = lower(m->get<std::string>());
    return checkNumbers(*it, method, "quantization_config", file);
}

} // namespace

Status checkPlainName(std::string_view name, const fs::path& from)
{
    const auto refuse = [&](const char* why) {
        return fail(Error(ErrorCode::Unsafe, why).inFile(from.string()).got(shortText(name)));
    };
    constexpr std::size_t kLongestFileName = 255;
    if (name.empty() || name == "." || name == "..") return refuse("not the name of a file");
    if (name.size() > kLongestFileName) return refuse("a file name longer than 255 bytes");
    for (const char c : name) {
        if (c == '/' || c == '\\') return refuse("a file name that leads out of the folder");
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return refuse("a control character in a file name");
    }
    if (name.find("..") != std::string_view::npos) return refuse("a file name that leads out of the folder");
    if (name.find(':') != std::string_view::npos) return refuse("a drive letter or a URL instead of a file name");
    return {};
}

Status checkTensorName(std::string_view name, const fs::path& file)
{
    if (name.find('\0') != std::string_view::npos)
        return fail(Error(ErrorCode::Malformed, "NUL in a tensor name")
                        .inFile(file.string())
                        .ofTensor(std::string(name.substr(0, 200))));
    if (name.size() > kLongestName)
        return fail(Error(ErrorCode::Malformed, "tensor name too long")
                        .inFile(file.string())
                        .ofTensor(std::string(name.substr(0, 60)) + "...")
                        .wanted("at most 1024 bytes")
                        .got(std::to_string(name.size())));
    return {};
}

Result<fs::path> fileInFolder(const fs::path& folder, std::string_view name, const fs::path& from)
{
    QS_TRY(checkPlainName(name, from));
    const fs::path base = folder.empty() ? fs::path(".") : folder;
    const fs::path path = base / fs::path(std::string(name));
    std::error_code ec;
    const auto link = fs::symlink_status(path, ec);
    if (ec || link.type() == fs::file_type::not_found)
        return fail(Error(ErrorCode::Malformed, "a file that belongs to the checkpoint is missing")
                        .inFile(from.string())
                        .wanted(shortText(name))
                        .fix("download it again, or open what is there file by file"));
    if (link.type() == fs::file_type::symlink) {
        const fs::path target = fs::canonical(path, ec);
        if (ec)
            return fail(
                Error(ErrorCode::Malformed, "a symlink that leads nowhere").inFile(path.string()).got(ec.message()));
        const fs::path home = fs::canonical(base, ec);
        if (ec || (!isInside(target, home) && !isCacheBlob(target, home)))
            return fail(Error(ErrorCode::Unsafe, "a symlink that leads out of the model's folder")
                            .inFile(path.string())
                            .got(shortText(target.string())));
    }
    if (fs::status(path, ec).type() != fs::file_type::regular || ec)
        return fail(Error(ErrorCode::Malformed, "not a regular file").inFile(path.string()));
    return path;
}

Status readModelConfig(ModelSource& source, const fs::path& folder)
{
    std::error_code ec;
    const fs::path file = (folder.empty() ? fs::path(".") : folder) / "config.json";
    if (fs::symlink_status(file, ec).type() == fs::file_type::not_found || ec) return {};
    QS_ASSIGN(const auto path, fileInFolder(folder, "config.json", folder));
    const JsonLimits limits;
    QS_ASSIGN(auto text, readTextFile(path, limits.bytes));
    QS_ASSIGN(const Json config, parseJson(text, limits, file));
    if (!config.is_object())
        return fail(Error(ErrorCode::Malformed, "config.json is not a JSON object").inFile(file.string()));
    QS_TRY(checkQuantization(config, file));

    std::string architecture = modelType(config);
    std::vector<MetaEntry> entries;
    for (const auto& [key, value] : config.items()) entries.push_back(toMeta(key, value));
    if (const auto inner = config.find("text_config"); inner != config.end() && inner->is_object()) {
        QS_TRY(checkQuantization(*inner, file));
        if (const auto type = modelType(*inner); !type.empty()) architecture = type;
        for (const auto& [key, value] : inner->items())
            if (!config.contains(key)) entries.push_back(toMeta(key, value));
    }
    if (architecture.empty())
        source.warnings.push_back("config.json names no model_type: the architecture is unknown");
    source.architecture = std::move(architecture);
    source.metadata.insert(source.metadata.end(), std::make_move_iterator(entries.begin()),
                           std::make_move_iterator(entries.end()));
    source.configJson = std::move(text);
    source.folder = folder.empty() ? fs::path(".") : folder;
    return {};
}

void readNeighbourConfig(ModelSource& source, const fs::path& folder)
{
    if (auto s = readModelConfig(source, folder); !s)
        source.warnings.push_back("config.json beside the file is not used: " + s.error().text());
}

void warnAboutNames(ModelSource& source)
{
    std::size_t odd = 0;
    std::size_t empty = 0;
    const std::string* first = nullptr;
    for (const auto& t : source.tensors) {
        if (t.name.empty()) ++empty;
        // Names are plain ASCII as a rule; only others need the full look.
        const bool plain = std::all_of(t.name.begin(), t.name.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
        if (plain || escapeText(t.name) == t.name) continue;
        if (odd++ == 0) first = &t.name;
    }
    if (empty > 0) source.warnings.emplace_back("a tensor has an empty name");
    if (odd > 0)
        source.warnings.push_back(formatCount(odd) + (odd == 1 ? " tensor name has" : " tensor names have") +
                                  " control or bidirectional characters (shown escaped), such as " +
                                  escapeText(*first));
}

} // namespace qs::io
