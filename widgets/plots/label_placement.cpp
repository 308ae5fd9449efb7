// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/label_placement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace qs::gui {
namespace {

// Columns of the box in which a curve passes through it.
int hits(const CurveColumns& curve, const QRectF& area, const QRectF& box)
{
    int n = 0;
    const int from = std::max(0, static_cast<int>(std::floor(box.left() - area.left())));
    const int to = std::min(static_cast<int>(curve.top.size()), static_cast<int>(std::ceil(box.right() - area.left())));
    for (int i = from; i < to; ++i) {
        const auto k = static_cast<std::size_t>(i);
        if (curve.top[k] <= curve.bottom[k] && curve.top[k] <= box.bottom() && curve.bottom[k] >= box.top()) ++n;
    }
    return n;
}

// Columns of the box that lie on the filled area under a curve.
int shaded(const CurveColumns& curve, const QRectF& area, const QRectF& box)
{
    if (!curve.filled) return 0;
    int n = 0;
    const int from = std::max(0, static_cast<int>(std::floor(box.left() - area.left())));
    const int to = std::min(static_cast<int>(curve.top.size()), static_cast<int>(std::ceil(box.right() - area.left())));
    for (int i = from; i < to; ++i)
        if (curve.top[static_cast<std::size_t>(i)] <= box.bottom()) ++n;
    return n;
}

int overlaps(const std::vector<PlacedLabel>& placed, const QRectF& box)
{
    return static_cast<int>(std::count_if(placed.begin(), placed.end(), [&](const PlacedLabel& p) { return p.box.intersects(box.adjusted(-2, -1, 2, 1)); }));
}

} // namespace

CurveColumns columnsOf(const std::vector<QPointF>& line, const QRectF& area, bool filled)
{
    CurveColumns out;
    const auto n = static_cast<std::size_t>(std::max(1.0, std::ceil(area.width())));
    out.top.assign(n, std::numeric_limits<float>::max());
    out.bottom.assign(n, -std::numeric_limits<float>::max());
    out.filled = filled;
    const auto cover = [&](double x, double y) {
        const double i = std::floor(x - area.left());
        if (i < 0 || i >= static_cast<double>(n)) return;
        auto& top = out.top[static_cast<std::size_t>(i)];
        auto& bottom = out.bottom[static_cast<std::size_t>(i)];
        top = std::min(top, static_cast<float>(y));
        bottom = std::max(bottom, static_cast<float>(y));
    };
    for (std::size_t k = 0; k + 1 < line.size(); ++k) {
        QPointF a = line[k];
        QPointF b = line[k + 1];
        if (!std::isfinite(a.x() + a.y() + b.x() + b.y())) continue;
        if (a.x() > b.x()) std::swap(a, b);
        if (b.x() < area.left() || a.x() > area.right()) continue;
        const double from = std::max(a.x(), area.left());
        const double to = std::min(b.x(), area.right());
        const auto at = [&](double x) { return b.x() - a.x() < 1e-9 ? b.y() : a.y() + (b.y() - a.y()) * (x - a.x()) / (b.x() - a.x()); };
        if (b.x() - a.x() < 1e-9) cover(a.x(), a.y());
        const double first = area.left() + std::floor(from - area.left());
        for (double x = first; x <= to; x += 1) { // where the line enters the column and where it leaves it
            cover(x, at(std::max(x, from)));
            cover(x, at(std::min(x + 1, to)));
        }
    }
    if (line.size() == 1) cover(line[0].x(), line[0].y());
    return out;
}

