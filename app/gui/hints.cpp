// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/hints.h"

#include "app/gui/settings.h"
#include "widgets/panels/notice_bar.h"

namespace qs::gui {

Hints::Hints(Settings& settings, NoticeBar& bar, QObject* parent) : QObject(parent), m_settings(settings), m_bar(bar)
{
    connect(&bar, &NoticeBar::chosen, this, [this] {
        if (m_shown >= 0) m_settings.setHintSeen(id(static_cast<Hint>(m_shown)), true);
        m_shown = -1;
    });
}

QString Hints::id(Hint hint) const
{
    return hint == Pick ? QStringLiteral("pick") : hint == Compare ? QStringLiteral("compare") : QStringLiteral("palette");
}

QString Hints::text(Hint hint) const
{
    switch (hint) {
    case Pick: return tr("Pick layers in the tree (Ctrl+click, a block, or role:q_proj and Enter in its filter), then press Run.");
    case Compare: return tr("Two results of a tensor are A and B: hold Space on the heat map to blink between them, C draws a curtain.");
    case Palette: return tr("Ctrl+K finds every action, tensor and recipe by a part of its name; F1 explains the number under the cursor.");
    }
    return {};
}

void Hints::offer(Hint hint)
{
    if (m_shown >= 0 || m_settings.hintSeen(id(hint))) return;
    m_shown = hint;
    m_bar.setText(text(hint));
    m_bar.setChoices({tr("Got it")});
    m_bar.show();
}

void Hints::done(Hint hint)
{
    m_settings.setHintSeen(id(hint), true);
    if (m_shown != hint) return;
    m_shown = -1;
    m_bar.hide();
}

void Hints::forget()
{
    for (const Hint h : {Pick, Compare, Palette}) m_settings.setHintSeen(id(h), false);
}

} // namespace qs::gui
