// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/jobs_panel.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"
#include "widgets/delegates/table_style.h"
#include "widgets/models/model_roles.h"

#include <QAction>
#include <QDateTime>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

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
    m_table->verticalHeader()->setMinimumSectionSize(16);
    styleTable(m_table, theme);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSectionResizeMode(JobsModel::TitleColumn, QHeaderView::Stretch);
    const int em = m_table->fontMetrics().horizontalAdvance(QLatin1Char('0'));
    header->resizeSection(JobsModel::ProgressColumn, em * 13);
    header->resizeSection(JobsModel::RateColumn, em * 11);
    header->resizeSection(JobsModel::TimeColumn, em * 13);
    m_table->setDragDropMode(QAbstractItemView::InternalMove);
    m_table->setDragDropOverwriteMode(false);
    m_table->setDropIndicatorShown(true);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_split = new QSplitter(Qt::Vertical, this);
    m_split->setChildrenCollapsible(false);
    m_split->addWidget(m_table);
    m_log = new QPlainTextEdit(this);
    m_log->setReadOnly(true);
    m_log->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_log->setFrameShape(QFrame::NoFrame);
    m_log->setAccessibleName(tr("Log of the job"));
    m_log->setPlaceholderText(tr("Choose a job to read its log"));
    m_log->hide();
    m_split->addWidget(m_log);
    m_split->setStretchFactor(0, 3);
    m_split->setStretchFactor(1, 2);
    column->addWidget(m_split, 1);

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
    m_pause = new QPushButton(tr("Pause"), this);
    m_pause->setToolTip(tr("A paused job rests after the rows at hand; the next one starts"));
    m_retry = new QPushButton(tr("Retry"), this);
    m_showLog = new QPushButton(tr("Log"), this);
    m_showLog->setCheckable(true);
    m_showLog->setToolTip(tr("What the chosen job did, with times"));
    m_clear = new QPushButton(tr("Clear finished"), this);
    for (QPushButton* b : {m_cancel, m_pause, m_retry, m_showLog, m_clear}) {
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
    connect(m_pause, &QPushButton::clicked, this, &JobsPanel::pauseOrResume);
    connect(m_showLog, &QPushButton::toggled, this, &JobsPanel::showLog);
    connect(m_table, &QTableView::customContextMenuRequested, this, &JobsPanel::menuAt);
    for (const auto& [text, keys, step] : {std::tuple(tr("Earlier"), QKeySequence(Qt::ALT | Qt::Key_Up), -1),
                                           std::tuple(tr("Later"), QKeySequence(Qt::ALT | Qt::Key_Down), 1)}) {
        auto* move = new QAction(text, m_table);
        move->setShortcut(keys);
        move->setShortcutContext(Qt::WidgetShortcut);
        connect(move, &QAction::triggered, this, [this, by = step] { moveSelected(by); });
        m_table->addAction(move);
    }
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

void JobsPanel::moveSelected(int step)
{
    auto chosen = selected();
    std::erase_if(chosen, [this](const Job* j) { return !m_jobs.canMove(j); });
    const auto at = [this](const Job* j) {
        const auto& all = m_jobs.jobs();
        return static_cast<int>(std::find(all.begin(), all.end(), j) - all.begin());
    };
    // In the direction's order, so that neighbours do not jump over each other.
    std::sort(chosen.begin(), chosen.end(), [&](const Job* a, const Job* b) { return step < 0 ? at(a) < at(b) : at(a) > at(b); });
    for (Job* j : chosen) m_jobs.move(j, step < 0 ? at(j) - 1 : at(j) + 2);
    m_model->refresh();
}

void JobsPanel::pauseOrResume()
{
    auto chosen = selected();
    if (chosen.empty())
        for (Job* j : m_jobs.jobs())
            if (j->active()) chosen.push_back(j);
    const bool anyGoes = std::any_of(chosen.begin(), chosen.end(), [](const Job* j) { return j->active() && j->state() != Job::Paused; });
    // Waiting ones first, so that none of them starts in between.
    if (anyGoes) std::stable_sort(chosen.begin(), chosen.end(), [](const Job* a, const Job* b) { return !a->started() && b->started(); });
    for (Job* j : chosen) anyGoes ? m_jobs.pause(j) : m_jobs.resume(j);
    refresh();
}

void JobsPanel::menuAt(const QPoint& position)
{
    const auto chosen = selected();
    QMenu menu(this);
    const auto any = [&](const auto& what) { return std::any_of(chosen.begin(), chosen.end(), what); };
    menu.addAction(tr("Earlier"), this, [this] { moveSelected(-1); })->setEnabled(any([this](const Job* j) { return m_jobs.canMove(j); }));
    menu.addAction(tr("Later"), this, [this] { moveSelected(1); })->setEnabled(any([this](const Job* j) { return m_jobs.canMove(j); }));
    menu.addSeparator();
    menu.addAction(m_pause->text(), this, &JobsPanel::pauseOrResume)->setEnabled(m_pause->isEnabled());
    menu.addAction(m_cancel->text(), m_cancel, &QPushButton::click)->setEnabled(m_cancel->isEnabled());
    menu.addAction(tr("Retry"), m_retry, &QPushButton::click)->setEnabled(m_retry->isEnabled());
    menu.addSeparator();
    menu.addAction(tr("Show the log"), this, [this] { showLog(true); });
    menu.addAction(tr("Clear finished"), m_clear, &QPushButton::click)->setEnabled(m_clear->isEnabled());
    menu.exec(m_table->viewport()->mapToGlobal(position));
}

void JobsPanel::showLog(bool on)
{
    m_showLog->setChecked(on);
    m_log->setVisible(on);
    refreshLog();
}

QString JobsPanel::logText() const { return m_log->toPlainText(); }

QString JobsPanel::logOf(const Job& job)
{
    QString out = job.title();
    for (const auto& line : job.log()) {
        const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(line.when.time_since_epoch()).count();
        out += QLatin1Char('\n') + QDateTime::fromMSecsSinceEpoch(ms).toString(QStringLiteral("hh:mm:ss.zzz")) + QStringLiteral("  ")
            + coreText(escapeText(line.text));
    }
    return out;
}

void JobsPanel::refreshLog()
{
    if (!m_log->isVisibleTo(this)) return;
    const auto chosen = selected();
    const QString text = chosen.empty() ? QString() : logOf(*chosen.front());
    if (text != m_log->toPlainText()) m_log->setPlainText(text);
}

void JobsPanel::refresh()
{
    const auto chosen = selected();
    bool failed = false;
    bool active = chosen.empty() && m_jobs.activeJobs() > 0;
    for (const Job* j : chosen) {
        failed = failed || j->state() == Job::Failed || j->state() == Job::Cancelled;
        active = active || j->active();
    }
    const std::vector<Job*>& about = chosen.empty() ? m_jobs.jobs() : chosen;
    const bool goes = std::any_of(about.begin(), about.end(), [](const Job* j) { return j->active() && j->state() != Job::Paused; });
    const bool rests = std::any_of(about.begin(), about.end(), [](const Job* j) { return j->state() == Job::Paused; });
    m_pause->setText(goes || !rests ? (chosen.empty() ? tr("Pause all") : tr("Pause")) : (chosen.empty() ? tr("Resume all") : tr("Resume")));
    m_pause->setEnabled(goes || rests);
    refreshLog();
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