std::vector<PlacedLabel> placeCurveLabels(const QRectF& area, const std::vector<CurveColumns>& curves, const std::vector<QSizeF>& sizes)
{
    std::vector<PlacedLabel> out;
    for (std::size_t k = 0; k < curves.size(); ++k) {
        const CurveColumns& own = curves[k];
        PlacedLabel best;
        double least = std::numeric_limits<double>::infinity();
        const auto columns = static_cast<int>(own.top.size());
        const int step = std::max(1, columns / 64);
        for (int i = step / 2; i < columns; i += step) {
            const auto c = static_cast<std::size_t>(i);
            if (own.top[c] > own.bottom[c]) continue;
            for (const bool up : {true, false}) {
                const QPointF target(area.left() + i + 0.5, up ? own.top[c] : own.bottom[c]);
                if (!area.adjusted(-1, -1, 1, 1).contains(target)) continue;
                // How far the curve stands above (or below) the others here.
                double stands = target.y() < area.bottom() - 2 ? 60.0 : -60.0;
                for (std::size_t o = 0; o < curves.size(); ++o)
                    if (o != k && curves[o].top[c] <= curves[o].bottom[c])
                        stands = std::min(stands, up ? static_cast<double>(curves[o].top[c]) - target.y() : target.y() - static_cast<double>(curves[o].bottom[c]));
                const double w = sizes[k].width();
                const double h = sizes[k].height();
                for (const double lift : {3.0, 14.0, 28.0, 48.0, 76.0})
                    for (const double shift : {0.5, 0.0, 1.0, -0.15, 1.15}) {
                        const QRectF box(target.x() - shift * w, up ? target.y() - lift - h : target.y() + lift, w, h);
                        if (!area.contains(box)) continue;
                        int onCurves = 0;
                        int onShade = 0;
                        for (const auto& o : curves) {
                            onCurves += hits(o, area, box.adjusted(-2, -1, 2, 1));
                            onShade += shaded(o, area, box);
                        }
                        const int onLabels = overlaps(out, box);
                        const double cost = 1000.0 * onLabels + 12.0 * onCurves + 1.5 * onShade + 0.7 * lift - 1.2 * std::min(stands, 40.0)
                            + (shift < 0 || shift > 1 ? 4 : 0);
                        if (cost >= least) continue;
                        least = cost;
                        best = {box, target, onCurves == 0 && onLabels == 0, onLabels > 0, lift > 10};
                    }
            }
        }
        if (!std::isfinite(least)) best.box = QRectF(area.topLeft(), sizes[k]); // a curve outside the view
        out.push_back(best);
    }
    return out;
}

std::vector<PlacedLabel> placePointLabels(const QRectF& area, const std::vector<QPointF>& points, const std::vector<QSizeF>& sizes,
                                          const std::vector<CurveColumns>& lines)
{
    constexpr double kMarker = 7; // half a marker and a gap
    std::vector<PlacedLabel> out(points.size());
    std::vector<PlacedLabel> placed;
    std::vector<std::size_t> order(points.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    // From the top: what stands highest has the most room above itself.
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return points[a].y() < points[b].y(); });
    for (const std::size_t k : order) {
        const QPointF p = points[k];
        const double w = sizes[k].width();
        const double h = sizes[k].height();
        PlacedLabel best{QRectF(p.x() + kMarker, p.y() - h / 2, w, h), p, false, true, false};
        double least = std::numeric_limits<double>::infinity();
        for (const double away : {0.0, 10.0, 22.0, 38.0, 58.0, 82.0}) {
            const double r = kMarker + away;
            const double d = r * 0.75;
            const QPointF places[] = {{p.x() + r, p.y() - h / 2},         {p.x() - r - w, p.y() - h / 2},     {p.x() - w / 2, p.y() - r - h},
                                      {p.x() - w / 2, p.y() + r},         {p.x() + d, p.y() - d - h},         {p.x() + d, p.y() + d},
                                      {p.x() - d - w, p.y() - d - h},     {p.x() - d - w, p.y() + d}};
            int side = 0;
            for (const QPointF& at : places) {
                const QRectF box(at, QSizeF(w, h));
                ++side;
                if (!area.contains(box)) continue;
                int onPoints = 0;
                for (std::size_t o = 0; o < points.size(); ++o)
                    if (o != k && box.adjusted(-5, -5, 5, 5).contains(points[o])) ++onPoints;
                int onLines = 0;
                for (const auto& l : lines) onLines += hits(l, area, box);
                const int onLabels = overlaps(placed, box);
                const double cost = 1000.0 * onLabels + 300.0 * onPoints + 2.0 * onLines + (onLines > 0 ? 60 : 0) + 1.5 * away + side;
                if (cost >= least) continue;
                least = cost;
                best = {box, p, onLabels == 0 && onPoints == 0 && onLines == 0, onLabels > 0, away > 0};
            }
        }
        if (!best.overLabel) placed.push_back(best);
        out[k] = best;
    }
    return out;
}

} // namespace qs::gui
