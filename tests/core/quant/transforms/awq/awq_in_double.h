// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/tensor/matrix.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

/// AWQ written down plainly in double from related_methods.md §3, with the official code's order of operations: what our float
/// pipeline is compared with where the reference data, a float64 run, come down to the last bit.
namespace qs::test::awq {

/// A matrix in double, row-major.
struct Doubles {
    Index rows = 0;
    Index cols = 0;
    std::vector<double> data;
    Doubles(Index r, Index c) : rows(r), cols(c), data(static_cast<std::size_t>(r * c)) {}
    explicit Doubles(const Matrix& m) : rows(m.rows()), cols(m.cols()), data(m.data().begin(), m.data().end()) {}
    double& at(Index r, Index c) { return data[static_cast<std::size_t>(r * cols + c)]; }
    double at(Index r, Index c) const { return data[static_cast<std::size_t>(r * cols + c)]; }
};

/// Columns times s, or over s.
inline Doubles times(const Doubles& w, const std::vector<double>& s, bool isOver = false)
{
    Doubles out = w;
    for (Index r = 0; r < w.rows; ++r)
        for (Index c = 0; c < w.cols; ++c) {
            const double f = s[static_cast<std::size_t>(c)];
            out.at(r, c) = isOver ? w.at(r, c) / f : w.at(r, c) * f;
        }
    return out;
}

/// Step and zero point of a group between lo and hi (RTN variant 2), and how far the zero point was from a tie, in steps.
struct Levels {
    double top = 0;
    double scale = 0;
    double zero = 0;
    double fromTie = 0;
    /// `stretch`: the scale is so much larger, which decides exact ties one way or the other.
    Levels(double lo, double hi, int bits, double stretch = 1) : top((1 << bits) - 1), scale(std::max(hi - lo, 1e-5) / top * stretch)
    {
        const double exact = -(lo / scale);
        zero = std::clamp(-std::nearbyint(lo / scale), 0.0, top);
        fromTie = std::abs(std::abs(exact - std::floor(exact)) - 0.5);
    }
    double code(double w) const { return std::clamp(std::nearbyint(w / scale) + zero, 0.0, top); }
    double value(double w) const { return (code(w) - zero) * scale; }
};

/// Smallest and largest of columns [begin, begin + size) of a row, clamped to ±most.
inline Levels levelsOf(const Doubles& w, Index row, Index begin, Index size, double most, int bits, double stretch = 1)
{
    double lo = std::numeric_limits<double>::infinity();
    double hi = -lo;
    for (Index c = begin; c < begin + size; ++c) {
        const double v = std::clamp(w.at(row, c), -most, most);
        lo = std::min(lo, v);
        hi = std::max(hi, v);
    }
    return {lo, hi, bits, stretch};
}

inline Doubles rounded(const Doubles& w, Index group, int bits)
{
    Doubles out = w;
    for (Index r = 0; r < w.rows; ++r)
        for (Index g = 0; g < w.cols; g += group) {
            const Levels l = levelsOf(w, r, g, group, std::numeric_limits<double>::infinity(), bits);
            for (Index c = g; c < g + group; ++c) out.at(r, c) = l.value(w.at(r, c));
        }
    return out;
}

/// tr(E Σ Eᵀ) of E = a − b.
inline double outputError(const Doubles& a, const Doubles& b, const std::vector<double>& sigma)
{
    const auto n = static_cast<std::size_t>(a.cols);
    double total = 0;
    std::vector<double> e(n);
    for (std::size_t r = 0; r < static_cast<std::size_t>(a.rows); ++r) {
        for (std::size_t i = 0; i < n; ++i) e[i] = a.data[r * n + i] - b.data[r * n + i];
        for (std::size_t i = 0; i < n; ++i) {
            double dot = 0;
            for (std::size_t j = 0; j < n; ++j) dot += sigma[i * n + j] * e[j];
            total += e[i] * dot;
        }
    }
    return total;
}

/// The scales at exponent k/20.
inline std::vector<double> scalesAt(const std::vector<double>& meanAbs, int k)
{
    std::vector<double> s;
    for (const double m : meanAbs) s.push_back(std::max(std::pow(m, k / 20.0), 1e-4));
    const auto [least, most] = std::minmax_element(s.begin(), s.end());
    const double norm = std::sqrt(*most * *least);
    for (double& v : s) v /= norm;
    return s;
}

/// A way to round at one step of the clipping search: the zero point, and the mean squared error of the group's share of the
/// outputs.
struct Way {
    double zero = 0;
    double error = 0;
};
/// The clipping search in one group: at each of ten steps the bound, and what rounding gives. A range that is cut at both ends
/// has its ends and its zero point on an exact tie, M/2 steps from 0; there `lower` and `upper` are the two ways to round it.
struct Clip {
    double bound = 0;
    Way exact, lower, upper;
    bool isTie = false;
};
inline std::vector<Clip> clipsOf(const Doubles& w, const Doubles& x, Index row, Index begin, Index size, int bits, double tie)
{
    double most = 0;
    for (Index c = begin; c < begin + size; ++c) most = std::max(most, std::abs(w.at(row, c)));
    std::vector<Clip> out;
    const Index step = std::max<Index>(1, x.rows / 512);
    for (int i = 0; i < 10; ++i) {
        Clip clip;
        clip.bound = most * (1 - i / 20.0);
        const auto wayOf = [&](double stretch) -> Way {
            const Levels levels = levelsOf(w, row, begin, size, clip.bound, bits, stretch);
            std::vector<double> e;
            for (Index c = begin; c < begin + size; ++c) e.push_back(levels.value(std::clamp(w.at(row, c), -clip.bound, clip.bound)) - w.at(row, c));
            double sum = 0;
            Index count = 0;
            for (Index t = 0; t < x.rows; t += step, ++count) {
                double d = 0;
                for (Index c = begin; c < begin + size; ++c) d += x.at(t, c) * e[static_cast<std::size_t>(c - begin)];
                sum += d * d;
            }
            return {levels.zero, sum / static_cast<double>(count)};
        };
        clip.exact = clip.lower = clip.upper = wayOf(1);
        clip.isTie = levelsOf(w, row, begin, size, clip.bound, bits).fromTie < tie;
        if (clip.isTie) {
            clip.lower = wayOf(1 + 2 * tie);
            clip.upper = wayOf(1 - 2 * tie);
        }
        out.push_back(clip);
    }
    return out;
}

} // namespace qs::test::awq
