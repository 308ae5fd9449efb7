// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace qs {
namespace {

std::string print(const char* pattern, double value)
{
    std::array<char, 64> buffer{};
    const int n = std::snprintf(buffer.data(), buffer.size(), pattern, value);
    return std::string(buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
}

// Length of a valid UTF-8 sequence at the start of `s`, 0 where it is invalid; the code point in `point`.
std::size_t decodeUtf8(std::string_view s, char32_t& point)
{
    const auto b = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    const auto tail = [&](std::size_t i) { return i < s.size() && (b(i) & 0xC0U) == 0x80U; };
    const unsigned c = b(0);
    if (c < 0x80) { point = c; return 1; }
    if (c >= 0xC2 && c < 0xE0 && tail(1)) { point = ((c & 0x1FU) << 6) | (b(1) & 0x3FU); return 2; }
    if (c >= 0xE0 && c < 0xF0 && tail(1) && tail(2)) {
        point = ((c & 0x0FU) << 12) | ((b(1) & 0x3FU) << 6) | (b(2) & 0x3FU);
        return (point >= 0x800 && (point < 0xD800 || point > 0xDFFF)) ? 3 : 0;
    }
    if (c >= 0xF0 && c < 0xF5 && tail(1) && tail(2) && tail(3)) {
        point = ((c & 0x07U) << 18) | ((b(1) & 0x3FU) << 12) | ((b(2) & 0x3FU) << 6) | (b(3) & 0x3FU);
        return (point >= 0x10000 && point <= 0x10FFFF) ? 4 : 0;
    }
    return 0;
}

bool isHidden(char32_t p)
{
    return p < 0x20 || (p >= 0x7F && p < 0xA0) || (p >= 0x200B && p <= 0x200F) || (p >= 0x2028 && p <= 0x202E)
        || (p >= 0x2060 && p <= 0x206F) || p == 0xFEFF || p == 0x061C;
}

} // namespace

std::string escapeText(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    std::array<char, 16> buffer{};
    while (!text.empty()) {
        char32_t point = 0;
        const std::size_t n = decodeUtf8(text, point);
        if (n == 0) {
            std::snprintf(buffer.data(), buffer.size(), "\\x%02X", static_cast<unsigned>(static_cast<unsigned char>(text[0])));
            out += buffer.data();
            text.remove_prefix(1);
        } else {
            if (isHidden(point)) {
                std::snprintf(buffer.data(), buffer.size(), "\\u%04X", static_cast<unsigned>(point));
                out += buffer.data();
            } else {
                out += text.substr(0, n);
            }
            text.remove_prefix(n);
        }
    }
    return out;
}

std::string formatBits(double bitsPerWeight) { return print("%.3f bpw", bitsPerWeight); }

std::string formatError(double value)
{
    if (!std::isfinite(value)) return std::isnan(value) ? "n/a" : (value > 0 ? "inf" : "-inf");
    if (value == 0) return "0";
    const double a = std::fabs(value);
    if (a >= 0.01 && a < 999.5) {
        std::string s = print("%#.3g", value); // keeps trailing zeros: three digits are three digits
        if (s.back() == '.') s.pop_back();
        return s;
    }
    std::string s = print("%.2e", value);
    // "6.89e-03" reads as "6.89e-3"
    const auto e = s.find('e');
    std::string exponent = s.substr(e + 1);
    const bool negative = exponent[0] == '-';
    exponent.erase(0, 1);
    exponent.erase(0, exponent.find_first_not_of('0') == std::string::npos ? exponent.size() - 1
                                                                           : exponent.find_first_not_of('0'));
    return s.substr(0, e) + "e" + (negative ? "-" : "") + exponent;
}

std::string formatDecibel(double value) { return std::isfinite(value) ? print("%.1f dB", value) : "n/a"; }

std::string formatBytes(std::uint64_t bytes)
{
    static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    double v = static_cast<double>(bytes);
    int unit = 0;
    while (v >= 1024 && unit < 6) {
        v /= 1024;
        ++unit;
    }
    return (unit == 0 || v >= 100 ? print("%.0f ", v) : print("%.1f ", v)) + kUnits[unit];
}

std::string formatCount(std::uint64_t count)
{
    std::string digits = std::to_string(count);
    for (std::ptrdiff_t i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3)
        digits.insert(static_cast<std::size_t>(i), "\u2009");
    return digits;
}

std::string formatSeconds(double seconds)
{
    if (!std::isfinite(seconds)) return "n/a";
    if (seconds >= 0 && seconds < 0.01) return print("%.2g ms", seconds * 1000);
    if (seconds < 60) return print(seconds < 10 ? "%.2f s" : "%.1f s", seconds);
    const long total = std::lround(seconds);
    std::array<char, 48> buffer{};
    if (total < 3600) std::snprintf(buffer.data(), buffer.size(), "%ld min %02ld s", total / 60, total % 60);
    else std::snprintf(buffer.data(), buffer.size(), "%ld h %02ld min", total / 3600, total % 3600 / 60);
    return buffer.data();
}

std::string formatNumber(double value, int digits)
{
    if (!std::isfinite(value)) return std::isnan(value) ? "NaN" : (value > 0 ? "inf" : "-inf");
    std::array<char, 64> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.*g", digits, value);
    return buffer.data();
}

std::string exactNumber(double value)
{
    if (!std::isfinite(value)) return std::isnan(value) ? "nan" : (value > 0 ? "inf" : "-inf");
    std::array<char, 64> buffer{};
    const auto r = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return std::string(buffer.data(), r.ptr);
}

} // namespace qs
