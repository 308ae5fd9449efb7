// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/evaluate/budget_panel.h"

#include "core/base/format.h"
#include "core/plan/plan_file.h"
#include "widgets/common/explain.h"
#include "widgets/common/form_scroll.h"
#include "widgets/common/core_text.h"
#include "widgets/models/layer_recipe_model.h"
#include "widgets/pages/evaluate/form_parts.h"
#include "widgets/pages/evaluate/job_strip.h"
#include "widgets/pages/layer_table.h"
#include "widgets/plots/plot_view.h"
#include "widgets/plots/segment_bar.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QPointer>
#include <QPushButton>
#include <QSlider>
#include <QSplitter>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <map>

namespace qs::gui {
namespace {

constexpr int kSteps = 1000;                                  // of the slider
constexpr int kDragWait = 15;                                 // ms: moves within are one
constexpr int kCurvePoints = 32;
constexpr std::uint64_t kKept = std::uint64_t(1) << 30;       // artefacts of measured cells that stay in memory
constexpr double kMega = 1024.0 * 1024.0;

QString text(const std::string& s) { return QString::fromStdString(s); }

} // namespace

BudgetPanel::BudgetPanel(const Services& services, QWidget* parent) : QWidget(parent), m_services(services)
{
    auto* row = new QVBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->setChildrenCollapsible(false);
    row->addWidget(split);
    split->addWidget(makeControls());
    auto* right = new QSplitter(Qt::Vertical, split);
    right->setChildrenCollapsible(false);
    m_table = new LayerTable(services, right);
    m_plot = new PlotView(services.theme, right);
    m_plot->setObjectName(QStringLiteral("budgetCurve"));
    m_plot->setMinimumHeight(80);
    right->setSizes({300, 180});
    right->setStretchFactor(0, 3);
    right->setStretchFactor(1, 2);
    split->setSizes({290, 640});
    split->setStretchFactor(1, 1);
    m_wait.setSingleShot(true);
    m_wait.setInterval(kDragWait);
    connect(&m_wait, &QTimer::timeout, this, &BudgetPanel::makePlan);
    m_gatherWait.setSingleShot(true);
    m_gatherWait.setInterval(50);
    connect(&m_gatherWait, &QTimer::timeout, this, &BudgetPanel::gather);

    const auto later = [this] {
        if (isVisible() && !m_gatherWait.isActive()) m_gatherWait.start();
    };
    Workspace& w = services.workspace;
    connect(&w, &Workspace::resultsChanged, this, later);
    connect(&w, &Workspace::recipesChanged, this, later);
    connect(&w, &Workspace::checkpointsChanged, this, [this, later] {
        // What was closed must not stay mapped for a page that nobody looks at.
        const auto& all = m_services.workspace.checkpoints();
        if (m_request && std::none_of(all.begin(), all.end(), [this](const Checkpoint& c) { return c.source == m_request->source; })) gather();
        else later();
    });
    connect(&services.selection, &Selection::tensorChanged, this, [this, later] {
        if (const Checkpoint* c = checkpoint(); !m_request || !c || c->source != m_request->source) later();
    });
    connect(&w, &Workspace::budgetPinsChanged, this, [this] {
        touch();
        gather();
    });
    connect(m_unit, &SegmentBar::chosen, this, &BudgetPanel::budgetMoved);
    connect(m_slider, &QSlider::valueChanged, this, [this](int position) {
        touch();
        const double bits = budgetOf(position);
        const QSignalBlocker quiet(m_budget);
        m_budget->setValue(inBytes() ? bits / 8 / kMega : m_weights > 0 ? bits / static_cast<double>(m_weights) : 0);
        m_wait.start();
    });
    connect(m_budget, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        touch();
        const double bits = inBytes() ? value * 8 * kMega : value * static_cast<double>(m_weights);
        const QSignalBlocker quiet(m_slider);
        if (m_high > m_low) m_slider->setValue(static_cast<int>(std::lround((bits - m_low) / (m_high - m_low) * kSteps)));
        m_wait.start();
    });
    for (QCheckBox* tie : {m_tieQkv, m_tieGateUp})
        connect(tie, &QCheckBox::toggled, this, [this] {
            touch();
            gather();
        });
    connect(m_unpin, &QPushButton::clicked, this, [this] { m_services.workspace.setBudgetPins({}); });
    connect(m_measure, &QPushButton::clicked, this, &BudgetPanel::measureMissing);
    connect(m_strip, &JobStrip::activeChanged, this, &BudgetPanel::showFigures);
    connect(m_evaluate, &QPushButton::clicked, this, [this] {
        takePlan();
        emit evaluateAsked();
    });
    connect(m_run, &QPushButton::clicked, this, &BudgetPanel::runPlan);
    connect(m_save, &QPushButton::clicked, this, [this] {
        if (const QString path = askTarget(this, FileLine::SavePlan, QStringLiteral("plan.json")); !path.isEmpty()) savePlan(path);
    });
    showFigures();
}

