// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QColor>
#include <QObject>
#include <QPalette>
#include <QPointer>
#include <QString>
#include <QTimer>
#include <vector>

class QWidget;

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

    /// Colours for pictures on paper (white, black axes, nothing of the window's), while a picture is drawn: no signal.
    void setPrinting(bool on) { m_printing = on; }
    bool printing() const { return m_printing; }

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
    /// Sets palette and style of the application, and the style sheet of all parts.
    void apply();
    /// Gives `part` and all in it the style sheet, now and after each change of the theme. Parts are restyled one a turn of
    /// the event loop, those on show first (one sheet for the whole program would stop the window for as long as all of
    /// them take). Dialogs and other windows but a QMainWindow are parts by themselves. A part holds no other part.
    void style(QWidget* part);
    /// Whether parts still wait for the colours of the last change.
    bool restyling() const { return m_restyle.isActive(); }
    /// WCAG contrast ratio of two colours.
    static double contrast(const QColor& a, const QColor& b);

signals:
    void changed();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    struct Part {
        QPointer<QWidget> widget;
        int version = 0; ///< of the sheet that it has
    };
    void restyle(Part& part);
    void restyleNext();
    void release();

    std::vector<Part> m_parts;
    std::vector<QPointer<QWidget>> m_still; ///< windows that are not painted until all of them has its colours
    QString m_sheet;
    int m_version = 0;
    QTimer m_restyle;
    Mode m_mode = System;
    bool m_dark = false;
    bool m_printing = false;
};

} // namespace qs::gui
