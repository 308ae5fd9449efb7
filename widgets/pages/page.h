// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/selection/services.h"

#include <QJsonObject>
#include <QWidget>
#include <functional>
#include <span>
#include <vector>

namespace qs::gui {

class PlotView;

/// One page of the stage: composes views, no logic.
class Page : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    /// The plots on show, for export ("save picture", "save all plots", CSV) and for the screen reader.
    virtual std::vector<PlotView*> plots() const = 0;
    virtual QJsonObject saveState() const { return {}; }
    virtual void restoreState(const QJsonObject&) {}
    /// Keys of the stage (window.md §6): "fit", "log", "blink", "curtain", "difference"; false where it has no meaning here.
    virtual bool trigger(const QString&) { return false; }

signals:
    /// Text for the status line (value under the cursor), empty to clear.
    void statusText(const QString& text);
};

/// A page's folder registers itself.
struct PageInfo {
    QString id;          ///< "heatmap"
    const char* title;   ///< QT_TRANSLATE_NOOP("Pages", ...)
    int order = 0;       ///< left to right, keys 1-7
    std::function<Page*(const Services&, QWidget* parent)> create;
};

class PageRegistry {
public:
    void add(PageInfo page) { m_pages.push_back(std::move(page)); }
    std::span<const PageInfo> pages() const { return m_pages; }
    void sort();

private:
    std::vector<PageInfo> m_pages;
};

/// All pages in order; made once.
const PageRegistry& builtinPages();

} // namespace qs::gui
