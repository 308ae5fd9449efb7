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
    struct Moments {
        std::vector<double> first;
        std::vector<double> second;
    };
    /// One step at this learning rate; arrays must be the same, in the same order, at every call.
    void step(std::span<LearnedArray> arrays, double rate, const Context& context);

    /// What later steps depend on, one entry for each array; empty before the first step.
    const std::vector<Moments>& moments() const { return m_moments; }
    std::int64_t steps() const { return m_steps; }
    /// Goes on from there.
    void resume(std::vector<Moments> moments, std::int64_t steps)
    {
        m_moments = std::move(moments);
        m_steps = steps;
    }

private:
    AdamOptions m_options;
    std::vector<Moments> m_moments;
    std::int64_t m_steps = 0;
};

} // namespace qs::quant
