// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

/// Dense LSB-first bit streams of unsigned codes, one stream a row, padded with zero bits to whole 32-bit words
/// (our container's layout, formats.md B8.2; equal to compressed-tensors >= 0.18 and GPTQ's word order).
namespace qs::blocks {

/// Bytes of one packed row: 4·ceil(count·bits/32).
std::uint64_t packedRowBytes(std::uint64_t count, int bits);
/// Packs codes (each < 2^bits, bits 1..8) into out (packedRowBytes long, fully overwritten).
void packRow(std::span<const std::uint8_t> codes, int bits, std::span<std::byte> out);
/// Unpacks `codes.size()` codes.
void unpackRow(std::span<const std::byte> in, int bits, std::span<std::uint8_t> codes);

} // namespace qs::blocks
