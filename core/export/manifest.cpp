// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/manifest.h"

#include "core/io/json_text.h"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <set>

namespace qs::exporting {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kVersion = 1;

// The shortest decimal that is this float.
double shortest(float value)
{
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    double out = static_cast<double>(value);
    std::from_chars(buffer.data(), end, out);
    return out;
}

ordered_json tensorJson(const ExportedTensor& t)
{
    ordered_json j;
    if (t.sourceName != t.name) j["source_name"] = t.sourceName;
    if (t.storedAs != t.name) j["stored_as"] = t.storedAs;
    j["dtype"] = dtypeName(t.dtype);
    j["shape"] = std::vector<Index>(t.shape.dims().begin(), t.shape.dims().end());
    if (!t.recipe.empty()) {
        j["recipe"] = t.recipe;
        j["seed"] = t.seed;
        if (!t.device.empty()) j["device"] = t.device;
        const ordered_json parts = ordered_json::parse(t.parts.empty() ? "{}" : t.parts);
        for (const auto& [key, value] : parts.items()) j[key] = value;
    }
    j["bits_per_weight"] = t.weights == 0 ? 0.0 : static_cast<double>(t.bits.payload + t.bits.metadata) / static_cast<double>(t.weights);
    j["payload_bits"] = t.bits.payload;
    j["metadata_bits"] = t.bits.metadata;
    j[t.hashOfBytes ? "sha256_of_bytes" : "sha256"] = t.sha256;
    if (t.measured) {
        j["max_abs"] = t.error.maxAbs;
        j["relative_mse"] = t.error.relativeMse();
        j["sum_squared_error"] = t.error.sumSquaredError;
        j["sum_squares"] = t.error.sumSquares;
    }
    if (t.rotaryHeadRows > 0) j["rotary_head_rows"] = t.rotaryHeadRows;
    if (!t.foldedInto.empty()) j["folded_into"] = t.foldedInto;
    if (!t.scalesKept.empty()) j["scales_kept"] = t.scalesKept;
    if (!t.dividedBy.empty()) {
        ordered_json by = ordered_json::array();
        for (const float s : t.dividedBy) by.push_back(shortest(s));
        j["divided_by"] = std::move(by);
        if (t.dividedPlusOne) j["divided_with_one"] = true;
    }
    if (t.made) j["made"] = true;
    if (t.rotaryToGguf) j["rotary_to"] = "gguf";
    if (t.fusedHeads > 0) j["fused_heads"] = t.fusedHeads;
    if (t.added != 0) j["added"] = t.added;
    return j;
}

std::string textOf(const json& object, const char* key, const std::string& fallback = {})
{
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : fallback;
}

double numberOf(const json& object, const char* key)
{
    const auto it = object.find(key);
    return it != object.end() && it->is_number() ? it->get<double>() : 0.0;
}

std::uint64_t wholeOf(const json& object, const char* key)
{
    const auto it = object.find(key);
    return it != object.end() && it->is_number_unsigned() ? it->get<std::uint64_t>() : 0;
}

} // namespace

std::filesystem::path manifestPath(const std::filesystem::path& exported)
{
    std::error_code ec;
    if (std::filesystem::is_directory(exported, ec)) return exported / "quantoscope.json";
    std::filesystem::path p = exported;
    p += ".quantoscope.json";
    return p;
}

