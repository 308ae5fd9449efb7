// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/part.h"

namespace qs::quant {

/// Parameters of the error feedback of GPTQ.
struct FeedbackOptions {
    double damping = 0.01;      ///< share of Σ's mean diagonal that is added to it
    bool actOrder = false;      ///< columns in descending order of Σ's diagonal
    bool staticGroups = false;  ///< all groups are fitted before the first column is quantized
    /// Groups are fitted on the weights as they are, feedback within the present block of columns included; false: as the
    /// official code, which adds that only at the block's end.
    bool fitCurrent = false;
    Index block = 128;          ///< columns whose feedback to the rest is added together
};

struct FeedbackResult {
    double loss = 0;     ///< Σ e²: tr(E·(Σ + λI)·Eᵀ) with E = Ŵ − W
    double damping = 0;  ///< the share that was used: more where Σ could not be factored otherwise
};

/// Whether groups are fitted on the way, and whether their columns are moved (so that `g_idx` is stored).
struct FeedbackPlan {
    Index run = 0;         ///< columns of a group that is fitted on the way; 0: fitted before
    bool isMoved = false;
};
FeedbackPlan feedbackPlan(const Grid& grid, const FeedbackOptions& options, Index rows, Index cols);

/// GPTQ (arXiv 2210.17323; related_methods.md §2) over any grid: column by column every weight takes the nearest level,
/// and its error goes to the columns that are still to come, weighted by the Cholesky factor of (Σ + λI)⁻¹.
/// Rows don't depend on one another, so they are worked on in tiles. Inputs that are always 0 get weights of 0. Removed
/// weights are exact later: what feedback would have changed in them is passed on. In double; the same bits for any number
/// of threads.
class ErrorFeedback {
public:
    /// Factors Σ [in, in]. Errors: Lacking, NotRepresentable (no positive definite matrix after all), Cancelled.
    static Result<ErrorFeedback> make(const Calibration* calibration, Index cols, const FeedbackOptions& options, const Context& context);
    ErrorFeedback(ErrorFeedback&&) noexcept;
    ~ErrorFeedback();
    double damping() const;
    /// Codes of a tile for levels that are there already, those of its rows; Σ e².
    Result<double> assign(const FitInput& tile, const FittedGrid& levels, const Context& context, Codes& codes) const;
    /// Fits, assigns and stores. A grid's runs of columns (Grid::independentColumns) are fitted when the first of their
    /// columns comes; a grid that needs whole rows is fitted before.
    Result<FeedbackResult> encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const;

private:
    struct Shared;
    class Tile;
    explicit ErrorFeedback(std::unique_ptr<Shared> shared);
    std::unique_ptr<Shared> m_shared;
};

} // namespace qs::quant