QWidget* BudgetPanel::makeControls()
{
    auto* scroll = new FormScroll(this);
    scroll->setMinimumWidth(260);
    QWidget* body = scroll->body();
    auto* form = makeForm(body);
    m_cells = makeNote(body);
    m_cells->setToolTip(explain({Figure::Recipe, Figure::TensorCount}, tr("the recipes that are switched on in the tool bar, on all layers that are quantized by default")));
    form->addRow(m_cells);
    m_measure = new QPushButton(body);
    m_measure->setAutoDefault(false);
    m_measure->setToolTip(tr("quantizes what has no result yet; of a large model only the figures are kept"));
    form->addRow(m_measure);
    m_unit = new SegmentBar(tr("unit"), {{tr("bits/weight"), tr("true bits per weight over all these layers")}, {tr("MiB"), tr("size of all these layers")}}, body);
    addRow(form, tr("budget"), m_unit, {});
    m_slider = new QSlider(Qt::Horizontal, body);
    m_slider->setObjectName(QStringLiteral("budgetSlider"));
    m_slider->setRange(0, kSteps);
    m_slider->setPageStep(kSteps / 20);
    m_slider->setValue(kSteps / 2);
    m_slider->setAccessibleName(tr("budget of bits"));
    m_slider->setToolTip(tr("from the smallest to the largest choice of every layer; the framed cells follow"));
    form->addRow(m_slider);
    m_budget = new QDoubleSpinBox(body);
    m_budget->setDecimals(3);
    m_budget->setSingleStep(0.05);
    m_budget->setRange(0, 1e9);
    m_budget->setKeyboardTracking(false);
    addRow(form, tr("at most"), m_budget, tr("the plan stays within this"));
    m_tieQkv = new QCheckBox(tr("q, k and v take one recipe"), body);
    m_tieQkv->setToolTip(tr("within a block, so that kernels can fuse them"));
    m_tieGateUp = new QCheckBox(tr("gate and up take one recipe"), body);
    m_tieGateUp->setToolTip(m_tieQkv->toolTip());
    form->addRow(m_tieQkv);
    form->addRow(m_tieGateUp);
    m_pins = makeNote(body);
    m_unpin = new QPushButton(tr("Clear pins"), body);
    m_unpin->setAutoDefault(false);
    auto* pinRow = new QHBoxLayout;
    pinRow->addWidget(m_pins, 1);
    pinRow->addWidget(m_unpin);
    form->addRow(pinRow);
    m_figures = new QLabel(body);
    m_figures->setWordWrap(true);
    m_figures->setTextFormat(Qt::PlainText);
    m_figures->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_figures->setFocusPolicy(Qt::NoFocus);
    m_figures->setAccessibleName(tr("The plan"));
    m_figures->setToolTip(explain({Figure::BitsPerWeight, Figure::TensorBytes, Figure::PlanError}));
    form->addRow(m_figures);
    m_evaluate = new QPushButton(tr("Evaluate this mixture"), body);
    m_evaluate->setObjectName(QStringLiteral("evaluatePlan"));
    m_evaluate->setProperty("primary", true);
    m_evaluate->setToolTip(tr("perplexity of the model with these recipes"));
    m_run = new QPushButton(tr("Run this plan"), body);
    m_run->setToolTip(tr("quantizes the layers of which only figures were kept, so that they can be seen, compared and exported"));
    m_save = new QPushButton(tr("Save the plan…"), body);
    m_save->setToolTip(tr("a file for quantoscope-cli quantize --plan and eval --plan"));
    for (QPushButton* b : {m_evaluate, m_run, m_save}) {
        b->setAutoDefault(false);
        form->addRow(b);
    }
    m_strip = new JobStrip(m_services.jobs, body);
    form->addRow(m_strip);
    return scroll;
}

