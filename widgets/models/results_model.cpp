// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/results_model.h"

#include "core/base/format.h"
#include "widgets/models/model_roles.h"
#include "widgets/models/result_explanation.h"
#include "widgets/models/tensor_label.h"

#include <QFont>
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace qs::gui {

ResultsModel::ResultsModel(Workspace& workspace, QObject* parent) : QAbstractTableModel(parent), m_workspace(workspace)
{
    m_gather.setSingleShot(true);
    m_gather.setInterval(30);
    connect(&m_gather, &QTimer::timeout, this, &ResultsModel::refresh);
    connect(&workspace, &Workspace::resultsChanged, this, [this] {
        if (!m_gather.isActive()) m_gather.start();
    });
    connect(&workspace, &Workspace::pinsChanged, this, [this] {
        if (!m_gather.isActive()) m_gather.start();
    });
    // Colours and labels belong to recipes.
    connect(&workspace, &Workspace::recipesChanged, this, [this] {
        if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    });
    refresh();
}

void ResultsModel::refresh()
{
    m_gather.stop();
    const auto& now = m_workspace.results();
    // The common case: some replaced in place, some appended. Anything else starts over.
    bool sameStart = now.size() >= m_rows.size();
    for (std::size_t i = 0; sameStart && i < m_rows.size(); ++i) {
        const auto& a = *m_rows[i].result;
        const auto& b = *now[i];
        sameStart = m_rows[i].result == now[i] || (a.source == b.source && a.tensor == b.tensor && a.recipe == b.recipe && a.key() == b.key());
    }
    if (!sameStart) {
        beginResetModel();
        m_rows.clear();
        for (const auto& r : now) m_rows.push_back({r, 0, 0});
        rank();
        endResetModel();
        return;
    }
    const auto old = static_cast<int>(m_rows.size());
    for (std::size_t i = 0; i < m_rows.size(); ++i) m_rows[i].result = now[i];
    if (now.size() > m_rows.size()) {
        beginInsertRows({}, old, static_cast<int>(now.size()) - 1);
        for (std::size_t i = m_rows.size(); i < now.size(); ++i) m_rows.push_back({now[i], 0, 0});
        endInsertRows();
    }
    rank();
    if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

Figure ResultsModel::figureOf(int column)
{
    switch (column) {
    case TensorColumn: return Figure::Tensor;
    case RecipeColumn: return Figure::Recipe;
    case BitsColumn: return Figure::BitsPerWeight;
    case RelMseColumn: return Figure::RelativeMse;
    case OutputColumn: return Figure::OutputError;
    case SqnrColumn: return Figure::Sqnr;
    case MaxColumn: return Figure::MaxError;
    case CosineColumn: return Figure::Cosine;
    default: return Figure::Seconds;
    }
}

double ResultsModel::raw(const study::CellResult& r, int column)
{
    switch (column) {
    case BitsColumn: return r.bitsPerWeight();
    case RelMseColumn: return r.error.relativeMse();
    case OutputColumn: return r.error.hasOutput() ? r.error.outputRelativeMse() : std::numeric_limits<double>::quiet_NaN();
    case SqnrColumn: return r.error.sqnrDb();
    case MaxColumn: return r.error.maxAbs;
    case CosineColumn: return r.error.cosine();
    case TimeColumn: return r.seconds;
    default: return 0;
    }
}

// The best of each tensor, and bars relative to the largest error on show.
void ResultsModel::rank()
{
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> tensors;
    double largest = 0;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const auto& r = *m_rows[i].result;
        tensors[{r.source.string(), r.tensor}].push_back(i);
        if (const double e = raw(r, RelMseColumn); std::isfinite(e)) largest = std::max(largest, e);
        m_rows[i].best = 0;
    }
    for (Row& row : m_rows) {
        const double e = raw(*row.result, RelMseColumn);
        row.bar = largest > 0 && std::isfinite(e) ? e / largest : 0;
    }
    for (const auto& [key, list] : tensors) {
        if (list.size() < 2) continue;
        for (const int column : {RelMseColumn, OutputColumn, SqnrColumn, MaxColumn, CosineColumn}) {
            const bool high = column == SqnrColumn || column == CosineColumn;
            double best = high ? -HUGE_VAL : HUGE_VAL;
            for (const std::size_t i : list) {
                const double v = raw(*m_rows[i].result, column);
                if (!std::isnan(v)) best = high ? std::max(best, v) : std::min(best, v);
            }
            for (const std::size_t i : list)
                if (raw(*m_rows[i].result, column) == best) m_rows[i].best |= 1U << column;
        }
    }
}

ResultPtr ResultsModel::result(const QModelIndex& index) const
{
    return index.isValid() ? m_rows[static_cast<std::size_t>(index.row())].result : nullptr;
}

int ResultsModel::rowOf(const ResultPtr& result) const
{
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        if (m_rows[i].result == result) return static_cast<int>(i);
    return -1;
}

QString ResultsModel::csv(const std::vector<int>& rows) const
{
    const auto quoted = [](std::string s) {
        if (s.find_first_of(",\"\n\r") == std::string::npos) return s;
        std::string out = "\"";
        for (const char c : s) out += c == '"' ? std::string("\"\"") : std::string(1, c);
        return out + '"';
    };
    std::string out = "source,tensor,recipe,bits_per_weight,relative_mse,sqnr_db,max_abs_error,cosine,seconds,cached,output_relative_mse\n";
    for (const int i : rows) {
        const auto& r = *m_rows[static_cast<std::size_t>(i)].result;
        out += quoted(r.source.string()) + "," + quoted(r.tensor) + "," + quoted(r.key());
        for (const int column : {BitsColumn, RelMseColumn, SqnrColumn, MaxColumn, CosineColumn, TimeColumn})
            out += "," + exactNumber(raw(r, column));
        out += (r.cached ? ",1," : ",0,") + (r.error.hasOutput() ? exactNumber(raw(r, OutputColumn)) : std::string()) + "\n";
    }
    return QString::fromStdString(out);
}

int ResultsModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int ResultsModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant ResultsModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    const study::CellResult& r = *row.result;
    const int column = index.column();
    switch (role) {
    case Qt::AccessibleTextRole:
    case Qt::DisplayRole:
        switch (column) {
        case TensorColumn:
            return (m_workspace.pinned(row.result) ? QStringLiteral("● ") : QString()) + placedLabel(r.tensor, r.place);
        case RecipeColumn:
            return (m_workspace.stale(r) ? tr("stale · %1") : QStringLiteral("%1")).arg(QString::fromStdString(r.label()));
        case BitsColumn: return QString::number(r.bitsPerWeight(), 'f', 3);
        case RelMseColumn: return QString::fromStdString(formatError(raw(r, column)));
        case OutputColumn: return r.error.hasOutput() ? QString::fromStdString(formatError(raw(r, column))) : QStringLiteral("–");
        case SqnrColumn: return std::isfinite(raw(r, column)) ? QString::number(raw(r, column), 'f', 1) : tr("exact");
        case MaxColumn: return QString::fromStdString(formatError(raw(r, column)));
        case CosineColumn: return QString::number(raw(r, column), 'f', 5);
        case TimeColumn:
            return r.cached ? tr("cached") : QString::fromStdString(formatSeconds(r.seconds));
        default: return {};
        }
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(column <= RecipeColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    case RawRole:
        if (column == TensorColumn) return QString::fromStdString(r.tensor);
        if (column == RecipeColumn) return QString::fromStdString(r.key());
        return raw(r, column);
    case SlotRole: return column == RecipeColumn ? QVariant(m_workspace.slotOf(r)) : QVariant();
    case BarRole: return column == RelMseColumn ? QVariant(row.bar) : QVariant();
    case SecondaryRole: return m_workspace.stale(r);
    case PinnedRole: return m_workspace.pinned(row.result);
    case BestRole: return (row.best >> column & 1U) != 0;
    case Qt::FontRole:
        if (row.best >> column & 1U) {
            QFont f;
            f.setBold(true);
            return f;
        }
        return {};
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole:
        if (column == TensorColumn) {
            const QString name = QString::fromStdString(escapeText(r.tensor));
            return explain(Figure::Tensor, {name, m_workspace.pinned(row.result) ? tr("pinned: stands first when the table is sorted, and is not removed") : QString()},
                           QString::fromStdString(escapeText(r.source.string())));
        }
        if (column == RecipeColumn) {
            if (r.foreign) {
                const auto& theirs = r.foreign->source->tensors[r.foreign->tensor];
                return explain(Figure::Recipe, {tr("none: %1 (%2) of another checkpoint, compared with the original's weights")
                                                    .arg(QString::fromStdString(escapeText(theirs.name)), QString::fromStdString(std::string(dtypeName(theirs.dtype))))},
                               QString::fromStdString(escapeText(r.foreign->source->path.string())));
            }
            return explainRecipe(r.recipe, {m_workspace.outdated(r) ? tr("stale: the weights in the file have changed since; Run makes it anew")
                                            : m_workspace.stale(r)  ? tr("stale: the chip that this was made with has another recipe now; Run makes it anew")
                                                                    : QString()});
        }
        return explainResult(r, figureOf(column));
    default: return {};
    }
}

QVariant ResultsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(section <= RecipeColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) return explain(figureOf(section));
    if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) {
        switch (section) {
        case TensorColumn: return tr("tensor");
        case RecipeColumn: return tr("recipe");
        case BitsColumn: return tr("bpw");
        case RelMseColumn: return role == Qt::DisplayRole ? tr("rel. MSE ↓") : tr("relative mean squared error, lower is better");
        case OutputColumn: return role == Qt::DisplayRole ? tr("output ↓") : tr("relative squared error of the layer's output, lower is better");
        case SqnrColumn: return role == Qt::DisplayRole ? tr("SQNR dB ↑") : tr("signal to quantization noise in decibels, higher is better");
        case MaxColumn: return tr("max |e|");
        case CosineColumn: return role == Qt::DisplayRole ? tr("cosine ↑") : tr("cosine, higher is better");
        case TimeColumn: return tr("time");
        default: return {};
        }
    }
    return {};
}

