// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/recipe_panel.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"
#include "widgets/common/form_scroll.h"
#include "widgets/common/param_form.h"
#include "widgets/panels/recipe_estimate.h"

#include <QComboBox>
#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QStyle>
#include <QStyleOptionComboBox>
#include <QEvent>
#include <QVBoxLayout>

namespace qs::gui {
namespace {

// Shown while no tensor is chosen: the size of a usual projection.
constexpr Index kNominal = 4096;

QString text(const std::string& s) { return QString::fromStdString(s); }

QLabel* secondaryLabel(QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setProperty("secondary", true);
    label->setWordWrap(true);
    return label;
}

} // namespace

RecipePanel::RecipePanel(const Services& services, QWidget* parent) : QWidget(parent), m_services(services)
{
    setMinimumWidth(fontMetrics().averageCharWidth() * 34); // labels and choices side by side
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new FormScroll(this);
    scroll->setAccessibleName(tr("Recipe"));
    outer->addWidget(scroll);
    QWidget* body = scroll->body();
    body->installEventFilter(this);
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(12, 4, 12, 12);
    column->setSpacing(8);

    const auto row = [&](const QString& name, QWidget* control) {
        auto* line = new QHBoxLayout;
        line->setSpacing(8);
        auto* label = new QLabel(name, body);
        label->setProperty("secondary", true);
        label->setMinimumWidth(ParamForm::kLabelWidth);
        label->setBuddy(control);
        control->setAccessibleName(name);
        line->addWidget(label);
        line->addWidget(control, 1);
        column->addLayout(line);
        if (auto* box = qobject_cast<QComboBox*>(control)) {
            m_rows.push_back({line, label, box});
            connect(box, &QComboBox::currentIndexChanged, this, &RecipePanel::fitRows);
        }
    };
    const auto combo = [&] {
        auto* c = new QComboBox(body);
        c->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // the dock may be narrow
        c->setMinimumContentsLength(6);
        c->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        c->setMinimumContentsLength(8);
        guardWheel(c);
        return c;
    };

    m_preset = combo();
    m_preset->addItem(tr("custom"));
    for (const auto& r : quant::builtinRegistry().recipes()) {
        m_preset->addItem(coreText(r.title), text(r.name));
        m_preset->setItemData(m_preset->count() - 1, coreText(r.source), Qt::ToolTipRole);
    }
    row(tr("preset"), m_preset);

    using Kind = quant::PartKind;
    for (const auto& [kind, name] : {std::pair(Kind::Transform, tr("transform")), std::pair(Kind::Grid, tr("grid")),
                                     std::pair(Kind::Assignment, tr("assignment")), std::pair(Kind::Residual, tr("residual"))}) {
        Part part{kind, combo(), new ParamForm(body)};
        if (kind == Kind::Transform || kind == Kind::Residual) part.choice->addItem(tr("none"), QStringLiteral("none"));
        for (const auto& p : quant::builtinRegistry().parts())
            if (p.kind == kind && (p.name != "none" || kind == Kind::Grid)) {
                part.choice->addItem(coreText(p.title), text(p.name));
                part.choice->setItemData(part.choice->count() - 1, coreText(p.summary) + QLatin1Char('\n') + coreText(p.source), Qt::ToolTipRole);
            }
        row(name, part.choice);
        column->addWidget(part.form);
        m_parts.push_back(part);
    }
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        connect(m_parts[i].choice, &QComboBox::currentIndexChanged, this, [this, i] {
            if (m_filling) return;
            Part& part = m_parts[i];
            const auto* info = quant::builtinRegistry().part(part.kind, part.choice->currentData().toString().toStdString());
            fillPart(part, info ? quant::PartUse{info->name, quant::ParamValues(info->params)} : quant::PartUse{"none", {}});
            edited();
        });
        connect(m_parts[i].form, &ParamForm::changed, this, [this] {
            if (!m_filling) edited();
        });
    }
    connect(m_preset, &QComboBox::currentIndexChanged, this, [this](int index) {
        if (!m_filling) presetChosen(index);
    });

