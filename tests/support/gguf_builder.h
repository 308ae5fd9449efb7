// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qs::test {

/// Value types of GGUF metadata (formats.md A2.1).
enum class GgufType : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };

/// Little-endian bytes of a plain value.
template <class T>
std::string leBytes(T v)
{
    return std::string(reinterpret_cast<const char*>(&v), sizeof v);
}
/// A GGUF string: u64 length and bytes.
std::string ggufString(std::string_view s);

/// Writes small GGUF files, right ones and wrong ones: whatever is set is written as it is.
class GgufBuilder {
public:
    std::uint32_t version = 3;
    std::uint64_t alignment = 32;             ///< used for padding; not written as metadata by itself
    std::optional<std::uint64_t> tensorCount; ///< overrides the header's count
    std::optional<std::uint64_t> entryCount;  ///< likewise
    std::string magic = "GGUF";

    /// An entry with the value's bytes as they are.
    GgufBuilder& raw(std::string_view key, std::uint32_t type, std::string_view bytes);
    GgufBuilder& text(std::string_view key, std::string_view value);
    GgufBuilder& u16(std::string_view key, std::uint16_t v);
    GgufBuilder& u32(std::string_view key, std::uint32_t v);
    GgufBuilder& i32(std::string_view key, std::int32_t v);
    GgufBuilder& array(std::string_view key, GgufType element, std::uint64_t count, std::string_view bytes);
    GgufBuilder& texts(std::string_view key, const std::vector<std::string>& values);

    struct Tensor {
        std::string name;
        std::vector<std::uint64_t> ne;            ///< innermost first
        std::int32_t type = 0;
        std::string data;
        std::optional<std::uint32_t> rank{};      ///< overrides ne.size()
        std::optional<std::uint64_t> offset{};    ///< overrides the running offset
    };
    GgufBuilder& tensor(Tensor t);
    GgufBuilder& f32(std::string_view name, std::vector<std::uint64_t> ne, const std::vector<float>& values);

    /// The file's bytes.
    std::string build() const;

private:
    std::string m_entries;
    std::uint64_t m_entryCount = 0;
    std::vector<Tensor> m_tensors;
};

/// A small model that every reader takes: architecture, a tokenizer, an F32 matrix 2 x 4 "a.weight" with values
/// 0, 1, ... 7 and a Q8_0 row of 32.
GgufBuilder ggufSample();

} // namespace qs::test
