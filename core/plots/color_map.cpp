// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/color_map.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace qs::plots {
namespace {

// viridis (S. van der Walt, N. Smith; CC0), by the polynomial of degree 6 that M. Zucker fitted to its table (CC0);
// within 0.01 of the table.
constexpr double kViridis[7][3] = {
    {0.2777273272234177, 0.005407344544966578, 0.3340998053353061},
    {0.1050930431085774, 1.404613529898575, 1.384590162594685},
    {-0.3308618287255563, 0.214847559468213, 0.09509516302823659},
    {-4.634230498983486, -5.799100973351585, -19.33244095627987},
    {6.228269936347081, 14.17993336680509, 56.69055260068105},
    {4.776384997670288, -13.74514537774601, -65.35303263337234},
    {-5.435455855934631, 4.645852612178535, 26.3124352495832},
};

std::uint8_t toByte(double v) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(v, 0.0, 1.0))); }

// Oklab (B. Ottosson): equal steps look equal.
struct Lab {
    double l = 0, a = 0, b = 0;
};

double linear(double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); }
double gamma(double v) { return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055; }

Lab toLab(Rgb c)
{
    const double r = linear(c.r / 255.0);
    const double g = linear(c.g / 255.0);
    const double b = linear(c.b / 255.0);
    const double l = std::cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    const double m = std::cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    const double s = std::cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s, 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

Rgb toRgb(const Lab& c)
{
    const auto cube = [](double v) { return v * v * v; };
    const double l = cube(c.l + 0.3963377774 * c.a + 0.2158037573 * c.b);
    const double m = cube(c.l - 0.1055613458 * c.a - 0.0638541728 * c.b);
    const double s = cube(c.l - 0.0894841775 * c.a - 1.2914855480 * c.b);
    return {toByte(gamma(std::max(0.0, 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s))),
            toByte(gamma(std::max(0.0, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s))),
            toByte(gamma(std::max(0.0, -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)))};
}

using Table = std::array<Rgb, 1025>;

// Paper in the middle, then a tint, then the full colour.
Table makeDiverging(bool dark)
{
    const Rgb paper = themeColors(dark).base;
    const std::array<Rgb, 2> ends = dark ? std::array<Rgb, 2>{Rgb{0x8C, 0xC0, 0xFF}, Rgb{0xFF, 0xB0, 0x6B}}
                                         : std::array<Rgb, 2>{Rgb{0x1A, 0x4F, 0xA8}, Rgb{0xB0, 0x3F, 0x05}};
    const Lab middle = toLab(paper);
    Table t{};
    for (int i = 0; i <= 1024; ++i) {
        const double v = (i - 512) / 512.0;
        const Lab end = toLab(ends[v < 0 ? 0 : 1]);
        const double k = std::fabs(v);
        t[static_cast<std::size_t>(i)] =
            i == 512 ? paper
                     : toRgb({middle.l + (end.l - middle.l) * k, middle.a + (end.a - middle.a) * k,
                              middle.b + (end.b - middle.b) * k});
    }
    return t;
}

} // namespace

Rgb sequential(double t)
{
    if (!(t > 0)) t = 0;
    if (t > 1) t = 1;
    std::array<double, 3> v{};
    for (std::size_t c = 0; c < 3; ++c) {
        double sum = 0;
        for (int k = 6; k >= 0; --k) sum = sum * t + kViridis[k][c];
        v[c] = sum;
    }
    return {toByte(v[0]), toByte(v[1]), toByte(v[2])};
}

Rgb diverging(double t, bool dark)
{
    static const Table light = makeDiverging(false);
    static const Table night = makeDiverging(true);
    if (!(t > -1)) t = -1;
    if (t > 1) t = 1;
    return (dark ? night : light)[static_cast<std::size_t>(std::lround((t + 1) * 512))];
}

} // namespace qs::plots
