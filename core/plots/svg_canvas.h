// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plots/color_palette.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qs::plots {

struct Box {
    double x = 0, y = 0, w = 0, h = 0;
    double right() const { return x + w; }
    double bottom() const { return y + h; }
};

enum class Anchor { Start, Middle, End };

struct TextStyle {
    Rgb color;
    double size = 12;
    Anchor anchor = Anchor::Start;
    bool bold = false;
    double rotate = 0; ///< degrees about the text's point
};

struct Stroke {
    Rgb color;
    double width = 1;
    Dash dash = Dash::Solid;
    double opacity = 1;
};

/// Writes SVG elements with attributes that browsers, Inkscape and QtSvg all read. Coordinates in px.
class SvgCanvas {
public:
    SvgCanvas(int width, int height, Rgb background, std::string_view title, std::string_view description);
    void line(double x0, double y0, double x1, double y1, const Stroke& stroke);
    void polyline(std::span<const std::pair<double, double>> points, const Stroke& stroke);
    /// Closed outline, filled.
    void area(std::span<const std::pair<double, double>> points, Rgb fill, double opacity);
    void rect(const Box& box, Rgb fill, double opacity = 1, bool crisp = false);
    void frame(const Box& box, const Stroke& stroke);
    void marker(Marker marker, double x, double y, double radius, Rgb color);
    void text(double x, double y, std::string_view text, const TextStyle& style);
    /// One pixel a cell, crisp; rgba has columns × rows pixels.
    void image(const Box& box, int columns, int rows, std::span<const std::uint8_t> rgba);
    /// Until endClip, lines, outlines and markers are cut at the box (here, since QtSvg does not know clip paths).
    void beginClip(const Box& box) { m_clip = box; }
    void endClip() { m_clip.reset(); }
    std::string finish();

private:
    void element(std::string_view text);
    std::string m_out;
    std::optional<Box> m_clip;
};

/// About how wide a text is drawn, in px: for margins and labels that must not touch.
double textWidth(std::string_view text, double size);
/// The text, cut in the middle with an ellipsis where it is wider than `width`.
std::string elided(std::string_view text, double size, double width);
/// &, <, >, quotes escaped; control and bidirectional characters shown escaped (escapeText).
std::string xmlText(std::string_view text);

} // namespace qs::plots
