// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/io/formats/gguf/gguf_header.h"
#include "core/io/model_folder.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstring>
#include <numeric>
#include <set>

namespace qs::io {
namespace {

using gguf::Header;
namespace fs = std::filesystem;

// "<prefix>-00001-of-00003.gguf" (formats.md A2.3), parts counted from 1.
struct SplitName {
    std::string prefix;
    unsigned part = 0;
    unsigned count = 0;
};

std::optional<SplitName> parseSplitName(std::string_view name)
{
    constexpr std::string_view kShape = "-00000-of-00000.gguf";
    if (name.size() < kShape.size()) return std::nullopt;
    const std::string_view tail = name.substr(name.size() - kShape.size());
    for (std::size_t i = 0; i < kShape.size(); ++i)
        if (kShape[i] == '0' ? (tail[i] < '0' || tail[i] > '9') : tail[i] != kShape[i]) return std::nullopt;
    const auto number = [&](std::size_t at) {
        unsigned n = 0;
        for (std::size_t i = at; i < at + 5; ++i) n = n * 10 + static_cast<unsigned>(tail[i] - '0');
        return n;
    };
    return SplitName{std::string(name.substr(0, name.size() - kShape.size())), number(1), number(10)};
}

std::string splitName(const SplitName& s, unsigned part)
{
    char tail[32];
    std::snprintf(tail, sizeof tail, "-%05u-of-%05u.gguf", part, s.count);
    return s.prefix + tail;
}

Error malformed(const fs::path& file, std::string message)
{
    return Error(ErrorCode::Malformed, std::move(message)).inFile(file.string());
}

// An integer that a split file must have.
Result<std::uint64_t> splitValue(const Header& header, const fs::path& file, const char* key)
{
    const MetaEntry* e = header.find(key);
    if (!e) return fail(malformed(file, std::string("a split file without ") + key));
    const auto v = gguf::unsignedValue(*e);
    if (!v) return fail(malformed(file, std::string(key) + " is not a count").at(e->offset).got(e->type));
    return *v;
}

Status appendParts(ModelSource& source, const Header& first, std::uint64_t count, const Context& context)
{
    const fs::path& path = source.path;
    QS_ASSIGN(const auto no, splitValue(first, path, "split.no"));
    const auto name = parseSplitName(path.filename().string());
    if (no != 0)
        return fail(malformed(path, "this is part " + std::to_string(no + 1) + " of a split checkpoint, not its first")
                        .wanted("split.no 0")
                        .got("split.no " + std::to_string(no))
                        .fix(name ? "open " + splitName(*name, 1) : "open the first part"));
    QS_ASSIGN(const auto total, splitValue(first, path, "split.tensors.count"));
    if (!name || name->part != 1 || name->count != count)
        return fail(malformed(path, "the name of a split checkpoint's first part does not fit its split.count")
                        .wanted("NAME-00001-of-" + std::to_string(count) + ".gguf, five digits each")
                        .got(path.filename().string()));
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    for (std::uint64_t i = 1; i < count; ++i) {
        if (context.stopped()) return cancelled();
        QS_ASSIGN(const fs::path part, fileInFolder(folder, splitName(*name, static_cast<unsigned>(i + 1)), path));
        QS_ASSIGN(auto file, MappedFile::open(part));
        QS_ASSIGN(auto header, gguf::readHeader(*file, context));
        QS_ASSIGN(const auto partNo, splitValue(header, part, "split.no"));
        if (partNo != i)
            return fail(malformed(part, "wrong split.no").wanted(std::to_string(i)).got(std::to_string(partNo)));
        QS_ASSIGN(const auto partCount, splitValue(header, part, "split.count"));
        if (partCount != count)
            return fail(malformed(part, "wrong split.count").wanted(std::to_string(count)).got(std::to_string(partCount)));
        for (TensorInfo& t : header.tensors) {
            t.file = static_cast<std::uint32_t>(i);
            source.tensors.push_back(std::move(t));
        }
        for (std::string& w : header.warnings) source.warnings.push_back(part.filename().string() + ": " + w);
        source.files.push_back(std::move(file));
    }
    if (source.tensors.size() != total)
        return fail(malformed(path, "the parts do not hold as many tensors as split.tensors.count says")
                        .wanted(std::to_string(total))
                        .got(std::to_string(source.tensors.size())));
    return {};
}

Status checkDuplicates(const ModelSource& source)
{
    std::vector<std::uint32_t> order(source.tensors.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return source.tensors[a].name < source.tensors[b].name;
    });
    const auto twice = std::adjacent_find(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return source.tensors[a].name == source.tensors[b].name;
    });
    if (twice == order.end()) return {};
    const TensorInfo& t = source.tensors[*std::next(twice)];
    return fail(malformed(source.files[t.file]->path(), "duplicate tensor name").ofTensor(t.name).at(t.offset));
}

