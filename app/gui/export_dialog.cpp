// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/export_dialog.h"

#include "app/gui/file_dialogs.h"
#include "core/base/format.h"
#include "core/export/open_any.h"
#include "core/export/fold.h"
#include "core/export/representable.h"
#include "core/export/verify_export.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDesktopServices>
#include <QDir>
#include <QFileInfo>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QStorageInfo>
#include <QTableWidget>
#include <QUrl>
#include <algorithm>

namespace qs::gui {
namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

// What the job brings back: the report, and the verification by a second reading.
struct Outcome {
    exporting::ExportReport report;
    exporting::Verification verification;
};

} // namespace

ExportDialog::ExportDialog(Workbench& workbench, std::vector<ResultPtr> results, QWidget* parent)
    : QDialog(parent), m_work(workbench), m_results(std::move(results))
{
    setWindowTitle(tr("Export"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* form = new QFormLayout(this);
    form->setSpacing(8);
    form->setContentsMargins(16, 16, 16, 16);
    const auto combo = [&](const QString& name) {
        auto* c = new QComboBox(this);
        c->setAccessibleName(name);
        form->addRow(name, c);
        return c;
    };
    m_recipe = combo(tr("Results"));
    m_format = combo(tr("Form"));
    m_format->addItem(tr("decoded weights, safetensors, the model's own type"), QStringLiteral("safetensors"));
    for (const char* type : {"f32", "f16", "bf16"})
        m_format->addItem(tr("decoded weights, safetensors %1").arg(QLatin1String(type)), QStringLiteral("safetensors:dtype=%1").arg(QLatin1String(type)));
    m_format->addItem(tr("the artefact, Quantoscope container"), QStringLiteral("quantoscope"));
    m_format->addItem(tr("arrays for scripts, npz"), QStringLiteral("npz"));
    m_format->addItem(tr("the artefact, GGUF for llama.cpp"), QStringLiteral("gguf"));
    m_scope = combo(tr("Layers"));
    m_scope->addItem(tr("whole model: the other tensors are copied"), false);
    m_scope->addItem(tr("these layers alone"), true);
    auto* row = new QHBoxLayout;
    m_target = new QLineEdit(this);
    m_target->setAccessibleName(tr("Target"));
    m_target->setMinimumWidth(360);
    auto* browse = new QPushButton(tr("Choose…"), this);
    browse->setAutoDefault(false);
    row->addWidget(m_target, 1);
    row->addWidget(browse);
    form->addRow(tr("Target"), row);
    m_replace = new QCheckBox(tr("replace what is there, in one step"), this);
    form->addRow(QString(), m_replace);
    m_fold = new QCheckBox(tr("fold input scales into what precedes the layer"), this);
    m_fold->setChecked(true);
    m_fold->setToolTip(tr("AWQ and SmoothQuant scale a layer's inputs. The norm or layer before it is divided by the scales, where the architecture allows; "
                          "then the codes need none beside them."));
    form->addRow(QString(), m_fold);
    m_layers = new QTableWidget(0, 4, this);
    m_layers->setAccessibleName(tr("What fits"));
    m_layers->setHorizontalHeaderLabels({tr("Layer"), tr("Fits"), tr("Before"), tr("After")});
    m_layers->verticalHeader()->hide();
    m_layers->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_layers->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_layers->setTabKeyNavigation(false);
    m_layers->setMaximumHeight(180);
    m_layers->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_layers->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    form->addRow(m_layers);
    m_sizes = new QLabel(this);
    m_sizes->setWordWrap(true);
    m_sizes->setAccessibleName(tr("Sizes"));
    m_sizes->setToolTip(explain({Figure::TensorBytes, Figure::FileBytes}));
    form->addRow(m_sizes);
    m_progress = new QProgressBar(this);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the export"));
    m_progress->hide();
    form->addRow(m_progress);
    m_message = new QLabel(this);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->setAccessibleName(tr("Message"));
    m_message->setToolTip(explain({Figure::TensorCount, Figure::FileBytes}));
    form->addRow(m_message);
    auto* buttons = new QHBoxLayout;
    m_start = new QPushButton(tr("Export"), this);
    m_start->setProperty("primary", true);
    m_close = new QPushButton(tr("Close"), this);
    m_close->setAutoDefault(false);
    m_copy = new QPushButton(tr("Copy as command line"), this);
    m_copy->setAutoDefault(false);
    m_show = new QPushButton(tr("Show in folder"), this);
    m_show->setAutoDefault(false);
    m_show->setEnabled(false);
    m_show->setToolTip(tr("Opens the folder of what was written"));
    buttons->addWidget(m_copy);
    buttons->addWidget(m_show);
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    buttons->addWidget(m_start);
    form->addRow(buttons);
    connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(m_start, &QPushButton::clicked, this, &ExportDialog::start);
    connect(m_close, &QPushButton::clicked, this, &ExportDialog::reject);
    connect(m_copy, &QPushButton::clicked, this, [this] {
        const QString line = commandLine();
        if (line.isEmpty()) return;
        QApplication::clipboard()->setText(line);
        m_message->setText(tr("Copied: %1").arg(line));
    });
    connect(m_show, &QPushButton::clicked, this, &ExportDialog::showInFolder);
    for (QComboBox* c : {m_recipe, m_format, m_scope}) connect(c, &QComboBox::currentIndexChanged, this, &ExportDialog::refresh);
    connect(m_target, &QLineEdit::textChanged, this, &ExportDialog::refresh);
    for (QCheckBox* c : {m_replace, m_fold}) connect(c, &QCheckBox::toggled, this, &ExportDialog::refresh);
    fillRecipes();
    refresh();
}

// One entry per recipe: an export holds one artefact per tensor.
void ExportDialog::fillRecipes()
{
    const auto& pool = m_results.empty() ? m_work.workspace().results() : m_results;
    const Checkpoint* c = m_work.selection().checkpoint();
    std::vector<std::pair<std::pair<std::string, std::string>, int>> counts;
    for (const auto& r : pool) {
        if (m_results.empty() && (!c || r->source != c->source->path)) continue;
        const std::pair key(r->source.string(), r->recipe.text());
        const auto it = std::find_if(counts.begin(), counts.end(), [&](const auto& x) { return x.first == key; });
        if (it == counts.end()) counts.push_back({key, 1});
        else ++it->second;
    }
    for (const auto& [key, n] : counts) {
        const auto recipe = quant::parseRecipe(key.second);
        const QString label = recipe ? text(recipe->label()) : text(key.second);
        m_recipe->addItem(n == 1 ? tr("%1, one layer").arg(label) : tr("%1, %2 layers").arg(label).arg(n),
                          QStringList{text(key.first), text(key.second)});
    }
}

std::vector<ResultPtr> ExportDialog::chosen() const
{
    const QStringList key = m_recipe->currentData().toStringList();
    std::vector<ResultPtr> out;
    if (key.size() != 2) return out;
    for (const auto& r : m_results.empty() ? m_work.workspace().results() : m_results)
        if (r->source.string() == key[0].toStdString() && r->recipe.text() == key[1].toStdString() && r->artefact) out.push_back(r);
    return out;
}

exporting::ExportRequest ExportDialog::request() const
{
    exporting::ExportRequest q;
    const auto results = chosen();
    if (results.empty()) return q;
    for (const auto& c : m_work.workspace().checkpoints())
        if (c.source->path == results.front()->source) q.source = c.source;
    if (!q.source) return q;
    for (const auto& r : results)
        if (const auto i = q.source->find(r->tensor); i >= 0) q.chosen.push_back(static_cast<std::size_t>(i));
    q.results = exporting::providerOf({results.begin(), results.end()});
    q.recipes = [results](const io::TensorInfo& t) -> const quant::Recipe* {
        const auto it = std::find_if(results.begin(), results.end(), [&](const ResultPtr& r) { return r->tensor == t.name; });
        return it == results.end() ? nullptr : &(*it)->recipe;
    };
    if (auto f = exporting::ExportFormat::parse(m_format->currentData().toString().toStdString())) q.format = *f;
    q.only = m_scope->currentData().toBool();
    q.foldsScales = m_fold->isChecked();
    q.force = m_replace->isChecked();
    q.target = m_target->text().trimmed().toStdString();
    return q;
}

void ExportDialog::refresh()
{
    if (running()) return;
    const auto q = request();
    QString problem;
    if (!q.source) problem = tr("Run a recipe first: there are no results to export.");
    else if (m_target->text().trimmed().isEmpty()) problem = tr("Choose a target.");
    else if (const Status ok = exporting::checkExport(q, true); !ok) problem = errorText(ok.error());
    listLayers(q);
    m_message->setText(problem);
    m_start->setEnabled(problem.isEmpty());
    m_copy->setEnabled(q.source && !m_target->text().trimmed().isEmpty());
}

// One line for each layer: whether the form holds its result, and its bytes now and then.
void ExportDialog::listLayers(const exporting::ExportRequest& request)
{
    m_refused = 0;
    m_layers->setRowCount(0);
    m_sizes->clear();
    if (!request.source) return;
    std::uint64_t before = 0;
    std::uint64_t after = 0;
    const auto results = chosen();
    const exporting::FoldPlan folds(request);
    m_layers->setRowCount(static_cast<int>(request.chosen.size()));
    for (std::size_t i = 0; i < request.chosen.size(); ++i) {
        const io::TensorInfo& t = request.source->tensors[request.chosen[i]];
        const quant::Recipe* recipe = request.recipes(t);
        const auto shape = io::matrixShape(t);
        const exporting::Fold* fold = folds.of(t.name);
        const bool isFolded = fold && fold->folds();
        const auto answer = recipe ? exporting::representable(isFolded ? exporting::withoutTransform(*recipe) : *recipe, request.format, shape.rows, shape.cols)
                                   : exporting::Representability{};
        std::uint64_t size = t.bytes;
        if (request.format.kind == exporting::ExportFormat::Safetensors) {
            size = byteSize(request.format.dtype.value_or(t.dtype), t.shape.elements()).value_or(size);
        } else {
            const auto it = std::find_if(results.begin(), results.end(), [&](const ResultPtr& r) { return r->tensor == t.name; });
            if (it != results.end()) size = ((*it)->bits.payload + (*it)->bits.metadata) / 8 - (isFolded ? 4 * static_cast<std::uint64_t>(shape.cols) : 0);
        }
        before += t.bytes;
        after += size;
        if (!answer.fits()) ++m_refused;
        const int row = static_cast<int>(i);
        QString fits = answer.fits() ? tr("yes") : coreText(answer.reason);
        if (answer.fits() && isFolded) fits = tr("yes, its scales fold into %1").arg(text(escapeText(fold->into)));
        else if (answer.fits() && fold) fits = tr("yes, its scales stay: %1").arg(coreText(fold->reason));
        else if (fold && !isFolded) fits = tr("no, its scales can't be folded: %1").arg(coreText(fold->reason));
        const QString cells[] = {text(escapeText(t.name)), fits, text(formatBytes(t.bytes)), answer.fits() ? text(formatBytes(size)) : QString()};
        for (int c = 0; c < 4; ++c) {
            auto* item = new QTableWidgetItem(cells[c]);
            item->setToolTip(c < 2 ? cells[c] : explain(Figure::TensorBytes, {}, cells[0]));
            if (c >= 2) item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
            m_layers->setItem(row, c, item);
        }
    }
    QString words = tr("These layers: %1 before, about %2 after.").arg(text(formatBytes(before)), text(formatBytes(after)));
    const QString target = m_target->text().trimmed();
    if (!target.isEmpty())
        if (const QStorageInfo disk(QFileInfo(target).absolutePath()); disk.isValid() && disk.bytesAvailable() >= 0)
            words += QLatin1Char(' ') + tr("Free there: %1.").arg(text(formatBytes(static_cast<std::uint64_t>(disk.bytesAvailable()))));
    if (m_refused > 0) words += QLatin1Char(' ') + tr("Layers that do not fit: %1.").arg(m_refused);
    m_sizes->setText(words);
}

int ExportDialog::refused() const { return m_refused; }

QString ExportDialog::commandLine() const
{
    const auto q = request();
    if (!q.source) return {};
    const auto results = chosen();
    QString line = QStringLiteral("quantoscope-cli quantize ") + shellWord(text(q.source->path.string())) + QStringLiteral(" --recipe ")
                 + shellWord(text(results.front()->recipe.text()));
    const auto usual = io::selectTensors(*q.source, {});
    if (!usual || *usual != q.chosen)
        for (const std::size_t i : q.chosen) line += QStringLiteral(" --tensor ") + shellWord(text(q.source->tensors[i].name));
    if (!m_work.workspace().calibrationPath().isEmpty()) line += QStringLiteral(" --calibration ") + shellWord(m_work.workspace().calibrationPath());
    line += QStringLiteral(" --out ") + shellWord(text(q.target.string())) + QStringLiteral(" --format ") + shellWord(text(q.format.text()));
    if (!q.foldsScales) line += QStringLiteral(" --fold never");
    if (q.only) line += QStringLiteral(" --only");
    if (q.force) line += QStringLiteral(" --force");
    return line;
}

void ExportDialog::showInFolder()
{
    if (!m_written.empty()) QDesktopServices::openUrl(QUrl::fromLocalFile(text(m_written.parent_path().string())));
}

void ExportDialog::browse()
{
    const QString form = m_format->currentData().toString();
    const bool npz = form == QLatin1String("npz");
    const bool gguf = form == QLatin1String("gguf");
    const QString path = askSaveFile(this, tr("Export to"), npz ? QStringLiteral("export.npz") : gguf ? QStringLiteral("model.gguf") : QStringLiteral("export"),
                                     npz ? tr("npz (*.npz)") : gguf ? tr("GGUF (*.gguf)") : tr("Folder (*)"));
    if (!path.isEmpty()) m_target->setText(path);
}

void ExportDialog::setTarget(const QString& path) { m_target->setText(path); }
void ExportDialog::setFormat(const QString& format) { m_format->setCurrentIndex(m_format->findData(format)); }
void ExportDialog::setWholeModel(bool on) { m_scope->setCurrentIndex(on ? 0 : 1); }
QString ExportDialog::message() const { return m_message->text(); }

void ExportDialog::start()
{
    const auto q = request();
    if (!q.source || running()) return;
    for (QWidget* w : {static_cast<QWidget*>(m_recipe), static_cast<QWidget*>(m_format), static_cast<QWidget*>(m_scope),
                       static_cast<QWidget*>(m_target), static_cast<QWidget*>(m_replace), static_cast<QWidget*>(m_fold), static_cast<QWidget*>(m_start)})
        w->setEnabled(false);
    m_close->setText(tr("Cancel"));
    m_progress->show();
    m_message->setText(tr("Writing…"));
    const QPointer<ExportDialog> self(this);
    m_job = m_work.jobs().start<Outcome>(
        tr("export to %1").arg(QFileInfo(m_target->text()).fileName()),
        [q](const Context& context) -> Result<Outcome> {
            Outcome out;
            QS_ASSIGN(out.report, exporting::exportModel(q, context));
            QS_ASSIGN(const auto manifest, exporting::readManifest(out.report.manifest));
            std::filesystem::path written = out.report.target;
            const std::string inside = q.format.fileInFolder();
            if (std::error_code ec; !inside.empty() && std::filesystem::is_directory(written, ec)) written /= inside;
            QS_ASSIGN(const auto again, exporting::openAny(written, context));
            QS_ASSIGN(out.verification, exporting::verifyExport(*again, manifest, q.source.get(), context));
            return out;
        },
        [self](Result<Outcome> r) {
            if (!self) return;
            self->m_job.clear();
            for (QWidget* w : {static_cast<QWidget*>(self->m_recipe), static_cast<QWidget*>(self->m_format),
                               static_cast<QWidget*>(self->m_scope), static_cast<QWidget*>(self->m_target),
                               static_cast<QWidget*>(self->m_replace), static_cast<QWidget*>(self->m_fold)})
                w->setEnabled(true);
            self->m_close->setText(tr("Close"));
            self->m_progress->hide();
            self->refresh();
            bool ok = false;
            if (!r) {
                self->m_message->setText(r.error().code == ErrorCode::Cancelled ? tr("Cancelled; the target is as it was.")
                                                                                : errorText(r.error()));
            } else {
                ok = r->verification.ok;
                self->m_written = r->report.target;
                self->m_show->setEnabled(true);
                QString words = tr("Wrote %1 tensors, %2, to %3.")
                                    .arg(r->report.tensors.size())
                                    .arg(text(formatBytes(r->report.bytes)), text(r->report.target.string()));
                words += QLatin1Char('\n');
                words += ok ? tr("Verified: all %1 tensors read back as written.").arg(r->verification.tensors.size())
                            : tr("Verification failed:");
                for (const auto& p : r->verification.problems) words += QLatin1Char('\n') + text(p);
                for (const auto& t : r->verification.tensors)
                    if (!t.ok) words += QLatin1Char('\n') + text(escapeText(t.name) + ": " + t.problem);
                for (const auto& w : r->report.warnings) words += QLatin1Char('\n') + text(w);
                self->m_message->setText(words);
            }
            emit self->exported(ok);
        });
    connect(m_job, &Job::changed, this, [this] {
        if (m_job) m_progress->setValue(static_cast<int>(1000 * m_job->fraction()));
    });
}

void ExportDialog::reject()
{
    if (running()) {
        m_job->cancel();
        return;
    }
    QDialog::reject();
}

} // namespace qs::gui
