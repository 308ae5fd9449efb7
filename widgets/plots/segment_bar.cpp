// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/segment_bar.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QListView>
#include <QStandardItemModel>
#include <QToolButton>

namespace qs::gui {

SegmentBar::SegmentBar(const QString& name, const std::vector<Choice>& choices, QWidget* parent)
    : QWidget(parent), m_row(new QWidget(this)), m_group(new QButtonGroup(this)), m_box(new QComboBox(this))
{
    setAccessibleName(name);
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->setSizeConstraint(QLayout::SetNoConstraint); // the row is no reason to keep a window wide
    auto* row = new QHBoxLayout(m_row);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    m_box->setAccessibleName(name);
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_box->hide();
    int i = 0;
    for (const Choice& c : choices) {
        auto* b = new QToolButton(m_row);
        b->setText(c.title);
        b->setToolTip(c.tip);
        b->setAccessibleName(name + QStringLiteral(": ") + c.title);
        b->setCheckable(true);
        b->setProperty("segment", true);
        b->setFocusPolicy(Qt::TabFocus);
        m_group->addButton(b, i);
        row->addWidget(b);
        m_box->addItem(c.title);
        m_box->setItemData(i++, c.tip, Qt::ToolTipRole);
    }
    m_group->setExclusive(true);
    layout->addWidget(m_row);
    layout->addWidget(m_box);
    const auto choose = [this](int index) {
        setCurrent(index);
        emit chosen(index);
    };
    connect(m_group, &QButtonGroup::idClicked, this, choose);
    connect(m_box, &QComboBox::activated, this, choose);
    setCurrent(0);
}

void SegmentBar::setCurrent(int index)
{
    m_current = index;
    if (auto* b = m_group->button(index)) b->setChecked(true);
    m_box->setCurrentIndex(index);
    m_box->setToolTip(m_box->itemData(index, Qt::ToolTipRole).toString());
}

void SegmentBar::setChoiceEnabled(int index, bool on)
{
    m_group->button(index)->setEnabled(on);
    if (auto* model = qobject_cast<QStandardItemModel*>(m_box->model())) model->item(index)->setEnabled(on);
}

void SegmentBar::setChoiceShown(int index, bool on)
{
    m_group->button(index)->setVisible(on);
    updateGeometry();
    static_cast<QListView*>(m_box->view())->setRowHidden(index, !on);
}

bool SegmentBar::isChoiceEnabled(int index) const { return m_group->button(index)->isEnabled(); }
QAbstractButton* SegmentBar::button(int index) const { return m_group->button(index); }

void SegmentBar::setCompact(bool on)
{
    if (m_compact == on) return;
    m_compact = on;
    m_row->setVisible(!on);
    m_box->setVisible(on);
    updateGeometry();
}

QSize SegmentBar::sizeHint() const { return m_compact ? m_box->sizeHint() : m_row->sizeHint(); }
QSize SegmentBar::minimumSizeHint() const { return {m_box->sizeHint().width(), sizeHint().height()}; }

void SegmentBar::fit(int room, std::initializer_list<SegmentBar*> bars)
{
    int need = 0;
    for (const auto* b : bars) need += b->fullWidth();
    for (auto* b : bars) {
        const bool small = need > room;
        if (small) need -= b->fullWidth() - b->compactWidth();
        b->setCompact(small);
    }
}

int SegmentBar::fullWidth() const { return m_row->sizeHint().width(); }
int SegmentBar::compactWidth() const { return m_box->sizeHint().width(); }

} // namespace qs::gui
