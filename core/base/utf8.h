// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string_view>

namespace qs {

/// True for valid UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF) that holds no NUL: what the names
/// of tensors and keys in a checkpoint must be (formats.md D).
inline bool isUtf8Name(std::string_view s)
{
    for (std::size_t i = 0; i < s.size();) {
        const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(s[i + k]); };
        const unsigned c = byte(0);
        std::size_t n = 1;
        if (c == 0 || (c >= 0x80 && c < 0xC2) || c >= 0xF5) return false;
        if (c >= 0xC2) n = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        if (n > s.size() - i) return false;
        for (std::size_t k = 1; k < n; ++k)
            if ((byte(k) & 0xC0U) != 0x80U) return false;
        if (n >= 3) {
            const unsigned second = byte(1);
            if ((c == 0xE0 && second < 0xA0) || (c == 0xED && second >= 0xA0) || (c == 0xF0 && second < 0x90)
                || (c == 0xF4 && second >= 0x90))
                return false;
        }
        i += n;
    }
    return true;
}

} // namespace qs
