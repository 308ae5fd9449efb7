// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/bit_stream.h"

#include <algorithm>
#include <cstring>

namespace qs::blocks {

std::uint64_t packedRowBytes(std::uint64_t count, int bits)
{
    return (count * static_cast<unsigned>(bits) + 31) / 32 * 4;
}

void packRow(std::span<const std::uint8_t> codes, int bits, std::span<std::byte> out)
{
    std::uint64_t buffer = 0;
    int filled = 0;
    std::size_t at = 0;
    for (const std::uint8_t code : codes) {
        buffer |= static_cast<std::uint64_t>(code) << filled;
        filled += bits;
        if (filled >= 32) {
            const auto word = static_cast<std::uint32_t>(buffer);
            std::memcpy(out.data() + at, &word, 4);
            at += 4;
            buffer >>= 32;
            filled -= 32;
        }
    }
    if (filled > 0) {
        const auto word = static_cast<std::uint32_t>(buffer);
        std::memcpy(out.data() + at, &word, 4);
    }
}

void unpackRow(std::span<const std::byte> in, int bits, std::span<std::uint8_t> codes)
{
    const auto mask = static_cast<std::uint64_t>((1U << bits) - 1U);
    if (bits == 8) {
        std::memcpy(codes.data(), in.data(), codes.size());
        return;
    }
    std::uint64_t buffer = 0;
    int filled = 0;
    std::size_t at = 0;
    for (std::uint8_t& code : codes) {
        if (filled < bits) {
            std::uint32_t word = 0;
            std::memcpy(&word, in.data() + at, 4);
            at += 4;
            buffer |= static_cast<std::uint64_t>(word) << filled;
            filled += 32;
        }
        code = static_cast<std::uint8_t>(buffer & mask);
        buffer >>= bits;
        filled -= bits;
    }
}

} // namespace qs::blocks
