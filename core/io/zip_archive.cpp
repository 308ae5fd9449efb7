// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_archive.h"

#include "core/base/bytes.h"
#include "core/base/checked.h"
#include "core/base/format.h"
#include "core/io/inflater.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>
#include <zlib.h>

namespace qs::io {
namespace {

constexpr std::uint32_t kLocalSignature = 0x04034b50;
constexpr std::uint32_t kCentralSignature = 0x02014b50;
constexpr std::uint32_t kEndSignature = 0x06054b50;
constexpr std::uint32_t kEnd64Signature = 0x06064b50;
constexpr std::uint32_t kLocator64Signature = 0x07064b50;
constexpr std::size_t kLocalSize = 30;
constexpr std::size_t kCentralSize = 46;
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kEnd64Size = 56;
constexpr std::size_t kLocatorSize = 20;
constexpr std::uint16_t kZip64Extra = 1;
constexpr std::uint32_t kFull32 = 0xFFFFFFFF;
constexpr std::uint16_t kFull16 = 0xFFFF;
constexpr std::uint16_t kSizesFollow = 1U << 3; // the local header has no sizes, a descriptor follows the data

/// Bounds-checked little-endian reads.
class View {
public:
    explicit View(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    std::uint64_t size() const { return m_bytes.size(); }
    bool has(std::uint64_t at, std::uint64_t n) const { return at <= size() && n <= size() - at; }
    std::uint16_t u16(std::uint64_t at) const { return loadLe<std::uint16_t>(m_bytes.data() + at); }
    std::uint32_t u32(std::uint64_t at) const { return loadLe<std::uint32_t>(m_bytes.data() + at); }
    std::uint64_t u64(std::uint64_t at) const { return loadLe<std::uint64_t>(m_bytes.data() + at); }
    std::string_view text(std::uint64_t at, std::uint64_t n) const
    {
        return {reinterpret_cast<const char*>(m_bytes.data()) + at, n};
    }

private:
    std::span<const std::byte> m_bytes;
};

struct Directory {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
    std::uint64_t count = 0;
};

/// Reads directories and headers, collecting what to say when one is wrong.
class Parser {
public:
    Parser(const MappedFile& file, const ZipLimits& limits) : m_file(file), m_view(file.bytes()), m_limits(limits) {}

    Result<std::vector<ZipEntry>> run()
    {
        QS_ASSIGN(const Directory dir, findDirectory());
        if (dir.count > m_limits.entries)
            return refuse("too many zip entries", dir.offset, "at most " + formatCount(m_limits.entries),
                          formatCount(dir.count));
        if (dir.count > dir.size / kCentralSize)
            return refuse("the zip directory is shorter than its number of entries needs", dir.offset);
        std::vector<ZipEntry> entries;
        entries.reserve(dir.count);
        std::vector<Range> ranges;
        ranges.reserve(dir.count);
        std::uint64_t at = dir.offset;
        const std::uint64_t end = dir.offset + dir.size;
        for (std::uint64_t i = 0; i < dir.count; ++i) {
            ZipEntry e;
            std::uint64_t local = 0;
            std::uint16_t flags = 0;
            QS_TRY(readCentral(at, end, e, local, flags));
            QS_TRY(readLocal(local, dir.offset, flags, e));
            ranges.push_back({local, e.offset + e.compressed});
            entries.push_back(std::move(e));
        }
        if (at != end) return refuse("the zip directory is longer than its entries", at);
        QS_TRY(checkOverlap(ranges, entries));
        return entries;
    }

private:
    struct Range {
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
    };

    tl::unexpected<Error> refuse(std::string why, std::uint64_t at, std::string wanted = {}, std::string got = {}) const
    {
        Error e(ErrorCode::Malformed, std::move(why));
        e.file = m_file.path().string();
        e.byte = at;
        e.expected = std::move(wanted);
        e.found = std::move(got);
        return fail(std::move(e));
    }
    static std::string quoted(std::string_view name) { return "'" + escapeText(name.substr(0, 200)) + "'"; }

    Result<Directory> findDirectory() const
    {
        const std::uint64_t size = m_view.size();
        if (size < kEndSize) return refuse("too short for a zip archive", 0);
        constexpr std::uint64_t kLongestComment = 0xFFFF;
        const std::uint64_t lowest = size > kEndSize + kLongestComment ? size - kEndSize - kLongestComment : 0;
        for (std::uint64_t at = size - kEndSize;; --at) {
            if (m_view.u32(at) == kEndSignature && m_view.u16(at + 20) == size - at - kEndSize) return readEnd(at);
            if (at == lowest) break;
        }
        return refuse("no end of a zip directory: the archive is cut off or no zip", size);
    }

