// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/notice_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace qs::gui {

NoticeBar::NoticeBar(Theme& theme, QWidget* parent) : QFrame(parent), m_theme(theme)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 6, 12, 6);
    row->setSpacing(8);
    m_text = new QLabel(this);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(m_text, 1);
    m_buttons = new QHBoxLayout;
    m_buttons->setSpacing(8);
    row->addLayout(m_buttons);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    hide();
}

void NoticeBar::setText(const QString& text)
{
    m_text->setText(text);
    m_text->setAccessibleName(text);
    setAccessibleName(text);
}

QString NoticeBar::text() const { return m_text->text(); }

void NoticeBar::setChoices(const QStringList& choices)
{
    while (QLayoutItem* item = m_buttons->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    for (int i = 0; i < choices.size(); ++i) {
        auto* b = new QPushButton(choices[i], this);
        b->setAutoDefault(false);
        b->setProperty("primary", i == 0 && choices.size() > 1);
        connect(b, &QPushButton::clicked, this, [this, i] {
            hide();
            emit chosen(i);
        });
        m_buttons->addWidget(b);
    }
}

void NoticeBar::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.fillRect(rect(), m_theme.base());
    p.fillRect(QRect(0, 0, 3, height()), m_theme.accent());
    p.setPen(m_theme.hairline());
    p.drawLine(0, height() - 1, width(), height() - 1);
}

} // namespace qs::gui
