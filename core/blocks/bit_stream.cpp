// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/blocks/bit_stream.h"

#include <algorithm>
#include <cstring>

namespace qs::blocks {

std::uint64_t packedRowBytes(std::uint64_t count, int bits)
{
    return (count * static_cast<unsigned>(bits) + 31) / 32 * 4;
}

namespace {

// Eight codes, one a byte, and the same eight back to back in the low 8·bits bits: three steps join or part neighbours.
struct Eight {
    explicit Eight(int b)
        : bits(static_cast<unsigned>(b)), even(((1ULL << bits) - 1) * 0x0001000100010001ULL),
          pair(((1ULL << 2 * bits) - 1) * 0x0000000100000001ULL), four((1ULL << 4 * bits) - 1)
    {
    }
    std::uint64_t pack(std::uint64_t x) const
    {
        x = (x & even) | (x >> (8 - bits) & even << bits);
        x = (x & pair) | (x >> (16 - 2 * bits) & pair << 2 * bits);
        return (x & four) | (x >> 32 & four) << 4 * bits;
    }
    std::uint64_t unpack(std::uint64_t x) const
    {
        x = (x & four) | (x >> 4 * bits & four) << 32;
        x = (x & pair) | (x << (16 - 2 * bits) & pair << 16);
        return (x & even) | (x << (8 - bits) & even << 8);
    }
    unsigned bits;
    std::uint64_t even; // one code in each 16 bits
    std::uint64_t pair; // two codes in each 32
    std::uint64_t four;
};

} // namespace

void packRow(std::span<const std::uint8_t> codes, int bits, std::span<std::byte> out)
{
    const Eight eight(bits);
    const std::size_t whole = codes.size() / 8;
    std::size_t at = 0;
    for (std::size_t i = 0; i < whole; ++i, at += eight.bits) {
        std::uint64_t x = 0;
        std::memcpy(&x, codes.data() + 8 * i, 8);
        x = eight.pack(x);
        if (at + 8 <= out.size()) std::memcpy(out.data() + at, &x, 8); // what is too much is overwritten
        else std::memcpy(out.data() + at, &x, eight.bits);
    }
    if (at == out.size()) return;
    std::uint64_t x = 0;
    if (codes.size() > 8 * whole) std::memcpy(&x, codes.data() + 8 * whole, codes.size() - 8 * whole);
    x = eight.pack(x);
    std::memset(out.data() + at, 0, out.size() - at);
    std::memcpy(out.data() + at, &x, std::min<std::size_t>(8, out.size() - at));
}

void unpackRow(std::span<const std::byte> in, int bits, std::span<std::uint8_t> codes)
{
    const Eight eight(bits);
    const std::size_t whole = codes.size() / 8;
    std::size_t at = 0;
    for (std::size_t i = 0; i < whole; ++i, at += eight.bits) {
        std::uint64_t x = 0;
        if (at + 8 <= in.size()) std::memcpy(&x, in.data() + at, 8);
        else std::memcpy(&x, in.data() + at, eight.bits);
        x = eight.unpack(x);
        std::memcpy(codes.data() + 8 * i, &x, 8);
    }
    if (codes.size() == 8 * whole) return;
    std::uint64_t x = 0;
    std::memcpy(&x, in.data() + at, std::min<std::size_t>(8, in.size() - at));
    x = eight.unpack(x);
    std::memcpy(codes.data() + 8 * whole, &x, codes.size() - 8 * whole);
}

} // namespace qs::blocks
