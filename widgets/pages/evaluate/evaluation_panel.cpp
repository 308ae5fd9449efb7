// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/explain.h"
#include "widgets/common/form_scroll.h"
#include "widgets/pages/evaluate/evaluation_panel.h"

#include "core/base/format.h"
#include "core/plots/token_difference.h"
#include "core/study/mixture.h"
#include "widgets/common/core_text.h"
#include "widgets/delegates/table_style.h"
#include "widgets/models/evaluations_model.h"
#include "widgets/pages/evaluate/form_parts.h"
#include "widgets/pages/evaluate/job_strip.h"
#include "widgets/plots/plot_view.h"
#include "widgets/plots/segment_bar.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QSaveFile>
#include <QSpinBox>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

namespace qs::gui {
namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }
QString count(Index n) { return text(formatCount(static_cast<std::uint64_t>(std::max<Index>(0, n)))); }

enum MixtureChoice { AsChosen, OriginalOnly, FirstRecipe };
constexpr int kBothPlots = 560; // pixels from which distribution and text stand beside each other
constexpr std::size_t kMostCurves = 7;

} // namespace

EvaluationPanel::EvaluationPanel(const Services& services, QWidget* parent)
    : QWidget(parent), m_services(services), m_probe(new ModelProbe(services, QStringLiteral("text/heldout.txt"), this))
{
    auto* row = new QVBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    row->addWidget(split);
    split->addWidget(makeForm());
    split->addWidget(makeResults());
    split->setSizes({290, 640});
    split->setStretchFactor(1, 1);

    connect(m_probe, &ModelProbe::filesChanged, this, [this] { m_texts->setFiles(m_probe->files()); });
    connect(m_probe, &ModelProbe::changed, this, &EvaluationPanel::refresh);
    connect(m_texts, &FileLine::changed, this, [this] { m_probe->setFiles(m_texts->files()); });
    connect(m_length, &QSpinBox::valueChanged, this, [this] { m_lengthByHand = true; });
    for (QSpinBox* spin : {m_tokens, m_length, m_stride}) connect(spin, &QSpinBox::valueChanged, this, &EvaluationPanel::refresh);
    connect(m_protocol, &SegmentBar::chosen, this, &EvaluationPanel::refresh);
    connect(m_against, &QCheckBox::toggled, this, &EvaluationPanel::refresh);
    connect(m_mixture, &QComboBox::activated, this, &EvaluationPanel::takeMixture);
    connect(m_start, &QPushButton::clicked, this, &EvaluationPanel::start);
    connect(m_strip, &JobStrip::activeChanged, this, &EvaluationPanel::refresh);
    Workspace& w = services.workspace;
    connect(&w, &Workspace::mixtureChanged, this, &EvaluationPanel::fillMixtures);
    connect(&w, &Workspace::resultsChanged, this, &EvaluationPanel::fillMixtures);
    connect(&w, &Workspace::checkpointsChanged, this, &EvaluationPanel::fillMixtures);
    connect(&services.selection, &Selection::tensorChanged, this, &EvaluationPanel::fillMixtures);
    connect(m_model, &QAbstractItemModel::modelReset, this, [this] {
        // The newest one is what was waited for.
        if (const int n = m_model->rowCount(); n > 0)
            m_table->selectionModel()->setCurrentIndex(m_model->index(n - 1, 0), QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
        showPlots();
    });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &EvaluationPanel::showPlots);
    connect(m_which, &SegmentBar::chosen, this, &EvaluationPanel::placePlots);
    fillMixtures();
    showPlots();
}

