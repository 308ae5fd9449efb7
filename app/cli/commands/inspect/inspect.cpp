// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_arguments.h"
#include "app/cli/table.h"
#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <ostream>

namespace qs::cli {
namespace {

constexpr std::size_t kLongString = 256;
constexpr std::size_t kLongArray = 16;

// JSON strings of a file's config can be large too; only the head of what is long is shown.
std::string headOf(const std::string& text)
{
    std::size_t n = kLongString;
    while (n > 0 && (static_cast<unsigned char>(text[n]) & 0xC0U) == 0x80U) --n; // not in the middle of a code point
    return text.substr(0, n);
}

Json scalarJson(const io::MetaScalar& value)
{
    return std::visit([](const auto& v) { return Json(v); }, value);
}

Json metaJson(const io::MetaEntry& entry)
{
    if (entry.isArray) {
        Json head = Json::array();
        for (const auto& v : entry.values) {
            const auto* text = std::get_if<std::string>(&v);
            head.push_back(text && text->size() > kLongString ? Json(headOf(*text)) : scalarJson(v));
        }
        if (entry.count <= kLongArray) return head;
        return {{"type", entry.type}, {"count", entry.count}, {"head", std::move(head)}};
    }
    if (entry.values.empty()) return nullptr;
    if (const auto* text = std::get_if<std::string>(&entry.values.front()); text && text->size() > kLongString)
        return {{"type", entry.type}, {"count", text->size()}, {"head", headOf(*text)}};
    if (const auto* text = std::get_if<std::string>(&entry.values.front()); text && entry.type == "json")
        if (Json value = Json::parse(*text, nullptr, false); !value.is_discarded()) return value;
    return scalarJson(entry.values.front());
}

std::uint64_t parametersOf(const io::ModelSource& source)
{
    std::uint64_t n = 0;
    for (const auto& t : source.tensors) n += t.shape.elements();
    return n;
}

double bitsOf(const io::TensorInfo& t)
{
    const std::uint64_t n = t.shape.elements();
    return n == 0 ? 0.0 : 8.0 * static_cast<double>(t.bytes) / static_cast<double>(n);
}

Json tensorJson(const io::TensorInfo& t)
{
    const auto numbered = [](int v) { return v < 0 ? Json(nullptr) : Json(v); };
    Json j;
    j["name"] = t.name;
    j["dtype"] = dtypeName(t.dtype);
    j["shape"] = shapeJson(t.shape);
    j["role"] = io::roleName(t.place.role);
    j["block"] = numbered(t.place.block);
    j["expert"] = numbered(t.place.expert);
    j["bytes"] = t.bytes;
    j["bits_per_weight"] = bitsOf(t);
    return j;
}

Json headJson(const io::ModelSource& source)
{
    Json head;
    head["format"] = source.format;
    head["path"] = source.path.string();
    head["bytes"] = source.fileBytes();
    head["parameters"] = parametersOf(source);
    head["architecture"] = source.architecture.empty() ? Json(nullptr) : Json(source.architecture);
    Json metadata = Json::object();
    for (const auto& entry : source.metadata) metadata[entry.key] = metaJson(entry);
    head["metadata"] = std::move(metadata);
    head["warnings"] = source.warnings;
    return head;
}

// A checkpoint may have a million tensors: they are written one by one.
void writeJson(const io::ModelSource& source, std::ostream& out)
{
    std::string head = dumpJson(headJson(source));
    head.resize(head.rfind("\n}")); // the closing brace comes after the tensors
    out << head << ",\n  \"tensors\": [";
    for (std::size_t i = 0; i < source.tensors.size(); ++i)
        out << (i == 0 ? "\n    " : ",\n    ") << dumpJson(tensorJson(source.tensors[i]), -1);
    out << (source.tensors.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

void writeText(const io::ModelSource& source, std::ostream& out)
{
    out << escapeText(source.path.string()) << ": " << source.format;
    if (!source.architecture.empty()) out << ", " << escapeText(source.architecture);
    out << ", " << formatCount(parametersOf(source)) << " parameters in " << formatCount(source.tensors.size())
        << " tensors, " << formatBytes(source.fileBytes()) << "\n";
    for (const auto& w : source.warnings) out << "warning: " << escapeText(w) << "\n";
    out << "\n";
    const auto fields = [](const io::TensorInfo& t) {
        const auto numbered = [](int v) { return v < 0 ? std::string("-") : std::to_string(v); };
        return std::array<std::string, 7>{escapeText(t.name), std::string(dtypeName(t.dtype)), t.shape.text(),
                                          std::string(io::roleName(t.place.role)), numbered(t.place.block),
                                          formatBytes(t.bytes), formatBits(bitsOf(t))};
    };
    const std::array<std::string, 7> titles = {"tensor", "dtype", "shape", "role", "block", "size", "bits"};
    std::array<std::size_t, 7> widths{};
    for (std::size_t i = 0; i < titles.size(); ++i) widths[i] = cells(titles[i]);
    for (const auto& t : source.tensors) {
        const auto f = fields(t);
        for (std::size_t i = 0; i < f.size(); ++i) widths[i] = std::max(widths[i], cells(f[i]));
    }
    const auto line = [&](const std::array<std::string, 7>& f) {
        for (std::size_t i = 0; i < f.size(); ++i) out << (i == 0 ? "" : "  ") << padded(f[i], widths[i], i >= 4);
        out << "\n";
    };
    line(titles);
    for (const auto& t : source.tensors) line(fields(t));
}

Result<Outcome> inspect(const Invocation& invocation)
{
    QS_ASSIGN(auto source, openArgument(invocation));
    Outcome out;
    out.stream = [source](std::ostream& stream, bool asJson) {
        if (asJson) writeJson(*source, stream);
        else writeText(*source, stream);
    };
    return out;
}

} // namespace

void registerInspect(CommandRegistry& registry);
void registerInspect(CommandRegistry& registry)
{
    registry.add({"inspect", "Format, architecture, metadata and every tensor of a checkpoint", "PATH", 1, 1, {}, inspect});
}

} // namespace qs::cli
