// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/plots/segment_bar.h"

#include <QJsonObject>
#include <QPointer>
#include <QWidget>
#include <vector>

namespace qs::gui {

class PlotView;

/// Ways to see two results against each other. The numbers are stored in sessions.
enum class CompareMode { Single, SideBySide, Blink, Curtain, Difference, FourUp, Overlay };

/// A view of the selected tensor's results that can compare A and B. Zoom, cursor and brush are linked, the colour scale
/// is one.
class CompareView : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// Whether this view has the mode at all, and whether it makes sense now (A and B chosen).
    virtual bool has(CompareMode mode) const = 0;
    virtual bool possible(CompareMode mode) const = 0;
    virtual void setMode(CompareMode mode) = 0;
    /// In Blink: B in place of A.
    virtual void showB(bool on) = 0;
    virtual std::vector<PlotView*> plots() const = 0;
    virtual void fit() = 0;
    virtual void toggleLog() {}
    virtual QJsonObject saveState() const { return {}; }
    virtual void restoreState(const QJsonObject&) {}

signals:
    void statusText(const QString& text);
    void possibleChanged();
};

/// The modes of a CompareView as buttons, and the stage's keys for them: the one place that knows blink, curtain and
/// difference. Pages put it above their view.
class CompareBar : public SegmentBar {
    Q_OBJECT
public:
    CompareBar(CompareMode preferred, QWidget* parent);
    /// The view that the modes act on; another one may follow (it keeps the wished mode).
    void setTarget(CompareView* view);
    CompareMode wished() const { return m_wished; }
    /// What is shown: the wish, or the nearest that is possible now.
    CompareMode mode() const;
    void setMode(CompareMode mode);
    /// "blink", "blink-off", "curtain", "difference"; false for others.
    bool trigger(const QString& action);

signals:
    void modeChanged(qs::gui::CompareMode mode);

private:
    void refresh();
    QPointer<CompareView> m_target;
    CompareMode m_wished;
    CompareMode m_shown = CompareMode::Single;
    bool m_b = false;
};

} // namespace qs::gui