    column->addSpacing(4);
    m_bits = new QLabel(body);
    QFont big = m_bits->font();
    big.setPointSizeF(big.pointSizeF() * 1.5);
    big.setWeight(QFont::DemiBold);
    m_bits->setFont(big);
    m_bits->setAccessibleName(tr("Bits per weight"));
    m_bits->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_sum = secondaryLabel(body);
    m_needs = secondaryLabel(body);
    m_cost = secondaryLabel(body);
    m_problem = new QLabel(body);
    m_problem->setWordWrap(true);
    m_problem->setAccessibleName(tr("What stands in the way of this recipe"));
    auto* numbers = new QVBoxLayout;
    numbers->setSpacing(4);
    numbers->addWidget(m_bits);
    numbers->addWidget(m_sum);
    numbers->addSpacing(4);
    numbers->addWidget(m_needs);
    numbers->addWidget(m_cost);
    numbers->addWidget(m_problem);
    column->addLayout(numbers);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    m_add = new QPushButton(tr("Add recipe"), body);
    m_add->setToolTip(tr("Keep this recipe in the tool bar"));
    m_add->setAutoDefault(false);
    m_run = new QPushButton(tr("Run ▸"), body);
    m_run->setAccessibleName(tr("Run this recipe on the selected tensors"));
    m_run->setToolTip(tr("Run this recipe on the selected tensors"));
    m_run->setProperty("primary", true);
    m_run->setAutoDefault(false);
    m_update = new QPushButton(tr("Update chip"), body);
    m_update->setAutoDefault(false);
    m_update->hide();
    buttons->addWidget(m_update);
    buttons->addWidget(m_add);
    buttons->addWidget(m_run);
    buttons->addStretch(1);
    column->addSpacing(4);
    column->addLayout(buttons);
    column->addStretch(1);
    connect(m_update, &QPushButton::clicked, this, [this] { emit updateRequested(m_slot); });
    connect(&services.workspace, &Workspace::recipesChanged, this, &RecipePanel::refreshUpdate);
    connect(&services.workspace, &Workspace::calibrationChanged, this, &RecipePanel::refresh);
    connect(m_add, &QPushButton::clicked, this, &RecipePanel::addRequested);
    connect(m_run, &QPushButton::clicked, this, &RecipePanel::runRequested);

    m_wait.setSingleShot(true);
    m_wait.setInterval(120);
    connect(&m_wait, &QTimer::timeout, this, &RecipePanel::askTrial);
    m_pause.setSingleShot(true);
    m_pause.setInterval(500);
    connect(&m_pause, &QTimer::timeout, this, &RecipePanel::askWhole);
    connect(&services.selection, &Selection::tensorChanged, this, &RecipePanel::refresh);
    connect(&services.theme, &Theme::changed, this, &RecipePanel::refresh);

    for (const char* start : {"afpq", "rtn"})
        if (auto r = quant::parseRecipe(start)) {
            setRecipe(*r);
            break;
        }
}

void RecipePanel::fillPart(Part& part, const quant::PartUse& use)
{
    const QScopedValueRollback guard(m_filling, true);
    part.choice->setCurrentIndex(std::max(0, part.choice->findData(text(use.name))));
    const auto* info = quant::builtinRegistry().part(part.kind, use.name);
    if (info) part.form->setParams(info->params, use.values);
    else part.form->setParams({}, {});
    part.choice->setToolTip(info ? coreText(info->summary) : QString());
}

void RecipePanel::setRecipe(const quant::Recipe& recipe)
{
    {
        const QScopedValueRollback guard(m_filling, true);
        for (Part& part : m_parts) {
            switch (part.kind) {
            case quant::PartKind::Transform: fillPart(part, recipe.transform); break;
            case quant::PartKind::Grid: fillPart(part, recipe.grid); break;
            case quant::PartKind::Assignment: fillPart(part, recipe.assignment); break;
            case quant::PartKind::Residual: fillPart(part, recipe.residual); break;
            }
        }
        // A recipe that equals a preset is shown as that preset.
        int preset = 0;
        for (int i = 1; i < m_preset->count() && preset == 0; ++i)
            if (auto r = quant::parseRecipe(m_preset->itemData(i).toString().toStdString()); r && *r == recipe) preset = i;
        m_preset->setCurrentIndex(preset);
    }
    refresh();
}

const quant::PartInfo* RecipePanel::partAt(const QWidget* widget) const
{
    for (const Part& part : m_parts)
        if (widget == part.choice || part.choice->isAncestorOf(widget) || part.form->isAncestorOf(widget))
            return quant::builtinRegistry().part(part.kind, part.choice->currentData().toString().toStdString());
    return nullptr;
}

void RecipePanel::edit(int slot)
{
    m_slot = slot;
    for (const auto& chip : m_services.workspace.recipes())
        if (chip.slot == slot) setRecipe(quant::Recipe(chip.recipe));
    refreshUpdate();
}

