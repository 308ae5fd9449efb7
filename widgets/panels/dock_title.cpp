// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/dock_title.h"

#include <QDockWidget>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

namespace qs::gui {

QLabel* makeHeading(const QString& text, QWidget* parent)
{
    auto* label = new QLabel(text.toUpper(), parent);
    label->setProperty("heading", true);
    QFont f = label->font();
    f.setLetterSpacing(QFont::PercentageSpacing, 106);
    label->setFont(f);
    label->setAccessibleName(text);
    return label;
}

DockTitle::DockTitle(const QString& text, QDockWidget* dock) : QWidget(dock)
{
    m_row = new QHBoxLayout(this);
    m_row->setContentsMargins(12, 6, 8, 2);
    m_row->setSpacing(4);
    m_row->addWidget(makeHeading(text, this));
    m_row->addStretch(1);
    const auto button = [&](const QString& sign, const QString& what) {
        auto* b = new QToolButton(this);
        b->setText(sign);
        b->setToolTip(what);
        b->setAccessibleName(what);
        b->setProperty("flat", true);
        b->setFixedSize(18, 18);
        b->setFocusPolicy(Qt::NoFocus);
        QSizePolicy policy = b->sizePolicy();
        policy.setRetainSizeWhenHidden(true);
        b->setSizePolicy(policy);
        m_row->addWidget(b);
        m_buttons.push_back(b);
        return b;
    };
    connect(button(QStringLiteral("❐"), tr("Float or dock the %1 panel").arg(text)), &QToolButton::clicked, dock,
            [dock] { dock->setFloating(!dock->isFloating()); });
    connect(button(QStringLiteral("×"), tr("Close the %1 panel").arg(text)), &QToolButton::clicked, dock, &QDockWidget::close);
    showButtons(false);
}

void DockTitle::addControl(QWidget* control)
{
    control->setParent(this);
    m_row->insertWidget(2, control);
}

void DockTitle::enterEvent(QEnterEvent* event)
{
    showButtons(true);
    QWidget::enterEvent(event);
}

void DockTitle::leaveEvent(QEvent* event)
{
    showButtons(false);
    QWidget::leaveEvent(event);
}

void DockTitle::showButtons(bool on)
{
    for (QWidget* b : m_buttons) b->setVisible(on);
}

} // namespace qs::gui
