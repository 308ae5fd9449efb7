// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/torch_builder.h"

#include "tests/support/gguf_builder.h"

#include <algorithm>
#include <array>

namespace qs::test {
namespace {

std::uint32_t crc32(std::string_view s)
{
    std::uint32_t c = ~0U;
    for (char b : s) {
        c ^= static_cast<unsigned char>(b);
        for (int k = 0; k < 8; ++k) c = (c >> 1) ^ (0xEDB88320U & (0U - (c & 1U)));
    }
    return ~c;
}

template <class T>
std::string le(std::uint64_t v)
{
    return leBytes(static_cast<T>(v));
}

} // namespace

PickleWriter& PickleWriter::op(std::string_view bytes)
{
    m_bytes += bytes;
    return *this;
}

PickleWriter& PickleWriter::global(std::string_view module, std::string_view name)
{
    return op("c").op(module).op("\n").op(name).op("\n");
}

PickleWriter& PickleWriter::text(std::string_view s) { return op("X").op(leBytes(static_cast<std::uint32_t>(s.size()))).op(s); }

PickleWriter& PickleWriter::number(std::int64_t n)
{
    if (n >= INT32_MIN && n <= INT32_MAX) return op("J").op(leBytes(static_cast<std::int32_t>(n)));
    return op("\x8A\x08").op(leBytes(n));
}

PickleWriter& PickleWriter::real(double v)
{
    std::string bytes = leBytes(v);
    std::reverse(bytes.begin(), bytes.end());
    return op("G").op(bytes);
}

PickleWriter& PickleWriter::numbers(const std::vector<std::int64_t>& values)
{
    mark();
    for (auto v : values) number(v);
    return tuple();
}

PickleWriter& PickleWriter::storage(std::string_view cls, std::string_view key, std::int64_t numel, std::string_view module)
{
    mark().text("storage").global(module, cls).text(key).text("cpu").number(numel);
    if (legacy) op("N");
    return tuple().op("Q");
}

PickleWriter& PickleWriter::tensor(std::string_view cls, std::string_view key, std::int64_t numel, std::int64_t offset,
                                   const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides)
{
    global("torch._utils", "_rebuild_tensor_v2").mark().storage(cls, key, numel).number(offset);
    return numbers(sizes).numbers(strides).op("\x89").orderedDict().tuple().op("R");
}

TorchZip& TorchZip::add(std::string name, std::string data)
{
    Member m;
    m.name = std::move(name);
    m.data = std::move(data);
    return add(std::move(m));
}

TorchZip& TorchZip::add(Member m)
{
    m_members.push_back(std::move(m));
    return *this;
}

std::string TorchZip::build() const
{
    std::string out;
    std::string central;
    for (const Member& m : m_members) {
        const std::uint64_t at = out.size();
        const std::string& local = m.localName.has_value() ? *m.localName : m.name;
        const bool late = (m.flags & 8) != 0; // sizes follow the data
        const std::uint32_t crc = m.crc.value_or(crc32(m.data));
        std::string extra;
        if (alignment > 1) {
            const std::size_t begin = at + 30 + local.size() + 4;
            const std::size_t fill = (alignment - begin % alignment) % alignment;
            extra = "FB" + le<std::uint16_t>(fill) + std::string(fill, 'Z');
        }
        out += std::string("PK\x03\x04", 4) + le<std::uint16_t>(0) + le<std::uint16_t>(m.flags) + le<std::uint16_t>(m.method)
               + std::string(4, '\0') + le<std::uint32_t>(late ? 0 : crc) + le<std::uint32_t>(late ? 0 : m.data.size())
               + le<std::uint32_t>(late ? 0 : m.content.value_or(m.data.size())) + le<std::uint16_t>(local.size())
               + le<std::uint16_t>(extra.size()) + local + extra + m.data;
        if (late)
            out += std::string("PK\x07\x08", 4) + le<std::uint32_t>(crc) + le<std::uint32_t>(m.data.size())
                   + le<std::uint32_t>(m.content.value_or(m.data.size()));
        const std::uint64_t size = m.size.value_or(m.data.size());
        const std::uint64_t content = m.content.value_or(size);
        const bool wide = size > 0xFFFFFFFEU || content > 0xFFFFFFFEU;
        const std::string more = wide ? le<std::uint16_t>(1) + le<std::uint16_t>(16) + leBytes(content) + leBytes(size) : "";
        central += std::string("PK\x01\x02", 4) + le<std::uint16_t>(0) + le<std::uint16_t>(0) + le<std::uint16_t>(m.flags)
                   + le<std::uint16_t>(m.method) + std::string(4, '\0') + le<std::uint32_t>(crc)
                   + le<std::uint32_t>(wide ? 0xFFFFFFFFU : size) + le<std::uint32_t>(wide ? 0xFFFFFFFFU : content)
                   + le<std::uint16_t>(m.name.size()) + le<std::uint16_t>(more.size()) + std::string(2 + 2 + 2 + 4, '\0')
                   + le<std::uint32_t>(at) + m.name + more;
    }
    const std::uint64_t begin = directoryOffset.value_or(out.size());
    const std::uint64_t count = entryCount.value_or(m_members.size());
    out += central;
    const std::uint64_t end = out.size();
    if (zip64) {
        out += std::string("PK\x06\x06", 4) + leBytes(std::uint64_t(44)) + le<std::uint16_t>(0x1E) + le<std::uint16_t>(0x2D)
               + std::string(8, '\0') + leBytes(count) + leBytes(count) + leBytes<std::uint64_t>(central.size()) + leBytes(begin);
        out += std::string("PK\x06\x07", 4) + std::string(4, '\0') + leBytes(end) + leBytes(std::uint32_t(1));
    }
    return out + std::string("PK\x05\x06", 4) + std::string(4, '\0') + le<std::uint16_t>(count) + le<std::uint16_t>(count)
           + le<std::uint32_t>(central.size()) + le<std::uint32_t>(begin) + std::string(2, '\0');
}

std::string torchFile(const std::string& pickle, const std::vector<std::string>& storages, std::string_view byteorder)
{
    TorchZip zip;
    zip.add("archive/data.pkl", pickle).add("archive/byteorder", std::string(byteorder));
    for (std::size_t i = 0; i < storages.size(); ++i) zip.add("archive/data/" + std::to_string(i), storages[i]);
    return zip.add("archive/version", "3\n").build();
}

std::string torchLegacy(const std::string& pickle, const std::vector<LegacyStorage>& storages, bool littleEndian, int protocol)
{
    std::string out("\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19.", 15);
    out += PickleWriter().number(protocol).stop();
    out += PickleWriter().dict().mark().text("protocol_version").number(protocol).text("little_endian")
               .op(littleEndian ? "\x88" : "\x89").text("type_sizes").dict().text("short").number(2).setItem().op("u").stop();
    out += pickle;
    PickleWriter keys;
    keys.op("](");
    for (const auto& s : storages) keys.text(s.key);
    out += keys.op("e").stop();
    for (const auto& s : storages) out += leBytes(s.count) + s.bytes;
    return out;
}

} // namespace qs::test