QWidget* EvaluationPanel::makeForm()
{
    auto* scroll = new FormScroll(this);
    scroll->setMinimumWidth(260);
    QWidget* body = scroll->body();
    auto* form = qs::gui::makeForm(body);
    m_mixture = new QComboBox(body);
    m_mixture->setObjectName(QStringLiteral("mixture"));
    m_mixture->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_mixture->setMinimumContentsLength(12);
    addRow(form, tr("mixture"), m_mixture, tr("which result stands for which layer; layers without one are the checkpoint's own. In the table of layers and recipes a right click "
                                              "takes a single result into the mixture; a budget chooses all"));
    m_mixtureFacts = makeNote(body);
    m_mixtureFacts->setToolTip(explain(Figure::BitsPerWeight));
    form->addRow(m_mixtureFacts);
    m_texts = new FileLine(FileLine::Texts, tr("texts"), body);
    addRow(form, tr("texts"), m_texts, tr("files in UTF-8, parted by ;  The model's own tokenizer makes the tokens; none is added"));
    m_tokens = makeSpin(2, 1 << 30, 1 << 20, body);
    m_tokens->setObjectName(QStringLiteral("tokens"));
    addRow(form, tr("tokens"), m_tokens, tr("at most so many tokens of the texts"));
    m_length = makeSpin(2, 1 << 20, 2048, body);
    addRow(form, tr("window"), m_length, tr("tokens of a window, each run with positions from 0; the first token is not scored"));
    m_protocol = new SegmentBar(tr("protocol"), {{tr("windows"), tr("one after another, as GPTQ does: each scored alone, what does not fill one is dropped")},
                                                 {tr("stride"), tr("windows overlap; each scores only tokens that none before it did")}}, body);
    addRow(form, tr("protocol"), m_protocol, {});
    m_stride = makeSpin(1, 1 << 20, 512, body);
    addRow(form, tr("stride"), m_stride, tr("tokens from one window's start to the next"));
    m_against = new QCheckBox(tr("the original"), body);
    m_against->setChecked(true);
    addRow(form, tr("against"), m_against, tr("runs the checkpoint as it is on the same tokens: KL divergence, first choices and the paired difference of the loss; takes twice as long"));
    m_activations = new QComboBox(body);
    m_activations->addItem(tr("as they are"), QString());
    m_activations->addItem(tr("8 bits per token"), QStringLiteral("a8_token"));
    m_activations->addItem(tr("8 bits per text"), QStringLiteral("a8_tensor"));
    m_activations->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_activations->setMinimumContentsLength(10);
    addRow(form, tr("activations"), m_activations, tr("what linear layers of the blocks read, rounded to 8 bits in the mixture (W4A8, W8A8)"));
    m_kv8 = new QCheckBox(tr("in 8 bits"), body);
    addRow(form, tr("KV cache"), m_kv8, tr("keys and values rounded to 8 bits per token and head"));
    m_estimate = makeNote(body);
    m_estimate->setToolTip(explain({Figure::JobTime, Figure::TokenCount}));
    m_estimate->setAccessibleName(tr("Estimate"));
    m_estimate->setMinimumHeight(2 * fontMetrics().lineSpacing());
    m_estimate->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    form->addRow(m_estimate);
    m_start = new QPushButton(tr("Evaluate"), body);
    m_start->setObjectName(QStringLiteral("evaluateButton"));
    m_start->setProperty("primary", true);
    m_start->setAutoDefault(false);
    form->addRow(m_start);
    m_strip = new JobStrip(m_services.jobs, body);
    form->addRow(m_strip);
    return scroll;
}

