// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/explain.h"
#include "widgets/common/form_scroll.h"
#include "widgets/pages/evaluate/calibrate_panel.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"
#include "widgets/pages/evaluate/form_parts.h"
#include "widgets/pages/evaluate/job_strip.h"
#include "widgets/plots/live_plot.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QStandardPaths>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace qs::gui {
namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }
QString count(Index n) { return text(formatCount(static_cast<std::uint64_t>(std::max<Index>(0, n)))); }

} // namespace

CalibratePanel::CalibratePanel(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_probe(new ModelProbe(services, QStringLiteral("text/calibration.txt"), this))
{
    auto* row = new QVBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    row->addWidget(split);
    auto* scroll = new FormScroll(split);
    scroll->setMinimumWidth(260);
    QWidget* body = scroll->body();
    auto* form = makeForm(body);
    m_texts = new FileLine(FileLine::Texts, tr("texts"), body);
    addRow(form, tr("texts"), m_texts, tr("files in UTF-8, parted by ;  The model's own tokenizer makes the tokens; none is added"));
    m_tokens = makeSpin(2, 1 << 30, static_cast<int>(study::kCalibrationTokens), body);
    m_tokens->setObjectName(QStringLiteral("tokens"));
    addRow(form, tr("tokens"), m_tokens, tr("at most so many tokens of the texts; GPTQ and AWQ take 128 windows of 2048"));
    m_length = makeSpin(2, 1 << 20, 2048, body);
    addRow(form, tr("window"), m_length, tr("tokens of a window; each is run alone, with positions from 0"));
    m_prefix = new QComboBox(body);
    m_prefix->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_prefix->setMinimumContentsLength(12);
    addRow(form, tr("inputs"), m_prefix, tr("what the layers read in the model as it is, or also behind layers that are quantized: then both and their cross product are kept"));
    m_fisher = new QCheckBox(tr("with a backward pass"), body);
    addRow(form, tr("Fisher"), m_fisher, tr("Fisher diagonals of all weights, which SqueezeLLM needs; takes about five times as long"));
    m_samples = makeSpin(0, 1'000'000, 256, body);
    addRow(form, tr("samples"), m_samples, tr("tokens whose inputs are kept as they are; learned rounding trains on them"));
    m_target = new FileLine(FileLine::SaveCalibration, tr("file"), body);
    addRow(form, tr("file"), m_target, tr("where the calibration is written; it is opened afterwards"));
    m_estimate = makeNote(body);
    m_estimate->setToolTip(explain({Figure::JobTime, Figure::TokenCount, Figure::PeakMemory, Figure::FileBytes}));
    m_estimate->setAccessibleName(tr("Estimate"));
    m_estimate->setMinimumHeight(3 * fontMetrics().lineSpacing());
    m_estimate->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    form->addRow(m_estimate);
    m_start = new QPushButton(tr("Calibrate"), body);
    m_start->setObjectName(QStringLiteral("calibrateButton"));
    m_start->setProperty("primary", true);
    m_start->setAutoDefault(false);
    form->addRow(m_start);
    m_strip = new JobStrip(services.jobs, body);
    form->addRow(m_strip);

    auto* right = new QWidget(split);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(4);
    auto* line = new QHBoxLayout;
    m_file = makeNote(right);
    m_file->setMinimumWidth(60);
    line->addWidget(m_file, 1);
    m_open = new QPushButton(tr("Open calibration…"), right);
    m_open->setAutoDefault(false);
    m_open->setToolTip(tr("a file of this program, an .npz with the same names, or llama.cpp's imatrix"));
    line->addWidget(m_open, 0, Qt::AlignTop);
    column->addLayout(line);
    m_plot = new LivePlot(services, QStringLiteral("activations"), right);
    column->addWidget(m_plot, 1);
    split->setSizes({300, 620});
    split->setStretchFactor(1, 1);

    connect(m_probe, &ModelProbe::filesChanged, this, [this] { m_texts->setFiles(m_probe->files()); });
    connect(m_probe, &ModelProbe::changed, this, &CalibratePanel::refresh);
    connect(m_texts, &FileLine::changed, this, [this] { m_probe->setFiles(m_texts->files()); });
    connect(m_target, &FileLine::changed, this, [this] {
        m_targetByHand = true;
        refresh();
    });
    connect(m_length, &QSpinBox::valueChanged, this, [this] { m_lengthByHand = true; });
    for (QSpinBox* spin : {m_tokens, m_length, m_samples}) connect(spin, &QSpinBox::valueChanged, this, &CalibratePanel::refresh);
    connect(m_prefix, &QComboBox::currentIndexChanged, this, &CalibratePanel::refresh);
    connect(m_fisher, &QCheckBox::toggled, this, &CalibratePanel::refresh);
    connect(m_start, &QPushButton::clicked, this, &CalibratePanel::start);
    connect(m_strip, &JobStrip::activeChanged, this, &CalibratePanel::refresh);
    connect(m_open, &QPushButton::clicked, this, [this] {
        const QString path = QFileDialog::getOpenFileName(this, tr("Open calibration"), QFileInfo(m_target->files().value(0)).absolutePath(),
                                                          tr("Calibration files (*.safetensors *.dat *.gguf *.npz)"));
        if (!path.isEmpty()) m_services.workspace.askForCalibration(path);
    });
    connect(&services.workspace, &Workspace::recipesChanged, this, &CalibratePanel::fillRecipes);
    connect(&services.workspace, &Workspace::calibrationChanged, this, &CalibratePanel::showFile);
    linkPlot();
    fillRecipes();
    showFile();
}

PlotView* CalibratePanel::plot() const { return m_plot->view(); }

// Columns of the plot are columns of the maps: one cursor, one selected part.
void CalibratePanel::linkPlot()
{
    Selection& s = m_services.selection;
    PlotView* view = m_plot->view();
    const auto mark = [view, &s] {
        view->mark(s.cell() ? static_cast<double>(s.cell()->col) : std::nan(""));
        const auto& part = s.region();
        view->setBand(part ? std::optional(std::pair(static_cast<double>(part->col0) - 0.5, static_cast<double>(part->col1) - 0.5)) : std::nullopt);
    };
    connect(&s, &Selection::cellChanged, view, mark);
    connect(&s, &Selection::regionChanged, view, mark);
    connect(m_plot, &LivePlot::dataChanged, view, mark);
    connect(view, &PlotView::hovered, this, [this, &s](double x, double, int) {
        const auto* info = s.tensorInfo();
        if (!info) return;
        const auto shape = io::matrixShape(*info);
        const auto col = static_cast<Index>(std::lround(x));
        if (col < 0 || col >= shape.cols) return s.hoverCell(std::nullopt);
        s.hoverCell(Cell{s.cell() ? std::min(s.cell()->row, shape.rows - 1) : 0, col});
        const auto data = m_plot->view()->data();
        QString words = tr("input column %1").arg(col);
        if (data)
            for (const auto& series : data->series) {
                const auto it = std::lower_bound(series.x.begin(), series.x.end(), static_cast<double>(col));
                if (it != series.x.end()) words += QStringLiteral("     %1 %2").arg(coreText(series.name), text(formatNumber(series.y[static_cast<std::size_t>(it - series.x.begin())], 4)));
            }
        emit statusText(words);
    });
    connect(view, &PlotView::left, this, [this, &s] {
        s.hoverCell(std::nullopt);
        emit statusText({});
    });
    connect(view, &PlotView::brushed, this, [&s](double from, double to) {
        const auto* info = s.tensorInfo();
        if (!info) return;
        const auto shape = io::matrixShape(*info);
        const auto a = std::clamp<Index>(static_cast<Index>(std::lround(std::min(from, to))), 0, shape.cols - 1);
        const auto b = std::clamp<Index>(static_cast<Index>(std::lround(std::max(from, to))) + 1, a + 1, shape.cols);
        s.setRegion(Region{0, shape.rows, a, b, {}});
    });
    connect(view, &PlotView::brushCleared, this, [&s] { s.setRegion(std::nullopt); });
}

void CalibratePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_probe->setActive(true);
    refresh();
}

void CalibratePanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_probe->setActive(false);
}

void CalibratePanel::fillRecipes()
{
    const QString before = m_prefix->currentData().toString();
    const QSignalBlocker quiet(m_prefix);
    m_prefix->clear();
    m_prefix->addItem(tr("of the model as it is"), QString());
    for (const auto& chip : m_services.workspace.recipes())
        m_prefix->addItem(tr("also behind %1").arg(text(chip.recipe.label())), text(chip.recipe.text()));
    m_prefix->setCurrentIndex(std::max(0, m_prefix->findData(before)));
}

void CalibratePanel::suggestTarget()
{
    const Checkpoint* c = m_probe->checkpoint();
    if (m_targetByHand || !c) return;
    const QString folder = QDir(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)).filePath(QStringLiteral("calibrations"));
    const QString name = QFileInfo(c->title).completeBaseName();
    m_target->setFiles({QDir(folder).filePath((name.isEmpty() ? QStringLiteral("model") : name) + QStringLiteral(".calibration.safetensors"))});
}

study::CalibrateRequest CalibratePanel::request() const
{
    study::CalibrateRequest r;
    const Checkpoint* c = m_probe->checkpoint();
    if (c) r.source = c->source;
    r.model = m_probe->model();
    r.text = m_probe->text();
    r.mostTokens = static_cast<std::size_t>(m_tokens->value());
    r.length = m_length->value();
    r.samples = m_samples->value();
    r.fisher = m_fisher->isChecked();
    if (const QString recipe = m_prefix->currentData().toString(); !recipe.isEmpty())
        if (auto parsed = quant::parseRecipe(recipe.toStdString())) r.prefix = std::move(*parsed);
    r.options = m_services.workspace.runOptions();
    r.target = m_target->files().value(0).toStdString();
    r.replace = true; // said beside the button before it is pressed
    return r;
}

