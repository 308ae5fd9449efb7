// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPointF>
#include <QRectF>
#include <QSizeF>
#include <vector>

/// Where names of curves and points go, in pixels: beside what they name, on nothing else. No widgets.
namespace qs::gui {

/// What a curve covers of each pixel column of the area: top and bottom in pixels, top > bottom where it covers nothing.
struct CurveColumns {
    std::vector<float> top;
    std::vector<float> bottom;
    bool filled = false; ///< the area below it is coloured: text may lie there, but not on its edge if it can help it
};

/// Columns of a polyline; points that are not finite break it.
CurveColumns columnsOf(const std::vector<QPointF>& line, const QRectF& area, bool filled);

struct PlacedLabel {
    QRectF box;
    QPointF target;      ///< the place of the curve or the point that is named
    bool clear = false;  ///< lies on no curve, no point and no other label
    bool overLabel = false; ///< there was no place free of other labels
    bool leader = false; ///< so far away that a line must lead to it
};

/// A label for each curve, where the curve stands out from the others.
std::vector<PlacedLabel> placeCurveLabels(const QRectF& area, const std::vector<CurveColumns>& curves, const std::vector<QSizeF>& sizes);

/// A label for each point, nearest places first; `lines` and the other points stay free where there is room.
std::vector<PlacedLabel> placePointLabels(const QRectF& area, const std::vector<QPointF>& points, const std::vector<QSizeF>& sizes,
                                          const std::vector<CurveColumns>& lines);

} // namespace qs::gui
