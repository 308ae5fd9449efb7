// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/io/model_source.h"

namespace qs::io::gguf {

/// What one GGUF file says before its data section (formats.md A2.1), checked by every rule of A2.2 and D.2.
struct Header {
    std::uint32_t version = 0;
    std::uint64_t alignment = 32;
    std::vector<MetaEntry> metadata;   ///< in file order
    std::vector<TensorInfo> tensors;   ///< in file order; shapes row-major, offsets absolute; `file` is 0
    std::vector<std::string> warnings; ///< trailing bytes, hidden characters in keys

    const MetaEntry* find(std::string_view key) const;
};

/// The longest text of one metadata value that is kept; longer ones end in "… [N bytes]" and MetaEntry::offset says
/// where their bytes begin. A 100 MB chat template must not cost 100 MB.
inline constexpr std::uint64_t kKeptText = std::uint64_t(1) << 20;

/// Reads the header of a mapped file. Memory is bounded by the file's size, whatever its counts claim.
/// Errors: Malformed (the rule, the byte, the tensor), Unsupported (version 1, big-endian), Cancelled.
Result<Header> readHeader(const MappedFile& file, const Context& context);

/// The integer of a scalar entry, or nothing where it is no integer or negative.
std::optional<std::uint64_t> unsignedValue(const MetaEntry& entry);
/// The text of a scalar string entry, or nothing.
const std::string* textValue(const MetaEntry& entry);

/// Tokenizer arrays must fit each other: `tokens` strings, `scores` f32 and `token_type` i32 of equal length, `merges`
/// strings, `*_token_id` inside the vocabulary (formats.md A6.5, D.2).
Status checkTokenizer(const Header& header, const std::filesystem::path& file);

} // namespace qs::io::gguf
