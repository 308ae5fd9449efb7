// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"

#include <QWidget>

class QStackedWidget;
class QTabBar;

namespace qs::gui {

/// The stage: one tab per page of builtinPages(). Pages are made when first shown.
class Stage : public QWidget {
    Q_OBJECT
public:
    explicit Stage(const Services& services, QWidget* parent = nullptr);
    int count() const { return static_cast<int>(m_pages.size()); }
    int current() const;
    void setCurrent(int index);
    /// Shows the page with this id; false where there is none.
    bool showPage(const QString& id);
    QString id(int index) const;
    QString title(int index) const;
    /// The page, made now if it was not shown before.
    Page* page(int index);
    /// The page, or null where it was never shown.
    const Page* madePage(int index) const { return m_pages[static_cast<std::size_t>(index)]; }
    Page* currentPage() { return count() > 0 ? page(current()) : nullptr; }
    /// Sends a stage key ("fit", "blink", ...) to the current page, or else to `otherwise`, which is shown for it; false
    /// where neither knows it.
    bool trigger(const QString& action, const QString& otherwise = {});
    /// The plot that has the focus, or the first of the page on show.
    PlotView* focusedPlot();

signals:
    void statusText(const QString& text);
    void currentChanged();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    Services m_services;
    QTabBar* m_tabs = nullptr;
    QStackedWidget* m_stack = nullptr;
    std::vector<Page*> m_pages;
    bool m_blinking = false;
};

} // namespace qs::gui
