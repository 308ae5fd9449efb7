// SPDX-License-Identifier: GPL-3.0-or-later
// Opens a single NumPy array (formats.md A4). The tensor is named after the file.
#include "core/base/format.h"
#include "core/io/format_registry.h"
#include "core/io/model_folder.h"
#include "core/io/npy_array.h"

#include <cstring>

namespace qs::io {

void registerNpy(FormatRegistry& registry);

namespace {

namespace fs = std::filesystem;

Result<std::shared_ptr<ModelSource>> openNpy(const fs::path& path, const Context&)
{
    QS_ASSIGN(const auto file, MappedFile::open(path));
    auto source = std::make_shared<ModelSource>();
    source->format = "npy";
    source->path = path;
    source->files.push_back(file);
    TensorInfo t;
    t.name = path.stem().string();
    const auto head = file->bytes().first(std::min<std::uint64_t>(file->size(), NpyHeader::kLongest));
    auto header = parseNpyHeader(head, file->size(), path, t.name);
    QS_TRY(file->check());
    if (!header) return fail(std::move(header.error()));
    t.dtype = header->dtype;
    t.shape = header->shape;
    t.bytes = header->bytes;
    t.offset = header->dataOffset;
    if (header->fortran || header->swapped)
        t.reader =
            makeNpyReader(*header, [file, base = header->dataOffset](std::uint64_t at, std::span<std::byte> out) {
                if (!out.empty()) std::memcpy(out.data(), file->bytes().data() + base + at, out.size());
                return file->check();
            });
    const std::uint64_t end = header->dataOffset + header->bytes;
    if (end < file->size())
        source->warnings.push_back(std::to_string(file->size() - end) + " bytes after the array are ignored");
    source->tensors.push_back(std::move(t));
    finishCatalog(*source);
    warnAboutNames(*source);
    return source;
}

} // namespace

void registerNpy(FormatRegistry& registry)
{
    Format f;
    f.name = "npy";
    f.title = "NumPy array";
    f.extensions = {".npy"};
    f.priority = 50;
    f.probeFile = [](const fs::path& file, std::span<const std::byte> head) {
        constexpr std::string_view kMagic = "\x93NUMPY";
        return file.extension() == ".npy" ||
               (head.size() >= kMagic.size() && std::memcmp(head.data(), kMagic.data(), kMagic.size()) == 0);
    };
    f.open = openNpy;
    registry.add(std::move(f));
}

} // namespace qs::io
