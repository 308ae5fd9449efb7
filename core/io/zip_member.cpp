// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/zip_member.h"

#include "core/base/format.h"

#include <algorithm>
#include <cstring>
#include <zlib.h>

namespace qs::io {

ZipMember::ZipMember(std::shared_ptr<const ZipArchive> archive, const ZipEntry& entry)
    : m_archive(std::move(archive)), m_entry(entry)
{
}

Status ZipMember::walk() const
{
    if (m_entry.method == ZipEntry::kStored) return m_archive->checkCrc(m_entry);
    const auto broken = [&](const char* why) {
        return fail(
            Error(ErrorCode::Malformed, std::string(why) + " in the zip entry '" + escapeText(m_entry.name) + "'")
                .inFile(m_archive->file()->path().string())
                .at(m_entry.offset));
    };
    Inflater stream(m_archive->raw(m_entry));
    auto crc = crc32_z(0, nullptr, 0);
    constexpr std::size_t kBuffer = std::size_t(1) << 18; // divides kStep
    std::vector<std::byte> buffer(std::min<std::uint64_t>(kBuffer, m_entry.size));
    for (std::uint64_t at = 0; at < m_entry.size;) {
        if (at % kStep == 0) {
            m_states.push_back(stream.clone());
            if (!m_states.back().valid())
                return fail(ErrorCode::Lacking, "not enough memory to read a deflated member");
        }
        const std::span<std::byte> chunk =
            std::span(buffer).first(std::min<std::uint64_t>(buffer.size(), m_entry.size - at));
        std::size_t n = 0;
        const bool ok = stream.read(chunk, n);
        QS_TRY(m_archive->file()->check());
        if (!ok) return broken("broken deflated data");
        if (n != chunk.size()) return broken("less content than declared");
        crc = crc32_z(crc, reinterpret_cast<const Bytef*>(chunk.data()), n);
        at += n;
    }
    if (!stream.finished()) return broken("more content than declared");
    if (m_entry.crc != 0 && static_cast<std::uint32_t>(crc) != m_entry.crc) return broken("the CRC-32 does not match");
    return {};
}

Status ZipMember::read(std::uint64_t offset, std::span<std::byte> out) const
{
    if (offset > m_entry.size || out.size() > m_entry.size - offset)
        return fail(ErrorCode::Internal, "a range beyond a zip member");
    std::call_once(m_once, [&] { m_status = walk(); });
    QS_TRY(Status(m_status));
    if (out.empty()) return {};
    if (m_entry.method == ZipEntry::kStored) {
        std::memcpy(out.data(), m_archive->raw(m_entry).data() + offset, out.size());
        return m_archive->file()->check();
    }
    Inflater stream = m_states[offset / kStep].clone();
    std::vector<std::byte> skipped(std::min<std::uint64_t>(offset % kStep, std::uint64_t(1) << 16));
    std::size_t n = 0;
    bool ok = stream.valid();
    for (std::uint64_t left = offset % kStep; ok && left > 0; left -= n) {
        ok = stream.read(std::span(skipped).first(std::min<std::uint64_t>(left, skipped.size())), n) && n > 0;
    }
    ok = ok && stream.read(out, n) && n == out.size();
    QS_TRY(m_archive->file()->check());
    if (!ok) return fail(ErrorCode::Io, "the deflated data changed while they were being read");
    return {};
}

} // namespace qs::io