const Checkpoint* BudgetPanel::checkpoint() const
{
    if (const Checkpoint* c = m_services.selection.checkpoint()) return c;
    const auto& all = m_services.workspace.checkpoints();
    return all.empty() ? nullptr : &all.front();
}

bool BudgetPanel::inBytes() const { return m_unit->current() == 1; }
void BudgetPanel::touch() { m_touched = true; }
double BudgetPanel::budgetOf(int position) const { return m_low + (m_high - m_low) * position / kSteps; }

void BudgetPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    gather();
}

// Cells from the results that are there: recipes that are switched on, on the default tensors, and what is pinned.
void BudgetPanel::gather()
{
    m_gatherWait.stop();
    const Checkpoint* c = checkpoint();
    m_request.reset();
    m_summaries.reset();
    m_missing.clear();
    m_plan.reset();
    m_low = m_high = 0;
    m_weights = 0;
    const auto tensors = c ? io::selectTensors(*c->source, {}) : Result<std::vector<std::size_t>>(std::vector<std::size_t>{});
    if (!c || !tensors || tensors->empty()) return showFigures();
    auto request = std::make_shared<plan::PlanRequest>();
    request->source = c->source;
    request->tensors = *tensors;
    const Workspace& w = m_services.workspace;
    for (const auto& chip : w.recipes())
        if (chip.enabled) request->recipes.push_back(chip.recipe);
    request->candidates = request->recipes.size();
    const std::string path = c->source->path.string();
    for (const auto& [layer, key] : w.budgetPins()) {
        const auto at = layer.source == path ? c->source->find(layer.tensor) : -1;
        if (at < 0) continue;
        auto recipe = quant::parseRecipe(key);
        if (!recipe) continue;
        auto it = std::find(request->recipes.begin(), request->recipes.end(), *recipe);
        if (it == request->recipes.end()) it = request->recipes.insert(it, std::move(*recipe));
        request->pins.push_back({{static_cast<std::size_t>(at)}, static_cast<std::size_t>(it - request->recipes.begin())});
    }
    using io::Role;
    if (m_tieQkv->isChecked()) request->ties.push_back({Role::QProj, Role::KProj, Role::VProj});
    if (m_tieGateUp->isChecked()) request->ties.push_back({Role::GateProj, Role::UpProj});
    std::map<std::string, std::vector<ResultPtr>> byTensor;
    for (const auto& r : w.results())
        if (r->source == c->source->path && !r->foreign && !w.stale(*r)) byTensor[r->tensor].push_back(r);
    std::map<std::size_t, std::size_t> pinned;
    for (const auto& pin : request->pins) pinned[pin.tensors.front()] = pin.recipe;
    auto cells = std::make_shared<std::vector<study::CellSummary>>();
    for (const std::size_t t : request->tensors) {
        m_weights += c->source->tensors[t].shape.elements();
        std::uint64_t least = UINT64_MAX;
        std::uint64_t most = 0;
        const auto& mine = byTensor[c->source->tensors[t].name];
        for (std::size_t k = 0; k < request->recipes.size(); ++k) {
            const auto it = std::find_if(mine.begin(), mine.end(), [&](const ResultPtr& r) { return r->recipe == request->recipes[k]; });
            if (it == mine.end()) {
                if (k < request->candidates && !m_refused.contains({c->source->tensors[t].name, request->recipes[k].text()})) m_missing.emplace_back(t, k);
                continue;
            }
            cells->push_back(study::summarize(**it, *c->source, t, k));
            const auto pin = pinned.find(t);
            if (pin == pinned.end() ? k >= request->candidates : k != pin->second) continue; // no choice of this layer
            const std::uint64_t bits = cells->back().bits.payload + cells->back().bits.metadata;
            least = std::min(least, bits);
            most = std::max(most, bits);
        }
        if (most == 0) continue;
        m_low += static_cast<double>(least);
        m_high += static_cast<double>(most);
    }
    m_request = std::move(request);
    m_summaries = std::move(cells);
    makeCurve();
    budgetMoved();
}

