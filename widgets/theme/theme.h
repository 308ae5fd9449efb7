// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QColor>
#include <QObject>
#include <QPalette>
#include <QString>

namespace qs::gui {

/// Colours and type of window.md §4, for widgets and plots. One object per application; views follow changed().
class Theme : public QObject {
    Q_OBJECT
public:
    enum Mode { System, Light, Dark };
    explicit Theme(QObject* parent = nullptr);

    Mode mode() const { return m_mode; }
    void setMode(Mode mode);
    bool dark() const { return m_dark; }

    QColor window() const, base() const, text() const, secondary() const, hairline() const, accent() const;
    /// Fill of selected rows and pressed segments: the accent, thinned into the base.
    QColor accentSoft() const;
    QColor original() const;          ///< neutral grey of the original's curves and bars
    QColor recipe(int slot) const;    ///< slot 1..; 0: original
    int markerOf(int slot) const;     ///< index of the marker shape of a slot, 0..6
    /// Viridis-like for t in [0, 1]; diverging for t in [-1, 1], 0 is the theme's base.
    QRgb sequential(double t) const;
    QRgb diverging(double t) const;

    QPalette palette() const;
    QString styleSheet() const;
    /// Sets palette, style (Fusion) and style sheet of the application.
    void apply();
    /// WCAG contrast ratio of two colours.
    static double contrast(const QColor& a, const QColor& b);

signals:
    void changed();

private:
    Mode m_mode = System;
    bool m_dark = false;
};

} // namespace qs::gui
