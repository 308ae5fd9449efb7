// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/session_diff_window.h"

#include "core/session/session.h"
#include "widgets/common/explain.h"
#include "widgets/common/core_text.h"
#include "widgets/delegates/table_style.h"
#include "widgets/models/session_diff_model.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QTableView>
#include <QVBoxLayout>

namespace qs::gui {
namespace {

std::string fileName(const std::filesystem::path& path)
{
    return (path.filename().empty() ? path.parent_path().filename() : path.filename()).string();
}

} // namespace

SessionDiffWindow::SessionDiffWindow(const Services& services, QWidget* parent) : QDialog(parent), m_services(services)
{
    setWindowTitle(tr("Compare sessions"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(980, 560);
    auto* layout = new QVBoxLayout(this);
    auto* files = new QGridLayout;
    files->setColumnStretch(1, 1);
    const auto row = [&](int at, const QString& name, const QString& hint) {
        auto* label = new QLabel(name, this);
        auto* line = new QLineEdit(this);
        line->setPlaceholderText(hint);
        line->setAccessibleName(name);
        line->setClearButtonEnabled(true);
        label->setBuddy(line);
        auto* button = new QPushButton(tr("Choose…"), this);
        button->setAccessibleName(tr("Choose: %1").arg(name));
        button->setAutoDefault(false);
        files->addWidget(label, at, 0);
        files->addWidget(line, at, 1);
        files->addWidget(button, at, 2);
        connect(button, &QPushButton::clicked, this, [this, line] { choose(line); });
        connect(line, &QLineEdit::editingFinished, this, &SessionDiffWindow::compare);
        return line;
    };
    m_before = row(0, tr("Earlier session"), tr("a .qscope file"));
    m_after = row(1, tr("Later session"), tr("the results of this window, or a .qscope file"));
    layout->addLayout(files);
    m_summary = new QLabel(tr("Choose the earlier session."), this);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setToolTip(explain({Figure::ErrorChange, Figure::SessionMse}));
    m_summary->setWordWrap(true);
    layout->addWidget(m_summary);
    m_model = new SessionDiffModel(this);
    m_table = new QTableView(this);
    m_table->setAccessibleName(tr("Changed cells"));
    m_table->setModel(m_model);
    styleTable(m_table, services.theme);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->horizontalHeader()->setSectionResizeMode(SessionDiffModel::RecipeColumn, QHeaderView::Stretch);
    const int em = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    m_table->horizontalHeader()->resizeSection(SessionDiffModel::StatusColumn, 10 * em);
    m_table->horizontalHeader()->resizeSection(SessionDiffModel::TensorColumn, 24 * em);
    m_table->horizontalHeader()->resizeSection(SessionDiffModel::BeforeColumn, 16 * em);
    layout->addWidget(m_table, 1);
    connect(m_table, &QTableView::activated, this, &SessionDiffWindow::go);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_save = buttons->addButton(tr("Save as CSV…"), QDialogButtonBox::ActionRole);
    m_save->setEnabled(false);
    // Return in the table goes to a cell; no button takes it.
    for (QAbstractButton* b : buttons->buttons())
        if (auto* push = qobject_cast<QPushButton*>(b)) push->setAutoDefault(false), push->setDefault(false);
    connect(m_save, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getSaveFileName(this, tr("Save the differences"), QStringLiteral("changes.csv"), tr("CSV (*.csv)"));
        if (path.isEmpty()) return;
        QSaveFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(m_model->csv().toUtf8()) < 0 || !file.commit()) m_summary->setText(tr("Can't write %1: %2").arg(path, file.errorString()));
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
}

void SessionDiffWindow::choose(QLineEdit* line)
{
    const QString path = QFileDialog::getOpenFileName(this, line->accessibleName(), line->text(), tr("Sessions (*.qscope)"));
    if (path.isEmpty()) return;
    line->setText(path);
    compare();
}

void SessionDiffWindow::setBefore(const QString& path)
{
    m_before->setText(path);
    compare();
}

void SessionDiffWindow::setAfter(const QString& path)
{
    m_after->setText(path);
    compare();
}

QString SessionDiffWindow::summary() const { return m_summary->text(); }

void SessionDiffWindow::compare()
{
    if (m_before->text().isEmpty()) return;
    m_summary->setText(tr("Reading …"));
    const auto pathOf = [](const QLineEdit* line) { return std::filesystem::path(QFileInfo(line->text()).absoluteFilePath().toStdString()); };
    using Made = std::shared_ptr<const session::ResultDiff>;
    m_services.jobs.request<Made>(
        this, QStringLiteral("diff"),
        [before = pathOf(m_before), after = m_after->text().isEmpty() ? std::filesystem::path() : pathOf(m_after),
         now = m_services.workspace.results()](const Context& context) -> Result<Made> {
            QS_ASSIGN(const auto a, session::loadSession(before, context));
            if (!after.empty()) {
                QS_ASSIGN(const auto b, session::loadSession(after, context));
                return std::make_shared<const session::ResultDiff>(session::diffSessions(a, b));
            }
            std::vector<std::shared_ptr<const study::CellResult>> cells;
            for (const auto& r : a.results) cells.push_back(r.cell);
            // Sessions keep no values of other checkpoints, so those of now have no partner there.
            std::vector<std::shared_ptr<const study::CellResult>> ours;
            for (const auto& r : now)
                if (!r->foreign) ours.push_back(r);
            return std::make_shared<const session::ResultDiff>(session::diffResults(cells, ours));
        },
        [this](Result<Made> made) {
            if (made) show(*made);
            else if (made.error().code != ErrorCode::Cancelled) m_summary->setText(errorText(made.error()));
        });
}

void SessionDiffWindow::show(std::shared_ptr<const session::ResultDiff> diff)
{
    const auto& d = *diff;
    m_summary->setText(d.equal() ? tr("No cell changed: %n cell(s) are the same.", nullptr, static_cast<int>(d.same))
                                 : tr("%1 worse, %2 gone, %3 better, %4 new, %5 the same.").arg(d.worse).arg(d.lost).arg(d.better).arg(d.added).arg(d.same));
    m_model->setDiff(std::move(diff));
    m_save->setEnabled(m_model->rowCount() > 0);
    if (m_model->rowCount() > 0) m_table->setCurrentIndex(m_model->index(0, 0));
}

void SessionDiffWindow::go(const QModelIndex& index)
{
    const session::CellDiff* cell = m_model->cell(index);
    if (!cell) return;
    for (const auto& c : m_services.workspace.checkpoints()) {
        if (fileName(c.source->path) != cell->checkpoint) continue;
        const auto i = c.source->find(cell->tensor);
        if (i < 0) continue;
        m_services.selection.setTensor({c.id, i});
        for (const auto& r : m_services.workspace.resultsOf(*c.source, cell->tensor))
            if (r->key() == cell->recipe) m_services.selection.setA(r);
        return;
    }
    m_summary->setText(tr("%1 is not open in this window.").arg(QString::fromStdString(cell->checkpoint)));
}

} // namespace qs::gui