    Result<Directory> readEnd(std::uint64_t at) const
    {
        Directory dir;
        dir.count = m_view.u16(at + 10);
        dir.size = m_view.u32(at + 12);
        dir.offset = m_view.u32(at + 16);
        const bool saturated = dir.count == kFull16 || dir.size == kFull32 || dir.offset == kFull32;
        if ((m_view.u16(at + 4) != 0 && m_view.u16(at + 4) != kFull16) || m_view.u16(at + 8) != m_view.u16(at + 10))
            return refuse("a zip archive of several volumes", at);
        std::uint64_t dirEnd = at;
        if (at >= kLocatorSize && m_view.u32(at - kLocatorSize) == kLocator64Signature) {
            const std::uint64_t where = m_view.u64(at - kLocatorSize + 8);
            if (!m_view.has(where, kEnd64Size) || where + kEnd64Size > at - kLocatorSize ||
                m_view.u32(where) != kEnd64Signature)
                return refuse("the zip64 end record is not where its locator says", at - kLocatorSize);
            Directory big;
            if (m_view.u32(where + 16) != 0 || m_view.u64(where + 24) != m_view.u64(where + 32))
                return refuse("a zip archive of several volumes", where);
            big.count = m_view.u64(where + 32);
            big.size = m_view.u64(where + 40);
            big.offset = m_view.u64(where + 48);
            if ((dir.count != kFull16 && dir.count != big.count) || (dir.size != kFull32 && dir.size != big.size) ||
                (dir.offset != kFull32 && dir.offset != big.offset))
                return refuse("the zip64 end record contradicts the plain one", where);
            dir = big;
            dirEnd = where;
        } else if (saturated) {
            return refuse("the zip64 end record is missing", at);
        }
        const auto end = checkedAdd(dir.offset, dir.size);
        if (!end || *end != dirEnd)
            return refuse("the zip directory is not where the end record says", at,
                          "an end at byte " + std::to_string(dirEnd), end ? std::to_string(*end) : "an overflow");
        return dir;
    }

    /// The zip64 values of an extra field, in the fixed order, for those that are saturated. False where it is broken.
    bool readZip64(std::uint64_t at, std::uint64_t length, std::initializer_list<std::uint64_t*> wanted) const
    {
        const std::uint64_t end = at + length;
        while (end - at >= 4) {
            const std::uint16_t id = m_view.u16(at);
            const std::uint16_t n = m_view.u16(at + 2);
            at += 4;
            if (n > end - at) return false;
            if (id == kZip64Extra) {
                std::uint64_t p = at;
                for (std::uint64_t* value : wanted) {
                    if (*value != kFull32) continue;
                    if (p + 8 > at + n) return false;
                    *value = m_view.u64(p);
                    p += 8;
                }
                return true;
            }
            at += n;
        }
        // Without a zip64 field no value may be saturated.
        return std::none_of(wanted.begin(), wanted.end(), [](const std::uint64_t* v) { return *v == kFull32; });
    }

    Status checkName(std::string_view name, std::uint64_t at) const
    {
        constexpr std::size_t kLongest = 4096;
        if (name.empty() || name.size() > kLongest) return refuse("a zip entry's name is empty or too long", at);
        if (name.find('\0') != std::string_view::npos) return refuse("NUL in a zip entry's name", at);
        bool out =
            name.front() == '/' || name.find('\\') != std::string_view::npos || (name.size() > 1 && name[1] == ':');
        for (std::size_t i = 0; i <= name.size();) {
            const std::size_t slash = std::min(name.find('/', i), name.size());
            out = out || name.substr(i, slash - i) == "..";
            i = slash + 1;
        }
        if (out) {
            auto e = refuse("a zip entry's name leads out of the archive", at, "", quoted(name));
            e.value().code = ErrorCode::Unsafe;
            return e;
        }
        return {};
    }