void RecipePanel::refreshUpdate()
{
    const RecipeChip* chip = nullptr;
    for (const auto& c : m_services.workspace.recipes())
        if (c.slot == m_slot && m_slot > 0) chip = &c;
    if (!chip) m_slot = 0;
    m_update->setVisible(chip != nullptr);
    if (!chip) return;
    const auto now = recipe();
    m_update->setEnabled(now && !(*now == chip->recipe) && m_services.workspace.slotOf(*now) == 0);
    m_update->setToolTip(tr("Change “%1” to the recipe on show; results of the old one are kept and marked stale").arg(text(chip->recipe.label())));
}

Result<quant::Recipe> RecipePanel::recipe() const
{
    quant::Recipe out;
    for (const Part& part : m_parts) {
        const std::string name = part.choice->currentData().toString().toStdString();
        const auto* info = quant::builtinRegistry().part(part.kind, name);
        quant::PartUse use{name.empty() ? "none" : name, {}};
        if (info) {
            QS_ASSIGN(use.values, part.form->values());
        }
        switch (part.kind) {
        case quant::PartKind::Transform: out.transform = std::move(use); break;
        case quant::PartKind::Grid:
            if (!info) return fail(ErrorCode::Usage, "no grid is chosen");
            QS_TRY(info->makeGrid(use.values));
            out.grid = std::move(use);
            break;
        case quant::PartKind::Assignment: out.assignment = std::move(use); break;
        case quant::PartKind::Residual: out.residual = std::move(use); break;
        }
    }
    return out;
}

void RecipePanel::presetChosen(int index)
{
    if (index <= 0) return;
    if (auto r = quant::parseRecipe(m_preset->itemData(index).toString().toStdString())) setRecipe(*r);
}

// A name that has no room beside its label stands below it: none is cut.
void RecipePanel::fitRows()
{
    for (const Row& row : m_rows) {
        QStyleOptionComboBox option;
        option.initFrom(row.box);
        const int frame = row.box->width() - row.box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, row.box).width();
        const int beside = m_width - row.label->minimumWidth() - row.line->spacing();
        const bool fits = row.box->fontMetrics().horizontalAdvance(row.box->currentText()) + frame + 2 <= beside;
        row.line->setSpacing(fits ? 8 : 2);
        row.line->setDirection(fits ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
    }
}

bool RecipePanel::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Resize) {
        const auto* body = static_cast<QWidget*>(object);
        const QMargins m = body->layout()->contentsMargins();
        m_width = body->width() - m.left() - m.right();
        fitRows();
    }
    return QWidget::eventFilter(object, event);
}

void RecipePanel::edited()
{
    {
        const QScopedValueRollback guard(m_filling, true);
        m_preset->setCurrentIndex(0);
    }
    refresh();
}

void RecipePanel::refresh()
{
    if (m_filling) return;
    m_wait.stop();
    m_pause.stop();
    m_services.jobs.cancelRequest(this, QStringLiteral("trial"));
    m_services.jobs.cancelRequest(this, QStringLiteral("whole"));
    const auto* tensor = m_services.selection.tensorInfo();
    const io::MatrixShape shape = tensor ? io::matrixShape(*tensor) : io::MatrixShape{kNominal, kNominal};
    const auto problem = [&](const Error& e) {
        // The layer is on show already.
        Error bare = e;
        bare.file.clear();
        bare.tensor.clear();
        m_problem->setText(errorText(bare));
        m_problem->setVisible(true);
        m_cost->clear();
    };
    m_problem->hide();
    refreshUpdate();
    const auto now = recipe();
    m_add->setEnabled(now.has_value());
    m_run->setEnabled(now.has_value() && tensor);
    if (!now) {
        m_bits->setText(QStringLiteral("– bpw"));
        m_sum->clear();
        m_needs->clear();
        problem(now.error());
        return;
    }
    m_needs->setText(needsText(*now));
    const auto bits = estimateBits(*now, shape.rows, shape.cols);
    if (bits) {
        m_bits->setText(text(formatBits(bits->total)));
        m_sum->setText(tensor ? bits->sum : tr("%1 (for %2×%2)").arg(bits->sum).arg(kNominal));
        const QString tip = explain(Figure::ForecastBits, {QStringLiteral("= %1").arg(bits->sum), tr("for a %1×%2 matrix").arg(shape.rows).arg(shape.cols)}, text(now->text()));
        m_bits->setToolTip(tip);
        m_sum->setToolTip(tip);
    } else {
        m_bits->setText(QStringLiteral("– bpw"));
        m_sum->clear();
    }
    // What the calibration file holds of this layer is read by the job, not here; without a file the lack is told now.
    const bool calibrated = quant::needsOf(*now) != 0;
    const auto ok = quant::acceptsMatrix(*now, shape.rows, shape.cols, nullptr);
    if (!ok && !(calibrated && m_services.workspace.calibrationOf() && ok.error().code == ErrorCode::Lacking)) {
        problem(ok.error());
        m_run->setEnabled(false);
        return;
    }
    if (!tensor) {
        m_cost->clear();
        return;
    }
    m_cost->setToolTip(explain({Figure::PeakMemory, Figure::Threads}, text(now->text())));
    m_cost->setText(tr("%1 peak · CPU, %2").arg(text(formatBytes(study::cellPeakBytes(*tensor, *now))), threads()));
    if (!calibrated) m_wait.start(); // a trial of a method that looks at all inputs would take as long as the run
}

