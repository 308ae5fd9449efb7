// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/laboratory/laboratory_page.h"

#include "core/base/format.h"
#include "core/blocks/nf_tables.h"
#include "core/quant/decoder.h"
#include "core/quant/kmeans_1d.h"
#include "core/quant/quantize.h"
#include "core/quant/recipe.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"
#include "widgets/plots/laboratory/level_editor.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace qs::gui {
namespace {

template <std::size_t N>
std::vector<float> scaled(const std::array<float, N>& table, double top)
{
    float largest = 0;
    for (const float v : table) largest = std::max(largest, std::fabs(v));
    std::vector<float> out;
    for (const float v : table) out.push_back(static_cast<float>(static_cast<double>(v / largest) * top));
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end()); // ±0 is one level
    return out;
}

} // namespace

LaboratoryPage::LaboratoryPage(const Services& services, QWidget* parent) : Page(parent), m_services(services), m_editor(new LevelEditor(services.theme, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->setSpacing(8);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(8);
    const auto label = [this](const QString& text) {
        auto* l = new QLabel(text, this);
        l->setProperty("secondary", true);
        return l;
    };
    bar->addWidget(label(tr("start from")));
    m_start = new QComboBox(this);
    m_start->setAccessibleName(tr("start from"));
    m_start->addItem(tr("exact k-means"), Kmeans);
    m_start->addItem(tr("uniform, min to max"), Uniform);
    m_start->addItem(QStringLiteral("NF4 × max |w|"), Nf4);
    m_start->addItem(QStringLiteral("NF3 × max |w|"), Nf3);
    m_start->addItem(QStringLiteral("FP4 × max |w|"), Fp4);
    m_start->addItem(tr("levels of result A"), ResultA);
    bar->addWidget(m_start);
    m_bits = new QComboBox(this);
    m_bits->setAccessibleName(tr("bits"));
    for (int b = 1; b <= 8; ++b) m_bits->addItem(b == 1 ? tr("1 bit") : tr("%1 bits").arg(b), b);
    m_bits->setCurrentIndex(3);
    bar->addWidget(m_bits);
    const auto button = [this, bar](const QString& text, const QString& tip) {
        auto* b = new QPushButton(text, this);
        b->setToolTip(tip);
        b->setFocusPolicy(Qt::TabFocus);
        bar->addWidget(b);
        return b;
    };
    auto* add = button(tr("Add level"), tr("splits the level with the largest share of the error (Insert; Ctrl+click adds at the cursor)"));
    auto* remove = button(tr("Remove"), tr("removes the chosen level (Delete)"));
    auto* improve = button(tr("Improve"), tr("one step of Lloyd's algorithm: each level moves to the mean of its weights"));
    m_undo = button(tr("Undo"), tr("takes the last change back"));
    m_redo = button(tr("Redo"), tr("makes it again"));
    bar->addStretch(1);
    m_keep = button(tr("Keep as recipe"), tr("adds kmeans:levels=… to the recipes; Run then quantizes with it"));
    m_keep->setProperty("primary", true);
    layout->addLayout(bar);
    m_facts = new QLabel(this);
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_facts->setMinimumWidth(10);
    m_facts->setToolTip(explain({Figure::LevelCount, Figure::ForecastBits, Figure::TrialMse, Figure::Sqnr, Figure::DeadLevels}, tr("every weight of the tensor at its nearest level")));
    layout->addWidget(m_facts);
    layout->addWidget(m_editor, 1);
    auto* below = new QHBoxLayout;
    below->addWidget(label(tr("chosen level")));
    m_value = new QLineEdit(this);
    m_value->setAccessibleName(tr("value of the chosen level"));
    m_value->setMaximumWidth(120);
    below->addWidget(m_value);
    m_levelFacts = label({});
    m_levelFacts->setToolTip(explain({Figure::LevelShare, Figure::LevelErrorShare}, tr("the chosen level")));
    m_value->setToolTip(explain(Figure::Level, {}, tr("the chosen level")));
    m_levelFacts->setMinimumWidth(10);
    below->addWidget(m_levelFacts, 1);
    layout->addLayout(below);

    const auto begin = [this] { startFrom(static_cast<Start>(m_start->currentData().toInt()), m_bits->currentData().toInt()); };
    connect(m_start, &QComboBox::activated, this, begin);
    connect(m_bits, &QComboBox::activated, this, begin);
    connect(add, &QPushButton::clicked, m_editor, &LevelEditor::splitWorst);
    connect(remove, &QPushButton::clicked, m_editor, &LevelEditor::removeChosen);
    connect(improve, &QPushButton::clicked, this, [this] {
        if (!m_editor->ledger() || m_editor->levels().empty()) return;
        m_editor->setLevels(m_editor->ledger()->improved(m_editor->levels()));
        remember();
    });
    connect(m_undo, &QPushButton::clicked, this, &LaboratoryPage::undo);
    connect(m_redo, &QPushButton::clicked, this, &LaboratoryPage::redo);
    connect(m_keep, &QPushButton::clicked, this, &LaboratoryPage::keep);
    connect(m_value, &QLineEdit::editingFinished, this, [this] {
        bool ok = false;
        const double v = m_value->text().toDouble(&ok);
        const int k = m_editor->chosen();
        if (!ok || !std::isfinite(v) || k < 0 || static_cast<float>(v) == m_editor->levels()[static_cast<std::size_t>(k)]) return showFigures();
        m_editor->moveChosen(v);
        remember();
    });
    connect(m_editor, &LevelEditor::levelsChanged, this, &LaboratoryPage::showFigures);
    connect(m_editor, &LevelEditor::chosenChanged, this, &LaboratoryPage::showFigures);
    connect(m_editor, &LevelEditor::edited, this, &LaboratoryPage::remember);
    connect(&services.selection, &Selection::tensorChanged, this, &LaboratoryPage::follow);
    connect(&services.cache, &TensorCache::ready, this, [this] {
        if (isVisible()) readTensor();
    });
    follow();
}

std::vector<PlotView*> LaboratoryPage::plots() const { return {m_editor}; }

void LaboratoryPage::showEvent(QShowEvent* event)
{
    Page::showEvent(event);
    readTensor();
}

void LaboratoryPage::follow()
{
    if (m_services.selection.tensor() == m_tensor && m_editor->ledger()) return;
    m_services.jobs.cancelRequest(this, QStringLiteral("ledger"));
    m_services.jobs.cancelRequest(this, QStringLiteral("start"));
    m_tensor = {};
    m_history.clear();
    m_at = 0;
    m_editor->setLedger(nullptr);
    showFigures();
    if (isVisible()) readTensor();
}

void LaboratoryPage::readTensor()
{
    const TensorRef now = m_services.selection.tensor();
    if (!now.valid() || (now == m_tensor)) return;
    const auto matrix = m_services.cache.original(now); // ready() comes back here
    if (!matrix) return;
    m_tensor = now;
    m_services.jobs.request<metrics::WeightLedger>(
        this, QStringLiteral("ledger"), [matrix](const Context& c) { return metrics::WeightLedger::make(matrix->view(), c); },
        [this](Result<metrics::WeightLedger> ledger) {
            if (!ledger) {
                m_facts->setText(errorText(ledger.error()));
                return;
            }
            m_editor->setLedger(std::make_shared<const metrics::WeightLedger>(std::move(*ledger)));
            emit ready();
            if (!m_wanted.empty()) {
                m_editor->setLevels(std::move(m_wanted));
                m_wanted.clear();
                remember();
            } else {
                startFrom(static_cast<Start>(m_start->currentData().toInt()), m_bits->currentData().toInt());
            }
        });
}

void LaboratoryPage::startFrom(Start start, int bits)
{
    m_start->setCurrentIndex(m_start->findData(start));
    m_bits->setCurrentIndex(std::clamp(bits, 1, 8) - 1);
    m_bits->setEnabled(start == Kmeans || start == Uniform);
    const auto* ledger = m_editor->ledger();
    if (!ledger) return;
    const auto take = [this](std::vector<float> levels) {
        m_editor->setLevels(std::move(levels));
        remember();
    };
    const double top = std::max(std::fabs(ledger->low()), std::fabs(ledger->high()));
    const int n = 1 << std::clamp(bits, 1, 8);
    switch (start) {
    case Uniform: {
        std::vector<float> levels;
        for (int k = 0; k < n; ++k) levels.push_back(static_cast<float>(ledger->low() + (ledger->high() - ledger->low()) * k / (n - 1)));
        return take(std::move(levels));
    }
    case Nf4: return take(scaled(blocks::kNf4, top));
    case Nf3: return take(scaled(blocks::kNf3, top));
    case Fp4: return take(scaled(blocks::kAfpqFp4, top));
    case ResultA: {
        const ResultPtr a = m_services.selection.a();
        if (!a || !a->decoder) {
            m_facts->setText(tr("There is no result A of this tensor yet."));
            return;
        }
        std::vector<float> levels = a->decoder->grid().levels(0);
        std::sort(levels.begin(), levels.end());
        levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
        return take(std::move(levels));
    }
    case Kmeans: break;
    }
    std::vector<float> means;
    std::vector<double> weights;
    ledger->points(means, weights);
    m_services.jobs.request<std::vector<float>>(
        this, QStringLiteral("start"),
        [means = std::move(means), weights = std::move(weights), n](const Context& c) -> Result<std::vector<float>> {
            quant::Kmeans1d solver;
            solver.setPoints(means, weights);
            quant::Kmeans1d::Solution s;
            if (!solver.solve(n, c, s)) return cancelled();
            return std::vector<float>(s.centres.begin(), s.centres.end());
        },
        [take](Result<std::vector<float>> levels) {
            if (levels) take(std::move(*levels));
        });
}

int LaboratoryPage::bits() const
{
    int b = 1;
    while ((std::size_t(1) << b) < m_editor->levels().size()) ++b;
    return b;
}

Result<quant::Recipe> LaboratoryPage::recipe() const
{
    if (m_editor->levels().empty()) return fail(ErrorCode::Usage, "there are no levels yet");
    std::string text = "kmeans:bits=" + std::to_string(bits()) + ",levels=";
    for (std::size_t k = 0; k < m_editor->levels().size(); ++k) text += (k ? ";" : "") + exactNumber(static_cast<double>(m_editor->levels()[k]));
    return quant::parseRecipe(text);
}

void LaboratoryPage::keep()
{
    const auto r = recipe();
    if (!r) {
        m_facts->setText(errorText(r.error()));
        return;
    }
    m_services.workspace.addRecipe(*r);
    emit statusText(tr("Kept as a recipe: %1 levels. Run quantizes with it.").arg(m_editor->levels().size()));
}

void LaboratoryPage::remember()
{
    if (m_editor->levels().empty()) return;
    if (!m_history.empty() && m_history[m_at] == m_editor->levels()) return showFigures();
    if (!m_history.empty()) m_history.resize(m_at + 1);
    m_history.push_back(m_editor->levels());
    m_at = m_history.size() - 1;
    showFigures();
}

void LaboratoryPage::undo()
{
    if (m_at == 0 || m_history.empty()) return;
    --m_at;
    m_editor->setLevels(m_history[m_at]);
}

void LaboratoryPage::redo()
{
    if (m_at + 1 >= m_history.size()) return;
    ++m_at;
    m_editor->setLevels(m_history[m_at]);
}

void LaboratoryPage::showFigures()
{
    const auto& levels = m_editor->levels();
    const auto& f = m_editor->figures();
    const bool there = m_editor->ledger() && !levels.empty();
    m_undo->setEnabled(m_at > 0 && !m_history.empty());
    m_redo->setEnabled(m_at + 1 < m_history.size());
    m_keep->setEnabled(there);
    const int k = m_editor->chosen();
    const bool chosen = there && k >= 0 && k < static_cast<int>(levels.size());
    m_value->setEnabled(chosen);
    if (!m_value->hasFocus() || !m_value->isModified()) m_value->setText(chosen ? QString::fromStdString(formatNumber(static_cast<double>(levels[static_cast<std::size_t>(k)]), 6)) : QString());
    m_levelFacts->setText(
        chosen ? tr("%1 of the weights, %2 of the error")
                     .arg(QString::number(100.0 * static_cast<double>(f.usage[static_cast<std::size_t>(k)]) / static_cast<double>(m_editor->ledger()->count()), 'f', 2) + QStringLiteral(" %"),
                          QString::number(f.squaredError > 0 ? 100 * f.errors[static_cast<std::size_t>(k)] / f.squaredError : 0.0, 'f', 2) + QStringLiteral(" %"))
               : there ? tr("drag a level, or choose one with Left and Right and move it with Shift") : QString());
    if (!there) {
        m_facts->setText(m_services.selection.tensor().valid() ? tr("reading the tensor…") : tr("Choose a tensor"));
        return;
    }
    const auto* info = m_services.selection.tensorInfo();
    QString bpw;
    if (const auto r = recipe(); r && info) {
        const io::MatrixShape m = io::matrixShape(*info);
        if (const auto bits = quant::forecastStorage(*r, m.rows, m.cols)) bpw = QString::fromStdString(formatBits(bits->perWeight(m.rows, m.cols)));
    }
    const double sqnr = f.relativeMse > 0 ? -10 * std::log10(f.relativeMse) : std::numeric_limits<double>::infinity();
    m_facts->setText(tr("%1 levels · %2 · rel. MSE %3 · SQNR %4 · %5 dead")
                         .arg(levels.size())
                         .arg(bpw, QString::fromStdString(formatError(f.relativeMse)), QString::fromStdString(formatDecibel(sqnr)))
                         .arg(f.dead));
}

bool LaboratoryPage::trigger(const QString& action)
{
    if (action != QLatin1String("fit")) return false;
    m_editor->fit();
    return true;
}

QJsonObject LaboratoryPage::saveState() const
{
    QJsonArray levels;
    for (const float v : m_editor->levels()) levels.append(static_cast<double>(v));
    return {{QStringLiteral("levels"), levels}, {QStringLiteral("start"), m_start->currentData().toInt()}, {QStringLiteral("bits"), m_bits->currentData().toInt()}};
}

void LaboratoryPage::restoreState(const QJsonObject& state)
{
    const int start = m_start->findData(state.value(QStringLiteral("start")).toInt());
    if (start >= 0) m_start->setCurrentIndex(start);
    m_bits->setCurrentIndex(std::clamp(state.value(QStringLiteral("bits")).toInt(4), 1, 8) - 1);
    std::vector<float> levels;
    for (const auto& v : state.value(QStringLiteral("levels")).toArray())
        if (std::isfinite(v.toDouble()) && levels.size() < 256) levels.push_back(static_cast<float>(v.toDouble()));
    if (levels.empty()) return;
    if (m_editor->ledger()) m_editor->setLevels(std::move(levels));
    else m_wanted = std::move(levels);
}

void registerLaboratory(PageRegistry& registry);
void registerLaboratory(PageRegistry& registry)
{
    registry.add({QStringLiteral("laboratory"), QT_TRANSLATE_NOOP("Pages", "Laboratory"), 80,
                  [](const Services& s, QWidget* parent) -> Page* { return new LaboratoryPage(s, parent); }});
}

} // namespace qs::gui
