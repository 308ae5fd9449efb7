// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/start_page.h"

#include "widgets/models/model_roles.h"
#include "widgets/panels/dock_title.h"

#include <QLabel>
#include <QListView>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace qs::gui {

StartPage::StartPage(RecentFiles& recent, Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme)
{
    setAccessibleName(tr("Start page"));
    m_body = new QWidget(this);
    m_body->setMaximumWidth(560);
    auto* outer = new QHBoxLayout(this);
    outer->addStretch(1);
    outer->addWidget(m_body, 8);
    outer->addStretch(1);
    auto* column = new QVBoxLayout(m_body);
    column->setContentsMargins(32, 32, 32, 32);
    column->setSpacing(12);
    column->addStretch(2);
    auto* title = new QLabel(tr("Quantoscope"), m_body);
    QFont f = title->font();
    f.setPointSizeF(f.pointSizeF() * 2);
    f.setWeight(QFont::DemiBold);
    title->setFont(f);
    column->addWidget(title);
    auto* what = new QLabel(tr("Open a checkpoint, choose layers and recipes, see what quantization does to the weights."), m_body);
    what->setProperty("secondary", true);
    what->setWordWrap(true);
    column->addWidget(what);
    column->addSpacing(8);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    const auto button = [&](const QString& text, bool primary) {
        auto* b = new QPushButton(text, m_body);
        b->setAutoDefault(false);
        b->setProperty("primary", primary);
        buttons->addWidget(b);
        return b;
    };
    connect(button(tr("Open…"), true), &QPushButton::clicked, this, &StartPage::openRequested);
    connect(button(tr("Open folder…"), false), &QPushButton::clicked, this, &StartPage::openFolderRequested);
    connect(button(tr("Open the sample model"), false), &QPushButton::clicked, this, &StartPage::sampleRequested);
    buttons->addStretch(1);
    column->addLayout(buttons);
    m_message = new QLabel(m_body);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->setAccessibleName(tr("Message"));
    m_message->hide();
    column->addWidget(m_message);
    column->addSpacing(12);
    m_heading = makeHeading(tr("Recent"), m_body);
    column->addWidget(m_heading);
    m_list = new QListView(m_body);
    m_list->setModel(&recent);
    m_list->setAccessibleName(tr("Recent files"));
    m_list->setMaximumHeight(240);
    m_list->setUniformItemSizes(true);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    const auto open = [this](const QModelIndex& i) { emit pathRequested(i.data(RawRole).toString()); };
    connect(m_list, &QListView::activated, this, open);
    connect(m_list, &QListView::clicked, this, open);
    column->addWidget(m_list, 3);
    auto* drop = new QLabel(tr("… or drop files, folders or a .qscope session anywhere on this window.\n"
                               "safetensors, GGUF, PyTorch, NumPy, model folders"),
                            m_body);
    drop->setProperty("secondary", true);
    column->addWidget(drop);
    column->addStretch(3);
    const auto showRecent = [this, &recent] {
        m_list->setVisible(recent.rowCount() > 0);
        m_heading->setVisible(recent.rowCount() > 0);
    };
    connect(&recent, &QAbstractItemModel::modelReset, this, showRecent);
    showRecent();
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

void StartPage::setProblem(const QString& text)
{
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
}

void StartPage::setBusy(const QString& what) { setProblem(what); }

void StartPage::paintEvent(QPaintEvent*)
{
    // The drop area: a dashed line around everything.
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen(m_theme.hairline(), 1.5, Qt::DashLine));
    p.drawRoundedRect(QRectF(rect()).adjusted(24, 24, -24, -24), 8, 8);
}

} // namespace qs::gui
