// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/parallel_for.h"
#include "core/quant/fitted_grid.h"
#include "core/quant/group_kernels.h"
#include "core/quant/group_layout.h"
#include "core/quant/part.h"
#include "core/quant/scale_type.h"

#include <algorithm>
#include <cmath>
#include <limits>

/// What grids over a GroupLayout share: places of groups, loops over them, their scale arrays.
namespace qs::quant {

/// A fitted grid whose groups are those of a GroupLayout.
class GroupedGrid : public FittedGrid {
public:
    GroupedGrid(const GroupLayout& layout, int bits) : m_layout(layout), m_bits(bits) {}
    Index rows() const override { return m_layout.rows(); }
    Index cols() const override { return m_layout.cols(); }
    int bits() const override { return m_bits; }
    Index groups() const override { return m_layout.groups(); }
    Index groupOf(Index row, Index col) const override { return m_layout.group(row, col); }
    const GroupLayout& layout() const { return m_layout; }

protected:
    /// Calls f(group, offset, length) for each run of one group within columns [col0, col0 + n) of a row.
    template <class F>
    void forRuns(Index row, Index col0, std::size_t n, F&& f) const
    {
        const Index end = col0 + static_cast<Index>(n);
        for (Index c = col0; c < end;) {
            const Index stop = std::min(end, m_layout.runEnd(row, c));
            f(static_cast<std::size_t>(m_layout.group(row, c)), static_cast<std::size_t>(c - col0),
              static_cast<std::size_t>(stop - c));
            c = stop;
        }
    }
    /// The same by stretches that kernels take: calls f(first group, offset, length, size of a group) for the rest of a
    /// group that begins before col0 and for all that follow.
    template <class F>
    void forStretches(Index row, Index col0, std::size_t n, F&& f) const
    {
        if (n == 0) return;
        const auto first = static_cast<std::size_t>(m_layout.group(row, col0));
        const auto size = static_cast<std::size_t>(m_layout.groupSize());
        const std::size_t lead = std::min(n, static_cast<std::size_t>(m_layout.runEnd(row, col0) - col0));
        if (lead == n || lead % size == 0) {
            f(first, std::size_t(0), n, size);
            return;
        }
        f(first, std::size_t(0), lead, size);
        f(first + 1, lead, n - lead, size);
    }
    GroupMap groupMap(std::string name, std::string unit, std::vector<float> values, bool isSigned = false) const
    {
        const Shape s = m_layout.mapShape();
        return {std::move(name), std::move(unit), s[0], s[1], std::move(values), false, isSigned};
    }

    GroupLayout m_layout;
    int m_bits;
};

/// Calls f(span) for each run of one group's weights.
template <class F>
void forEachSpan(const GroupLayout& layout, Index group, MatrixView w, F&& f)
{
    layout.forEachRun(group, [&](Index r, Index c0, Index c1) {
        f(w.row(r).subspan(static_cast<std::size_t>(c0), static_cast<std::size_t>(c1 - c0)));
    });
}

/// Calls body(group) for every group, in parallel; false when stopped.
template <class F>
bool forGroups(const Context& context, const GroupLayout& layout, F&& body)
{
    const Index groups = layout.groups();
    const Index each = std::max<Index>(1, layout.rows() * layout.cols() / std::max<Index>(1, groups));
    const Index grain = std::max<Index>(1, (Index(1) << 16) / each);
    return parallelFor(context, groups, grain, [&](Index b, Index e) {
        for (Index g = b; g < e; ++g) body(g);
    });
}

/// Shape of the arrays with one number per group: [groupRows, groupsPerRow], or [groups] of flat blocks.
inline Shape scaleShape(const GroupLayout& layout, bool flat)
{
    return flat ? Shape{layout.groups()} : layout.mapShape();
}

/// One number per group from a stored array of exactly this type and shape; all finite, and so is each times `most`,
/// the largest level at scale 1.
inline Result<std::vector<float>> loadScales(const ArrayStore& arrays, std::string_view name, DType type,
                                             const Shape& shape, float most = 1)
{
    QS_TRY(arrays.get(name, type, shape));
    QS_ASSIGN(auto out, arrays.getFloats(name, shape));
    for (const float s : out)
        if (!std::isfinite(s * most))
            return fail(ErrorCode::Malformed, "array " + std::string(name) + " holds a scale whose levels are not finite");
    return out;
}

/// Refuses scales that overflow their stored type, or whose levels (up to `most` times the scale) overflow F32.
inline Status finiteScales(std::span<const float> scales, DType type, float most = 1)
{
    bool fine = true; // without a branch first: as a rule all are finite
    for (const float s : scales) fine &= std::fabs(s * most) <= std::numeric_limits<float>::max();
    if (fine) return {};
    for (const float s : scales) {
        if (!std::isfinite(s) && type != DType::F32)
            return fail(Error(ErrorCode::NotRepresentable, "a scale is too large for " + std::string(dtypeName(type)))
                            .fix("use scale=bf16 or scale=f32"));
        if (!std::isfinite(s * most))
            return fail(ErrorCode::NotRepresentable, "the weights are so large that levels beyond them overflow");
    }
    return {};
}

/// Weight of each input column in a group's error: the diagonal of Σ, or the mean squares; empty without calibration.
inline std::vector<double> inputWeights(const Calibration* calibration, Index cols)
{
    std::vector<double> h;
    if (!calibration) return h;
    const auto n = static_cast<std::size_t>(cols);
    if (calibration->sigma.size() == n * n)
        for (std::size_t i = 0; i < n; ++i) h.push_back(calibration->sigma[i * n + i]);
    else if (calibration->meanSquare.size() == n)
        h.assign(calibration->meanSquare.begin(), calibration->meanSquare.end());
    return h;
}

} // namespace qs::quant
