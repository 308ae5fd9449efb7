// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/export/export_format.h"
#include "core/quant/recipe.h"

#include <optional>
#include <span>
#include <string>

namespace qs::exporting {

/// Formats that other programs read as they are quantized, by the names that parts are asked with.
std::span<const std::string_view> foreignFormats();
/// Ours, and decoded weights: they hold every recipe.
std::span<const std::string_view> ownFormats();

/// Whether a format holds exactly what a recipe makes.
struct Representability {
    std::string part;   ///< that does not fit; empty: all fit
    std::string reason; ///< why, and the nearest thing that fits; empty: it fits
    bool fits() const { return reason.empty(); }
    /// "uniform: pack-quantized holds 2 to 8 bits"
    std::string text() const { return part.empty() ? reason : part + ": " + reason; }
};

/// Asks each part of the recipe whether format `name` holds it.
Representability representable(const quant::Recipe& recipe, std::string_view name,
                               const quant::Registry& registry = quant::builtinRegistry());
/// The same with the format's options, and for a matrix of rows × cols.
Representability representable(const quant::Recipe& recipe, const ExportFormat& format, Index rows, Index cols,
                               const quant::Registry& registry = quant::builtinRegistry());

} // namespace qs::exporting
