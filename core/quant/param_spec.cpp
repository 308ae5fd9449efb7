// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/param_spec.h"

#include "core/base/format.h"
#include "core/quant/group_layout.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace qs::quant {

ParamSpec ParamSpec::integer(std::string name, std::int64_t preset, double min, double max, std::string unit, std::string help)
{
    return {std::move(name), ParamType::Int, preset, min, max, {}, std::move(unit), std::move(help)};
}
ParamSpec ParamSpec::real(std::string name, double preset, double min, double max, std::string unit, std::string help)
{
    return {std::move(name), ParamType::Real, preset, min, max, {}, std::move(unit), std::move(help)};
}
ParamSpec ParamSpec::flag(std::string name, bool preset, std::string help)
{
    return {std::move(name), ParamType::Bool, preset, 0, 1, {}, "", std::move(help)};
}
ParamSpec ParamSpec::choice(std::string name, std::string preset, std::vector<std::string> choices, std::string help)
{
    return {std::move(name), ParamType::Choice, std::move(preset), 0, 0, std::move(choices), "", std::move(help)};
}
ParamSpec ParamSpec::group(std::string preset, std::string help)
{
    return {"group", ParamType::Group, std::move(preset), 0, 0, {}, "columns", std::move(help)};
}
ParamSpec ParamSpec::text(std::string name, std::string preset, std::string help)
{
    return {std::move(name), ParamType::Text, std::move(preset), 0, 0, {}, "", std::move(help)};
}
ParamSpec ParamSpec::scaleType(std::string preset)
{
    return choice("scale", std::move(preset), {"f16", "bf16", "f32"}, "type in which scales are stored");
}

const char* paramTypeName(ParamType type)
{
    switch (type) {
    case ParamType::Int: return "int";
    case ParamType::Real: return "real";
    case ParamType::Bool: return "bool";
    case ParamType::Choice: return "choice";
    case ParamType::Group: return "group";
    case ParamType::Text: return "text";
    }
    return "text";
}

ParamValues::ParamValues(std::span<const ParamSpec> specs)
{
    for (const auto& s : specs) m_values[s.name] = s.preset;
}
std::int64_t ParamValues::integer(std::string_view name) const { return std::get<std::int64_t>(m_values.at(std::string(name))); }
double ParamValues::real(std::string_view name) const { return std::get<double>(m_values.at(std::string(name))); }
bool ParamValues::flag(std::string_view name) const { return std::get<bool>(m_values.at(std::string(name))); }
const std::string& ParamValues::text(std::string_view name) const { return std::get<std::string>(m_values.at(std::string(name))); }

std::string valueText(const ParamValue& value)
{
    if (const auto* i = std::get_if<std::int64_t>(&value)) return std::to_string(*i);
    if (const auto* d = std::get_if<double>(&value)) return exactNumber(*d);
    if (const auto* b = std::get_if<bool>(&value)) return *b ? "1" : "0";
    return std::get<std::string>(value);
}

Result<ParamValue> parseValue(const ParamSpec& spec, std::string_view text)
{
    const auto bad = [&](std::string wanted) {
        return fail(Error(ErrorCode::Usage, "parameter " + spec.name + " can't take this value")
                        .wanted(std::move(wanted))
                        .got("'" + std::string(text) + "'"));
    };
    const auto* end = text.data() + text.size();
    switch (spec.type) {
    case ParamType::Int: {
        std::int64_t v = 0;
        const auto r = std::from_chars(text.data(), end, v);
        if (r.ec != std::errc{} || r.ptr != end || static_cast<double>(v) < spec.min || static_cast<double>(v) > spec.max)
            return bad("a whole number from " + formatNumber(spec.min, 12) + " to " + formatNumber(spec.max, 12));
        return v;
    }
    case ParamType::Real: {
        double v = 0;
        const auto r = std::from_chars(text.data(), end, v);
        if (r.ec != std::errc{} || r.ptr != end || !std::isfinite(v) || v < spec.min || v > spec.max)
            return bad("a number from " + formatNumber(spec.min, 12) + " to " + formatNumber(spec.max, 12));
        return v;
    }
    case ParamType::Bool:
        if (text == "1" || text == "true") return true;
        if (text == "0" || text == "false") return false;
        return bad("0 or 1");
    case ParamType::Choice: {
        std::string lower(text);
        std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        for (const auto& c : spec.choices)
            if (c == lower) return c;
        std::string all;
        for (const auto& c : spec.choices) all += (all.empty() ? "" : ", ") + c;
        return bad("one of " + all);
    }
    case ParamType::Group:
        if (!GroupSpec::parse(text)) return bad("a number of input columns >= 1, row, tensor or RxC");
        return std::string(text);
    case ParamType::Text: return std::string(text);
    }
    return bad("a value");
}

} // namespace qs::quant