// The spin box follows the slider; the range is that of the cells.
void BudgetPanel::budgetMoved()
{
    {
        const QSignalBlocker quiet(m_budget);
        const bool bytes = inBytes();
        const double unit = bytes ? 8 * kMega : std::max(1.0, static_cast<double>(m_weights));
        m_budget->setSuffix(bytes ? QStringLiteral(" MiB") : QStringLiteral(" bpw"));
        // Rounded outwards, so that both ends can be reached with three decimals.
        m_budget->setRange(std::floor(m_low / unit * 1000) / 1000, std::ceil(m_high / unit * 1000) / 1000);
        m_budget->setSingleStep(bytes ? std::max(0.001, m_budget->maximum() / 100) : 0.05);
        m_budget->setValue(budgetOf(m_slider->value()) / unit);
    }
    makePlan();
}

void BudgetPanel::setBitsPerWeight(double bits)
{
    m_unit->setCurrent(0);
    budgetMoved();
    m_budget->setValue(bits);
}

void BudgetPanel::makePlan()
{
    if (!m_request || m_summaries->empty() || m_high <= 0) {
        m_plan.reset();
        m_problem.clear();
        return showFigures();
    }
    auto request = *m_request;
    // Rounded to the next unit upwards: three decimals of the box must not refuse the smallest choice.
    const double unit = inBytes() ? 8 * kMega : static_cast<double>(m_weights);
    const double bits = std::clamp((m_budget->value() + 0.0005) * unit, m_low, m_high + unit * 0.001);
    if (inBytes()) request.bytes = static_cast<std::uint64_t>(std::ceil(bits / 8)) + request.tensors.size();
    else request.bitsPerWeight = bits / static_cast<double>(m_weights) + 1e-9;
    m_services.jobs.request<plan::BitPlan>(
        this, QStringLiteral("plan"),
        [request = std::move(request), cells = m_summaries](const Context& context) { return plan::chooseBits(request, *cells, context); },
        [this](Result<plan::BitPlan> r) {
            m_problem = r ? QString() : errorText(r.error());
            if (r) m_plan = std::move(*r);
            else m_plan.reset();
            if (m_touched) takePlan();
            showFigures();
            emit planned();
        });
}

// How error falls with bits under the best plans: the slider's way.
void BudgetPanel::makeCurve()
{
    m_curve.clear();
    if (!m_request || m_summaries->empty() || !(m_high > m_low)) return showCurve();
    using Curve = std::vector<CurvePoint>;
    m_services.jobs.request<Curve>(
        this, QStringLiteral("curve"),
        [request = *m_request, cells = m_summaries, low = m_low, high = m_high, weights = static_cast<double>(m_weights)](const Context& context) -> Result<Curve> {
            Curve out;
            for (int i = 0; i <= kCurvePoints; ++i) {
                if (context.stopped()) return cancelled();
                auto r = request;
                r.bitsPerWeight = (low + (high - low) * i / kCurvePoints) / weights + 1e-9;
                const auto plan = plan::chooseBits(r, *cells, context);
                if (plan) out.push_back({plan->bitsPerWeight(), plan->meanError()});
            }
            return out;
        },
        [this](Result<Curve> r) {
            if (!r) return;
            m_curve = std::move(*r);
            showCurve();
        });
}

// The plan becomes the mixture, layer by layer.
void BudgetPanel::takePlan()
{
    if (!m_plan || !m_request) return;
    auto mixture = m_services.workspace.mixture();
    const std::string path = m_request->source->path.string();
    std::erase_if(mixture, [&](const auto& m) { return m.first.source == path; });
    for (const auto& p : m_plan->tensors) mixture[{path, m_request->source->tensors[p.tensor].name}] = m_request->recipes[p.recipe].text();
    m_services.workspace.setMixture(std::move(mixture));
}

