// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/io/formats/pytorch/archive.h"
#include "core/io/zip_archive.h"

#include <cstring>

namespace qs::io::pytorch {
namespace {

// Checksums of the pickle and of the first members up to this many bytes are checked on opening; checking the rest
// would read the whole checkpoint.
constexpr std::uint64_t kCheckedBytes = std::uint64_t(16) << 20;

Error malformed(const MappedFile& file, std::string message)
{
    return Error(ErrorCode::Malformed, std::move(message)).inFile(file.path().string());
}

} // namespace

Result<Archive> openZip(std::shared_ptr<const MappedFile> file, const Context& context)
{
    QS_ASSIGN(const auto zip, ZipArchive::open(file));
    Archive archive;
    archive.file = file;
    if (zip.entries().empty()) return fail(malformed(*file, "an empty zip archive"));
    // The root is the first member's folder, whatever its name.
    const std::string& first = zip.entries()[0].name;
    const std::string root = first.substr(0, std::min(first.find('/'), first.size() - 1) + 1);
    if (!root.ends_with('/'))
        return fail(malformed(*file, "the zip archive is not laid out as torch.save does").wanted("ROOT/data.pkl").got(escapeText(first)));
    for (const ZipEntry& e : zip.entries()) {
        if (!e.name.starts_with(root))
            return fail(malformed(*file, "a member lies outside the archive's root")
                            .at(e.offset)
                            .wanted(escapeText(root) + "...")
                            .got(escapeText(e.name)));
        const std::string_view inner = std::string_view(e.name).substr(root.size());
        if (inner == "constants.pkl" || inner.starts_with("code/"))
            return fail(Error(ErrorCode::Unsupported, "a TorchScript program, not a checkpoint")
                            .inFile(file->path().string())
                            .fix("save the model's state_dict"));
        if (e.method != ZipEntry::kStored)
            return fail(malformed(*file, "a member of the archive is compressed; torch.save never does that")
                            .at(e.offset)
                            .wanted("method 0 (stored)")
                            .got("'" + escapeText(e.name) + "', method " + std::to_string(e.method)));
    }
    const ZipEntry* pickle = zip.find(root + "data.pkl");
    if (!pickle) return fail(malformed(*file, "the archive has no data.pkl").wanted(escapeText(root) + "data.pkl"));
    if (pickle->size > kMaxPickle)
        return fail(malformed(*file, "data.pkl is too long").at(pickle->offset).wanted("at most 256 MiB").got(formatBytes(pickle->size)));
    if (const ZipEntry* order = zip.find(root + "byteorder")) {
        const auto raw = zip.raw(*order);
        const std::string_view text(reinterpret_cast<const char*>(raw.data()), raw.size());
        archive.bigEndian = text == "big";
        if (!archive.bigEndian && text != "little")
            return fail(malformed(*file, "unknown byte order").at(order->offset).wanted("little or big").got(escapeText(text.substr(0, 40))));
    }
    QS_TRY(zip.checkCrc(*pickle));
    std::uint64_t checked = 0;
    for (const ZipEntry& e : zip.entries()) {
        if (context.stopped()) return cancelled();
        if (&e == pickle || checked + e.size > kCheckedBytes) continue;
        QS_TRY(zip.checkCrc(e));
        checked += e.size;
    }
    PickleSource in;
    in.bytes = zip.raw(*pickle);
    in.base = pickle->offset;
    in.file = file->path();
    QS_ASSIGN(archive.pickle, readPickle(in, context));
    if (archive.pickle.end != in.bytes.size())
        return fail(malformed(*file, "bytes follow the end of the pickle").at(in.base + archive.pickle.end));
    for (const StorageRecord& s : archive.pickle.storages) {
        const ZipEntry* e = zip.find(root + "data/" + std::string(s.key));
        if (!e || e->isFolder) return fail(malformed(*file, "a storage is missing").wanted(escapeText(root) + "data/" + escapeText(s.key)));
        if (e->size != s.elements * s.elementBytes)
            return fail(malformed(*file, "storage '" + escapeText(s.key) + "' has the wrong size")
                            .at(e->offset)
                            .wanted(std::to_string(s.elements * s.elementBytes) + " bytes")
                            .got(std::to_string(e->size)));
        archive.storageOffsets.push_back(e->offset);
    }
    QS_TRY(file->check());
    return archive;
}

} // namespace qs::io::pytorch
