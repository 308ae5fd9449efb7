// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/tensor_panel.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"
#include "widgets/models/result_explanation.h"
#include "widgets/models/tensor_label.h"
#include "widgets/panels/sparkline.h"
#include "widgets/selection/tensor_parts.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <algorithm>

namespace qs::gui {
namespace {

constexpr int kBins = 71;

QString text(const std::string& s) { return QString::fromStdString(s); }

} // namespace

TensorPanel::TensorPanel(const Services& services, QWidget* parent) : QWidget(parent), m_services(services)
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(12, 0, 12, 8);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(0, 1);
    m_name = new QLabel(this);
    m_name->setAccessibleName(tr("Selected tensor"));
    m_name->setTextInteractionFlags(Qt::TextSelectableByMouse);
    grid->addWidget(m_name, 0, 0, 1, 3);
    const struct {
        const char* key;
        QString label;
        Figure figure;
    } rows[] = {
        {"shape", tr("shape"), Figure::Shape},
        {"type", tr("type"), Figure::TypeBits},
        {"mean", tr("mean"), Figure::Mean},
        {"std", tr("σ"), Figure::StandardDeviation},
        {"kurtosis", tr("kurtosis"), Figure::Kurtosis},
        {"max", tr("max |w|"), Figure::AbsMax},
        {"outliers", tr("outliers > 6σ"), Figure::Outliers},
        {"mse", tr("rel. MSE of A"), Figure::RelativeMse},
    };
    int at = 1;
    const auto head = [&](const QString& words, int column) {
        auto* label = new QLabel(words, this);
        label->setProperty("secondary", true);
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        grid->addWidget(label, at, column);
        return label;
    };
    m_whole = head(tr("tensor"), 1);
    m_part = head(tr("selected"), 2);
    m_part->hide();
    ++at;
    for (const auto& row : rows) {
        auto* label = new QLabel(row.label, this);
        label->setProperty("secondary", true);
        auto* value = new QLabel(this);
        value->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse);
        value->setAccessibleName(row.label);
        label->setToolTip(explain(row.figure));
        m_figures[QLatin1String(row.key)] = row.figure;
        auto* part = new QLabel(this);
        part->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        part->setTextInteractionFlags(Qt::TextSelectableByMouse);
        part->setAccessibleName(tr("%1 of the selected part").arg(row.label));
        grid->addWidget(label, at, 0);
        grid->addWidget(value, at, 1, 1, 2);
        grid->addWidget(part, at, 2);
        m_parts[QLatin1String(row.key)] = part;
        m_facts[QLatin1String(row.key)] = value;
        m_labels[QLatin1String(row.key)] = label;
        ++at;
    }
    m_spark = new Sparkline(services.theme, this);
    m_spark->setAccessibleName(tr("Histogram of the selected tensor"));
    grid->addWidget(m_spark, at++, 0, 1, 3);
    m_problem = new QLabel(this);
    m_problem->setWordWrap(true);
    m_problem->setProperty("secondary", true);
    m_problem->setAccessibleName(tr("Message"));
    grid->addWidget(m_problem, at++, 0, 1, 3);
    m_tags = new QLineEdit(this);
    m_tags->setPlaceholderText(tr("tags"));
    m_tags->setAccessibleName(tr("Tags of the tensor"));
    m_tags->setToolTip(tr("Words parted by spaces; tag:WORD in the filter of the tree finds them"));
    grid->addWidget(m_tags, at++, 0, 1, 3);
    m_note = new QPlainTextEdit(this);
    m_note->setPlaceholderText(tr("note"));
    m_note->setAccessibleName(tr("Note on the tensor"));
    m_note->setToolTip(tr("Saved with the session"));
    m_note->setTabChangesFocus(true);
    m_note->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_note->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    grid->addWidget(m_note, at++, 0, 1, 3);
    grid->setRowStretch(at, 1);
    fitNote(false);
    m_keep.setSingleShot(true);
    m_keep.setInterval(800);
    connect(&m_keep, &QTimer::timeout, this, &TensorPanel::keepNote);
    connect(m_tags, &QLineEdit::textEdited, this, [this] { m_keep.start(); });
    connect(m_tags, &QLineEdit::editingFinished, this, &TensorPanel::keepNote);
    connect(m_note, &QPlainTextEdit::textChanged, this, [this] { m_keep.start(); });
    m_note->installEventFilter(this);
    connect(&services.workspace, &Workspace::notesChanged, this, &TensorPanel::showNote);
    connect(&services.selection, &Selection::tensorChanged, this, &TensorPanel::follow);
    connect(&services.selection, &Selection::regionChanged, this, &TensorPanel::followPart);
    connect(&services.selection, &Selection::resultsChanged, this, [this] {
        if (m_services.selection.region()) followPart();
    });
    connect(&services.cache, &TensorCache::ready, this, [this] {
        if (m_partWaits) followPart();
    });
    follow();
    followPart();
}

