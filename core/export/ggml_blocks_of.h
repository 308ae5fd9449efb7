// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/context.h"
#include "core/quant/decoder.h"

#include <optional>

namespace qs::exporting {

/// An artefact as blocks of a ggml type, in its own order of rows.
struct GgmlBlocks {
    DType type = DType::Q4_0;
    std::uint64_t rowBytes = 0;
    std::vector<std::byte> bytes;
};

/// The blocks that decode to exactly what the artefact decodes to: those of the grid `ggml` as they are; integers with
/// an F16 scale as Q4_0, Q5_0 or Q8_0, whichever is the smallest that holds all of them; MXFP4 as ggml's. `wanted` asks
/// for one type. NotRepresentable, with the reason and the nearest thing, where there are none.
Result<GgmlBlocks> ggmlBlocksOf(const quant::Decoder& decoder, std::optional<DType> wanted, const Context& context);

} // namespace qs::exporting
