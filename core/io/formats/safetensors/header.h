// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/io/model_source.h"

#include <string>
#include <vector>

namespace qs::io::safetensors {

constexpr std::uint64_t kLargestHeader = 100'000'000; ///< formats.md A1.1

/// What a header's parse adds to a catalogue.
struct Header {
    std::vector<TensorInfo> tensors; ///< in natural order of names; offsets are absolute
    std::vector<MetaEntry> metadata; ///< __metadata__, all strings
    std::vector<std::string> warnings;
};

/// Reads and validates the header of one file, by the rules and in the order of formats.md A1.3 and the "We" column of
/// A1.5; appends to `header` (tensors of earlier shards stay where they are). `fileIndex` is stored in every tensor.
/// Streams from the map: beyond the catalogue itself it keeps a few MiB. Malformed names tensor, byte and rule.
Status readHeader(const MappedFile& file, std::uint32_t fileIndex, const Context& context, Header& header);

/// The type of a safetensors name (exact case), or nothing.
std::optional<DType> dtypeOf(std::string_view name);

} // namespace qs::io::safetensors
