// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/live_plot.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"
#include "widgets/selection/tensor_parts.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace qs::gui {

LivePlot::LivePlot(const Services& services, const QString& plotName, QWidget* parent)
    : QWidget(parent), m_services(services), m_info(plots::builtinPlots().find(plotName.toStdString()))
{
    setObjectName(QStringLiteral("plot_") + plotName);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    m_bar = new QWidget(this);
    m_controls = new QHBoxLayout(m_bar);
    m_controls->setContentsMargins(8, 4, 8, 0);
    m_controls->setSpacing(8);
    m_heading = new QLabel(m_bar);
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_heading->setFont(bold);
    m_heading->setTextFormat(Qt::PlainText);
    m_controls->addWidget(m_heading);
    m_controls->addStretch(1);
    layout->addWidget(m_bar);
    m_view = new PlotView(services.theme, this);
    layout->addWidget(m_view, 1);
    m_notes = new QLabel(this);
    m_notes->setProperty("secondary", true);
    m_notes->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_notes->setContentsMargins(12, 0, 12, 4);
    m_notes->setTextFormat(Qt::PlainText);
    m_notes->hide();
    layout->addWidget(m_notes);
    if (!m_info) {
        m_view->setMessage(tr("There is no plot named %1.").arg(plotName));
        return;
    }
    setHeading(coreText(m_info->title));
    m_heading->setToolTip(coreText(m_info->question));
    buildControls();

    const auto again = [this] { refresh(); };
    connect(&services.selection, &Selection::tensorChanged, this, again);
    connect(&services.selection, &Selection::resultsChanged, this, again);
    connect(&services.workspace, &Workspace::recipesChanged, this, again);
    for (const auto& option : m_info->options)
        if (option.name == "region" || option.name == "range") {
            // Set by the selection, not by hand.
            const QString name = QString::fromStdString(option.name);
            fix(name, {});
            m_values.remove(name);
            const bool region = option.name == "region";
            (region ? m_hasRegion : m_hasRange) = true;
            if (region) connect(&services.selection, &Selection::regionChanged, this, again);
            else connect(&services.selection, &Selection::brushChanged, this, again);
        } else if (option.name == "scope") {
            m_hasScope = true;
        }
    connect(&services.cache, &TensorCache::ready, this, [this] { if (m_dirty) refresh(); });
    if (m_info->wholeModel) {
        connect(&services.workspace, &Workspace::resultsChanged, this, again);
        connect(&services.workspace, &Workspace::checkpointsChanged, this, again);
    }
}

void LivePlot::buildControls()
{
    for (const auto& option : m_info->options) {
        const QString name = QString::fromStdString(option.name);
        auto* label = new QLabel(coreText(option.title), m_bar);
        label->setProperty("secondary", true);
        QWidget* control = nullptr;
        if (!option.choices.empty()) {
            auto* box = new QComboBox(m_bar);
            for (const auto& c : option.choices)
                if (option.name != "scope" || c != "region") box->addItem(coreChoice(c), QString::fromStdString(c)); // that is the selection's
            box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
            connect(box, &QComboBox::currentIndexChanged, this, [this, name, box] {
                m_values[name] = box->currentData().toString();
                refresh();
            });
            control = box;
        } else {
            auto* edit = new QLineEdit(QString::fromStdString(option.preset), m_bar);
            edit->setMaximumWidth(fontMetrics().horizontalAdvance(QLatin1Char('0')) * 10);
            connect(edit, &QLineEdit::editingFinished, this, [this, name, edit] {
                if (m_values.value(name) == edit->text()) return;
                m_values[name] = edit->text();
                refresh();
            });
            control = edit;
        }
        control->setAccessibleName(label->text());
        label->setBuddy(control);
        auto* pair = new QWidget(m_bar);
        auto* row = new QHBoxLayout(pair);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(4);
        row->addWidget(label);
        row->addWidget(control);
        m_controls->addWidget(pair);
        m_widgets[name] = pair;
    }
}

void LivePlot::fix(const QString& option, const QString& value)
{
    m_values[option] = value;
    m_fixed.append(option);
    if (auto* w = m_widgets.value(option)) w->hide();
}

void LivePlot::setOption(const QString& option, const QString& value)
{
    if (m_values.value(option) == value) return;
    m_values[option] = value;
    if (auto* w = m_widgets.value(option)) {
        if (auto* box = w->findChild<QComboBox*>()) {
            const QSignalBlocker quiet(box);
            box->setCurrentIndex(box->findData(value));
        }
        if (auto* edit = w->findChild<QLineEdit*>()) edit->setText(value);
    }
    refresh();
}

QString LivePlot::option(const QString& name) const
{
    if (m_values.contains(name)) return m_values.value(name);
    if (m_info)
        for (const auto& o : m_info->options)
            if (QString::fromStdString(o.name) == name)
                return QString::fromStdString(o.choices.empty() ? o.preset : o.choices.front());
    return {};
}

void LivePlot::setMost(int most)
{
    if (m_most == most) return;
    m_most = most;
    refresh();
}

QString LivePlot::notes() const { return m_allNotes; }

void LivePlot::setHeading(const QString& text)
{
    m_heading->setText(text);
    m_heading->setMinimumWidth(1);
}

QJsonObject LivePlot::saveState() const
{
    QJsonObject o;
    for (auto it = m_values.begin(); it != m_values.end(); ++it)
        if (!m_fixed.contains(it.key())) o[it.key()] = it.value();
    return o;
}

