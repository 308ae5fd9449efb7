// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace qs::plots {

/// A PNG file of 8-bit RGBA pixels, row-major from the top (PNG specification, ISO/IEC 15948). Empty where width or
/// height is 0 or the pixels do not fit them.
std::vector<std::byte> encodePng(int width, int height, std::span<const std::uint8_t> rgba);

/// RFC 4648 base64 with padding.
std::string base64(std::span<const std::byte> bytes);

} // namespace qs::plots
