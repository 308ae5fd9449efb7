// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/png_encoder.h"

#include <array>
#include <string_view>
#include <zlib.h>

namespace qs::plots {
namespace {

void be32(std::vector<std::byte>& out, std::uint32_t v)
{
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<std::byte>(v >> shift & 255U));
}

void chunk(std::vector<std::byte>& out, std::string_view type, std::span<const std::byte> data)
{
    be32(out, static_cast<std::uint32_t>(data.size()));
    const std::size_t start = out.size();
    for (const char c : type) out.push_back(static_cast<std::byte>(c));
    out.insert(out.end(), data.begin(), data.end());
    const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(out.data() + start), static_cast<uInt>(out.size() - start));
    be32(out, static_cast<std::uint32_t>(crc));
}

} // namespace

std::vector<std::byte> encodePng(int width, int height, std::span<const std::uint8_t> rgba)
{
    const std::size_t stride = static_cast<std::size_t>(width > 0 ? width : 0) * 4;
    if (width < 1 || height < 1 || rgba.size() != stride * static_cast<std::size_t>(height)) return {};
    std::vector<std::uint8_t> raw; // each row behind its filter: 0, none
    raw.reserve((stride + 1) * static_cast<std::size_t>(height));
    for (int r = 0; r < height; ++r) {
        raw.push_back(0);
        const auto row = rgba.subspan(static_cast<std::size_t>(r) * stride, stride);
        raw.insert(raw.end(), row.begin(), row.end());
    }
    uLongf size = compressBound(static_cast<uLong>(raw.size()));
    std::vector<std::byte> packed(size);
    if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, raw.data(), static_cast<uLong>(raw.size()), 9) != Z_OK)
        return {};
    packed.resize(size);
    std::vector<std::byte> out;
    for (const unsigned c : {0x89U, 0x50U, 0x4EU, 0x47U, 0x0DU, 0x0AU, 0x1AU, 0x0AU}) out.push_back(static_cast<std::byte>(c));
    std::vector<std::byte> head;
    be32(head, static_cast<std::uint32_t>(width));
    be32(head, static_cast<std::uint32_t>(height));
    for (const unsigned c : {8U, 6U, 0U, 0U, 0U}) head.push_back(static_cast<std::byte>(c)); // 8 bits, RGBA, no interlace
    chunk(out, "IHDR", head);
    chunk(out, "IDAT", packed);
    chunk(out, "IEND", {});
    return out;
}

std::string base64(std::span<const std::byte> bytes)
{
    static constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        std::uint32_t v = 0;
        for (std::size_t k = 0; k < 3; ++k)
            v = v << 8 | (i + k < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0U);
        for (std::size_t k = 0; k < 4; ++k)
            out += i + k <= bytes.size() ? kDigits[v >> (18 - 6 * k) & 63U] : '=';
    }
    return out;
}

} // namespace qs::plots
