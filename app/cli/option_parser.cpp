// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/option_parser.h"

#include <algorithm>
#include <charconv>

namespace qs::cli {

std::string ParsedOptions::value(std::string_view name, std::string fallback) const
{
    const auto it = m_values.find(name);
    return it == m_values.end() || it->second.empty() ? fallback : it->second.front();
}

std::vector<std::string> ParsedOptions::all(std::string_view name) const
{
    const auto it = m_values.find(name);
    return it == m_values.end() ? std::vector<std::string>{} : it->second;
}

namespace {

// The option whose name is nearest to a mistyped one shares the longest beginning with it.
std::string nearest(std::span<const OptionSpec> specs, std::string_view wrong)
{
    std::string best;
    std::size_t shared = 3;
    for (const auto& s : specs) {
        const auto n = static_cast<std::size_t>(
            std::mismatch(s.name.begin(), s.name.end(), wrong.begin(), wrong.end()).first - s.name.begin());
        if (n > shared) {
            shared = n;
            best = s.name;
        }
    }
    return best;
}

} // namespace

Result<ParsedOptions> parseOptions(std::span<const OptionSpec> specs, std::span<const std::string> arguments)
{
    ParsedOptions out;
    bool options = true;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (options && argument == "--") {
            options = false;
            continue;
        }
        if (!options || argument.size() < 2 || argument[0] != '-') {
            out.m_positional.push_back(argument);
            continue;
        }
        const auto equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        const auto spec = std::find_if(specs.begin(), specs.end(), [&](const OptionSpec& s) { return s.name == name; });
        if (spec == specs.end()) {
            const std::string near = nearest(specs, name);
            return fail(Error(ErrorCode::Usage, "unknown option " + name)
                            .fix(near.empty() ? "see --help" : "did you mean " + near + "?"));
        }
        auto& values = out.m_values[name];
        if (!values.empty() && !spec->repeatable)
            return fail(Error(ErrorCode::Usage, "option " + name + " is given more than once"));
        if (spec->value.empty()) {
            if (equals != std::string::npos)
                return fail(Error(ErrorCode::Usage, "option " + name + " takes no value")
                                .got("'" + argument.substr(equals + 1) + "'"));
            values.emplace_back();
        } else if (equals != std::string::npos) {
            values.push_back(argument.substr(equals + 1));
        } else if (i + 1 < arguments.size() && !arguments[i + 1].starts_with("--")) {
            values.push_back(arguments[++i]);
        } else {
            return fail(Error(ErrorCode::Usage, "option " + name + " lacks its value").wanted(name + " " + spec->value));
        }
        if (!spec->value.empty() && values.back().empty())
            return fail(Error(ErrorCode::Usage, "option " + name + " has an empty value").wanted(name + " " + spec->value));
    }
    return out;
}

Result<std::uint64_t> wholeNumber(std::string_view option, const std::string& text, std::uint64_t low, std::uint64_t high)
{
    std::uint64_t v = 0;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), v);
    if (r.ec != std::errc{} || r.ptr != text.data() + text.size() || v < low || v > high)
        return fail(Error(ErrorCode::Usage, "wrong value for " + std::string(option))
                        .wanted("a whole number from " + std::to_string(low) + " to " + std::to_string(high))
                        .got("'" + text + "'"));
    return v;
}

Result<std::string> oneOf(std::string_view option, const std::string& text, std::span<const std::string_view> choices)
{
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) return text;
    std::string all;
    for (const auto c : choices) all += (all.empty() ? "" : "|") + std::string(c);
    return fail(Error(ErrorCode::Usage, "wrong value for " + std::string(option)).wanted(all).got("'" + text + "'"));
}

} // namespace qs::cli
