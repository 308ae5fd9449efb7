// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/quantoscope_container.h"

#include "core/base/bytes.h"
#include "core/io/format_registry.h"
#include "core/io/json_text.h"
#include "core/quant/decoder.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string_view>

namespace qs::exporting {
namespace {

using nlohmann::json;

// No grid stores less than a bit for a weight, so a tiny file can't claim a huge matrix.
constexpr std::uint64_t kWeightsPerByte = 8;

Error malformed(const std::filesystem::path& file, const std::string& tensor, std::string what)
{
    return Error(ErrorCode::Malformed, std::move(what)).inFile(file.string()).ofTensor(tensor);
}

// Text of the `quantoscope` value of one safetensors file, nothing where it has none. The reader has checked the header.
Result<std::optional<std::string>> descriptionOf(const io::MappedFile& file)
{
    const auto bytes = file.bytes();
    if (bytes.size() < 8) return std::optional<std::string>{};
    const auto length = loadLe<std::uint64_t>(bytes.data());
    if (length > bytes.size() - 8) return std::optional<std::string>{};
    const std::string_view header(reinterpret_cast<const char*>(bytes.data()) + 8, length);
    if (header.find("\"quantoscope\"") == std::string_view::npos) return std::optional<std::string>{};
    const auto keep = [](int depth, json::parse_event_t event, json& parsed) {
        return !(depth == 1 && event == json::parse_event_t::key && parsed != "__metadata__");
    };
    const json parsed = json::parse(header, keep, false);
    QS_TRY(file.check());
    if (!parsed.is_object()) return std::optional<std::string>{};
    const auto meta = parsed.find("__metadata__");
    if (meta == parsed.end() || !meta->is_object()) return std::optional<std::string>{};
    const auto value = meta->find(kContainerKey);
    if (value == meta->end() || !value->is_string()) return std::optional<std::string>{};
    return std::optional(value->get<std::string>());
}

bool isHash(const std::string& s)
{
    return s.size() == 64 && std::all_of(s.begin(), s.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

Result<ContainerEntry> readEntry(const std::string& name, const json& value, const std::filesystem::path& file)
{
    const auto bad = [&](std::string what) { return fail(malformed(file, name, std::move(what))); };
    if (!value.is_object()) return bad("the description of an artefact is not an object");
    ContainerEntry e;
    e.name = name;
    const auto shape = value.find("shape");
    if (shape == value.end() || !shape->is_array() || shape->empty() || shape->size() > Shape::kMaxRank)
        return bad("the description of an artefact has no proper shape");
    std::uint64_t elements = 1;
    for (const auto& d : *shape) {
        if (!d.is_number_unsigned() || d.get<std::uint64_t>() == 0) return bad("a dimension is not a positive whole number");
        const auto product = checkedMul(elements, d.get<std::uint64_t>());
        if (!product || *product > (std::uint64_t(1) << 48)) return bad("the shape of an artefact is too large");
        elements = *product;
        e.shape.push(static_cast<Index>(d.get<std::uint64_t>()));
    }
    if (const auto t = value.find("transposed"); t != value.end()) {
        if (!t->is_boolean() || (t->get<bool>() && e.shape.rank() != 2)) return bad("'transposed' is not proper");
        e.transposed = t->get<bool>();
    }
    e.cols = e.shape[e.shape.rank() - 1];
    e.rows = static_cast<Index>(elements) / e.cols;
    if (e.transposed) std::swap(e.rows, e.cols);
    const auto recipe = value.find("recipe");
    if (recipe == value.end() || !recipe->is_string()) return bad("the description of an artefact has no recipe");
    const std::string text = recipe->get<std::string>();
    if (text.size() > 4096) return bad("a recipe is too long");
    auto parsed = quant::parseRecipe(text);
    if (!parsed) return fail(std::move(malformed(file, name, "a recipe that this program can't read")).got(parsed.error().text()));
    e.recipe = std::move(*parsed);
    if (const auto seed = value.find("seed"); seed != value.end()) {
        if (!seed->is_number_unsigned()) return bad("the seed is not a whole number");
        e.seed = seed->get<std::uint64_t>();
    }
    if (const auto hash = value.find("sha256"); hash != value.end()) {
        if (!hash->is_string() || !isHash(hash->get<std::string>())) return bad("the sha256 is not 64 hexadecimal digits");
        e.sha256 = hash->get<std::string>();
    }
    return e;
}

} // namespace

std::string containerPrefix(std::string_view tensorName)
{
    constexpr std::string_view kWeight = ".weight";
    if (tensorName.ends_with(kWeight)) tensorName.remove_suffix(kWeight.size());
    return std::string(tensorName) + ".qs.";
}

Result<std::optional<ContainerCatalog>> readContainerCatalog(const io::ModelSource& plain)
{
    if (plain.format != "safetensors") return std::optional<ContainerCatalog>{};
    ContainerCatalog catalog;
    bool found = false;
    std::set<std::string> names;
    std::map<std::string, std::pair<std::size_t, std::size_t>> prefixes; // prefix → entry, file
    for (std::size_t f = 0; f < plain.files.size(); ++f) {
        const auto& path = plain.files[f]->path();
        QS_ASSIGN(const auto text, descriptionOf(*plain.files[f]));
        if (!text) continue;
        found = true;
        io::JsonLimits limits;
        limits.bytes = std::uint64_t(100) << 20;
        limits.values = 20'000'000;
        QS_ASSIGN(const json description, io::parseJson(*text, limits, path));
        if (!description.is_object()) return fail(malformed(path, "", "the container's description is not a JSON object"));
        const auto version = description.find("format_version");
        if (version == description.end() || !version->is_number_unsigned())
            return fail(malformed(path, "", "the container's description has no format_version"));
        if (*version != kContainerVersion)
            return fail(Error(ErrorCode::Unsupported, "a container of a version that this program does not read")
                            .inFile(path.string())
                            .wanted(std::to_string(kContainerVersion))
                            .got(version->dump())
                            .fix("open it with a newer quantoscope"));
        if (const auto p = description.find("producer"); p != description.end() && p->is_string())
            catalog.producer = p->get<std::string>();
        const auto tensors = description.find("tensors");
        if (tensors == description.end() || !tensors->is_object())
            return fail(malformed(path, "", "the container's description lists no tensors"));
        for (const auto& [name, value] : tensors->items()) {
            if (!names.insert(name).second) return fail(malformed(path, name, "an artefact is described twice"));
            QS_ASSIGN(auto entry, readEntry(name, value, path));
            if (plain.find(name) >= 0)
                return fail(malformed(path, name, "an artefact and a plain tensor have the same name"));
            if (!prefixes.emplace(containerPrefix(name), std::pair(catalog.entries.size(), f)).second)
                return fail(malformed(path, name, "two artefacts would have the same arrays"));
            catalog.entries.push_back(std::move(entry));
        }
    }
    if (!found) return std::optional<ContainerCatalog>{};
    std::size_t strays = 0;
    for (std::size_t i = 0; i < plain.tensors.size(); ++i) {
        const io::TensorInfo& t = plain.tensors[i];
        // a module may itself be called "qs", so every place of the mark is tried
        bool taken = false;
        bool marked = false;
        for (auto at = t.name.find(".qs."); at != std::string::npos && !taken; at = t.name.find(".qs.", at + 1)) {
            marked = true;
            const auto it = prefixes.find(t.name.substr(0, at + 4));
            if (it == prefixes.end()) continue;
            ContainerEntry& e = catalog.entries[it->second.first];
            if (t.file != it->second.second)
                return fail(malformed(plain.files[t.file]->path(), e.name, "an array lies in another shard than its description")
                                .got(t.name));
            e.arrays.push_back(i);
            e.bytes += t.bytes;
            taken = true;
        }
        if (marked && !taken) ++strays;
    }
    if (strays > 0) catalog.warnings.push_back(std::to_string(strays) + " arrays belong to no described artefact");
    for (const ContainerEntry& e : catalog.entries) {
        const auto& path = plain.path;
        if (e.arrays.empty()) return fail(malformed(path, e.name, "a described artefact has no arrays"));
        if (static_cast<std::uint64_t>(e.rows) * static_cast<std::uint64_t>(e.cols) / kWeightsPerByte > e.bytes)
            return fail(malformed(path, e.name, "the arrays of an artefact are too small for its shape")
                            .got(std::to_string(e.bytes) + " bytes for " + e.shape.text()));
    }
    return std::optional(std::move(catalog));
}

Result<quant::QuantizedTensor> loadArtefact(const io::ModelSource& plain, const ContainerEntry& entry)
{
    quant::QuantizedTensor q;
    q.name = entry.name;
    q.rows = entry.rows;
    q.cols = entry.cols;
    q.recipe = entry.recipe;
    q.seed = entry.seed;
    const std::size_t prefix = containerPrefix(entry.name).size();
    for (const std::size_t i : entry.arrays) {
        const io::TensorInfo& t = plain.tensors[i];
        quant::Array a{t.name.substr(prefix), t.dtype, t.shape, {}};
        a.bytes.resize(t.bytes);
        QS_TRY(plain.readBytes(t, 0, t.shape.elements(), a.bytes));
        q.arrays.add(std::move(a));
    }
    return q;
}

Result<std::vector<quant::QuantizedTensor>> loadContainer(const std::filesystem::path& path, const Context& context)
{
    QS_ASSIGN(const auto plain, io::openModel(path, context));
    QS_ASSIGN(const auto catalog, readContainerCatalog(*plain));
    if (!catalog) return fail(Error(ErrorCode::NotFound, "not a quantoscope container").inFile(path.string()));
    std::vector<quant::QuantizedTensor> out;
    for (const ContainerEntry& e : catalog->entries) {
        if (context.stopped()) return cancelled();
        QS_ASSIGN(auto artefact, loadArtefact(*plain, e));
        auto shared = std::make_shared<const quant::QuantizedTensor>(std::move(artefact));
        if (auto decoder = quant::Decoder::make(shared); !decoder) {
            Error error = std::move(decoder.error());
            if (error.code == ErrorCode::Usage || error.code == ErrorCode::Lacking) error.code = ErrorCode::Malformed;
            return fail(std::move(error).inFile(path.string()));
        }
        out.push_back(*shared);
    }
    return out;
}

nlohmann::ordered_json describePart(const quant::PartUse& use)
{
    nlohmann::ordered_json p;
    p["name"] = use.name;
    for (const auto& [key, value] : use.values.all())
        std::visit([&, &k = key](const auto& v) { p[k] = v; }, value);
    return p;
}

nlohmann::ordered_json describeArtefact(const quant::QuantizedTensor& artefact, const Shape& storedShape, bool transposed,
                                        const std::string& sha256)
{
    nlohmann::ordered_json d;
    d["shape"] = std::vector<Index>(storedShape.dims().begin(), storedShape.dims().end());
    if (transposed) d["transposed"] = true;
    d["recipe"] = artefact.recipe.text();
    d["seed"] = artefact.seed;
    d["grid"] = describePart(artefact.recipe.grid);
    d["transform"] = describePart(artefact.recipe.transform);
    d["assignment"] = describePart(artefact.recipe.assignment);
    d["residual"] = describePart(artefact.recipe.residual);
    d["bits_per_weight"] = artefact.bitsPerWeight();
    d["sha256"] = sha256;
    return d;
}

} // namespace qs::exporting
