// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/doctor/scan_tensor.h"

#include "core/exec/parallel_for.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace qs::doctor {
namespace {

constexpr float kHalfLimit = 65504.0F; ///< largest finite F16

struct Band {
    TensorScan scan;
    std::vector<std::uint8_t> used; ///< columns with a value other than zero
    Status status;
};

void scanRow(std::span<const float> row, Index r, Band& band)
{
    TensorScan& s = band.scan;
    bool zero = true;
    for (std::size_t c = 0; c < row.size(); ++c) {
        const float v = row[c];
        const Index at = r * s.cols + static_cast<Index>(c);
        if (v != 0) {
            zero = false;
            band.used[c] = 1;
        }
        if (!std::isfinite(v)) {
            ++(std::isnan(v) ? s.nans : s.infs);
            if (s.firstBad < 0) s.firstBad = at;
            continue;
        }
        const double a = std::fabs(v);
        if (a == kHalfLimit) ++s.atLimit;
        if (a > s.largest || s.firstLargest < 0) {
            s.largest = a;
            s.firstLargest = at;
        }
        if (s.finite == 0) s.smallestValue = s.largestValue = v;
        s.smallestValue = std::min<double>(s.smallestValue, v);
        s.largestValue = std::max<double>(s.largestValue, v);
        s.sum += v;
        s.squares += a * a;
        ++s.finite;
    }
    if (zero) {
        ++s.zeroRows;
        if (s.firstZeroRow < 0) s.firstZeroRow = r;
    }
}

void join(Band& total, Band& part)
{
    TensorScan& t = total.scan;
    const TensorScan& p = part.scan;
    if (total.status && !part.status) total.status = std::move(part.status);
    t.nans += p.nans;
    t.infs += p.infs;
    t.atLimit += p.atLimit;
    if (t.firstBad < 0) t.firstBad = p.firstBad;
    if (p.firstLargest >= 0 && (t.firstLargest < 0 || p.largest > t.largest)) {
        t.largest = p.largest;
        t.firstLargest = p.firstLargest;
    }
    if (p.finite > 0) {
        t.smallestValue = t.finite == 0 ? p.smallestValue : std::min(t.smallestValue, p.smallestValue);
        t.largestValue = t.finite == 0 ? p.largestValue : std::max(t.largestValue, p.largestValue);
    }
    t.sum += p.sum;
    t.squares += p.squares;
    t.finite += p.finite;
    t.zeroRows += p.zeroRows;
    if (t.firstZeroRow < 0) t.firstZeroRow = p.firstZeroRow;
    for (std::size_t c = 0; c < part.used.size(); ++c) total.used[c] |= part.used[c];
}

} // namespace

double TensorScan::rms() const { return finite == 0 ? 0 : std::sqrt(squares / static_cast<double>(finite)); }

Result<TensorScan> scanTensor(const io::ModelSource& source, const io::TensorInfo& tensor, const Context& context)
{
    const io::MatrixShape m = io::matrixShape(tensor);
    Band empty;
    empty.scan.rows = m.rows;
    empty.scan.cols = m.cols;
    empty.used.resize(static_cast<std::size_t>(m.cols));
    // A fixed number of elements in a band, so that sums do not depend on the threads; bands are joined in order.
    const Index grain = std::max<Index>(1, (Index(1) << 20) / std::max<Index>(1, m.cols));
    Band total = reduceOrdered(
        context, m.rows, grain, empty,
        [&](Index b, Index e) {
            Band band = empty;
            const Index tile = std::max<Index>(1, (Index(1) << 16) / std::max<Index>(1, m.cols));
            std::vector<float> rows;
            for (Index r = b; r < e && band.status; r += tile) {
                const Index n = std::min(tile, e - r);
                rows.resize(static_cast<std::size_t>(n * m.cols));
                band.status = source.readRows(tensor, r, rows);
                if (!band.status) break;
                for (Index i = 0; i < n; ++i)
                    scanRow(std::span<const float>(rows).subspan(static_cast<std::size_t>(i * m.cols), static_cast<std::size_t>(m.cols)),
                            r + i, band);
                context.advance(static_cast<std::uint64_t>(n * m.cols));
            }
            return band;
        },
        [](Band& t, Band& p) { join(t, p); });
    if (context.stopped()) return cancelled();
    if (!total.status) return fail(std::move(total.status.error()));
    for (std::size_t c = 0; c < total.used.size(); ++c) {
        if (total.used[c]) continue;
        ++total.scan.zeroColumns;
        if (total.scan.firstZeroColumn < 0) total.scan.firstZeroColumn = static_cast<Index>(c);
    }
    return total.scan;
}

} // namespace qs::doctor