QWidget* EvaluationPanel::makeResults()
{
    auto* split = new QSplitter(Qt::Vertical, this);
    split->setChildrenCollapsible(false);
    auto* top = new QWidget(split);
    auto* column = new QVBoxLayout(top);
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(4);
    m_which = new SegmentBar(tr("plot"), {{tr("Distribution"), tr("how often a token's loss moves by how much")}, {tr("Along the text"), tr("where in the text it moves")}}, top);
    column->addWidget(m_which, 0, Qt::AlignLeft);
    auto* plots = new QHBoxLayout;
    plots->setSpacing(8);
    for (auto& p : m_plots) {
        p = new PlotView(m_services.theme, top);
        p->setMinimumHeight(80);
        plots->addWidget(p, 1);
    }
    m_plots[0]->setObjectName(QStringLiteral("lossDistribution"));
    m_plots[1]->setObjectName(QStringLiteral("lossAlongText"));
    column->addLayout(plots, 1);
    auto* bottom = new QWidget(split);
    auto* below = new QVBoxLayout(bottom);
    below->setContentsMargins(8, 0, 0, 0);
    below->setSpacing(4);
    auto* bar = new QHBoxLayout;
    m_words = makeNote(bottom);
    m_words->setMinimumWidth(40);
    m_words->setAccessibleName(tr("Comparison of two evaluations"));
    bar->addWidget(m_words, 1);
    auto* copy = new QPushButton(tr("Copy"), bottom);
    copy->setToolTip(tr("the selected rows, or all, for a spreadsheet (Ctrl+C)"));
    auto* csv = new QPushButton(tr("Save CSV…"), bottom);
    csv->setToolTip(tr("the table with all its digits"));
    auto* losses = new QPushButton(tr("Save losses…"), bottom);
    losses->setToolTip(tr("one line a token of the selected evaluation: loss, reference, difference, KL, first choice"));
    for (auto* b : {copy, csv, losses}) {
        b->setAutoDefault(false);
        bar->addWidget(b);
    }
    below->addLayout(bar);
    m_model = new EvaluationsModel(m_services.workspace, this);
    m_table = new QTableView(bottom);
    m_table->setObjectName(QStringLiteral("evaluations"));
    m_table->setAccessibleName(tr("Evaluations"));
    m_table->setModel(m_model);
    styleTable(m_table, m_services.theme);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_table->setMinimumHeight(60);
    auto* header = m_table->horizontalHeader();
    const int em = fontMetrics().horizontalAdvance(QLatin1Char('0'));
    for (int c = 0; c < EvaluationsModel::ColumnCount; ++c) header->setSectionResizeMode(c, c == 0 ? QHeaderView::Stretch : QHeaderView::Interactive);
    header->setMinimumSectionSize(em * 8);
    for (const auto& [c, chars] : {std::pair(EvaluationsModel::BitsColumn, 8), std::pair(EvaluationsModel::PerplexityColumn, 16), std::pair(EvaluationsModel::DeltaColumn, 20),
                                   std::pair(EvaluationsModel::DivergenceColumn, 20), std::pair(EvaluationsModel::Divergence99Column, 12),
                                   std::pair(EvaluationsModel::AgreementColumn, 18), std::pair(EvaluationsModel::TokensColumn, 10)})
        header->resizeSection(c, em * chars);
    below->addWidget(m_table, 1);
    split->setSizes({300, 180});
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    const auto action = [this](const QString& title, const QKeySequence& keys, auto slot) {
        auto* a = new QAction(title, m_table);
        a->setShortcut(keys);
        a->setShortcutContext(Qt::WidgetShortcut);
        connect(a, &QAction::triggered, this, slot);
        m_table->addAction(a);
    };
    const auto copyRows = [this] {
        if (!m_table->selectionModel()->hasSelection()) m_table->selectAll();
        copySelectedRows(m_table);
    };
    action(tr("Copy"), QKeySequence::Copy, copyRows);
    action(tr("Save the losses as CSV…"), {}, [this] { saveLosses(); });
    action(tr("Remove"), QKeySequence::Delete, [this] { m_services.workspace.removeEvaluations(selected()); });
    connect(copy, &QPushButton::clicked, this, copyRows);
    connect(csv, &QPushButton::clicked, this, &EvaluationPanel::saveTable);
    connect(losses, &QPushButton::clicked, this, &EvaluationPanel::saveLosses);
    return split;
}

void EvaluationPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_probe->setActive(true);
    refresh();
    placePlots();
}

void EvaluationPanel::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    m_probe->setActive(false);
}

void EvaluationPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    placePlots();
}

void EvaluationPanel::placePlots()
{
    const bool both = m_plots[0]->parentWidget()->width() >= kBothPlots;
    m_which->setVisible(!both);
    for (int i = 0; i < 2; ++i) m_plots[static_cast<std::size_t>(i)]->setVisible(both || m_which->current() == i);
}

// The choices: what is chosen layer by layer, nothing, all results of one recipe.
void EvaluationPanel::fillMixtures()
{
    const QSignalBlocker quiet(m_mixture);
    m_mixture->clear();
    const Checkpoint* c = m_probe->checkpoint();
    const Workspace& w = m_services.workspace;
    m_mixture->addItem(tr("as chosen layer by layer"), QString());
    m_mixture->addItem(tr("original"), QString());
    if (!c) return refresh();
    const auto mine = w.mixtureOf(*c->source);
    std::set<std::string> keys;
    for (const auto& r : mine) keys.insert(r->key());
    std::vector<std::pair<std::string, std::vector<ResultPtr>>> groups;
    for (const auto& r : w.results()) {
        if (r->source != c->source->path) continue;
        auto g = std::find_if(groups.begin(), groups.end(), [&](const auto& x) { return x.first == r->key(); });
        if (g == groups.end()) g = groups.insert(groups.end(), {r->key(), {}});
        g->second.push_back(r);
    }
    int current = mine.empty() ? OriginalOnly : AsChosen;
    for (const auto& [k, results] : groups) {
        m_mixture->addItem(tr("all of %1 (%2)").arg(text(results.front()->label())).arg(results.size()), text(k));
        if (keys.size() == 1 && *keys.begin() == k && mine.size() == results.size()) current = m_mixture->count() - 1;
    }
    m_mixture->setCurrentIndex(current);
    refresh();
}