std::string manifestText(const Manifest& manifest)
{
    ordered_json j;
    j["format_version"] = kVersion;
    j["producer"] = manifest.producer;
    j["format"] = manifest.format;
    j["source"] = {{"name", manifest.sourcePath}, {"bytes", manifest.sourceBytes}};
    j["seed"] = manifest.seed;
    ordered_json tensors = ordered_json::object();
    for (const auto& t : manifest.tensors) tensors[t.name] = tensorJson(t);
    j["tensors"] = std::move(tensors);
    return j.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<Manifest> readManifest(const std::filesystem::path& path)
{
    std::error_code ec;
    if (!std::filesystem::exists(path, ec))
        return fail(Error(ErrorCode::NotFound, "there is no manifest").inFile(path.string()).fix("verify reads what this program wrote"));
    io::JsonLimits limits;
    limits.bytes = std::uint64_t(1) << 30;
    limits.values = 50'000'000;
    QS_ASSIGN(const std::string text, io::readTextFile(path, limits.bytes));
    QS_ASSIGN(const json root, io::parseJson(text, limits, path));
    const auto bad = [&](const std::string& tensor, const char* what) {
        return fail(Error(ErrorCode::Malformed, what).inFile(path.string()).ofTensor(tensor));
    };
    if (!root.is_object()) return bad("", "the manifest is not a JSON object");
    if (wholeOf(root, "format_version") != kVersion)
        return fail(Error(ErrorCode::Unsupported, "a manifest of a version that this program does not read")
                        .inFile(path.string())
                        .wanted(std::to_string(kVersion)));
    Manifest m;
    m.producer = textOf(root, "producer");
    m.format = textOf(root, "format");
    m.seed = wholeOf(root, "seed");
    const auto tensors = root.find("tensors");
    if (tensors == root.end() || !tensors->is_object()) return bad("", "the manifest lists no tensors");
    for (const auto& [name, value] : tensors->items()) {
        if (!value.is_object()) return bad(name, "the manifest's entry is not an object");
        ExportedTensor t;
        t.name = name;
        t.sourceName = textOf(value, "source_name", name);
        t.storedAs = textOf(value, "stored_as", name);
        const auto type = dtypeFromName(textOf(value, "dtype"));
        const auto shape = value.find("shape");
        if (!type) return bad(name, "the manifest's entry has no known dtype");
        if (shape == value.end() || !shape->is_array() || shape->size() > Shape::kMaxRank)
            return bad(name, "the manifest's entry has no proper shape");
        t.dtype = *type;
        for (const auto& d : *shape) {
            if (!d.is_number_unsigned() || d.get<std::uint64_t>() > (std::uint64_t(1) << 48))
                return bad(name, "a dimension in the manifest is not a whole number");
            t.shape.push(d.get<Index>());
        }
        t.recipe = textOf(value, "recipe");
        t.seed = wholeOf(value, "seed");
        t.device = textOf(value, "device");
        t.hashOfBytes = value.contains("sha256_of_bytes");
        t.sha256 = textOf(value, t.hashOfBytes ? "sha256_of_bytes" : "sha256");
        if (t.sha256.size() != 64) return bad(name, "the manifest's entry has no sha256");
        t.measured = value.contains("max_abs");
        t.error.maxAbs = numberOf(value, "max_abs");
        t.error.sumSquaredError = numberOf(value, "sum_squared_error");
        t.error.sumSquares = numberOf(value, "sum_squares");
        t.bits.payload = wholeOf(value, "payload_bits");
        t.bits.metadata = wholeOf(value, "metadata_bits");
        t.rotaryHeadRows = static_cast<Index>(std::min<std::uint64_t>(wholeOf(value, "rotary_head_rows"), 1U << 20));
        t.foldedInto = textOf(value, "folded_into");
        t.scalesKept = textOf(value, "scales_kept");
        t.dividedPlusOne = value.contains("divided_with_one");
        if (const auto by = value.find("divided_by"); by != value.end()) {
            if (!by->is_array()) return bad(name, "divided_by is not a list");
            for (const auto& s : *by) {
                const double v = s.is_number() ? s.get<double>() : 0;
                if (!(v > 0)) return bad(name, "divided_by holds what is not a positive number");
                t.dividedBy.push_back(static_cast<float>(v));
            }
        }
        t.made = value.contains("made");
        t.rotaryToGguf = textOf(value, "rotary_to") == "gguf";
        t.fusedHeads = static_cast<Index>(std::min<std::uint64_t>(wholeOf(value, "fused_heads"), 1U << 20));
        t.added = numberOf(value, "added");
        m.tensors.push_back(std::move(t));
    }
    return m;
}

} // namespace qs::exporting
