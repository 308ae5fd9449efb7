// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/color_palette.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace qs::plots {
namespace {

constexpr Rgb rgb(std::uint32_t v)
{
    return {static_cast<std::uint8_t>(v >> 16), static_cast<std::uint8_t>(v >> 8 & 255U), static_cast<std::uint8_t>(v & 255U)};
}

constexpr ThemeColors kLight{rgb(0xF6F7F9), rgb(0xFFFFFF), rgb(0x1B1F24), rgb(0x5B6470), rgb(0xD9DDE3), rgb(0x2F6FDE),
                             rgb(0x6E7681), rgb(0xC6CBD3)};
constexpr ThemeColors kDark{rgb(0x1E2126), rgb(0x16181C), rgb(0xE6E8EB), rgb(0x9AA3AE), rgb(0x333840), rgb(0x6EA2F5),
                            rgb(0xA3ABB5), rgb(0x434A54)};
constexpr ThemeColors kPrint{rgb(0xFFFFFF), rgb(0xFFFFFF), rgb(0x000000), rgb(0x000000), rgb(0xE0E0E0), rgb(0x000000),
                             rgb(0x6E7681), rgb(0xC6CBD3)};
// Okabe–Ito hues, darkened on white and lightened on black.
constexpr std::array<Rgb, kRecipeColors> kLightRecipes = {rgb(0x0072B2), rgb(0xB86E00), rgb(0x00805E), rgb(0xB0508F),
                                                          rgb(0x2484BE), rgb(0xC04F00), rgb(0x857800)};
constexpr std::array<Rgb, kRecipeColors> kDarkRecipes = {rgb(0x4C9FDB), rgb(0xE69F00), rgb(0x1FB58A), rgb(0xD98BB8),
                                                         rgb(0x56B4E9), rgb(0xF07A28), rgb(0xF0E442)};

double linear(std::uint8_t c)
{
    const double v = c / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

double luminance(Rgb c) { return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b); }

} // namespace

std::string hex(Rgb color)
{
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "#%02X%02X%02X", static_cast<unsigned>(color.r),
                  static_cast<unsigned>(color.g), static_cast<unsigned>(color.b));
    return text.data();
}

const ThemeColors& themeColors(bool dark) { return dark ? kDark : kLight; }
const ThemeColors& printColors() { return kPrint; }

RecipeStyle recipeStyle(int slot, bool dark)
{
    const ThemeColors& theme = themeColors(dark);
    if (slot == 0) return {theme.original, Marker::Circle, Dash::Solid};
    if (slot < 0) return {theme.secondary, Marker::Circle, Dash::Dashed};
    const int k = slot - 1;
    RecipeStyle s;
    s.color = (dark ? kDarkRecipes : kLightRecipes)[static_cast<std::size_t>(k % kRecipeColors)];
    s.marker = static_cast<Marker>((k + k / kRecipeColors) % 7); // another marker at the second round
    s.dash = static_cast<Dash>(k / kRecipeColors % 4);
    return s;
}

double contrast(Rgb a, Rgb b)
{
    const double x = luminance(a);
    const double y = luminance(b);
    return (std::max(x, y) + 0.05) / (std::min(x, y) + 0.05);
}

Rgb mix(Rgb a, Rgb b, double t)
{
    t = std::clamp(t, 0.0, 1.0);
    const auto one = [t](std::uint8_t x, std::uint8_t y) {
        return static_cast<std::uint8_t>(std::lround(x + (static_cast<double>(y) - x) * t));
    };
    return {one(a.r, b.r), one(a.g, b.g), one(a.b, b.b)};
}

} // namespace qs::plots