void EvaluationPanel::takeMixture(int index)
{
    const Checkpoint* c = m_probe->checkpoint();
    if (!c || index == AsChosen) return;
    Workspace& w = m_services.workspace;
    auto mixture = w.mixture();
    const std::string path = c->source->path.string();
    std::erase_if(mixture, [&](const auto& m) { return m.first.source == path; });
    if (index >= FirstRecipe) {
        const std::string key = m_mixture->itemData(index).toString().toStdString();
        for (const auto& r : w.results())
            if (r->source == c->source->path && r->key() == key) mixture[{path, r->tensor}] = key;
    }
    w.setMixture(std::move(mixture));
    fillMixtures();
}

Index EvaluationPanel::tokensToRun() const
{
    if (!m_probe->text()) return 0;
    return std::min<Index>(static_cast<Index>(m_probe->text()->ids.size()), m_tokens->value());
}

void EvaluationPanel::refresh()
{
    if (m_probe->positions() > 0) {
        const QSignalBlocker quiet(m_length);
        const int most = static_cast<int>(std::min<Index>(m_probe->positions(), 1 << 20));
        m_length->setMaximum(std::max(2, most));
        if (!m_lengthByHand) m_length->setValue(std::min(2048, most));
    }
    {
        const QSignalBlocker quiet(m_stride);
        m_stride->setMaximum(m_length->value());
        m_stride->setEnabled(m_protocol->current() == 1);
    }
    const Checkpoint* c = m_probe->checkpoint();
    m_start->setEnabled(false);
    if (!c) {
        m_mixtureFacts->clear();
        return m_estimate->setText(tr("Open a checkpoint."));
    }
    const auto results = m_services.workspace.mixtureOf(*c->source);
    if (const auto tensors = io::selectTensors(*c->source, {})) {
        const auto bits = study::mixtureBits(*c->source, *tensors, results);
        m_mixtureFacts->setText(tr("%1 of %2 layers quantized, %3").arg(bits.quantized).arg(bits.tensors).arg(text(formatBits(bits.bitsPerWeight()))));
    }
    if (m_strip->active()) return m_estimate->setText({});
    if (!m_probe->problem().isEmpty()) return m_estimate->setText(m_probe->problem());
    if (m_probe->files().isEmpty()) return m_estimate->setText(tr("Choose a text to begin."));
    if (!m_probe->model() || !m_probe->text()) return m_estimate->setText(tr("Reading model and text…"));
    const Index tokens = tokensToRun();
    const Index length = m_length->value();
    if (tokens < length) return m_estimate->setText(tr("The text has %1 tokens, less than one window.").arg(count(tokens)));
    const Index stride = m_protocol->current() == 1 ? m_stride->value() : length;
    const Index windows = (tokens - length) / stride + 1;
    const bool reference = m_against->isChecked() && !results.empty();
    m_start->setEnabled(true);
    m_estimate->setText(tr("about %1 · %2 of %3 tokens in %4 windows")
                            .arg(text(formatSeconds(study::estimateEvaluateSeconds(*m_probe->model(), *m_probe->speed(), windows * length, reference))),
                                 count(tokens), count(static_cast<Index>(m_probe->text()->ids.size())), count(windows)));
    if (std::exchange(m_wanted, false)) startNow();
}

void EvaluationPanel::start()
{
    if (m_strip->active()) return;
    m_wanted = true;
    m_probe->setActive(true);
    refresh();
}