void BudgetPanel::showFigures()
{
    const bool any = m_request != nullptr;
    const std::size_t candidates = any ? m_request->candidates : 0;
    const std::size_t layers = any ? m_request->tensors.size() : 0;
    m_cells->setText(!any             ? tr("Open a checkpoint.")
                     : candidates == 0 ? tr("Switch recipes on in the tool bar: they are the choices of each layer.")
                                       : tr("%1 recipes on %2 layers, %3 of %4 measured").arg(candidates).arg(layers).arg(candidates * layers - m_missing.size()).arg(candidates * layers));
    m_measure->setVisible(!m_missing.empty());
    m_measure->setEnabled(!m_strip->active());
    m_measure->setText(tr("Measure the missing %1").arg(m_missing.size()));
    const auto& pins = m_services.workspace.budgetPins();
    m_pins->setText(pins.empty() ? tr("To fix a layer, right click a cell of the table.") : pins.size() == 1 ? tr("1 layer is pinned") : tr("%1 layers are pinned").arg(pins.size()));
    m_unpin->setVisible(!pins.empty());
    for (QWidget* w : {static_cast<QWidget*>(m_slider), static_cast<QWidget*>(m_budget)}) w->setEnabled(m_high > m_low);
    const bool planned = m_plan.has_value();
    m_evaluate->setEnabled(planned);
    m_save->setEnabled(planned);
    m_run->setEnabled(planned && !unrun().empty());
    if (!planned) {
        m_figures->setText(m_problem);
        return showCurve();
    }
    const auto& p = *m_plan;
    QString words = tr("This plan: %1, %2, mean relative error of %3 %4")
                        .arg(text(formatBits(p.bitsPerWeight())), text(formatBytes(p.bytes)), p.ofOutputs ? tr("the outputs") : tr("the weights"), text(formatError(p.meanError())));
    if (!p.optimal) words += QLatin1Char('\n') + tr("No plan is below %1.").arg(text(formatError(p.weights == 0 ? 0 : p.lowerBound / static_cast<double>(p.weights))));
    const plan::UniformChoice* best = nullptr;
    for (const auto& u : p.uniform)
        if (u.within && (!best || u.cost < best->cost)) best = &u;
    const auto weights = static_cast<double>(std::max<std::uint64_t>(1, p.weights));
    if (best) {
        const double gain = best->cost > 0 ? 1 - p.cost / best->cost : 0;
        words += QLatin1Char('\n')
            + tr("Best recipe for all: %1, %2, %3; the plan has %4 % less error.")
                  .arg(text(m_request->recipes[best->recipe].label()), text(formatBits(static_cast<double>(best->bits) / weights)), text(formatError(best->cost / weights)),
                       text(formatNumber(100 * gain, 3)));
    } else {
        words += QLatin1Char('\n') + tr("No recipe stays within this budget on all layers.");
    }
    if (!p.ofOutputs) words += QLatin1Char('\n') + tr("Calibrate to plan by the errors of outputs.");
    m_figures->setText(words);
    showCurve();
}

void BudgetPanel::showCurve()
{
    if (m_curve.empty() && !m_plan) {
        m_plot->setMessage(tr("Run recipes on all layers (Shift+R), or measure them here: then the budget chooses."));
        return;
    }
    auto data = std::make_shared<plots::PlotData>();
    data->id = "budget";
    data->title = tr("Best plans and single recipes").toStdString();
    data->x = {"bits per weight", "bits/weight", false, false, "bits"};
    data->y = {(m_plan && m_plan->ofOutputs ? tr("mean output error") : tr("mean weight error")).toStdString(), "", true, false, "plan_error"};
    plots::Series line;
    line.name = tr("best plan").toStdString();
    line.slot = 0;
    line.emphasis = true;
    for (const auto& p : m_curve)
        if (p.error > 0) {
            line.x.push_back(p.bits);
            line.y.push_back(p.error);
        }
    if (!line.x.empty()) data->series.push_back(std::move(line));
    if (m_plan && m_request) {
        const auto weights = static_cast<double>(std::max<std::uint64_t>(1, m_plan->weights));
        for (const auto& u : m_plan->uniform)
            if (u.everywhere && u.cost > 0) {
                const auto& recipe = m_request->recipes[u.recipe];
                data->series.push_back({recipe.label(), plots::SeriesKind::Points, m_services.workspace.slotOf(recipe), {static_cast<double>(u.bits) / weights}, {u.cost / weights},
                                        {recipe.label()}, false});
            }
        data->summary = tr("The plan takes %1 at a mean relative error of %2.").arg(text(formatBits(m_plan->bitsPerWeight())), text(formatError(m_plan->meanError()))).toStdString();
    }
    m_plot->setMessage({});
    m_plot->setData(data);
    if (m_plan) m_plot->mark(m_plan->bitsPerWeight());
}