// A value of an NVFP4 tensor is its block value times the F32 tensor "<module>.scale" beside "<module>.weight", where
// there is one (formats.md A2.5); stacked experts have a factor each. The scale stays listed as a tensor of its own. Its
// few values are read here, so that reading the weight needs nothing but the weight's entry.
Status attachCompanionScales(ModelSource& source)
{
    for (TensorInfo& t : source.tensors) {
        constexpr std::string_view kWeight = ".weight";
        if (t.dtype != DType::NVFP4 || !t.name.ends_with(kWeight)) continue;
        const auto at = source.find(t.name.substr(0, t.name.size() - kWeight.size()) + ".scale");
        if (at < 0) continue;
        const TensorInfo& scale = source.tensors[static_cast<std::size_t>(at)];
        const std::uint64_t count = scale.shape.elements();
        const bool stacked = t.shape.rank() > 2 && count == static_cast<std::uint64_t>(t.shape[0]);
        if (scale.dtype != DType::F32 || (count != 1 && !stacked)) {
            source.warnings.push_back("'" + scale.name + "' is no factor for its NVFP4 weight (" + std::string(dtypeName(scale.dtype)) + " "
                                      + scale.shape.text() + "); the weight is shown without it");
            continue;
        }
        auto factors = std::make_shared<std::vector<float>>(static_cast<std::size_t>(count));
        QS_TRY(source.readFloats(scale, 0, count, *factors));
        t.factors = std::move(factors);
    }
    return {};
}

Result<std::shared_ptr<ModelSource>> openFile(const fs::path& path, const Context& context)
{
    auto source = std::make_shared<ModelSource>();
    source->format = "gguf";
    source->path = path;
    QS_ASSIGN(auto file, MappedFile::open(path));
    QS_ASSIGN(auto header, gguf::readHeader(*file, context));
    source->files.push_back(file);
    source->tensors = std::move(header.tensors);
    header.tensors.clear();
    source->warnings = std::move(header.warnings);
    if (const MetaEntry* e = header.find("general.architecture")) {
        const std::string* text = gguf::textValue(*e);
        if (!text)
            return fail(malformed(path, "general.architecture has the wrong type").at(e->offset).wanted("string").got(e->type));
        source->architecture = *text;
        for (char& c : source->architecture) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else {
        source->warnings.emplace_back("no general.architecture: roles are guessed from names");
    }
    QS_TRY(gguf::checkTokenizer(header, path));
    if (const MetaEntry* e = header.find("split.count")) {
        QS_ASSIGN(const auto count, splitValue(header, path, "split.count"));
        if (count == 0 || count > 65535)
            return fail(malformed(path, "split.count is out of range").at(e->offset).wanted("1 to 65535").got(std::to_string(count)));
        if (count > 1) QS_TRY(appendParts(*source, header, count, context)); // 1 is a file that is not split
    }
    QS_TRY(checkDuplicates(*source));
    source->metadata = std::move(header.metadata);
    finishCatalog(*source);
    warnAboutNames(*source);
    QS_TRY(attachCompanionScales(*source));
    return source;
}

// First parts and unsplit files of a folder, in order of names.
std::vector<fs::path> modelsIn(const fs::path& folder)
{
    std::set<fs::path> found;
    std::error_code ec;
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
        const std::string name = it->path().filename().string();
        if (!name.ends_with(".gguf")) continue;
        const auto split = parseSplitName(name);
        if (!split || split->part == 1) found.insert(it->path());
    }
    return {found.begin(), found.end()};
}

Result<std::shared_ptr<ModelSource>> openAny(const fs::path& path, const Context& context)
{
    std::error_code ec;
    if (!fs::is_directory(path, ec)) return openFile(path, context);
    const auto models = modelsIn(path);
    if (models.size() == 1) return openFile(models.front(), context);
    if (models.empty()) return fail(malformed(path, "no GGUF file in this folder"));
    std::string names;
    for (std::size_t i = 0; i < std::min<std::size_t>(models.size(), 3); ++i)
        names += (i ? ", " : "") + models[i].filename().string();
    return fail(Error(ErrorCode::Unsupported, "several GGUF models in this folder")
                    .inFile(path.string())
                    .got(std::to_string(models.size()) + " (" + names + (models.size() > 3 ? ", ..." : "") + ")")
                    .fix("open one of them by its name"));
}

} // namespace

void registerGguf(FormatRegistry& registry);
void registerGguf(FormatRegistry& registry)
{
    Format f;
    f.name = "gguf";
    f.title = "GGUF (single file or split)";
    f.extensions = {".gguf"};
    f.priority = 10;
    f.probeFile = [](const fs::path& file, std::span<const std::byte> head) {
        return (head.size() >= 4 && (std::memcmp(head.data(), "GGUF", 4) == 0 || std::memcmp(head.data(), "FUGG", 4) == 0))
               || file.extension() == ".gguf";
    };
    f.probeFolder = [](const fs::path& folder) { return !modelsIn(folder).empty(); };
    f.open = openAny;
    registry.add(std::move(f));
}

} // namespace qs::io
