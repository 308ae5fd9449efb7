// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quant/learned/adam.h"

#include "core/exec/parallel_for.h"

#include <cmath>

namespace qs::quant {

void Adam::step(std::span<LearnedArray> arrays, double rate, const Context& context)
{
    ++m_steps;
    m_moments.resize(arrays.size());
    const double unbias1 = 1.0 - std::pow(m_options.beta1, static_cast<double>(m_steps));
    const double unbias2 = std::sqrt(1.0 - std::pow(m_options.beta2, static_cast<double>(m_steps)));
    for (std::size_t a = 0; a < arrays.size(); ++a) {
        LearnedArray& array = arrays[a];
        Moments& moments = m_moments[a];
        moments.first.resize(array.value.size());
        moments.second.resize(array.value.size());
        const double size = rate * array.rate / unbias1;
        parallelFor(context, static_cast<std::int64_t>(array.value.size()), 1 << 15, [&](std::int64_t begin, std::int64_t end) {
            for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
                const double g = array.gradient[i];
                double& first = moments.first[i];
                double& second = moments.second[i];
                first += (1.0 - m_options.beta1) * (g - first);
                second = m_options.beta2 * second + (1.0 - m_options.beta2) * g * g;
                array.value[i] -= size * first / (std::sqrt(second) / unbias2 + m_options.epsilon);
            }
        });
    }
}

} // namespace qs::quant
