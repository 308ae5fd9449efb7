// SPDX-License-Identifier: GPL-3.0-or-later
// Opens safetensors checkpoints: one file, an index with its shards, or a model folder (formats.md A1, A6).
#include "core/base/bytes.h"
#include "core/io/format_registry.h"
#include "core/io/formats/safetensors/header.h"
#include "core/io/index_json.h"
#include "core/io/model_folder.h"

#include <algorithm>

namespace qs::io {

void registerSafetensors(FormatRegistry& registry);

namespace {

namespace fs = std::filesystem;
using safetensors::Header;

constexpr const char* kFile = "model.safetensors";
constexpr const char* kIndex = "model.safetensors.index.json";

bool isIndexName(const std::string& name)
{
    return name.ends_with(".safetensors.index.json") ||
           (name.ends_with("index.json") && !name.ends_with(".bin.index.json"));
}

/// What a folder holds, in the order of preference of formats.md A6.1.
struct FolderFiles {
    fs::path file;
    fs::path index;
    std::size_t others = 0; ///< .safetensors files where neither well-known name is there
};

FolderFiles lookInto(const fs::path& folder)
{
    FolderFiles found;
    std::error_code ec;
    const auto there = [&](const char* name) {
        return fs::symlink_status(folder / name, ec).type() != fs::file_type::not_found && !ec;
    };
    if (there(kFile)) {
        found.file = kFile;
        return found;
    }
    if (there(kIndex)) {
        found.index = kIndex;
        return found;
    }
    std::vector<fs::path> files;
    std::vector<fs::path> indexes;
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
        const fs::path name = it->path().filename();
        if (name.string().starts_with('.')) continue;
        if (name.extension() == ".safetensors") files.push_back(name);
        else if (name.string().ends_with(".safetensors.index.json")) indexes.push_back(name);
    }
    if (indexes.size() == 1) found.index = indexes.front();
    else if (files.size() == 1) found.file = files.front();
    else found.others = files.size();
    return found;
}

Status readFile(ModelSource& source, Header& header, const fs::path& path, const Context& context)
{
    QS_ASSIGN(auto file, MappedFile::open(path));
    QS_TRY(safetensors::readHeader(*file, static_cast<std::uint32_t>(source.files.size()), context, header));
    source.files.push_back(std::move(file));
    return {};
}

/// Moves what the headers told into the source; of several shards the first that names a metadata key wins.
void takeHeader(ModelSource& source, Header&& header)
{
    source.tensors = std::move(header.tensors);
    source.tensors.shrink_to_fit();
    std::stable_sort(header.metadata.begin(), header.metadata.end(),
                     [](const auto& a, const auto& b) { return a.key < b.key; });
    header.metadata.erase(std::unique(header.metadata.begin(), header.metadata.end(),
                                      [](const auto& a, const auto& b) { return a.key == b.key; }),
                          header.metadata.end());
    std::move(header.metadata.begin(), header.metadata.end(), std::back_inserter(source.metadata));
    std::move(header.warnings.begin(), header.warnings.end(), std::back_inserter(source.warnings));
}

Status readIndexed(ModelSource& source, const fs::path& path, const Context& context)
{
    QS_ASSIGN(const auto index, readShardIndex(path, context));
    Header header;
    header.tensors.reserve(index.weights.size());
    for (const auto& shard : index.paths) {
        if (context.stopped()) return cancelled();
        QS_TRY(readFile(source, header, shard, context));
    }
    takeHeader(source, std::move(header));
    return checkShards(source, index);
}

/// A checkpoint quantized by GPTQ keeps for every input the number of its group; one out of range would index past
/// the scales later (hostile_inputs.md 53).
Status checkGroupIndexes(const ModelSource& source)
{
    constexpr std::string_view kSuffix = ".g_idx";
    std::vector<std::byte> raw;
    for (const auto& t : source.tensors) {
        if (!t.name.ends_with(kSuffix) || t.dtype != DType::I32 || t.shape.rank() != 1) continue;
        const std::string base = t.name.substr(0, t.name.size() - kSuffix.size());
        const auto scales = source.find(base + ".scales");
        if (scales < 0) continue;
        const Shape& shape = source.tensors[static_cast<std::size_t>(scales)].shape;
        const Index groups = shape.rank() > 0 ? shape[0] : 0;
        raw.resize(t.bytes);
        QS_TRY(source.readBytes(t, 0, t.shape.elements(), raw));
        for (std::uint64_t i = 0; i < t.shape.elements(); ++i) {
            const auto g = loadLe<std::int32_t>(raw.data() + i * 4);
            if (g < 0 || g >= groups)
                return fail(Error(ErrorCode::Malformed, "a group number out of range")
                                .inFile(source.files[t.file]->path().string())
                                .at(t.offset + i * 4)
                                .ofTensor(t.name)
                                .wanted("0 to " + std::to_string(groups - 1))
                                .got(std::to_string(g)));
        }
    }
    return {};
}

Result<std::shared_ptr<ModelSource>> openSafetensors(const fs::path& path, const Context& context)
{
    auto source = std::make_shared<ModelSource>();
    source->format = "safetensors";
    source->path = path;
    std::error_code ec;
    if (fs::is_directory(path, ec)) {
        const FolderFiles found = lookInto(path);
        QS_TRY(readModelConfig(*source, path));
        source->folder = path;
        if (!found.index.empty()) {
            QS_TRY(readIndexed(*source, path / found.index, context));
        } else if (!found.file.empty()) {
            QS_ASSIGN(const auto file, fileInFolder(path, found.file.string(), path));
            Header header;
            QS_TRY(readFile(*source, header, file, context));
            takeHeader(*source, std::move(header));
        } else {
            return fail(Error(ErrorCode::Malformed, "several safetensors files without an index")
                            .inFile(path.string())
                            .wanted(kIndex)
                            .got(std::to_string(found.others) + " files")
                            .fix("open one of the files, or restore the index"));
        }
    } else {
        readNeighbourConfig(*source, path.parent_path());
        if (isIndexName(path.filename().string())) {
            QS_TRY(readIndexed(*source, path, context));
        } else {
            Header header;
            QS_TRY(readFile(*source, header, path, context));
            takeHeader(*source, std::move(header));
        }
    }
    finishCatalog(*source);
    warnAboutNames(*source);
    QS_TRY(checkGroupIndexes(*source));
    return source;
}

bool probeFile(const fs::path& file, std::span<const std::byte> head)
{
    const std::string name = file.filename().string();
    if (file.extension() == ".safetensors" || isIndexName(name)) return true;
    if (head.size() < 9) return false;
    const auto c = static_cast<char>(head[8]);
    const auto length = loadLe<std::uint64_t>(head.data());
    return length >= 2 && length <= safetensors::kLargestHeader && c == '{';
}

} // namespace

void registerSafetensors(FormatRegistry& registry)
{
    Format f;
    f.name = "safetensors";
    f.title = "safetensors (one file or shards)";
    f.extensions = {".safetensors", ".safetensors.index.json"};
    f.priority = 100; // the preferred weights of a model folder
    f.probeFile = probeFile;
    f.probeFolder = [](const fs::path& folder) {
        const FolderFiles found = lookInto(folder);
        return !found.file.empty() || !found.index.empty() || found.others > 0;
    };
    f.open = openSafetensors;
    registry.add(std::move(f));
}

} // namespace qs::io
