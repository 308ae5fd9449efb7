// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qs::cli {

/// One option of a command, declared once: the parser and the help are made from it.
struct OptionSpec {
    std::string name;       ///< with its dashes: "--recipe"
    std::string value;      ///< placeholder of its value ("N", "GLOB"); empty: a flag
    std::string help;
    bool repeatable = false;
    bool required = false;
};

/// What was given: values by option name (flags: one empty value), and the other arguments in their order.
class ParsedOptions {
public:
    bool has(std::string_view name) const { return m_values.contains(name); }
    /// First value, or `fallback`.
    std::string value(std::string_view name, std::string fallback = {}) const;
    std::vector<std::string> all(std::string_view name) const;
    const std::vector<std::string>& positional() const { return m_positional; }

private:
    friend Result<ParsedOptions> parseOptions(std::span<const OptionSpec>, std::span<const std::string>);
    std::map<std::string, std::vector<std::string>, std::less<>> m_values;
    std::vector<std::string> m_positional;
};

/// Parses `--name value`, `--name=value` and flags; `--` ends the options. Usage errors: unknown option, missing value,
/// a value for a flag, an option given twice that takes one value, a required option left out.
Result<ParsedOptions> parseOptions(std::span<const OptionSpec> specs, std::span<const std::string> arguments);

/// Whole number within [low, high]; the Usage error names the option.
Result<std::uint64_t> wholeNumber(std::string_view option, const std::string& text, std::uint64_t low, std::uint64_t high);
/// One of the choices.
Result<std::string> oneOf(std::string_view option, const std::string& text, std::span<const std::string_view> choices);

} // namespace qs::cli