    Status readCentral(std::uint64_t& at, std::uint64_t end, ZipEntry& e, std::uint64_t& local,
                       std::uint16_t& flags) const {
        if (end - at < kCentralSize || m_view.u32(at) != kCentralSignature)
            return refuse("a broken entry in the zip directory", at);
        flags = m_view.u16(at + 8);
        e.method = m_view.u16(at + 10);
        e.crc = m_view.u32(at + 16);
        e.compressed = m_view.u32(at + 20);
        e.size = m_view.u32(at + 24);
        local = m_view.u32(at + 42);
        const std::uint64_t n = m_view.u16(at + 28);
        const std::uint64_t m = m_view.u16(at + 30);
        const std::uint64_t k = m_view.u16(at + 32);
        if (n + m + k > end - at - kCentralSize) return refuse("a broken entry in the zip directory", at);
        e.name = std::string(m_view.text(at + kCentralSize, n));
        QS_TRY(checkName(e.name, at));
        e.isFolder = e.name.back() == '/';
        if (!readZip64(at + kCentralSize + n, m, {&e.size, &e.compressed, &local}))
            return refuse("the zip64 field of " + quoted(e.name) + " is broken", at);
        constexpr std::uint16_t kEncrypted = (1U << 0) | (1U << 6) | (1U << 13);
        constexpr std::uint16_t kPatch = 1U << 5;
        if ((flags & kEncrypted) != 0) return refuse("the zip entry " + quoted(e.name) + " is encrypted", at);
        if ((flags & kPatch) != 0 || (e.method != ZipEntry::kStored && e.method != ZipEntry::kDeflated))
            return refuse("the zip entry " + quoted(e.name) + " has an unknown method", at, "stored or deflated",
                          "method " + std::to_string(e.method));
        if (e.method == ZipEntry::kStored && e.compressed != e.size)
            return refuse("the stored zip entry " + quoted(e.name) + " has two sizes", at, std::to_string(e.size),
                          std::to_string(e.compressed));
        const auto bound = checkedMul(std::max<std::uint64_t>(e.compressed, 1), m_limits.ratio);
        if (e.method == ZipEntry::kDeflated && bound && e.size > *bound)
            return refuse("the zip entry " + quoted(e.name) + " expands too much", at,
                          "at most " + std::to_string(m_limits.ratio) + " times its compressed size",
                          std::to_string(e.compressed) + " to " + std::to_string(e.size) + " bytes");
        if (e.isFolder && e.size != 0) return refuse("the folder " + quoted(e.name) + " of the zip has content", at);
        at += kCentralSize + n + m + k;
        return {};
    }

    Status readLocal(std::uint64_t local, std::uint64_t dirStart, std::uint16_t flags, ZipEntry& e) const
    {
        const auto broken = [&](const char* why) { return refuse(std::string(why) + quoted(e.name), local); };
        if (local > dirStart || dirStart - local < kLocalSize) return broken("no room for the local header of ");
        if (m_view.u32(local) != kLocalSignature) return broken("no local header of ");
        const std::uint64_t n = m_view.u16(local + 26);
        const std::uint64_t m = m_view.u16(local + 28);
        if (n + m > dirStart - local - kLocalSize) return broken("no room for the local header of ");
        constexpr std::uint16_t kCompared = (1U << 0) | (1U << 3) | (1U << 5) | (1U << 6) | (1U << 13);
        if (m_view.text(local + kLocalSize, n) != e.name || m_view.u16(local + 8) != e.method ||
            ((m_view.u16(local + 6) ^ flags) & kCompared) != 0)
            return broken("local header and directory disagree about ");
        std::uint64_t compressed = m_view.u32(local + 18);
        std::uint64_t size = m_view.u32(local + 22);
        const std::uint32_t crc = m_view.u32(local + 14);
        if (!readZip64(local + kLocalSize + n, m, {&size, &compressed}))
            return broken("the zip64 field is broken in the local header of ");
        const bool follows = (flags & kSizesFollow) != 0;
        const bool sameSizes = compressed == e.compressed && size == e.size;
        if (!sameSizes && !(follows && compressed == 0 && size == 0))
            return broken("local header and directory disagree about the sizes of ");
        if (crc != e.crc && !(follows && crc == 0))
            return broken("local header and directory disagree about the CRC of ");
        e.offset = local + kLocalSize + n + m;
        if (e.compressed > dirStart - e.offset) return broken("the data reach into the directory: ");
        return {};
    }

    Status checkOverlap(const std::vector<Range>& ranges, const std::vector<ZipEntry>& entries) const
    {
        std::vector<std::uint32_t> order(ranges.size());
        std::iota(order.begin(), order.end(), 0U);
        std::sort(order.begin(), order.end(), [&](auto a, auto b) { return ranges[a].begin < ranges[b].begin; });
        for (std::size_t i = 1; i < order.size(); ++i)
            if (ranges[order[i]].begin < ranges[order[i - 1]].end)
                return refuse("the zip entries " + quoted(entries[order[i - 1]].name) + " and " +
                                  quoted(entries[order[i]].name) + " overlap",
                              ranges[order[i]].begin);
        return {};
    }

