// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/compare/worst_list.h"

#include "widgets/delegates/table_style.h"
#include "widgets/models/result_explanation.h"
#include "widgets/models/worst_model.h"
#include "widgets/plots/segment_bar.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

namespace qs::gui {
namespace {

constexpr std::size_t kListed = 100;

} // namespace

WorstList::WorstList(const Services& services, QWidget* parent) : QWidget(parent), m_services(services)
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 0, 0);
    layout->setSpacing(4);
    auto* bar = new QHBoxLayout;
    m_which = new SegmentBar(tr("result"), {{QStringLiteral("A"), tr("places of A")}, {QStringLiteral("B"), tr("places of B")}}, this);
    m_kinds = new SegmentBar(tr("places"), {{tr("rows"), tr("output rows with the largest rms error")},
                                            {tr("columns"), tr("input columns with the largest rms error")},
                                            {tr("groups"), tr("quantization groups with the largest rms error")}}, this);
    m_kinds->setObjectName(QStringLiteral("worstKinds"));
    bar->addWidget(m_kinds);
    bar->addWidget(m_which);
    bar->addStretch(1);
    layout->addLayout(bar);
    m_model = new WorstModel(this);
    m_table = new QTableView(this);
    m_table->setObjectName(QStringLiteral("worstTable"));
    m_table->setAccessibleName(tr("Worst places"));
    m_table->setModel(m_model);
    styleTable(m_table, services.theme);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    layout->addWidget(m_table, 1);
    m_message = new QLabel(this);
    m_message->setProperty("secondary", true);
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->hide();
    layout->addWidget(m_message, 1, Qt::AlignCenter);
    connect(m_kinds, &SegmentBar::chosen, this, &WorstList::fill);
    connect(m_which, &SegmentBar::chosen, this, [this] {
        m_dirty = true;
        refresh();
    });
    connect(m_table, &QTableView::clicked, this, &WorstList::go);
    connect(m_table, &QTableView::activated, this, &WorstList::go);
    const auto again = [this] {
        m_dirty = true;
        refresh();
    };
    connect(&services.selection, &Selection::tensorChanged, this, again);
    connect(&services.selection, &Selection::resultsChanged, this, again);
    connect(&services.cache, &TensorCache::ready, this, [this] { if (m_dirty) refresh(); });
}

void WorstList::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    refresh();
}

void WorstList::refresh()
{
    if (!isVisible() || !m_dirty) return;
    const auto& s = m_services.selection;
    m_which->setChoiceEnabled(1, s.b() != nullptr);
    if (!s.b()) m_which->setCurrent(0);
    const ResultPtr r = m_which->current() == 1 ? s.b() : s.a();
    if (!r || !r->hasValues()) {
        m_dirty = false;
        m_result = nullptr;
        m_places = {};
        return fill();
    }
    if (r == m_result) {
        m_dirty = false;
        return;
    }
    const auto original = m_services.cache.original(s.tensor());
    const auto decoded = m_services.cache.decoded(r);
    if (!original || !decoded) return; // ready() brings us back
    m_dirty = false;
    m_services.jobs.request<metrics::WorstPlaces>(
        this, QStringLiteral("worst"),
        [original, decoded, r](const Context& context) {
            return metrics::worstPlaces(*original, *decoded, r->decoder ? &r->decoder->grid() : nullptr, kListed, context);
        },
        [this, r](Result<metrics::WorstPlaces> places) {
            if (!places) return;
            m_result = r;
            m_places = std::move(*places);
            fill();
        });
}

void WorstList::fill()
{
    const auto& list = m_kinds->current() == 0 ? m_places.rows : m_kinds->current() == 1 ? m_places.columns : m_places.groups;
    m_model->setPlaces(list, m_result ? resultOrigin(*m_result) : QString());
    QString why;
    if (!m_result) why = tr("No result yet. Choose a recipe on the right and press R.");
    else if (list.empty()) why = m_kinds->current() == 2 && !m_places.rows.empty() ? tr("This result has no groups.") : tr("No error anywhere.");
    m_message->setText(why);
    m_message->setVisible(!why.isEmpty());
    m_table->setVisible(why.isEmpty());
}

void WorstList::go(const QModelIndex& index)
{
    if (const auto* p = m_model->place(index)) m_services.selection.showPlace(p->row0, p->row1, p->col0, p->col1);
}

} // namespace qs::gui
