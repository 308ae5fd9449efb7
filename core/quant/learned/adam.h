// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/learned/learner.h"

namespace qs::quant {

struct AdamOptions {
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
};

/// Adam (Kingma and Ba, arXiv 1412.6980, algorithm 1) over the arrays of one learner, in double.
class Adam {
public:
    explicit Adam(const AdamOptions& options) : m_options(options) {}
    /// One step at this learning rate; arrays must be the same, in the same order, at every call.
    void step(std::span<LearnedArray> arrays, double rate, const Context& context);

private:
    struct Moments {
        std::vector<double> first;
        std::vector<double> second;
    };
    AdamOptions m_options;
    std::vector<Moments> m_moments;
    std::int64_t m_steps = 0;
};

} // namespace qs::quant
