// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/quant/error_feedback.h"
#include "core/quant/input_rows.h"
#include "core/quant/product_kernels.h"
#include "core/quant/registry.h"
#include "core/quant/tiled_encode.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace qs::quant {
namespace {

constexpr Index kTileRows = 64;
constexpr Index kBlock = 128; // columns whose changes reach the others together
constexpr Index kStep = 16;   // columns whose changes reach the rest of their block together

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// E·Σ-aware descent of a tile of rows: columns outside, rows inside, so that a column's rows are neighbours.
class Descent {
public:
    Descent(const FitInput& input, const FittedGrid& grid, Codes& codes)
        : m_input(input), m_grid(grid), m_codes(codes), m_sigma(input.calibration->sigma.data()), m_cols(input.weights.cols),
          m_rows(input.weights.rows), m_decoded(at(m_cols * m_rows)), m_gradient(at(m_cols * m_rows))
    {
        // Gradient / 2 = (Ŵ − W)·Σ, laid out like the rest; the products subtract, so they take W − Ŵ.
        std::vector<double> missing(m_decoded.size());
        std::vector<float> row(at(m_cols));
        for (Index r = 0; r < m_rows; ++r) {
            m_grid.decode(r, 0, codes.row(r), row);
            for (Index c = 0; c < m_cols; ++c) {
                m_decoded[at(c * m_rows + r)] = static_cast<double>(row[at(c)]);
                if (!isRemoved(r, c))
                    missing[at(c * m_rows + r)] = static_cast<double>(input.weights.at(r, c)) - static_cast<double>(row[at(c)]);
            }
        }
        m_kernels.subtract(at(m_cols), at(m_rows), at(m_cols), m_sigma, at(m_cols), missing.data(), at(m_rows), m_gradient.data(), at(m_rows));
        for (std::size_t i = 0; i < missing.size(); ++i) m_error -= missing[i] * m_gradient[i];
    }
    /// tr(EΣEᵀ) of these rows.
    double error() const { return m_error; }

    /// One pass over all columns; how many codes changed.
    std::uint64_t sweep()
    {
        std::uint64_t changed = 0;
        const auto rows = at(m_rows);
        const auto n = at(m_cols);
        std::vector<double> before;
        std::vector<double> moved(at(kBlock * m_rows)); // −change of each weight
        for (Index i1 = 0; i1 < m_cols; i1 += kBlock) {
            const Index i2 = std::min(m_cols, i1 + kBlock);
            before.assign(m_gradient.begin() + i1 * m_rows, m_gradient.begin() + i2 * m_rows);
            std::fill(moved.begin(), moved.end(), 0.0);
            std::uint64_t here = 0;
            for (Index s1 = i1, s2 = 0; s1 < i2; s1 = s2) {
                s2 = std::min(i2, s1 + kStep);
                for (Index i = s1; i < s2; ++i) {
                    double* d = moved.data() + (i - i1) * m_rows;
                    const std::uint64_t count = column(i, d);
                    here += count;
                    if (count > 0)
                        m_kernels.subtractOuter(at(s2 - i - 1), rows, m_sigma + at(i) * n + at(i) + 1, d,
                                                m_gradient.data() + (i + 1) * m_rows, rows);
                }
                m_kernels.subtract(at(i2 - s2), rows, at(s2 - s1), m_sigma + at(s1) * n + at(s2), n, moved.data() + (s1 - i1) * m_rows,
                                   rows, m_gradient.data() + s2 * m_rows, rows);
            }
            changed += here;
            std::copy(before.begin(), before.end(), m_gradient.begin() + i1 * m_rows);
            if (here > 0) // now all columns, those of the block too
                m_kernels.subtract(n, rows, at(i2 - i1), m_sigma + at(i1) * n, n, moved.data(), rows, m_gradient.data(), rows);
        }
        return changed;
    }

private:
    bool isRemoved(Index r, Index c) const
    {
        return !m_input.removed.empty() && m_input.removed[at(r * m_cols + c)] != 0;
    }
    // The best level of each row's weight in column i with all others held; d: minus the change.
    std::uint64_t column(Index i, double* d)
    {
        const double h = m_sigma[at(i) * at(m_cols) + at(i)];
        if (!(h > 0)) return 0;
        float target[kTileRows];
        float value[kTileRows];
        std::uint8_t code[kTileRows];
        double* decoded = m_decoded.data() + i * m_rows;
        const double* g = m_gradient.data() + i * m_rows;
        for (Index r = 0; r < m_rows; ++r) target[r] = static_cast<float>(decoded[r] - g[r] / h);
        m_grid.quantizeColumn(0, i, {target, at(m_rows)}, {code, at(m_rows)}, {value, at(m_rows)});
        std::uint64_t changed = 0;
        for (Index r = 0; r < m_rows; ++r) {
            const double step = static_cast<double>(value[r]) - decoded[r];
            const double gain = step * (2 * g[r] + step * h);
            if (!(gain < 0) || isRemoved(r, i)) continue; // never a step up, whatever rounding says
            m_error += gain;
            decoded[r] += step;
            d[r] = -step;
            m_codes.data[at(r * m_cols + i)] = code[r];
            ++changed;
        }
        return changed;
    }

