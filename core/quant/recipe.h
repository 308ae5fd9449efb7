// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/registry.h"

#include <optional>

namespace qs::quant {

/// One part of a recipe with all its values.
struct PartUse {
    std::string name; ///< part name; "none" for an absent transform or residual
    ParamValues values;
    bool operator==(const PartUse&) const = default;
};

/// transform × grid × assignment × residual, resolved: every parameter has a value.
struct Recipe {
    PartUse transform{"none", {}};
    PartUse grid{"none", {}};
    PartUse assignment{"nearest", {}};
    PartUse residual{"none", {}};
    /// Canonical text: parts joined by '+', values that differ from the recipe's defaults (always bits, group, format
    /// and type where the part has them), as parseRecipe takes it.
    std::string text() const;
    /// Short label for chips and tables: "AFPQ NF4 g128", "RTN 4b g128".
    std::string label() const;
    bool operator==(const Recipe&) const = default;
};

/// Parses `name[:key=value,...]` parts joined by '+'. Usage errors name the part, the parameter, and what it takes.
Result<Recipe> parseRecipe(std::string_view text, const Registry& registry = builtinRegistry());

/// Union of the parts' needs.
unsigned needsOf(const Recipe& recipe, const Registry& registry = builtinRegistry());

/// Whether a whole recipe fits a foreign format: all parts must; the first reason otherwise.
FitAnswer fitsFormat(const Recipe& recipe, std::string_view format, const Registry& registry = builtinRegistry());

} // namespace qs::quant
