// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace qs::quant {

enum class ParamType {
    Int,    ///< whole number within [min, max]
    Real,   ///< number within [min, max]
    Bool,   ///< 0 or 1
    Choice, ///< one of `choices`
    Group,  ///< a number of input columns, "row", "tensor" or "RxC"
    Text    ///< free text, checked by the part (kmeans' levels)
};

using ParamValue = std::variant<std::int64_t, double, bool, std::string>;

/// One parameter of a part, declared once: the window's form, the command line, the session file and the manual are
/// made from it.
struct ParamSpec {
    std::string name;
    ParamType type = ParamType::Int;
    ParamValue preset;                 ///< default
    double min = 0;
    double max = 0;
    std::vector<std::string> choices;
    std::string unit;                  ///< "bits", "columns", "%"; empty for none
    std::string help;                  ///< one sentence

    static ParamSpec integer(std::string name, std::int64_t preset, double min, double max, std::string unit, std::string help);
    static ParamSpec real(std::string name, double preset, double min, double max, std::string unit, std::string help);
    static ParamSpec flag(std::string name, bool preset, std::string help);
    static ParamSpec choice(std::string name, std::string preset, std::vector<std::string> choices, std::string help);
    static ParamSpec group(std::string preset, std::string help = "weights that share one set of levels: input columns, row, tensor or RxC");
    static ParamSpec text(std::string name, std::string preset, std::string help);
    /// scale=f16|bf16|f32: the type in which scales are stored, and rounded to before codes are chosen.
    static ParamSpec scaleType(std::string preset = "f16");
};

const char* paramTypeName(ParamType type); ///< "int", "real", "bool", "choice", "group", "text"

/// Values of a part's parameters, complete: every spec has its value.
class ParamValues {
public:
    ParamValues() = default;
    explicit ParamValues(std::span<const ParamSpec> specs);
    std::int64_t integer(std::string_view name) const;
    double real(std::string_view name) const;
    bool flag(std::string_view name) const;
    const std::string& text(std::string_view name) const; ///< Choice, Group, Text
    bool has(std::string_view name) const { return m_values.contains(std::string(name)); }
    void set(std::string_view name, ParamValue value) { m_values[std::string(name)] = std::move(value); }
    const std::map<std::string, ParamValue>& all() const { return m_values; }
    bool operator==(const ParamValues&) const = default;

private:
    std::map<std::string, ParamValue> m_values;
};

/// Text of a value as recipes write it ("128", "0.5", "1", "nf4").
std::string valueText(const ParamValue& value);
/// Parses and checks one value against its spec; Usage errors name the parameter and what it takes.
Result<ParamValue> parseValue(const ParamSpec& spec, std::string_view text);

} // namespace qs::quant
