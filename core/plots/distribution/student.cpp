// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/distribution/student.h"

#include <cmath>
#include <vector>

namespace qs::plots {
namespace {

constexpr double kPi = 3.14159265358979323846;

double logDensity(const StudentFit& f, double x)
{
    const double z = (x - f.location) / f.scale;
    return std::lgamma((f.freedom + 1) / 2) - std::lgamma(f.freedom / 2) - 0.5 * std::log(f.freedom * kPi)
        - std::log(f.scale) - (f.freedom + 1) / 2 * std::log1p(z * z / f.freedom);
}

} // namespace

double StudentFit::density(double x) const { return std::exp(logDensity(*this, x)); }

StudentFit fitStudent(std::span<const double> edges, std::span<const std::uint64_t> counts, double location, double deviation)
{
    StudentFit best;
    best.location = location;
    best.scale = deviation;
    std::vector<double> centre;
    std::vector<double> count;
    double total = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i] == 0) continue;
        centre.push_back(0.5 * (edges[i] + edges[i + 1]));
        count.push_back(static_cast<double>(counts[i]));
        total += count.back();
    }
    if (centre.size() < 2 || !(deviation > 0)) return best;
    const auto fitScale = [&](double freedom) {
        StudentFit f{location, deviation, freedom};
        double variance = deviation * deviation;
        for (int step = 0; step < 60; ++step) {
            double sum = 0;
            for (std::size_t i = 0; i < centre.size(); ++i) {
                const double d = (centre[i] - location) * (centre[i] - location);
                sum += count[i] * d * (freedom + 1) / (freedom + d / variance);
            }
            const double next = sum / total;
            const bool still = std::fabs(next - variance) <= 1e-10 * variance;
            variance = next;
            if (still || !(variance > 0)) break;
        }
        f.scale = std::sqrt(variance);
        return f;
    };
    const auto likelihood = [&](const StudentFit& f) {
        double sum = 0;
        for (std::size_t i = 0; i < centre.size(); ++i) sum += count[i] * logDensity(f, centre[i]);
        return sum;
    };
    // Golden section over log ν: the profile likelihood has one maximum.
    const double golden = (std::sqrt(5.0) - 1) / 2;
    double a = std::log(0.5);
    double b = std::log(200.0);
    double c = b - golden * (b - a);
    double d = a + golden * (b - a);
    double fc = likelihood(fitScale(std::exp(c)));
    double fd = likelihood(fitScale(std::exp(d)));
    for (int step = 0; step < 24; ++step) {
        if (fc > fd) {
            b = d;
            d = c;
            fd = fc;
            c = b - golden * (b - a);
            fc = likelihood(fitScale(std::exp(c)));
        } else {
            a = c;
            c = d;
            fc = fd;
            d = a + golden * (b - a);
            fd = likelihood(fitScale(std::exp(d)));
        }
    }
    return fitScale(std::exp((a + b) / 2));
}

} // namespace qs::plots
