// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/svg_canvas.h"

#include "core/base/format.h"
#include "core/plots/png_encoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace qs::plots {
namespace {

constexpr const char* kFont = "Noto Sans, DejaVu Sans, Helvetica, Arial, sans-serif";

// Hundredths of a pixel are enough, and keep files small.
std::string px(double v)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f", v);
    std::string s = text.data();
    while (s.back() == '0') s.pop_back();
    if (s.back() == '.') s.pop_back();
    return s == "-0" ? "0" : s;
}

std::string strokeText(const Stroke& s)
{
    std::string out = " stroke=\"" + hex(s.color) + "\" stroke-width=\"" + px(s.width) + "\"";
    if (s.dash == Dash::Dashed) out += " stroke-dasharray=\"6 4\"";
    if (s.dash == Dash::Dotted) out += " stroke-dasharray=\"1.5 3\"";
    if (s.dash == Dash::DashDot) out += " stroke-dasharray=\"7 3 1.5 3\"";
    if (s.opacity < 1) out += " stroke-opacity=\"" + px(s.opacity) + "\"";
    return out;
}

std::string pointsText(std::span<const std::pair<double, double>> points)
{
    std::string out;
    for (const auto& [x, y] : points) out += (out.empty() ? "" : " ") + px(x) + "," + px(y);
    return out;
}

std::string boxText(const Box& b)
{
    return " x=\"" + px(b.x) + "\" y=\"" + px(b.y) + "\" width=\"" + px(b.w) + "\" height=\"" + px(b.h) + "\"";
}

// Cuts a segment at a box (Liang and Barsky); false where nothing is left.
bool cut(const Box& box, double& x0, double& y0, double& x1, double& y1)
{
    double from = 0;
    double to = 1;
    const double dx = x1 - x0;
    const double dy = y1 - y0;
    const auto side = [&](double p, double q) { // keeps what has p·t <= q
        if (p == 0) return q >= 0;
        const double t = q / p;
        if (p < 0) from = std::max(from, t);
        else to = std::min(to, t);
        return from <= to;
    };
    if (!side(-dx, x0 - box.x) || !side(dx, box.right() - x0) || !side(-dy, y0 - box.y) || !side(dy, box.bottom() - y0))
        return false;
    x1 = x0 + dx * to;
    y1 = y0 + dy * to;
    x0 += dx * from;
    y0 += dy * from;
    return true;
}

// Length of the UTF-8 sequence that begins with this byte.
std::size_t step(char c)
{
    const auto u = static_cast<unsigned char>(c);
    return u < 0x80 ? 1 : u < 0xE0 ? 2 : u < 0xF0 ? 3 : 4;
}

} // namespace

std::string xmlText(std::string_view text)
{
    std::string out;
    for (const char c : escapeText(text)) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        case '\'': out += "&#39;"; break;
        default: out += c;
        }
    }
    return out;
}

double textWidth(std::string_view text, double size)
{
    double em = 0;
    for (std::size_t i = 0; i < text.size(); i += step(text[i])) {
        const char c = text[i];
        em += std::string_view("iIl.,:;|!'ftj()[] ").find(c) != std::string_view::npos ? 0.33
            : std::string_view("mwMW@%").find(c) != std::string_view::npos             ? 0.88
                                                                                        : 0.575;
    }
    return em * size;
}

std::string elided(std::string_view text, double size, double width)
{
    if (textWidth(text, size) <= width) return std::string(text);
    std::vector<std::string_view> points;
    for (std::size_t i = 0; i < text.size(); i += step(text[i])) points.push_back(text.substr(i, step(text[i])));
    for (std::size_t keep = points.size(); keep > 2; --keep) {
        std::string s;
        const std::size_t head = keep / 2;
        for (std::size_t i = 0; i < head; ++i) s += points[i];
        s += "\u2026";
        for (std::size_t i = points.size() - (keep - head - 1); i < points.size(); ++i) s += points[i];
        if (textWidth(s, size) <= width) return s;
    }
    return "\u2026";
}

SvgCanvas::SvgCanvas(int width, int height, Rgb background, std::string_view title, std::string_view description)
{
    const std::string w = std::to_string(width);
    const std::string h = std::to_string(height);
    m_out = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"" + w
        + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " + h + "\" role=\"img\" font-family=\"" + kFont + "\">\n<title>"
        + xmlText(title) + "</title>\n<desc>" + xmlText(description) + "</desc>\n";
    rect({0, 0, static_cast<double>(width), static_cast<double>(height)}, background);
}

void SvgCanvas::element(std::string_view text)
{
    m_out += text;
    m_out += '\n';
}

void SvgCanvas::line(double x0, double y0, double x1, double y1, const Stroke& stroke)
{
    if (m_clip && !cut(*m_clip, x0, y0, x1, y1)) return;
    element("<line x1=\"" + px(x0) + "\" y1=\"" + px(y0) + "\" x2=\"" + px(x1) + "\" y2=\"" + px(y1) + "\""
            + strokeText(stroke) + "/>");
}