QString RecipePanel::threads() const
{
    const int n = threadCount({{}, nullptr, m_services.jobs.arena(), 0});
    return n == 1 ? tr("1 thread") : tr("%1 threads").arg(n);
}

void RecipePanel::askTrial()
{
    const auto now = recipe();
    const Checkpoint* c = m_services.selection.checkpoint();
    const auto* info = m_services.selection.tensorInfo();
    if (!now || !c || !info) return;
    const std::uint64_t peak = study::cellPeakBytes(*info, *now);
    m_services.jobs.request<TrialEstimate>(
        this, QStringLiteral("trial"),
        [source = c->source, index = static_cast<std::size_t>(m_services.selection.tensor().tensor), recipe = *now](const Context& context) {
            return tryRecipe(*source, source->tensors[index], recipe, context);
        },
        [this, peak](Result<TrialEstimate> r) {
            if (!r) {
                if (r.error().code == ErrorCode::Cancelled) return;
                m_problem->setText(coreText(r.error().message));
                m_problem->show();
                return;
            }
            const bool whole = r->sampleRows == r->rows;
            m_costLine = (r->seconds < 0.01 ? tr("< 0.01 s") : QStringLiteral("≈ ") + text(formatSeconds(r->seconds)))
                + tr(" · %1 peak · CPU, %2").arg(text(formatBytes(peak)), threads());
            const QString words = whole ? tr("rel. MSE %1").arg(text(formatError(r->relativeMse)))
                                        : tr("rel. MSE ≈ %1 on %2 of %3 rows")
                                                    .arg(text(formatError(r->relativeMse)))
                                                    .arg(r->sampleRows)
                                                    .arg(r->rows);
            m_cost->setText(m_costLine + QLatin1Char('\n') + words);
            m_cost->setToolTip(trialTip(r->sampleRows, r->rows));
            if (!whole && (m_services.jobs.memoryLimit() == 0 || peak <= m_services.jobs.memoryLimit())) m_pause.start();
        });
}

QString RecipePanel::trialTip(Index of, Index rows) const
{
    const auto now = recipe();
    const QString name = now ? text(now->text()) : QString();
    const QString part = of == rows ? tr("over all %1 rows of the selected tensor").arg(rows)
                                    : tr("the first %1 of %2 rows; the whole tensor is measured when the parameters rest").arg(of).arg(rows);
    const QString gap = QStringLiteral("\n\n");
    return explain(Figure::TrialMse, {part}, name) + gap + explain(Figure::TrialSeconds, {part}, name) + gap + explain({Figure::PeakMemory, Figure::Threads}, name);
}

// The estimate becomes the figure: in the background, dropped when a parameter moves on.
void RecipePanel::askWhole()
{
    const auto now = recipe();
    const Checkpoint* c = m_services.selection.checkpoint();
    const auto* info = m_services.selection.tensorInfo();
    if (!now || !c || !info) return;
    using CellPtr = std::shared_ptr<const study::CellResult>;
    m_services.jobs.request<CellPtr>(
        this, QStringLiteral("whole"),
        [source = c->source, index = static_cast<std::size_t>(m_services.selection.tensor().tensor), recipe = *now](const Context& context) {
            study::RunOptions options;
            options.nonFiniteAsZero = true; // as in the trial
            return study::runCell(*source, source->tensors[index], recipe, options, context);
        },
        [this, rows = io::matrixShape(*info).rows](Result<CellPtr> r) {
            if (!r) return; // the estimate stands
            m_cost->setText(m_costLine + QLatin1Char('\n') + tr("rel. MSE %1").arg(text(formatError((*r)->error.relativeMse()))));
            m_cost->setToolTip(trialTip(rows, rows));
        });
}

} // namespace qs::gui