void EvaluationPanel::startNow()
{
    const Checkpoint* c = m_probe->checkpoint();
    const auto results = m_services.workspace.mixtureOf(*c->source);
    auto record = std::make_shared<EvaluationRecord>();
    record->source = c->source->path.string();
    std::set<std::string> keys;
    for (const auto& r : results) {
        record->layers[r->tensor] = r->key();
        keys.insert(r->key());
    }
    if (const auto tensors = io::selectTensors(*c->source, {})) {
        const auto bits = study::mixtureBits(*c->source, *tensors, results);
        record->bitsPerWeight = bits.bitsPerWeight();
        record->quantized = static_cast<int>(bits.quantized);
        record->tensors = static_cast<int>(bits.tensors);
    }
    Workspace& w = m_services.workspace;
    if (keys.empty()) record->mixture = tr("original");
    else if (keys.size() == 1) {
        record->mixture = text(results.front()->label());
        record->slot = w.slotOf(*results.front());
        if (record->quantized < record->tensors) record->mixture += tr(" on %1 layers").arg(record->quantized);
    } else {
        record->mixture = tr("%1 recipes").arg(keys.size());
        for (const auto& e : w.evaluations())
            if (e->source == record->source && e->layers == record->layers) record->slot = e->slot;
        if (record->slot == 0) record->slot = w.newSlot();
    }
    record->texts = m_probe->files();
    record->textHash = text(m_probe->text()->sha256);
    record->length = m_length->value();
    record->stride = m_protocol->current() == 1 && m_stride->value() < m_length->value() ? m_stride->value() : 0;
    record->activations = m_activations->currentData().toString();
    record->kv8 = m_kv8->isChecked();
    model::EvaluateOptions how;
    how.length = record->length;
    how.stride = record->stride;
    how.run.kv8 = record->kv8;
    how.run.activations = record->activations == QLatin1String("a8_token")    ? model::ActivationQuant::Token
                          : record->activations == QLatin1String("a8_tensor") ? model::ActivationQuant::Tensor
                                                                               : model::ActivationQuant::None;
    // The original against itself says nothing, unless its activations are rounded.
    const bool reference = m_against->isChecked() && (!results.empty() || record->kv8 || !record->activations.isEmpty());
    if (record->kv8) record->mixture += tr(", KV 8 bits");
    if (!record->activations.isEmpty()) record->mixture += tr(", activations 8 bits");
    QPointer<EvaluationPanel> self(this);
    Workspace* workspace = &w;
    Job* job = m_services.jobs.start<EvaluationPtr>(
        tr("evaluate %1").arg(record->mixture),
        [source = c->source, model = m_probe->model(), ids = m_probe->text(), tokens = static_cast<std::size_t>(tokensToRun()), results, how, reference, record,
         options = w.runOptions()](const Context& context) -> Result<EvaluationPtr> {
            const auto begin = std::chrono::steady_clock::now();
            auto what = how;
            if (reference) what.against = model;
            QS_ASSIGN(const auto mixture, study::mixtureModel(model, source, results, options, context));
            QS_ASSIGN(auto losses, model::evaluate(context, *mixture, std::span(ids->ids).first(tokens), what));
            auto out = std::make_shared<EvaluationRecord>(*record);
            out->figures = model::figuresOf(losses, 0);
            out->tokens = std::make_shared<const model::Evaluation>(std::move(losses));
            out->seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
            out->when = QDateTime::currentDateTime();
            context.note("perplexity " + formatNumber(out->figures.perplexity, 5) + " over " + formatCount(out->figures.tokens) + " tokens");
            return EvaluationPtr(out);
        },
        [self, workspace](Result<EvaluationPtr> r) {
            if (r) workspace->addEvaluation(std::move(*r));
            else if (self && r.error().code != ErrorCode::Cancelled) self->m_strip->setProblem(errorText(r.error()));
        });
    job->setAgain([self] {
        if (self) self->start();
    });
    m_strip->follow(job);
}

std::vector<EvaluationPtr> EvaluationPanel::selected() const
{
    std::vector<EvaluationPtr> out;
    for (const QModelIndex& i : m_table->selectionModel()->selectedRows())
        if (auto e = m_model->evaluation(i)) out.push_back(std::move(e));
    return out;
}

void EvaluationPanel::showPlots()
{
    const auto all = selected();
    m_model->setCurrent(all.empty() ? nullptr : all.front());
    compareSelected();
    std::vector<plots::LossCurve> curves;
    for (const auto& e : all)
        if (curves.size() < kMostCurves && e->tokens && !e->tokens->reference.empty()) curves.push_back({e->mixture.toStdString(), e->slot, e->tokens});
    using Data = std::shared_ptr<const plots::PlotData>;
    for (std::size_t i = 0; i < m_plots.size(); ++i) {
        PlotView* view = m_plots[i];
        const QString key = QStringLiteral("losses%1").arg(i);
        if (curves.empty()) {
            m_services.jobs.cancelRequest(this, key);
            view->setMessage(all.empty() ? tr("Evaluate the mixture: here the loss of every token is drawn against the original's.")
                                         : tr("This evaluation has no reference: choose one that was made against the original."));
            continue;
        }
        m_services.jobs.request<Data>(
            this, key,
            [curves, i](const Context& context) {
                constexpr std::size_t kPoints = 240;
                return i == 0 ? plots::lossDifferenceDistribution(curves, context) : plots::lossDifferenceAlongText(curves, kPoints, context);
            },
            [view](Result<Data> r) {
                if (!r) return view->setMessage(errorText(r.error()));
                view->setMessage({});
                view->setData(*r);
            });
    }
}