ResultsSorter::ResultsSorter(QObject* parent) : QSortFilterProxyModel(parent) { setDynamicSortFilter(true); }

void ResultsSorter::setWords(const QString& words)
{
    m_words = words.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    invalidateFilter();
}

bool ResultsSorter::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    // Pinned rows stand first in either order.
    const bool leftPinned = left.data(PinnedRole).toBool();
    if (leftPinned != right.data(PinnedRole).toBool()) return (sortOrder() == Qt::AscendingOrder) == leftPinned;
    const QVariant a = left.data(RawRole);
    const QVariant b = right.data(RawRole);
    if (a.typeId() == QMetaType::QString) {
        const std::string x = a.toString().toStdString();
        const std::string y = b.toString().toStdString();
        if (x != y) return io::naturalLess(x, y);
        return left.row() < right.row();
    }
    const double x = a.toDouble();
    const double y = b.toDouble();
    if (std::isnan(x) || std::isnan(y)) return !std::isnan(x); // unknown values go last
    return x != y ? x < y : left.row() < right.row();
}

bool ResultsSorter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const auto text = [&](int column, int role) { return sourceModel()->index(row, column, parent).data(role).toString(); };
    const QString all = text(ResultsModel::TensorColumn, Qt::DisplayRole) + QLatin1Char(' ') + text(ResultsModel::TensorColumn, RawRole)
        + QLatin1Char(' ') + text(ResultsModel::RecipeColumn, Qt::DisplayRole) + QLatin1Char(' ')
        + text(ResultsModel::RecipeColumn, RawRole);
    return std::all_of(m_words.begin(), m_words.end(), [&](const QString& w) { return all.contains(w, Qt::CaseInsensitive); });
}

} // namespace qs::gui