    const FitInput& m_input;
    const FittedGrid& m_grid;
    Codes& m_codes;
    const ProductKernels& m_kernels = productKernels();
    const double* m_sigma;
    Index m_cols;
    Index m_rows;
    std::vector<double> m_decoded;  ///< [cols][rows]
    std::vector<double> m_gradient; ///< [cols][rows], half of it
    double m_error = 0;
};

struct Options {
    Index sweeps = 8;
    bool fromFeedback = false;
};

class CoordinateDescent : public Assignment {
public:
    explicit CoordinateDescent(const Options& o) : m_options(o) { m_feedback.staticGroups = true; m_feedback.actOrder = true; }

    Status encode(const InputRows& rows, const Grid& grid, const Context& context, ArrayStore& out) const override
    {
        const Index cols = rows.cols();
        if (!rows.calibration() || rows.calibration()->sigma.size() != at(cols) * at(cols))
            return fail(Error(ErrorCode::Lacking, "coordinate descent needs the input covariance (sigma)").fix("calibrate the model first"));
        std::optional<ErrorFeedback> feedback;
        if (m_options.fromFeedback) {
            QS_ASSIGN(auto made, ErrorFeedback::make(rows.calibration(), cols, m_feedback, context));
            feedback.emplace(std::move(made));
        }
        struct Outcome {
            double before = 0;
            double after = 0;
            Index sweeps = 0;
        };
        std::vector<Outcome> outcomes(at((rows.rows() + kTileRows - 1) / kTileRows)); // by the first row of their tile
        const auto descend = [&](const FitInput& tile, Index row0, const FittedGrid& levels, Codes& codes) -> Status {
            if (levels.levels(0).empty())
                return fail(Error(ErrorCode::Lacking, "this grid stores the weights themselves, so there are no codes to choose")
                                .fix("take another grid"));
            if (feedback) QS_TRY(feedback->assign(tile, levels, context, codes));
            else
                for (Index r = 0; r < tile.weights.rows; ++r) levels.nearest(r, 0, tile.weights.row(r), codes.row(r));
            Descent descent(tile, levels, codes);
            Outcome& o = outcomes[at(row0 / kTileRows)];
            o.before = descent.error();
            while (o.sweeps < m_options.sweeps && !context.stopped()) {
                ++o.sweeps;
                if (descent.sweep() == 0) break;
            }
            o.after = descent.error();
            context.advance(tile.weights.data.size());
            return {};
        };
        // A grid's blocks may want a tile of more rows: they are descended in parts of their own.
        QS_TRY(encodeTiles(rows, grid, kTileRows,
                           [&](const FitInput& tile, Index row0, FittedGrid& levels, Codes& codes) -> Status {
                               if (tile.weights.rows <= kTileRows) return descend(tile, row0, levels, codes);
                               const MatrixInput whole(tile);
                               return forTiles(whole, kTileRows, context, [&](const FitInput& part, Index first) -> Status {
                                   const RowsOfGrid own(levels, first, part.weights.rows);
                                   Codes found(part.weights.rows, cols);
                                   QS_TRY(descend(part, row0 + first, own, found));
                                   std::copy(found.data.begin(), found.data.end(), codes.row(first).begin());
                                   return {};
                               });
                           },
                           context, out));
        Outcome total;
        for (const Outcome& o : outcomes) {
            total.before += o.before;
            total.after += o.after;
            total.sweeps = std::max(total.sweeps, o.sweeps);
        }
        context.note("coordinate descent: output error " + formatError(total.before) + " to " + formatError(total.after)
                     + " in " + std::to_string(total.sweeps) + " sweeps");
        return {};
    }
    std::uint64_t workingBytes(Index, Index cols) const override
    {
        const auto n = static_cast<std::uint64_t>(cols);
        return m_options.fromFeedback ? 16 * n * n : 0;
    }

private:
    Options m_options;
    FeedbackOptions m_feedback;
};

} // namespace

void registerCd(Registry& registry);
void registerCd(Registry& registry)
{
    PartInfo info;
    info.kind = PartKind::Assignment;
    info.name = "cd";
    info.title = "Coordinate descent on Σ";
    info.summary = "Weight after weight takes the level that is best for the layer's output while all others are held.";
    info.source = "seed_methods.md §3.9; coordinate descent on tr(EΣEᵀ)";
    info.needs = NeedSigma;
    info.params = {
        ParamSpec::integer("sweeps", 8, 1, 1000, "", "passes over all columns at most; it ends when no code changes"),
        ParamSpec::choice("start", "nearest", {"nearest", "gptq"}, "codes to begin with; gptq: error feedback over the same levels"),
    };
    info.fits = [](std::string_view, const ParamValues&) { return FitAnswer{}; };
    info.makeAssignment = [](const ParamValues& v) -> Result<std::unique_ptr<Assignment>> {
        return std::make_unique<CoordinateDescent>(Options{v.integer("sweeps"), v.text("start") == "gptq"});
    };
    registry.add(std::move(info));
}

} // namespace qs::quant