void SvgCanvas::polyline(std::span<const std::pair<double, double>> points, const Stroke& stroke)
{
    const auto write = [&](std::span<const std::pair<double, double>> piece) {
        if (piece.size() < 2) return;
        element("<polyline fill=\"none\" stroke-linejoin=\"round\"" + strokeText(stroke) + " points=\"" + pointsText(piece)
                + "\"/>");
    };
    if (!m_clip) return write(points);
    std::vector<std::pair<double, double>> piece;
    for (std::size_t i = 1; i < points.size(); ++i) {
        auto [x0, y0] = points[i - 1];
        auto [x1, y1] = points[i];
        const bool visible = cut(*m_clip, x0, y0, x1, y1);
        if (!piece.empty() && (!visible || piece.back() != std::pair(x0, y0))) {
            write(piece);
            piece.clear();
        }
        if (!visible) continue;
        if (piece.empty()) piece.emplace_back(x0, y0);
        piece.emplace_back(x1, y1);
    }
    write(piece);
}

void SvgCanvas::area(std::span<const std::pair<double, double>> points, Rgb fill, double opacity)
{
    if (points.size() < 3) return;
    std::vector<std::pair<double, double>> inside;
    if (m_clip) { // outlines of histograms: pulled to the border
        for (const auto& [x, y] : points)
            inside.emplace_back(std::clamp(x, m_clip->x, m_clip->right()), std::clamp(y, m_clip->y, m_clip->bottom()));
        points = inside;
    }
    element("<polygon fill=\"" + hex(fill) + "\"" + (opacity < 1 ? " fill-opacity=\"" + px(opacity) + "\"" : "")
            + " points=\"" + pointsText(points) + "\"/>");
}

void SvgCanvas::rect(const Box& box, Rgb fill, double opacity, bool crisp)
{
    element("<rect" + boxText(box) + " fill=\"" + hex(fill) + "\""
            + (opacity < 1 ? " fill-opacity=\"" + px(opacity) + "\"" : "")
            + (crisp ? " shape-rendering=\"crispEdges\"" : "") + "/>");
}

void SvgCanvas::frame(const Box& box, const Stroke& stroke)
{
    element("<rect" + boxText(box) + " fill=\"none\"" + strokeText(stroke) + "/>");
}

void SvgCanvas::marker(Marker marker, double x, double y, double r, Rgb color)
{
    if (m_clip && (x < m_clip->x || x > m_clip->right() || y < m_clip->y || y > m_clip->bottom())) return;
    const std::string fill = " fill=\"" + hex(color) + "\"";
    const auto polygon = [&](std::span<const std::pair<double, double>> unit) {
        std::vector<std::pair<double, double>> points;
        for (const auto& [u, v] : unit) points.emplace_back(x + u * r, y + v * r);
        element("<polygon" + fill + " points=\"" + pointsText(points) + "\"/>");
    };
    using P = std::pair<double, double>;
    switch (marker) {
    case Marker::Circle:
        element("<circle cx=\"" + px(x) + "\" cy=\"" + px(y) + "\" r=\"" + px(r) + "\"" + fill + "/>");
        break;
    case Marker::Square: polygon(std::array<P, 4>{P{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}}); break;
    case Marker::Triangle: polygon(std::array<P, 3>{P{0, -1.15}, {1.1, 0.8}, {-1.1, 0.8}}); break;
    case Marker::Diamond: polygon(std::array<P, 4>{P{0, -1.25}, {1.25, 0}, {0, 1.25}, {-1.25, 0}}); break;
    case Marker::Plus:
    case Marker::Cross: {
        const double d = marker == Marker::Plus ? 1.1 : 0.85;
        const Stroke stroke{color, std::max(1.5, r * 0.45), Dash::Solid, 1};
        if (marker == Marker::Plus) {
            line(x - d * r, y, x + d * r, y, stroke);
            line(x, y - d * r, x, y + d * r, stroke);
        } else {
            line(x - d * r, y - d * r, x + d * r, y + d * r, stroke);
            line(x - d * r, y + d * r, x + d * r, y - d * r, stroke);
        }
        break;
    }
    case Marker::Star: {
        std::vector<P> star;
        for (int i = 0; i < 10; ++i) {
            const double a = 3.14159265358979 * (i / 5.0 - 0.5);
            const double k = i % 2 == 0 ? 1.3 : 0.55;
            star.emplace_back(k * std::cos(a), k * std::sin(a));
        }
        polygon(star);
        break;
    }
    }
}

void SvgCanvas::text(double x, double y, std::string_view content, const TextStyle& style)
{
    std::string out = "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" font-size=\"" + px(style.size) + "\" fill=\""
        + hex(style.color) + "\"";
    if (style.anchor == Anchor::Middle) out += " text-anchor=\"middle\"";
    if (style.anchor == Anchor::End) out += " text-anchor=\"end\"";
    if (style.bold) out += " font-weight=\"600\"";
    if (style.rotate != 0) out += " transform=\"rotate(" + px(style.rotate) + " " + px(x) + " " + px(y) + ")\"";
    element(out + ">" + xmlText(content) + "</text>");
}

void SvgCanvas::image(const Box& box, int columns, int rows, std::span<const std::uint8_t> rgba)
{
    const auto png = encodePng(columns, rows, rgba);
    element("<image" + boxText(box) + " preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\""
            + " xlink:href=\"data:image/png;base64," + base64(png) + "\"/>");
}

std::string SvgCanvas::finish() { return m_out + "</svg>\n"; }

} // namespace qs::plots