    const MappedFile& m_file;
    View m_view;
    ZipLimits m_limits;
};

Error badMember(const MappedFile& file, const ZipEntry& entry, const char* why)
{
    return Error(ErrorCode::Malformed, std::string(why) + " in the zip entry '" + escapeText(entry.name) + "'")
        .inFile(file.path().string())
        .at(entry.offset);
}

Status compareCrc(const MappedFile& file, const ZipEntry& entry, std::span<const std::byte> content)
{
    if (entry.crc == 0) return {};
    const auto crc = crc32_z(crc32_z(0, nullptr, 0), reinterpret_cast<const Bytef*>(content.data()), content.size());
    QS_TRY(file.check());
    if (static_cast<std::uint32_t>(crc) != entry.crc) return fail(badMember(file, entry, "the CRC-32 does not match"));
    return {};
}

} // namespace

Result<ZipArchive> ZipArchive::open(std::shared_ptr<const MappedFile> file, const ZipLimits& limits)
{
    ZipArchive archive;
    auto entries = Parser(*file, limits).run();
    QS_TRY(file->check());
    if (!entries) return fail(std::move(entries.error()));
    archive.m_file = std::move(file);
    archive.m_entries = std::move(*entries);
    archive.m_byName.resize(archive.m_entries.size());
    std::iota(archive.m_byName.begin(), archive.m_byName.end(), 0U);
    const auto& all = archive.m_entries;
    std::sort(archive.m_byName.begin(), archive.m_byName.end(),
              [&](auto a, auto b) { return all[a].name < all[b].name; });
    const auto twice = std::adjacent_find(archive.m_byName.begin(), archive.m_byName.end(),
                                          [&](auto a, auto b) { return all[a].name == all[b].name; });
    if (twice != archive.m_byName.end()) return fail(badMember(*archive.m_file, all[*twice], "a duplicate name"));
    return archive;
}

const ZipEntry* ZipArchive::find(std::string_view name) const
{
    const auto it = std::lower_bound(m_byName.begin(), m_byName.end(), name,
                                     [&](std::uint32_t i, std::string_view n) { return m_entries[i].name < n; });
    return it != m_byName.end() && m_entries[*it].name == name ? &m_entries[*it] : nullptr;
}

std::span<const std::byte> ZipArchive::raw(const ZipEntry& entry) const
{
    return m_file->bytes().subspan(entry.offset, entry.compressed);
}

Status ZipArchive::inflate(const ZipEntry& entry, std::span<std::byte> out) const
{
    if (out.size() != entry.size) return fail(ErrorCode::Internal, "a buffer of the wrong size for a zip entry");
    if (entry.method == ZipEntry::kStored) {
        QS_TRY(inflateHead(entry, out));
    } else {
        Inflater stream(raw(entry));
        std::size_t n = 0;
        if (!stream.read(out, n) || n != out.size() || !stream.finished()) {
            QS_TRY(m_file->check());
            return fail(badMember(*m_file, entry, "the deflated data are longer or shorter than declared"));
        }
    }
    return compareCrc(*m_file, entry, out);
}

Status ZipArchive::inflateHead(const ZipEntry& entry, std::span<std::byte> out) const
{
    if (out.size() > entry.size) return fail(ErrorCode::Internal, "a buffer of the wrong size for a zip entry");
    if (out.empty()) return {};
    if (entry.method == ZipEntry::kStored) {
        std::memcpy(out.data(), raw(entry).data(), out.size());
        return m_file->check();
    }
    Inflater stream(raw(entry));
    std::size_t n = 0;
    const bool ok = stream.read(out, n);
    QS_TRY(m_file->check());
    if (!ok || n != out.size()) return fail(badMember(*m_file, entry, "broken deflated data"));
    return {};
}

Status ZipArchive::checkCrc(const ZipEntry& entry) const
{
    if (entry.method == ZipEntry::kStored) return compareCrc(*m_file, entry, raw(entry));
    Inflater stream(raw(entry));
    constexpr std::size_t kBuffer = std::size_t(1) << 18;
    std::vector<std::byte> buffer(std::min<std::uint64_t>(kBuffer, entry.size));
    auto crc = crc32_z(0, nullptr, 0);
    std::size_t n = 0;
    for (std::uint64_t left = entry.size; left > 0; left -= n) {
        const auto chunk = std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), left));
        if (!stream.read(chunk, n) || n != chunk.size()) {
            QS_TRY(m_file->check());
            return fail(badMember(*m_file, entry, "broken or too short deflated data"));
        }
        crc = crc32_z(crc, reinterpret_cast<const Bytef*>(chunk.data()), n);
    }
    if (!stream.finished()) return fail(badMember(*m_file, entry, "more content than declared"));
    if (entry.crc != 0 && static_cast<std::uint32_t>(crc) != entry.crc)
        return fail(badMember(*m_file, entry, "the CRC-32 does not match"));
    return {};
}

Result<std::vector<bool>> ZipArchive::checkCrcs(std::uint64_t budget) const
{
    std::vector<bool> checked(m_entries.size(), false);
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        const std::uint64_t cost = std::max(m_entries[i].size, m_entries[i].compressed);
        if (cost > budget) continue;
        budget -= cost;
        QS_TRY(checkCrc(m_entries[i]));
        checked[i] = true;
    }
    return checked;
}

} // namespace qs::io
