// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/ticks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace qs::plots {
namespace {

// 1, 2 or 5 times a power of ten, not below `raw`.
double niceStep(double raw)
{
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    const double f = raw / power;
    return (f <= 1.0000001 ? 1 : f <= 2.0000001 ? 2 : f <= 5.0000001 ? 5 : 10) * power;
}

std::string print(const char* pattern, int digits, double v)
{
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), pattern, digits, v);
    return text.data();
}

// U+2212: a minus as wide as the digits.
std::string withMinus(std::string s)
{
    if (!s.empty() && s[0] == '-') s.replace(0, 1, "\u2212");
    return s;
}

std::string superscript(int n)
{
    static constexpr const char* kDigits[] = {"\u2070", "\u00B9", "\u00B2", "\u00B3", "\u2074",
                                              "\u2075", "\u2076", "\u2077", "\u2078", "\u2079"};
    std::string out;
    for (const char c : std::to_string(std::abs(n))) out += kDigits[c - '0'];
    return (n < 0 ? "\u207B" : "") + out;
}

std::string powerLabel(double v)
{
    const int e = static_cast<int>(std::floor(std::log10(v) + 1e-9));
    const double m = v / std::pow(10.0, e);
    if (e >= -2 && e <= 4) return print("%.*g", 6, v);
    const std::string power = "10" + superscript(e);
    return std::fabs(m - 1) < 1e-6 ? power : print("%.*g", 3, m) + "\u00B7" + power;
}

} // namespace

Ticks linearTicks(double low, double high, int wanted, bool integer)
{
    Ticks t;
    if (!(high > low) || !std::isfinite(high - low)) return t;
    double step = niceStep((high - low) / std::max(1, wanted));
    if (integer) step = std::max(1.0, step);
    const double biggest = std::max(std::fabs(low), std::fabs(high));
    const bool scientific = biggest >= 1e6 || biggest < 1e-3;
    const int exponent = static_cast<int>(std::floor(std::log10(biggest)));
    const int stepExponent = static_cast<int>(std::floor(std::log10(step) + 1e-9));
    for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step && t.at.size() < 1000; ++k) {
        const double v = k == 0 ? 0 : k * step;
        t.at.push_back(v);
        if (v == 0) t.labels.emplace_back("0");
        else if (scientific) {
            const int decimals = std::clamp(exponent - stepExponent, 0, 12);
            t.labels.push_back(withMinus(print("%.*f", decimals, v / std::pow(10.0, exponent))) + "\u00B710"
                               + superscript(exponent));
        } else {
            t.labels.push_back(withMinus(print("%.*f", std::clamp(-stepExponent, 0, 12), v)));
        }
    }
    return t;
}

Ticks logTicks(double low, double high, int wanted)
{
    Ticks t;
    if (!(low > 0) || !(high > low)) return t;
    const double decades = std::log10(high / low);
    const int first = static_cast<int>(std::floor(std::log10(low) - 1e-9));
    const int last = static_cast<int>(std::ceil(std::log10(high) + 1e-9));
    const auto inside = [&](double v) { return v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9); };
    const int every = std::max(1, static_cast<int>(std::ceil(decades / std::max(1, wanted))));
    const bool fine = decades < 2;
    for (int e = first; e <= last; ++e)
        for (int m = 1; m < 10; ++m) {
            const double v = m * std::pow(10.0, e);
            if (!inside(v)) continue;
            const bool major = fine ? (m == 1 || m == 2 || m == 5) : (m == 1 && e % every == 0);
            if (major) {
                t.at.push_back(v);
                t.labels.push_back(powerLabel(v));
            } else if (m == 1 || every == 1) {
                t.minor.push_back(v);
            }
        }
    return t;
}

void niceRange(double& low, double& high, int wanted)
{
    if (!std::isfinite(low) || !std::isfinite(high)) {
        low = 0;
        high = 1;
    }
    if (low == high) {
        const double d = low == 0 ? 0.5 : std::fabs(low) * 0.5;
        low -= d;
        high += d;
    }
    const double step = niceStep((high - low) / std::max(1, wanted));
    low = std::floor(low / step + 1e-9) * step;
    high = std::ceil(high / step - 1e-9) * step;
}

} // namespace qs::plots