// In one job: quantizing is the measuring. Artefacts are kept as long as they are small together.
void BudgetPanel::measureMissing()
{
    if (!m_request || m_missing.empty() || m_strip->active()) return;
    struct Measured {
        std::vector<ResultPtr> results;
        std::vector<std::pair<std::string, std::string>> refused;
    };
    QPointer<BudgetPanel> self(this);
    Workspace* workspace = &m_services.workspace;
    Job* job = m_services.jobs.start<Measured>(
        tr("measure %1 cells").arg(m_missing.size()),
        [request = m_request, missing = m_missing, options = workspace->runOptions()](const Context& context) -> Result<Measured> {
            Measured out;
            std::uint64_t kept = 0;
            const auto& source = *request->source;
            for (const auto& [t, k] : missing)
                if (context.progress) context.progress->expect(3 * source.tensors[t].shape.elements());
            auto run = options;
            run.announce = false;
            for (const auto& [t, k] : missing) {
                if (context.stopped()) return cancelled();
                const auto& tensor = source.tensors[t];
                auto cell = study::runCell(source, tensor, request->recipes[k], run, context);
                if (!cell) {
                    if (!study::concernsOneCell(cell.error().code)) return fail(std::move(cell.error()));
                    context.note(cell.error().text());
                    context.advance(3 * tensor.shape.elements());
                    out.refused.emplace_back(tensor.name, request->recipes[k].text());
                    continue;
                }
                kept += (*cell)->bits.payload / 8 + (*cell)->bits.metadata / 8;
                out.results.push_back(kept <= kKept ? *cell : study::figuresOf(**cell));
            }
            return out;
        },
        [self, workspace](Result<Measured> r) {
            if (r) {
                if (self) self->m_refused.insert(r->refused.begin(), r->refused.end());
                for (const auto& cell : r->results) workspace->addResult(cell);
                if (self) self->gather();
            } else if (self && r.error().code != ErrorCode::Cancelled) {
                self->m_strip->setProblem(errorText(r.error()));
            }
        });
    job->setAgain([self] {
        if (self) self->measureMissing();
    });
    m_strip->follow(job);
}

// Cells of the plan without values: only figures were kept.
std::vector<CellName> BudgetPanel::unrun() const
{
    std::vector<CellName> out;
    if (!m_plan || !m_request) return out;
    std::set<std::pair<std::string, std::string>> there;
    for (const auto& r : m_services.workspace.results())
        if (r->hasValues() && r->source == m_request->source->path) there.emplace(r->tensor, r->key());
    for (const auto& p : m_plan->tensors) {
        const std::string& name = m_request->source->tensors[p.tensor].name;
        const std::string recipe = m_request->recipes[p.recipe].text();
        if (!there.contains({name, recipe})) out.push_back({m_request->source->path.string(), name, recipe});
    }
    return out;
}

void BudgetPanel::runPlan()
{
    takePlan();
    m_services.workspace.askForRun(unrun());
}

bool BudgetPanel::savePlan(const QString& path)
{
    if (!m_plan || !m_request) return false;
    plan::PlanRecipes recipes;
    for (const auto& p : m_plan->tensors) recipes[m_request->source->tensors[p.tensor].name] = m_request->recipes[p.recipe];
    const Status saved = plan::savePlan(path.toStdString(), recipes, true);
    if (!saved) m_strip->setProblem(errorText(saved.error()));
    return saved.has_value();
}

QJsonObject BudgetPanel::saveState() const
{
    return {{QStringLiteral("unit"), m_unit->current()}, {QStringLiteral("budget"), m_slider->value()}, {QStringLiteral("tie_qkv"), m_tieQkv->isChecked()},
            {QStringLiteral("tie_gate_up"), m_tieGateUp->isChecked()}, {QStringLiteral("figure"), m_table->figures().current()}};
}

void BudgetPanel::restoreState(const QJsonObject& state)
{
    const auto quiet = [](QWidget* w, auto set) {
        const QSignalBlocker blocker(w);
        set();
    };
    m_unit->setCurrent(state[QStringLiteral("unit")].toInt() == 1 ? 1 : 0);
    quiet(m_slider, [&] { m_slider->setValue(state[QStringLiteral("budget")].toInt(m_slider->value())); });
    quiet(m_tieQkv, [&] { m_tieQkv->setChecked(state[QStringLiteral("tie_qkv")].toBool()); });
    quiet(m_tieGateUp, [&] { m_tieGateUp->setChecked(state[QStringLiteral("tie_gate_up")].toBool()); });
    if (const int figure = state[QStringLiteral("figure")].toInt(-1); figure >= 0 && figure < LayerRecipeModel::FigureCount) {
        m_table->figures().setCurrent(figure);
        m_table->model().setFigure(static_cast<LayerRecipeModel::Figure>(figure));
    }
    if (isVisible()) gather();
}

} // namespace qs::gui