void CalibratePanel::refresh()
{
    suggestTarget();
    if (m_probe->positions() > 0) {
        const QSignalBlocker quiet(m_length);
        const int most = static_cast<int>(std::min<Index>(m_probe->positions(), 1 << 20));
        m_length->setMaximum(std::max(2, most));
        if (!m_lengthByHand) m_length->setValue(std::min(2048, most));
    }
    estimate();
}

void CalibratePanel::estimate()
{
    m_start->setEnabled(false);
    if (m_strip->active()) return m_estimate->setText({});
    if (!m_probe->checkpoint()) return m_estimate->setText(tr("Open a checkpoint."));
    if (!m_probe->problem().isEmpty()) return m_estimate->setText(m_probe->problem());
    if (m_probe->files().isEmpty()) return m_estimate->setText(tr("Choose a text to begin."));
    if (!m_probe->model() || !m_probe->text()) return m_estimate->setText(tr("Reading model and text…"));
    if (m_target->files().isEmpty()) return m_estimate->setText(tr("Choose where the file is written."));
    const auto needs = study::calibrateNeeds(request());
    if (!needs) return m_estimate->setText(errorText(needs.error()));
    m_start->setEnabled(true);
    const bool there = QFileInfo::exists(m_target->files().front());
    m_start->setToolTip(there ? tr("The file is there and will be replaced") : QString());
    const QString sizes = tr("%1 of %2 tokens in %3 windows, %4 layers\n%5 memory · file of %6")
                              .arg(count(needs->tokens), count(static_cast<Index>(m_probe->text()->ids.size())), count(needs->windows))
                              .arg(needs->layers).arg(text(formatBytes(needs->peakBytes)), text(formatBytes(needs->fileBytes)))
        + (there ? QLatin1Char('\n') + tr("The file is there and will be replaced.") : QString());
    m_estimate->setText(sizes);
    m_services.jobs.request<double>(
        this, QStringLiteral("estimate"),
        [r = request(), speed = *m_probe->speed()](const Context& context) { return study::estimateCalibrateSeconds(r, speed, context); },
        [this, sizes](Result<double> seconds) {
            if (m_strip->active()) return;
            m_estimate->setText((seconds ? tr("about %1").arg(text(formatSeconds(*seconds))) : errorText(seconds.error())) + QStringLiteral(" · ") + sizes);
        });
}

void CalibratePanel::start()
{
    if (m_strip->active() || !m_probe->model() || !m_probe->text()) return;
    const auto r = request();
    const Checkpoint* c = m_probe->checkpoint();
    using Layers = std::vector<model::CalibratedLayer>;
    QPointer<CalibratePanel> self(this);
    Job* job = m_services.jobs.start<Layers>(
        tr("calibrate %1 with %2 tokens").arg(c->title, count(static_cast<Index>(std::min(r.mostTokens, r.text->ids.size())))),
        [r](const Context& context) -> Result<Layers> {
            std::error_code ec;
            if (const auto folder = r.target.parent_path(); !folder.empty()) std::filesystem::create_directories(folder, ec);
            return study::calibrateToFile(r, context);
        },
        [self, path = text(r.target.string())](Result<Layers> done) {
            if (!self) return;
            if (done) self->m_services.workspace.askForCalibration(path);
            else if (done.error().code != ErrorCode::Cancelled) self->m_strip->setProblem(errorText(done.error()));
        });
    job->setAgain([self] {
        if (self) self->start();
    });
    m_strip->follow(job);
}

void CalibratePanel::showFile()
{
    const Workspace& w = m_services.workspace;
    if (w.calibrationPath().isEmpty()) {
        m_file->setText(tr("No calibration file is open. Calibrate, or open one: then the inputs of each layer are drawn here and every error is measured at the output too."));
        m_file->setToolTip({});
        return;
    }
    m_file->setText(QFileInfo(w.calibrationPath()).fileName() + (w.calibrationStale() ? tr("  · stale: the file is another one than the results were measured with") : QString()));
    m_file->setToolTip(w.calibrationPath());
    suggestTarget();
}

QJsonObject CalibratePanel::saveState() const
{
    return {{QStringLiteral("tokens"), m_tokens->value()}, {QStringLiteral("length"), m_length->value()}, {QStringLiteral("samples"), m_samples->value()},
            {QStringLiteral("fisher"), m_fisher->isChecked()}, {QStringLiteral("prefix"), m_prefix->currentData().toString()}, {QStringLiteral("plot"), m_plot->saveState()}};
}

void CalibratePanel::restoreState(const QJsonObject& state)
{
    m_tokens->setValue(state[QStringLiteral("tokens")].toInt(m_tokens->value()));
    if (state.contains(QStringLiteral("length"))) m_length->setValue(state[QStringLiteral("length")].toInt());
    m_samples->setValue(state[QStringLiteral("samples")].toInt(m_samples->value()));
    m_fisher->setChecked(state[QStringLiteral("fisher")].toBool());
    m_prefix->setCurrentIndex(std::max(0, m_prefix->findData(state[QStringLiteral("prefix")].toString())));
    m_plot->restoreState(state[QStringLiteral("plot")].toObject());
}

} // namespace qs::gui