QString TensorPanel::partFact(const QString& key) const
{
    const auto it = m_parts.find(key);
    return it == m_parts.end() || it->second->isHidden() ? QString() : it->second->text();
}

void TensorPanel::showPart(bool on)
{
    const bool result = on && m_services.selection.a();
    // Without a part the values have its column, too, so that they end where the fields below do.
    auto* grid = static_cast<QGridLayout*>(layout());
    if (on == m_part->isHidden())
        for (auto& [key, label] : m_facts) {
            int row = 0;
            int column = 0;
            int rows = 0;
            int columns = 0;
            grid->getItemPosition(grid->indexOf(label), &row, &column, &rows, &columns);
            grid->removeWidget(label);
            grid->addWidget(label, row, 1, 1, on ? 1 : 2);
        }
    m_whole->setVisible(on);
    m_part->setVisible(on);
    for (auto& [key, label] : m_parts) label->setVisible(on && (key != QLatin1String("mse") || result));
    m_facts[QStringLiteral("mse")]->setVisible(result);
    m_labels[QStringLiteral("mse")]->setVisible(result);
}

// The part's figures beside the tensor's, over all its elements, in a worker.
void TensorPanel::followPart()
{
    struct Part {
        metrics::TensorStatistics statistics;
        std::optional<metrics::WeightError> error;
    };
    Selection& s = m_services.selection;
    const auto region = s.region();
    showPart(region.has_value());
    m_partWaits = false;
    if (!region) return m_services.jobs.cancelRequest(this, QStringLiteral("part"));
    m_parts[QStringLiteral("shape")]->setText(QStringLiteral("%1×%2").arg(region->row1 - region->row0).arg(region->col1 - region->col0));
    m_parts[QStringLiteral("type")]->setText(m_facts[QStringLiteral("type")]->text());
    const ResultPtr a = s.a();
    const auto original = m_services.cache.original(s.tensor());
    const auto decoded = a && a->hasValues() ? m_services.cache.decoded(a) : nullptr;
    m_facts[QStringLiteral("mse")]->setText(a ? text(formatError(a->error.relativeMse())) : QString());
    explainFacts();
    if (!original || (a && a->hasValues() && !decoded)) {
        m_partWaits = true;
        return;
    }
    m_services.jobs.request<Part>(
        this, QStringLiteral("part"),
        [original, decoded, r = *region](const Context& context) -> Result<Part> {
            const auto cut = [&](const Matrix& from) {
                Matrix out(r.row1 - r.row0, r.col1 - r.col0);
                for (Index i = r.row0; i < r.row1; ++i)
                    for (Index k = r.col0; k < r.col1; ++k) out.at(i - r.row0, k - r.col0) = from.at(i, k);
                return out;
            };
            Part out;
            const Matrix part = cut(*original);
            QS_ASSIGN(out.statistics, metrics::statistics(part, kBins, context));
            if (decoded && decoded->rows() == original->rows() && decoded->cols() == original->cols()) {
                QS_ASSIGN(out.error, metrics::weightError(part, cut(*decoded), context));
            }
            return out;
        },
        [this](Result<Part> r) {
            if (!r) return;
            const auto set = [&](const char* key, const std::string& value) { m_parts[QLatin1String(key)]->setText(text(value)); };
            set("mean", formatError(r->statistics.mean));
            set("std", formatError(r->statistics.std));
            set("kurtosis", formatError(r->statistics.kurtosis));
            set("max", formatError(r->statistics.absMax()));
            set("outliers", formatCount(r->statistics.outliers6Sigma));
            set("mse", r->error ? formatError(r->error->relativeMse()) : std::string());
            explainFacts();
        });
}

// Tool tips of the numbers, with what went into them.
void TensorPanel::explainFacts()
{
    const io::TensorInfo* info = m_services.selection.tensorInfo();
    if (!info) return;
    const Checkpoint* c = m_services.selection.checkpoint();
    const QString of = tr("%1 of %2").arg(text(escapeText(info->name)), c ? text(escapeText(c->source->path.string())) : QString());
    const ResultPtr a = m_services.selection.a();
    const auto region = m_services.selection.region();
    const auto count = [](std::uint64_t n) { return tr("%1 elements").arg(text(formatCount(n))); };
    for (const auto& [key, figure] : m_figures) {
        const bool ofResult = figure == Figure::RelativeMse;
        const QString value = m_facts[key]->text().isEmpty() ? QString() : QStringLiteral("= %1").arg(m_facts[key]->text());
        m_facts[key]->setToolTip(ofResult && a ? explainResult(*a, figure) : explain(figure, {value, count(info->shape.elements())}, of));
        if (!region) continue;
        const QString part = m_parts[key]->text().isEmpty() ? QString() : QStringLiteral("= %1").arg(m_parts[key]->text());
        m_parts[key]->setToolTip(explain(figure, {part, tr("only the selected part: %1").arg(regionText(*region)), count(region->elements())}, ofResult && a ? resultOrigin(*a) : of));
    }
    m_name->setToolTip(explain(Figure::Tensor, {text(escapeText(info->name))}, c ? text(escapeText(c->source->path.string())) : QString()));
    m_spark->setToolTip(explain(Figure::Histogram, {}, of));
    m_part->setToolTip(region ? explain(Figure::Selected, {regionText(*region)}, of) : QString());
}

