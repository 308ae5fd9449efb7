// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/bytes.h"
#include "core/base/format.h"
#include "core/io/formats/pytorch/archive.h"

#include <array>
#include <cstring>
#include <unordered_map>

namespace qs::io::pytorch {
namespace {

// The pickle of 0x1950A86A20F9469CFC6C.
constexpr std::array<unsigned char, 15> kMagic{0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46,
                                               0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E};

Error malformed(const MappedFile& file, std::string message, std::uint64_t at)
{
    return Error(ErrorCode::Malformed, std::move(message)).inFile(file.path().string()).at(at);
}

} // namespace

bool isLegacy(std::span<const std::byte> head)
{
    return head.size() >= kMagic.size() && std::memcmp(head.data(), kMagic.data(), kMagic.size()) == 0;
}

Result<Archive> openLegacy(std::shared_ptr<const MappedFile> file, const Context& context)
{
    Archive archive;
    archive.file = file;
    const auto all = file->bytes();
    std::uint64_t at = 0;
    const auto next = [&]() -> Result<Pickle> {
        PickleSource in;
        in.bytes = all.subspan(at);
        in.base = at;
        in.file = file->path();
        in.legacy = true;
        QS_ASSIGN(auto p, readPickle(in, context));
        at += p.end;
        return p;
    };
    if (!isLegacy(all)) return fail(malformed(*file, "not a checkpoint of torch: wrong magic", 0));
    at = kMagic.size();
    std::uint64_t start = at;
    QS_ASSIGN(const auto protocol, next());
    const Value& version = protocol.values[protocol.root];
    if (version.kind != Kind::Int || version.number != 1001)
        return fail(malformed(*file, "unknown protocol of a legacy checkpoint", start).wanted("1001"));
    start = at;
    QS_ASSIGN(const auto system, next());
    const Value& info = system.values[system.root];
    if (info.kind != Kind::Dict) return fail(malformed(*file, "the system description of a legacy checkpoint is no dict", start));
    const auto fields = info.children();
    bool endianKnown = false;
    for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
        const Value& key = system.values[fields[i]];
        const Value& value = system.values[fields[i + 1]];
        if ((key.kind != Kind::String && key.kind != Kind::Latin1) || key.view() != "little_endian") continue;
        if (value.kind != Kind::Bool || value.number == 0)
            return fail(Error(ErrorCode::Unsupported, "a legacy checkpoint of a big-endian machine")
                            .inFile(file->path().string())
                            .at(start)
                            .fix("save it again with a newer torch"));
        endianKnown = true;
    }
    if (!endianKnown) return fail(malformed(*file, "a legacy checkpoint that does not tell its byte order", start));
    QS_ASSIGN(archive.pickle, next());
    start = at;
    QS_ASSIGN(const auto list, next());
    const Value& keys = list.values[list.root];
    if (keys.kind != Kind::List) return fail(malformed(*file, "the storage keys of a legacy checkpoint are no list", start));

    const auto& storages = archive.pickle.storages;
    std::unordered_map<std::string_view, std::size_t> byKey;
    for (std::size_t i = 0; i < storages.size(); ++i) byKey.emplace(storages[i].key, i);
    if (keys.children().size() != storages.size())
        return fail(malformed(*file, "the list of storages does not fit the object", start)
                        .wanted(std::to_string(storages.size()) + " keys")
                        .got(std::to_string(keys.children().size())));
    constexpr std::uint64_t kNone = ~std::uint64_t(0);
    archive.storageOffsets.assign(storages.size(), kNone);
    for (Ref r : keys.children()) {
        if (context.stopped()) return cancelled();
        const Value& key = list.values[r];
        const auto found = key.kind == Kind::String || key.kind == Kind::Latin1 ? byKey.find(key.view()) : byKey.end();
        if (found == byKey.end() || archive.storageOffsets[found->second] != kNone)
            return fail(malformed(*file, "the list of storages names one that the object has not, or names it twice", start));
        const StorageRecord& s = storages[found->second];
        if (all.size() - at < 8) return fail(malformed(*file, "the file ends before storage '" + escapeText(s.key) + "'", at));
        const auto count = loadLe<std::uint64_t>(all.data() + at);
        if (count != s.elements)
            return fail(malformed(*file, "storage '" + escapeText(s.key) + "' has the wrong size", at)
                            .wanted(std::to_string(s.elements) + " elements")
                            .got(std::to_string(static_cast<std::int64_t>(count))));
        at += 8;
        const std::uint64_t bytes = s.elements * s.elementBytes; // checked when the record was made
        if (bytes > all.size() - at)
            return fail(malformed(*file, "storage '" + escapeText(s.key) + "' passes the end of the file", at)
                            .wanted(std::to_string(bytes) + " bytes")
                            .got(std::to_string(all.size() - at)));
        archive.storageOffsets[found->second] = at;
        at += bytes;
    }
    if (at != all.size())
        return fail(malformed(*file, "bytes follow the last storage", at).got(std::to_string(all.size() - at) + " bytes"));
    QS_TRY(file->check());
    return archive;
}

} // namespace qs::io::pytorch
