// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/jobs_panel.h"

#include "widgets/delegates/cell_delegate.h"
#include "widgets/models/model_roles.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

namespace qs::gui {

JobsPanel::JobsPanel(JobRunner& jobs, Theme& theme, QWidget* parent)
    : QWidget(parent), m_jobs(jobs), m_model(new JobsModel(jobs, this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_table = new QTableView(this);
    m_table->setAccessibleName(tr("Jobs"));
    m_table->setModel(m_model);
    auto* delegate = new CellDelegate(theme, m_table);
    delegate->setMargin(6);
    m_table->setItemDelegate(delegate);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setMinimumSectionSize(16);
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 7);
    QHeaderView* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(JobsModel::TitleColumn, QHeaderView::Stretch);
    const int em = m_table->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    header->resizeSection(JobsModel::ProgressColumn, em * 13);
    header->resizeSection(JobsModel::RateColumn, em * 11);
    header->resizeSection(JobsModel::TimeColumn, em * 13);
    column->addWidget(m_table, 1);

    m_error = new QLabel(this);
    m_error->setWordWrap(true);
    m_error->setContentsMargins(12, 4, 12, 4);
    m_error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_error->setAccessibleName(tr("Why the job failed"));
    m_error->hide();
    column->addWidget(m_error);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(12, 4, 12, 8);
    row->setSpacing(8);
    m_cancel = new QPushButton(tr("Cancel"), this);
    m_retry = new QPushButton(tr("Retry"), this);
    m_clear = new QPushButton(tr("Clear finished"), this);
    for (QPushButton* b : {m_cancel, m_retry, m_clear}) {
        b->setAutoDefault(false);
        row->addWidget(b);
    }
    row->addStretch(1);
    column->addLayout(row);

    connect(m_cancel, &QPushButton::clicked, this, [this] {
        const auto chosen = selected();
        if (chosen.empty()) m_jobs.cancelAll();
        for (Job* j : chosen) j->cancel();
    });
    connect(m_retry, &QPushButton::clicked, this, [this] {
        for (const Job* j : selected())
            if (j->state() == Job::Failed || j->state() == Job::Cancelled) emit retryRequested(j->id());
    });
    connect(m_clear, &QPushButton::clicked, this, [this] { m_jobs.clearFinished(); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &JobsPanel::refresh);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &JobsPanel::refresh);
    connect(m_model, &QAbstractItemModel::modelReset, this, &JobsPanel::refresh);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this] {
        m_table->scrollToBottom();
        refresh();
    });
    refresh();
}

std::vector<Job*> JobsPanel::selected() const
{
    std::vector<Job*> out;
    for (const QModelIndex& i : m_table->selectionModel()->selectedRows())
        if (Job* j = m_model->job(i)) out.push_back(j);
    return out;
}

void JobsPanel::refresh()
{
    const auto chosen = selected();
    bool failed = false;
    bool active = chosen.empty() && m_jobs.activeJobs() > 0;
    for (const Job* j : chosen) {
        failed = failed || j->state() == Job::Failed || j->state() == Job::Cancelled;
        active = active || j->state() == Job::Queued || j->state() == Job::Running;
    }
    m_cancel->setText(chosen.empty() ? tr("Cancel all") : tr("Cancel"));
    m_cancel->setEnabled(active);
    m_retry->setEnabled(failed);
    m_clear->setEnabled(static_cast<int>(m_jobs.jobs().size()) > m_jobs.activeJobs());
    // The chosen failure, or else the latest one.
    const Job* told = nullptr;
    for (const Job* j : chosen.empty() ? m_jobs.jobs() : chosen)
        if (j->state() == Job::Failed) told = j;
    m_error->setVisible(told != nullptr);
    if (told && told->error()) m_error->setText(QString::fromStdString(told->error()->text()));
}

} // namespace qs::gui