// Two evaluations of the same tokens, paired: which one is better, and whether that is more than noise.
void EvaluationPanel::compareSelected()
{
    auto all = selected();
    m_words->clear();
    m_services.jobs.cancelRequest(this, QStringLiteral("pair"));
    if (all.size() != 2) return m_words->setText(all.size() > 2 ? tr("Select two evaluations to compare them token by token.") : QString());
    std::sort(all.begin(), all.end(), [this](const EvaluationPtr& a, const EvaluationPtr& b) { return m_model->rowOf(a) < m_model->rowOf(b); });
    if (!all[0]->sameTokens(*all[1])) return m_words->setText(tr("These two are of other tokens or windows: they don't compare."));
    using Pair = std::optional<model::Estimate>;
    m_services.jobs.request<Pair>(
        this, QStringLiteral("pair"), [a = all[1], b = all[0]](const Context&) -> Result<Pair> { return pairedDifference(*a, *b); },
        [this, a = all[1], b = all[0]](Result<Pair> r) {
            if (!r || !*r) return m_words->setText(tr("Of one of these only the figures were kept."));
            const model::Estimate& d = **r;
            const bool noise = std::fabs(d.mean) < 2 * d.error || (d.low < 0 && d.high > 0);
            m_words->setText(tr("%1 above %2: %3%4 ± %5 nats a token, paired (windows drawn again: %6 to %7)%8")
                                 .arg(a->mixture, b->mixture, noise ? QStringLiteral("≈ ") : QString(), text(formatNumber(d.mean, 3)), text(formatNumber(d.error, 2)),
                                      text(formatNumber(d.low, 3)), text(formatNumber(d.high, 3)), noise ? tr(": within the noise") : QString()));
        });
}

void EvaluationPanel::saveTable()
{
    const QString path = askTarget(this, FileLine::SaveTable, QStringLiteral("evaluations.csv"));
    if (path.isEmpty()) return;
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(m_model->csv().toUtf8()) < 0 || !file.commit()) m_strip->setProblem(tr("Can't write %1").arg(path));
}

void EvaluationPanel::saveLosses()
{
    const auto all = selected();
    if (all.empty() || !all.front()->tokens) return m_strip->setProblem(tr("Select an evaluation whose losses were kept."));
    const QString path = askTarget(this, FileLine::SaveTable, QStringLiteral("losses.csv"));
    if (path.isEmpty()) return;
    m_services.jobs.request<bool>(
        this, QStringLiteral("save"),
        [e = all.front(), path](const Context&) -> Result<bool> {
            QSaveFile file(path);
            const std::string csv = plots::lossesAsCsv(*e->tokens);
            return file.open(QIODevice::WriteOnly) && file.write(csv.data(), static_cast<qint64>(csv.size())) >= 0 && file.commit();
        },
        [this, path](Result<bool> r) {
            if (!r || !*r) m_strip->setProblem(tr("Can't write %1").arg(path));
        });
}

QJsonObject EvaluationPanel::saveState() const
{
    QJsonObject o{{QStringLiteral("tokens"), m_tokens->value()}, {QStringLiteral("protocol"), m_protocol->current()}, {QStringLiteral("stride"), m_stride->value()},
                  {QStringLiteral("against"), m_against->isChecked()}, {QStringLiteral("activations"), m_activations->currentIndex()}, {QStringLiteral("kv8"), m_kv8->isChecked()}};
    if (m_lengthByHand) o[QStringLiteral("length")] = m_length->value();
    return o;
}

void EvaluationPanel::restoreState(const QJsonObject& state)
{
    m_tokens->setValue(state[QStringLiteral("tokens")].toInt(m_tokens->value()));
    if (state.contains(QStringLiteral("length"))) m_length->setValue(state[QStringLiteral("length")].toInt());
    m_protocol->setCurrent(state[QStringLiteral("protocol")].toInt() == 1 ? 1 : 0);
    m_stride->setMaximum(m_length->value());
    m_stride->setValue(state[QStringLiteral("stride")].toInt(m_stride->value()));
    m_against->setChecked(state[QStringLiteral("against")].toBool(true));
    m_activations->setCurrentIndex(std::clamp(state[QStringLiteral("activations")].toInt(), 0, 2));
    m_kv8->setChecked(state[QStringLiteral("kv8")].toBool());
    refresh();
}

} // namespace qs::gui
