// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <string>

/// The colours that the window, the report and pictures share.
namespace qs::plots {

struct Rgb {
    std::uint8_t r = 0, g = 0, b = 0;
    bool operator==(const Rgb&) const = default;
};

/// "#1B1F24"
std::string hex(Rgb color);

/// Colours of one theme.
struct ThemeColors {
    Rgb window, base, text, secondary, hairline, accent;
    Rgb original; ///< the unquantized weights: neutral, >= 3:1 on the base
    Rgb faint;    ///< fill of the original's histogram
};
const ThemeColors& themeColors(bool dark);
/// For print: black on white, thin black axes, no colour of the window's. Recipes keep their light colours.
const ThemeColors& printColors();

enum class Marker { Circle, Square, Triangle, Diamond, Plus, Cross, Star };
enum class Dash { Solid, Dashed, Dotted, DashDot };

/// How a recipe is drawn everywhere: slot 1 is the first. Colours repeat after seven, markers after seven with the
/// next dash, so 28 recipes differ. Slot 0 (the original) is neutral, negative slots are references.
struct RecipeStyle {
    Rgb color;
    Marker marker = Marker::Circle;
    Dash dash = Dash::Solid;
};
inline constexpr int kRecipeColors = 7;
RecipeStyle recipeStyle(int slot, bool dark);

/// WCAG 2 contrast ratio of two opaque colours, 1 to 21.
double contrast(Rgb a, Rgb b);
/// a·(1−t) + b·t in sRGB.
Rgb mix(Rgb a, Rgb b, double t);

} // namespace qs::plots
