// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qs::test {

/// Writes pickles opcode by opcode, right ones and wrong ones. Begins with PROTO 2.
class PickleWriter {
public:
    bool legacy = false; ///< persistent ids of six fields

    PickleWriter& op(std::string_view bytes);            ///< any bytes as they are
    PickleWriter& global(std::string_view module, std::string_view name);
    PickleWriter& text(std::string_view s);              ///< BINUNICODE
    PickleWriter& number(std::int64_t n);                ///< BININT or LONG1
    PickleWriter& real(double v);                        ///< BINFLOAT
    PickleWriter& numbers(const std::vector<std::int64_t>& values); ///< a tuple
    PickleWriter& mark() { return op("("); }
    PickleWriter& tuple() { return op("t"); }
    PickleWriter& dict() { return op("}"); }
    PickleWriter& setItem() { return op("s"); }
    PickleWriter& orderedDict() { return global("collections", "OrderedDict").op(")R"); }
    /// A persistent id and BINPERSID.
    PickleWriter& storage(std::string_view cls, std::string_view key, std::int64_t numel, std::string_view module = "torch");
    /// A whole _rebuild_tensor_v2.
    PickleWriter& tensor(std::string_view cls, std::string_view key, std::int64_t numel, std::int64_t offset,
                         const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& strides);
    std::string stop() const { return m_bytes + "."; }
    const std::string& bytes() const { return m_bytes; }

private:
    std::string m_bytes = "\x80\x02";
};

/// Writes zip archives the way torch.save does (data descriptors, 64-byte alignment, zip64 records), and wrong ones.
class TorchZip {
public:
    struct Member {
        std::string name;
        std::string data;
        std::uint16_t method = 0;
        std::uint16_t flags = 0x0808;
        std::optional<std::uint32_t> crc{};        ///< in the central directory
        std::optional<std::string> localName{};
        std::optional<std::uint64_t> size{};       ///< in the central directory, both sizes
        std::optional<std::uint64_t> content{};    ///< uncompressed size there
    };
    bool zip64 = true;
    std::size_t alignment = 64;
    std::optional<std::uint64_t> entryCount;       ///< in the end records
    std::optional<std::uint64_t> directoryOffset;

    TorchZip& add(std::string name, std::string data);
    TorchZip& add(Member m);
    std::string build() const;

private:
    std::vector<Member> m_members;
};

/// A .pt file: root "archive", the pickle, the storages "0", "1", ..., version.
std::string torchFile(const std::string& pickle, const std::vector<std::string>& storages, std::string_view byteorder = "little");
/// A legacy stream of the object's pickle and storages (key, element count, bytes).
struct LegacyStorage {
    std::string key;
    std::int64_t count;
    std::string bytes;
};
std::string torchLegacy(const std::string& pickle, const std::vector<LegacyStorage>& storages, bool littleEndian = true,
                        int protocol = 1001);

} // namespace qs::test
