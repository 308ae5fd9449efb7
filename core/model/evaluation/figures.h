// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/evaluation/evaluate.h"

#include <optional>

namespace qs::model {

/// A mean with its noise.
struct Estimate {
    double mean = 0;
    double error = 0; ///< standard error: of independent tokens
    double low = 0;   ///< 2.5 and 97.5 percent of the mean over windows drawn with replacement (bootstrap), which sees that
    double high = 0;  ///< neighbouring tokens are alike; of one window both are the mean
};

/// The figures of specs/cli.md, `eval`.
struct EvaluationFigures {
    Estimate nll;
    double perplexity = 0;
    double perplexityError = 0; ///< perplexity · error of nll
    double perplexityLow = 0;
    double perplexityHigh = 0;
    std::uint64_t tokens = 0;
    std::uint64_t windows = 0;
    struct Comparison {
        Estimate divergence;
        double divergence99 = 0;  ///< 99th percentile over tokens, linear between ranks
        Estimate agreement;       ///< share of tokens
        Estimate delta;           ///< nll − reference, paired by token
        double referencePerplexity = 0;
    };
    std::optional<Comparison> comparison;
};

/// `seed` decides which windows the bootstrap draws (1000 times).
EvaluationFigures figuresOf(const Evaluation& evaluation, std::uint64_t seed);

} // namespace qs::model
