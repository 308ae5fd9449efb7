// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/file_builders.h"

#include <stdexcept>
#include <zlib.h>

namespace qs::test {
namespace {

void put(std::string& out, std::uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>((v >> (8 * i)) & 0xFF));
}

std::string deflated(const std::string& text)
{
    z_stream s{};
    if (deflateInit2(&s, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("deflate");
    std::string out(deflateBound(&s, text.size()), '\0');
    s.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    s.avail_in = static_cast<uInt>(text.size());
    s.next_out = reinterpret_cast<Bytef*>(out.data());
    s.avail_out = static_cast<uInt>(out.size());
    deflate(&s, Z_FINISH);
    out.resize(s.total_out);
    deflateEnd(&s);
    return out;
}

} // namespace

std::string makeZip(const ZipSpec& spec)
{
    std::string out;
    std::string directory;
    for (const auto& m : spec.members) {
        const std::string data = m.deflate ? deflated(m.content) : m.content;
        const auto method = m.method.value_or(m.deflate ? 8 : 0);
        const auto flags = m.flags.value_or(m.descriptor ? 0x0808 : 0);
        const auto crc = m.crc.value_or(static_cast<std::uint32_t>(
            crc32(0, reinterpret_cast<const Bytef*>(m.content.data()), static_cast<uInt>(m.content.size()))));
        const std::uint64_t size = m.size.value_or(m.content.size());
        const std::uint64_t compressed = m.deflate ? data.size() : size;
        const std::uint64_t local = out.size();
        const std::string localName = m.localName.value_or(m.name);
        const std::uint64_t localSize = m.localSize.value_or(m.descriptor ? 0 : size);
        const std::uint64_t localCompressed = m.descriptor ? 0 : m.deflate ? compressed : localSize;
        put(out, 0x04034b50, 4);
        put(out, 20, 2);
        put(out, flags, 2);
        put(out, method, 2);
        put(out, 0, 4);
        put(out, m.descriptor ? 0 : crc, 4);
        put(out, m.zip64 ? 0xFFFFFFFF : localCompressed, 4);
        put(out, m.zip64 ? 0xFFFFFFFF : localSize, 4);
        put(out, localName.size(), 2);
        put(out, (m.zip64 ? 20 : 0) + (m.localExtra > 0 ? 4 + m.localExtra : 0), 2);
        out += localName;
        if (m.zip64) {
            put(out, 1, 2);
            put(out, 16, 2);
            put(out, localSize, 8);
            put(out, localCompressed, 8);
        }
        if (m.localExtra > 0) {
            put(out, 0x4246, 2);
            put(out, m.localExtra, 2);
            out += std::string(m.localExtra, 'Z');
        }
        out += data;
        if (m.descriptor) {
            put(out, 0x08074b50, 4);
            put(out, crc, 4);
            put(out, compressed, 4);
            put(out, size, 4);
        }
        put(directory, 0x02014b50, 4);
        put(directory, 20, 2);
        put(directory, 20, 2);
        put(directory, flags, 2);
        put(directory, method, 2);
        put(directory, 0, 4);
        put(directory, crc, 4);
        put(directory, m.zip64 ? 0xFFFFFFFF : compressed, 4);
        put(directory, m.zip64 ? 0xFFFFFFFF : size, 4);
        put(directory, m.name.size(), 2);
        put(directory, m.zip64 ? 20 : 0, 2);
        put(directory, 0, 2);
        put(directory, 0, 2);
        put(directory, 0, 2);
        put(directory, 0, 4);
        put(directory, m.localOffset.value_or(local), 4);
        directory += m.name;
        if (m.zip64) {
            put(directory, 1, 2);
            put(directory, 16, 2);
            put(directory, size, 8);
            put(directory, compressed, 8);
        }
    }
    const std::uint64_t at = spec.directoryOffset.value_or(out.size());
    const std::uint64_t length = spec.directorySize.value_or(directory.size());
    const std::uint64_t count = spec.count.value_or(spec.members.size());
    out += directory;
    if (spec.zip64End) {
        const std::uint64_t end64 = out.size();
        put(out, 0x06064b50, 4);
        put(out, 44, 8);
        put(out, 45, 2);
        put(out, 45, 2);
        put(out, 0, 4);
        put(out, 0, 4);
        put(out, count, 8);
        put(out, count, 8);
        put(out, length, 8);
        put(out, at, 8);
        put(out, 0x07064b50, 4);
        put(out, 0, 4);
        put(out, end64, 8);
        put(out, 1, 4);
    }
    put(out, 0x06054b50, 4);
    put(out, 0, 4);
    put(out, spec.zip64End ? 0xFFFF : count, 2);
    put(out, spec.zip64End ? 0xFFFF : count, 2);
    put(out, spec.zip64End ? 0xFFFFFFFF : length, 4);
    put(out, spec.zip64End ? 0xFFFFFFFF : at, 4);
    put(out, spec.comment.size(), 2);
    return out + spec.comment;
}

std::string makeNpy(const std::string& dictionary, const std::string& data)
{
    std::string text = dictionary;
    while ((10 + text.size() + 1) % 64 != 0) text += ' ';
    text += '\n';
    std::string out("\x93NUMPY\x01\x00", 8);
    put(out, text.size(), 2);
    return out + text + data;
}

std::string makeSafetensors(std::string json, const std::string& data, bool pad)
{
    while (pad && json.size() % 8 != 0) json += ' ';
    std::string out;
    put(out, json.size(), 8);
    return out + json + data;
}

} // namespace qs::test
