// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/result_explanation.h"
#include "widgets/models/session_diff_model.h"

#include "core/base/format.h"
#include "widgets/models/model_roles.h"
#include "widgets/models/tensor_label.h"

#include <QFont>
#include <cmath>
#include <limits>

namespace qs::gui {

void SessionDiffModel::setDiff(std::shared_ptr<const session::ResultDiff> diff)
{
    beginResetModel();
    m_diff = std::move(diff);
    endResetModel();
}

const session::CellDiff* SessionDiffModel::cell(const QModelIndex& index) const
{
    if (!m_diff || !index.isValid() || index.row() >= static_cast<int>(m_diff->cells.size())) return nullptr;
    return &m_diff->cells[static_cast<std::size_t>(index.row())];
}

int SessionDiffModel::rowCount(const QModelIndex& parent) const { return parent.isValid() || !m_diff ? 0 : static_cast<int>(m_diff->cells.size()); }
int SessionDiffModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant SessionDiffModel::data(const QModelIndex& index, int role) const
{
    const session::CellDiff* c = cell(index);
    if (!c) return {};
    const auto& any = c->before ? *c->before : *c->after;
    const auto error = [](const auto& r) { return r ? QString::fromStdString(formatError(r->error.relativeMse())) : QString(); };
    const auto bits = [](const auto& r) { return r ? QString::number(session::storedBitsPerWeight(*r), 'f', 3) : QString(); };
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        switch (column) {
        case StatusColumn:
            switch (c->status) {
            case session::CellChange::Worse: return tr("worse");
            case session::CellChange::Lost: return tr("gone");
            case session::CellChange::Better: return tr("better");
            case session::CellChange::Added: return tr("new");
            case session::CellChange::Same: return tr("same");
            }
            return {};
        case TensorColumn: return placedLabel(c->tensor, any.place);
        case RecipeColumn: return QString::fromStdString(any.label());
        case BeforeColumn: return error(c->before);
        case AfterColumn: return error(c->after);
        case ChangeColumn:
            if (!c->change) return {};
            if (c->status == session::CellChange::Same) return QStringLiteral("≈");
            return (*c->change > 0 ? QStringLiteral("+") : QString()) + QString::fromStdString(formatNumber(100 * *c->change, 3)) + QStringLiteral(" %");
        case BitsBeforeColumn: return bits(c->before);
        case BitsAfterColumn: return bits(c->after);
        default: return {};
        }
    case RawRole:
        switch (column) {
        case StatusColumn: return static_cast<int>(c->status);
        case TensorColumn: return QString::fromStdString(c->tensor);
        case RecipeColumn: return QString::fromStdString(c->recipe);
        case BeforeColumn: return c->before ? c->before->error.relativeMse() : std::numeric_limits<double>::quiet_NaN();
        case AfterColumn: return c->after ? c->after->error.relativeMse() : std::numeric_limits<double>::quiet_NaN();
        case ChangeColumn: return c->change.value_or(std::numeric_limits<double>::quiet_NaN());
        case BitsBeforeColumn: return c->before ? session::storedBitsPerWeight(*c->before) : std::numeric_limits<double>::quiet_NaN();
        case BitsAfterColumn: return c->after ? session::storedBitsPerWeight(*c->after) : std::numeric_limits<double>::quiet_NaN();
        default: return {};
        }
    case SecondaryRole: return c->status == session::CellChange::Same;
    case Qt::FontRole:
        if (column == StatusColumn && (c->status == session::CellChange::Worse || c->status == session::CellChange::Lost)) {
            QFont f;
            f.setBold(true);
            return f;
        }
        return {};
    case Qt::TextAlignmentRole:
        return QVariant::fromValue(column <= RecipeColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    case Qt::ToolTipRole:
    case Qt::AccessibleDescriptionRole: {
        const QString of = tr("%1 of %2, recipe %3").arg(QString::fromStdString(escapeText(c->tensor)), QString::fromStdString(escapeText(c->checkpoint)), QString::fromStdString(c->recipe));
        const auto sums = [](const auto& r) {
            return r ? QStringLiteral("= %1 / %2").arg(QString::fromStdString(formatNumber(r->error.sumSquaredError, 6)), QString::fromStdString(formatNumber(r->error.sumSquares, 6))) : QString();
        };
        const auto stored = [](const auto& r) {
            return r ? tr("%1 bits for %2 weights").arg(QString::fromStdString(formatCount(r->bits.payload + r->bits.metadata)), QString::fromStdString(formatCount(r->error.count))) : QString();
        };
        switch (column) {
        case TensorColumn: return explain(Figure::Tensor, {QString::fromStdString(escapeText(c->tensor))}, QString::fromStdString(escapeText(c->checkpoint)));
        case RecipeColumn:
            if (const auto recipe = quant::parseRecipe(c->recipe)) return explainRecipe(*recipe, {tr("seed %1").arg(c->seed)});
            return explain(Figure::Recipe, {QString::fromStdString(escapeText(c->recipe)), tr("seed %1").arg(c->seed)});
        case ChangeColumn:
            return explain(Figure::ErrorChange, {c->change ? QStringLiteral("= %1").arg(QString::fromStdString(formatNumber(*c->change, 6))) : QString(),
                                                 tr("changes below %1 % count as arithmetic").arg(100 * session::kSameChange)}, of);
        case BeforeColumn: return explain(Figure::SessionMse, {sums(c->before)}, of);
        case AfterColumn: return explain(Figure::SessionMse, {sums(c->after)}, of);
        case BitsBeforeColumn: return explain(Figure::SessionBits, {stored(c->before)}, of);
        case BitsAfterColumn: return explain(Figure::SessionBits, {stored(c->after)}, of);
        default: return tr("Press Return: the window goes to this tensor and result");
        }
    }
    default: return {};
    }
}

QVariant SessionDiffModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(section <= RecipeColumn ? Qt::AlignLeft | Qt::AlignVCenter : Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole || role == Qt::AccessibleDescriptionRole) {
        switch (section) {
        case StatusColumn:
        case ChangeColumn: return explain(Figure::ErrorChange, {tr("changes below %1 % count as arithmetic").arg(100 * session::kSameChange)});
        case TensorColumn: return explain(Figure::Tensor);
        case RecipeColumn: return explain(Figure::Recipe);
        case BeforeColumn:
        case AfterColumn: return explain(Figure::SessionMse);
        case BitsBeforeColumn:
        case BitsAfterColumn: return explain(Figure::SessionBits);
        default: return {};
        }
    }
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
    switch (section) {
    case StatusColumn: return tr("change");
    case TensorColumn: return tr("tensor");
    case RecipeColumn: return tr("recipe");
    case BeforeColumn: return tr("rel. MSE before");
    case AfterColumn: return tr("after");
    case ChangeColumn: return tr("by");
    case BitsBeforeColumn: return tr("bpw before");
    case BitsAfterColumn: return tr("after");
    default: return {};
    }
}

QString SessionDiffModel::csv() const
{
    const auto quoted = [](std::string s) {
        if (s.find_first_of(",\"\n\r") == std::string::npos) return s;
        std::string out = "\"";
        for (const char c : s) out += c == '"' ? std::string("\"\"") : std::string(1, c);
        return out + '"';
    };
    std::string out = "status,checkpoint,tensor,recipe,seed,relative_mse_before,relative_mse_after,change,bits_per_weight_before,bits_per_weight_after\n";
    if (m_diff)
        for (const auto& c : m_diff->cells) {
            const auto error = [](const auto& r) { return r ? exactNumber(r->error.relativeMse()) : std::string(); };
            const auto bits = [](const auto& r) { return r ? exactNumber(session::storedBitsPerWeight(*r)) : std::string(); };
            out += std::string(session::cellChangeName(c.status)) + "," + quoted(c.checkpoint) + "," + quoted(c.tensor) + "," + quoted(c.recipe) + ","
                + std::to_string(c.seed) + "," + error(c.before) + "," + error(c.after) + "," + (c.change ? exactNumber(*c.change) : "") + ","
                + bits(c.before) + "," + bits(c.after) + "\n";
        }
    return QString::fromStdString(out);
}

} // namespace qs::gui
