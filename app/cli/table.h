// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace qs::cli {

/// Width of UTF-8 text in terminal cells (code points; the program prints no wide ones).
std::size_t cells(std::string_view text);
/// Text padded to a width, at the left for names, at the right for numbers.
std::string padded(std::string_view text, std::size_t width, bool right);

/// A table of text with aligned columns, for people.
class Table {
public:
    enum Align { Left, Right };
    struct Column {
        std::string title;
        Align align = Left;
    };
    explicit Table(std::vector<Column> columns) : m_columns(std::move(columns)) {}
    void row(std::vector<std::string> fields) { m_rows.push_back(std::move(fields)); }
    std::string text() const;

private:
    std::vector<Column> m_columns;
    std::vector<std::vector<std::string>> m_rows;
};

} // namespace qs::cli
