// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/table.h"

#include <algorithm>

namespace qs::cli {

std::size_t cells(std::string_view text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string padded(std::string_view text, std::size_t width, bool right)
{
    const std::size_t n = cells(text);
    const std::string fill(n < width ? width - n : 0, ' ');
    return right ? fill + std::string(text) : std::string(text) + fill;
}

std::string Table::text() const
{
    std::vector<std::size_t> widths;
    for (const auto& c : m_columns) widths.push_back(cells(c.title));
    for (const auto& r : m_rows)
        for (std::size_t i = 0; i < r.size() && i < widths.size(); ++i) widths[i] = std::max(widths[i], cells(r[i]));
    std::string out;
    const auto line = [&](auto&& field) {
        std::string l;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            if (i > 0) l += "  ";
            l += padded(field(i), widths[i], m_columns[i].align == Right);
        }
        l.erase(l.find_last_not_of(' ') + 1);
        out += l + "\n";
    };
    line([&](std::size_t i) -> std::string_view { return m_columns[i].title; });
    for (const auto& r : m_rows)
        line([&](std::size_t i) -> std::string_view { return i < r.size() ? std::string_view(r[i]) : std::string_view(); });
    return out;
}

} // namespace qs::cli