QString TensorPanel::fact(const QString& key) const
{
    const auto it = m_facts.find(key);
    return it == m_facts.end() ? QString() : it->second->text();
}

bool TensorPanel::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_note && event->type() == QEvent::FocusOut) keepNote();
    if (object == m_note && (event->type() == QEvent::FocusOut || event->type() == QEvent::FocusIn)) fitNote(event->type() == QEvent::FocusIn);
    return QWidget::eventFilter(object, event);
}

// One line while nobody writes, so that the tree above keeps its room.
void TensorPanel::fitNote(bool writing) { m_note->setFixedHeight(m_note->fontMetrics().lineSpacing() * (writing ? 4 : 1) + 14); }

// From the workspace into the fields, where they say something else (a typed trailing space stays).
void TensorPanel::showNote()
{
    const Checkpoint* c = m_services.selection.checkpoint();
    const auto* info = m_services.selection.tensorInfo();
    m_tags->setVisible(info != nullptr);
    m_note->setVisible(info != nullptr);
    m_noted.reset();
    if (!c || !info) return;
    m_noted = LayerKey{c->source->path.string(), info->name};
    const LayerNote note = m_services.workspace.note(*m_noted);
    if (LayerNote::tagsOf(m_tags->text()) != note.tags) m_tags->setText(note.tags.join(QLatin1Char(' ')));
    if (m_note->toPlainText().trimmed() != note.text) {
        const QSignalBlocker quiet(m_note);
        m_note->setPlainText(note.text);
    }
}

void TensorPanel::keepNote()
{
    m_keep.stop();
    if (!m_noted) return;
    LayerNote note;
    note.tags = LayerNote::tagsOf(m_tags->text());
    note.text = m_note->toPlainText().trimmed();
    m_services.workspace.setNote(*m_noted, note);
}

void TensorPanel::follow()
{
    if (m_keep.isActive()) keepNote(); // of the tensor that was selected
    showNote();
    const Checkpoint* c = m_services.selection.checkpoint();
    const auto* info = m_services.selection.tensorInfo();
    for (auto& [key, label] : m_facts) {
        label->clear();
        label->setVisible(info != nullptr);
        m_labels[key]->setVisible(info != nullptr);
    }
    showPart(false); // a region is one of the tensor that was
    m_spark->clear();
    m_spark->setVisible(info != nullptr);
    m_problem->setVisible(!info);
    if (!info) {
        m_name->clear();
        m_name->hide();
        m_problem->setText(tr("No tensor chosen"));
        m_services.jobs.cancelRequest(this, QStringLiteral("facts"));
        return;
    }
    m_name->show();
    m_name->setText(placedLabel(info->name, info->place));
    m_facts[QStringLiteral("shape")]->setText(text(info->shape.text()));
    m_facts[QStringLiteral("type")]->setText(QStringLiteral("%1 · %2 bpw").arg(
        text(std::string(dtypeName(info->dtype))), text(formatNumber(bitsPerElement(info->dtype)))));
    explainFacts();
    m_services.jobs.request<metrics::TensorStatistics>(
        this, QStringLiteral("facts"),
        [source = c->source, i = static_cast<std::size_t>(m_services.selection.tensor().tensor)](const Context& context) {
            return metrics::statistics(*source, source->tensors[i], kBins, context);
        },
        [this](Result<metrics::TensorStatistics> r) {
            if (r) return show(*r);
            if (r.error().code == ErrorCode::Cancelled) return;
            m_problem->setText(errorText(r.error()));
            m_problem->show();
        });
}

void TensorPanel::show(const metrics::TensorStatistics& s)
{
    const auto set = [&](const char* key, const std::string& value) { m_facts[QLatin1String(key)]->setText(text(value)); };
    set("mean", formatError(s.mean));
    set("std", formatError(s.std));
    set("kurtosis", formatError(s.kurtosis));
    set("max", formatError(s.absMax()));
    set("outliers", formatCount(s.outliers6Sigma));
    std::vector<double> heights(s.histogram.counts.begin(), s.histogram.counts.end());
    if (!s.histogram.edges.empty()) m_spark->setBars(std::move(heights), s.histogram.edges.front(), s.histogram.edges.back());
    m_spark->setAccessibleDescription(tr("mean %1, standard deviation %2, from %3 to %4")
                                          .arg(s.mean).arg(s.std).arg(s.min).arg(s.max));
    if (s.nans + s.infs > 0) {
        m_problem->setText(tr("%1 NaN, %2 infinite").arg(s.nans).arg(s.infs));
        m_problem->setToolTip(explain(Figure::Finding, {}, m_name->text()));
        m_problem->show();
    }
    explainFacts();
}

} // namespace qs::gui