void LivePlot::restoreState(const QJsonObject& state)
{
    for (auto it = state.begin(); it != state.end(); ++it) setOption(it.key(), it.value().toString());
}

void LivePlot::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_dirty) refresh();
}

void LivePlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    elideNotes();
    fitHeading();
}

// The options come first: the heading leaves where both have no room.
void LivePlot::fitHeading()
{
    int need = 24 + m_heading->sizeHint().width();
    for (auto* w : m_widgets)
        if (!w->isHidden()) need += w->sizeHint().width() + m_controls->spacing();
    m_heading->setVisible(!m_heading->text().isEmpty() && need <= m_bar->width());
}

void LivePlot::elideNotes()
{
    m_notes->setText(m_notes->fontMetrics().elidedText(m_allNotes, Qt::ElideRight, std::max(80, width() - 32)));
}

void LivePlot::refresh()
{
    m_dirty = true;
    if (!isVisible() || m_scheduled || !m_info) return;
    m_scheduled = true; // several signals of one change make one request
    QTimer::singleShot(0, this, [this] {
        m_scheduled = false;
        if (isVisible()) makeNow();
    });
}

plots::PlotInput LivePlot::input() const
{
    plots::PlotInput in;
    const Checkpoint* c = m_services.selection.checkpoint();
    if (!c && m_info->wholeModel && !m_services.workspace.checkpoints().empty()) c = &m_services.workspace.checkpoints().front();
    if (!c) return in;
    in.source = c->source;
    in.tensor = m_info->wholeModel ? -1 : m_services.selection.tensor().tensor;
    if (m_info->wholeModel) {
        for (const auto& r : m_services.workspace.results())
            if (r->source == c->source->path) in.results.push_back(r);
    } else if (m_onlyAB) {
        if (auto a = m_services.selection.a()) in.results.push_back(a);
        if (auto b = m_services.selection.b()) in.results.push_back(b);
    } else {
        in.results = m_services.selection.shown();
        if (m_most > 0 && in.results.size() > static_cast<std::size_t>(m_most)) in.results.resize(static_cast<std::size_t>(m_most));
    }
    for (const auto& r : in.results) in.colorSlots.push_back(m_services.workspace.slotOf(*r));
    for (auto it = m_values.begin(); it != m_values.end(); ++it) in.options[it.key().toStdString()] = it.value().toStdString();
    if (const auto& part = m_services.selection.region(); part && m_hasRegion) {
        if (m_hasScope) in.options["scope"] = "region";
        in.options["region"] = part->text();
    }
    if (const auto& brush = m_services.selection.brush(); brush && m_hasRange) in.options["range"] = exactNumber(brush->first) + ":" + exactNumber(brush->second);
    return in;
}

// What the plot's numbers are: of the map's values and of the axes.
QString LivePlot::figuresOf(const plots::PlotData& data)
{
    QStringList out;
    for (const std::string* name : {&data.figure, &data.y.figure, &data.x.figure})
        if (const auto figure = figureNamed(*name)) out << explain(*figure, {}, coreText(data.title));
    return out.join(QStringLiteral("\n\n"));
}

void LivePlot::makeNow()
{
    plots::PlotInput in = input();
    if (!in.source) {
        m_view->setMessage(tr("Open a checkpoint."));
        return;
    }
    if (!m_info->wholeModel && in.tensor < 0) {
        m_view->setMessage(tr("Choose a tensor on the left."));
        return;
    }
    if (m_info->needsResults && in.results.empty()) {
        m_dirty = false;
        m_view->setMessage(tr("No result yet. Choose a recipe on the right and press R to run it on this tensor."));
        return;
    }
    if (!m_info->wholeModel) {
        in.original = m_services.cache.original(m_services.selection.tensor());
        if (!in.original) return; // ready() brings us back
    }
    m_dirty = false;
    m_view->setMessage({});
    QTimer::singleShot(100, this, [this] {
        // Nothing is shown for work under 100 ms.
        if (property("working").toBool()) m_view->setBusy(true);
    });
    setProperty("working", true);
    const QString part = m_hasRegion && m_hasScope && m_services.selection.region() ? tr("Only the selected part: %1").arg(regionText(*m_services.selection.region())) : QString();
    using Made = std::shared_ptr<const plots::PlotData>;
    m_services.jobs.request<Made>(
        this, QStringLiteral("plot"), [in = std::move(in), info = m_info](const Context& context) { return info->make(in, context); },
        [this, part](Result<Made> made) {
            setProperty("working", false);
            m_view->setBusy(false);
            if (!made) {
                if (made.error().code != ErrorCode::Cancelled) m_view->setMessage(errorText(made.error()));
                return;
            }
            m_view->setMessage({});
            if (m_part == Everything) {
                m_view->setData(*made);
            } else {
                auto part = std::make_shared<plots::PlotData>(**made);
                if (m_part == MapsOnly) part->series.clear();
                else {
                    part->heat.clear();
                    part->x = {"level", "weight units", false, false};
                }
                m_view->setData(part);
            }
            QString notes = part;
            for (const auto& n : (*made)->notes) notes += (notes.isEmpty() ? QString() : QStringLiteral(" · ")) + coreText(n);
            // One line under the plot; the whole text in its tool tip.
            m_allNotes = notes;
            m_notes->setToolTip(notes + QStringLiteral("\n\n") + figuresOf(**made));
            elideNotes();
            m_notes->setVisible(m_notesShown && !notes.isEmpty());
            emit dataChanged();
        });
}

} // namespace qs::gui
