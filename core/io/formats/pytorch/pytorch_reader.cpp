// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/io/formats/pytorch/archive.h"
#include "core/io/index_json.h"
#include "core/io/model_folder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

namespace qs::io {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIndex = "pytorch_model.bin.index.json";
constexpr const char* kSingle = "pytorch_model.bin";
constexpr std::string_view kZip("PK\x03\x04", 4);

bool startsWith(std::span<const std::byte> head, std::string_view text, std::size_t at = 0)
{
    return head.size() >= at + text.size() && std::memcmp(head.data() + at, text.data(), text.size()) == 0;
}

bool hasTorchExtension(const fs::path& file)
{
    static constexpr std::array<std::string_view, 4> kNames{".pt", ".pth", ".bin", ".ckpt"};
    const std::string e = file.extension().string();
    return std::find(kNames.begin(), kNames.end(), e) != kNames.end();
}

Result<pytorch::Archive> openArchive(const fs::path& path, const Context& context)
{
    QS_ASSIGN(auto file, MappedFile::open(path));
    const auto bytes = file->bytes();
    const auto refuse = [&](ErrorCode code, const char* what) {
        return Error(code, what).inFile(path.string()).at(0).fix("save it again with torch.save of a newer torch");
    };
    if (bytes.empty()) return fail(refuse(ErrorCode::Malformed, "the file is empty"));
    if (startsWith(bytes, kZip)) return pytorch::openZip(std::move(file), context);
    if (pytorch::isLegacy(bytes)) return pytorch::openLegacy(std::move(file), context);
    if (startsWith(bytes, "ustar", 257)) return fail(refuse(ErrorCode::Unsupported, "a tar archive of torch 0.1.10"));
    if (startsWith(bytes, "PYTORCH1")) return fail(refuse(ErrorCode::Unsupported, "a container of a torch before its release"));
    if (startsWith(bytes, "PK") || bytes.size() < 4)
        return fail(refuse(ErrorCode::Malformed, "neither a zip archive nor the legacy magic: cut off or empty"));
    // A bare pickle is no checkpoint, but what it asks for is worth telling.
    pytorch::PickleSource in;
    in.bytes = bytes;
    in.file = path;
    const auto bare = pytorch::readPickle(in, context);
    if (!bare && (bare.error().code == ErrorCode::Unsafe || bare.error().code == ErrorCode::Cancelled)) return fail(bare.error());
    return fail(refuse(ErrorCode::Malformed, "not a checkpoint of torch: neither a zip archive nor the legacy magic"));
}

Status addFile(ModelSource& source, const fs::path& path, const Context& context, std::vector<std::string>& leftOut)
{
    QS_ASSIGN(const auto archive, openArchive(path, context));
    source.files.push_back(archive.file);
    return pytorch::addTensors(source, archive, static_cast<std::uint32_t>(source.files.size() - 1), context, leftOut);
}

Status addIndexed(ModelSource& source, const fs::path& indexFile, const Context& context)
{
    QS_ASSIGN(const auto index, readShardIndex(indexFile, context));
    std::vector<std::string> leftOut;
    for (const fs::path& shard : index.paths) QS_TRY(addFile(source, shard, context, leftOut));
    return checkShards(source, index, std::move(leftOut));
}

Status checkDuplicates(const ModelSource& source)
{
    std::vector<std::uint32_t> order(source.tensors.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](auto a, auto b) { return source.tensors[a].name < source.tensors[b].name; });
    const auto twice = std::adjacent_find(order.begin(), order.end(), [&](auto a, auto b) {
        return source.tensors[a].name == source.tensors[b].name;
    });
    if (twice == order.end()) return {};
    const TensorInfo& t = source.tensors[*twice];
    return fail(Error(ErrorCode::Malformed, "duplicate tensor name").inFile(source.files[t.file]->path().string()).ofTensor(t.name));
}

// What to open in a folder: the index, pytorch_model.bin, or the only .pt or .pth file.
fs::path weightsIn(const fs::path& folder)
{
    std::error_code ec;
    for (const char* name : {kIndex, kSingle})
        if (fs::exists(folder / name, ec)) return folder / name;
    fs::path only;
    for (fs::directory_iterator it(folder, ec), end; !ec && it != end; it.increment(ec)) {
        const std::string e = it->path().extension().string();
        if (e != ".pt" && e != ".pth") continue;
        if (!only.empty()) return {};
        only = it->path();
    }
    return only;
}

bool isIndex(const fs::path& file) { return file.filename().string().ends_with(".bin.index.json"); }

Result<std::shared_ptr<ModelSource>> openPath(const fs::path& path, const Context& context)
{
    auto source = std::make_shared<ModelSource>();
    source->format = "pytorch";
    source->path = path;
    fs::path weights = path;
    std::error_code ec;
    if (fs::is_directory(path, ec)) {
        QS_TRY(readModelConfig(*source, path));
        source->folder = path;
        const fs::path found = weightsIn(path);
        if (found.empty())
            return fail(Error(ErrorCode::Malformed, "no single PyTorch checkpoint in this folder")
                            .inFile(path.string())
                            .wanted(std::string(kSingle) + " or " + kIndex));
        QS_ASSIGN(weights, fileInFolder(path, found.filename().string(), path));
    } else {
        readNeighbourConfig(*source, path.parent_path());
    }
    if (isIndex(weights)) {
        QS_TRY(addIndexed(*source, weights, context));
    } else {
        std::vector<std::string> leftOut; // its warnings are enough here
        QS_TRY(addFile(*source, weights, context, leftOut));
    }
    QS_TRY(checkDuplicates(*source));
    finishCatalog(*source);
    warnAboutNames(*source);
    return source;
}

} // namespace

void registerPytorch(FormatRegistry& registry);
void registerPytorch(FormatRegistry& registry)
{
    Format f;
    f.name = "pytorch";
    f.title = "PyTorch (.pt, .pth, .bin; one file or shards)";
    f.extensions = {".pt", ".pth", ".bin", ".ckpt"};
    f.priority = 50;
    f.probeFile = [](const fs::path& file, std::span<const std::byte> head) {
        if (startsWith(head, "GGUF")) return false; // whatever it is called
        if (isIndex(file) || hasTorchExtension(file) || pytorch::isLegacy(head)) return true;
        return startsWith(head, kZip) && file.extension() != ".npz";
    };
    f.probeFolder = [](const fs::path& folder) { return !weightsIn(folder).empty(); };
    f.open = openPath;
    registry.add(std::move(f));
}

} // namespace qs::io
