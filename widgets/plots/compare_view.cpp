// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/compare_view.h"

#include <array>

namespace qs::gui {
namespace {

// Left to right.
constexpr std::array kOrder = {CompareMode::Single, CompareMode::Overlay, CompareMode::SideBySide, CompareMode::FourUp,
                               CompareMode::Blink, CompareMode::Curtain, CompareMode::Difference};

int indexOf(CompareMode mode)
{
    for (std::size_t i = 0; i < kOrder.size(); ++i)
        if (kOrder[i] == mode) return static_cast<int>(i);
    return 0;
}

std::vector<SegmentBar::Choice> choices()
{
    return {{CompareBar::tr("single"), CompareBar::tr("A alone")},
            {CompareBar::tr("overlay"), CompareBar::tr("A and B in one plot")},
            {CompareBar::tr("2-up"), CompareBar::tr("Side by side: A and B, linked, on one scale")},
            {CompareBar::tr("4-up"), CompareBar::tr("The original or further results beside A and B, linked, on one scale. Pinned results come first.")},
            {CompareBar::tr("blink"), CompareBar::tr("Hold Space: B in place of A")},
            {CompareBar::tr("curtain"), CompareBar::tr("C: a line to drag, A on its left, B on its right")},
            {CompareBar::tr("difference"), CompareBar::tr("D: where A is better, where B")}};
}

} // namespace

CompareBar::CompareBar(CompareMode preferred, QWidget* parent) : SegmentBar(tr("compare"), choices(), parent), m_wished(preferred)
{
    setObjectName(QStringLiteral("compareBar"));
    connect(this, &SegmentBar::chosen, this, [this](int index) { setMode(kOrder[static_cast<std::size_t>(index)]); });
}

void CompareBar::setTarget(CompareView* view)
{
    if (m_target) disconnect(m_target, nullptr, this, nullptr);
    m_target = view;
    m_b = false;
    if (view) {
        connect(view, &CompareView::possibleChanged, this, &CompareBar::refresh);
        for (std::size_t i = 0; i < kOrder.size(); ++i) setChoiceShown(static_cast<int>(i), view->has(kOrder[i]));
        view->showB(false);
        m_shown = mode();
        view->setMode(m_shown);
    }
    refresh();
}

CompareMode CompareBar::mode() const
{
    if (!m_target) return CompareMode::Single;
    for (const CompareMode m : {m_wished, CompareMode::SideBySide, CompareMode::Overlay})
        if (m_target->has(m) && m_target->possible(m)) return m;
    return m_target->has(CompareMode::Single) ? CompareMode::Single : CompareMode::Overlay;
}

void CompareBar::refresh()
{
    if (!m_target) return;
    for (std::size_t i = 0; i < kOrder.size(); ++i) setChoiceEnabled(static_cast<int>(i), m_target->possible(kOrder[i]));
    const CompareMode now = mode();
    setCurrent(indexOf(now));
    if (now == m_shown) return;
    m_shown = now;
    m_target->setMode(now);
}

void CompareBar::setMode(CompareMode mode)
{
    m_wished = mode;
    m_b = false;
    if (m_target) m_target->showB(false);
    refresh();
    emit modeChanged(mode);
}

bool CompareBar::trigger(const QString& action)
{
    if (action == QLatin1String("blink")) {
        if (!m_target || !m_target->possible(CompareMode::Blink)) return true;
        if (mode() != CompareMode::Blink) setMode(CompareMode::Blink);
        m_b = !m_b;
        m_target->showB(m_b);
    } else if (action == QLatin1String("blink-off")) {
        m_b = false;
        if (m_target) m_target->showB(false);
    } else if (action == QLatin1String("curtain")) {
        setMode(m_wished == CompareMode::Curtain ? CompareMode::SideBySide : CompareMode::Curtain);
    } else if (action == QLatin1String("difference")) {
        setMode(m_wished == CompareMode::Difference ? CompareMode::SideBySide : CompareMode::Difference);
    } else {
        return false;
    }
    return true;
}

} // namespace qs::gui
