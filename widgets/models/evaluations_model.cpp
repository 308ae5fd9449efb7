// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/evaluations_model.h"

#include "core/base/format.h"
#include "widgets/common/explain.h"
#include "widgets/models/model_roles.h"

#include <algorithm>
#include <cmath>

namespace qs::gui {
namespace {

QString text(const std::string& s) { return QString::fromStdString(s); }

// The value to the digits that its error leaves, both with as many decimals.
QString plusMinus(double value, double error, double scale = 1)
{
    value *= scale;
    error *= scale;
    if (!std::isfinite(value)) return QStringLiteral("–");
    int decimals = 4;
    if (error > 0 && std::isfinite(error)) decimals = std::clamp(1 - static_cast<int>(std::floor(std::log10(error))), 0, 8);
    return QStringLiteral("%1 ± %2").arg(QString::number(value, 'f', decimals), QString::number(error, 'f', decimals));
}

bool withinNoise(const model::Estimate& e) { return std::fabs(e.mean) < 2 * e.error; }

} // namespace

EvaluationsModel::EvaluationsModel(Workspace& workspace, QObject* parent) : QAbstractTableModel(parent), m_workspace(workspace)
{
    const auto refresh = [this] {
        beginResetModel();
        m_rows = m_workspace.evaluations();
        endResetModel();
    };
    connect(&workspace, &Workspace::evaluationsChanged, this, refresh);
    refresh();
}

EvaluationPtr EvaluationsModel::evaluation(const QModelIndex& index) const
{
    return index.isValid() && index.row() < rowCount() ? m_rows[static_cast<std::size_t>(index.row())] : nullptr;
}

int EvaluationsModel::rowOf(const EvaluationPtr& evaluation) const
{
    const auto it = std::find(m_rows.begin(), m_rows.end(), evaluation);
    return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

void EvaluationsModel::setCurrent(const EvaluationPtr& evaluation)
{
    if (evaluation == m_current) return;
    m_current = evaluation;
    if (rowCount() > 0) emit dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1), {SecondaryRole});
}

QVariant EvaluationsModel::data(const QModelIndex& index, int role) const
{
    const EvaluationPtr e = evaluation(index);
    if (!e) return {};
    const auto& f = e->figures;
    const auto& c = f.comparison;
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        switch (index.column()) {
        case MixtureColumn: return e->mixture + (e->stale ? tr("  · stale") : QString());
        case BitsColumn: return QString::number(e->bitsPerWeight, 'f', 3);
        case PerplexityColumn: return plusMinus(f.perplexity, f.perplexityError);
        case DeltaColumn: return c ? (withinNoise(c->delta) ? QStringLiteral("≈ ") : QString()) + plusMinus(c->delta.mean, c->delta.error) : QStringLiteral("–");
        case DivergenceColumn: return c ? plusMinus(c->divergence.mean, c->divergence.error) : QStringLiteral("–");
        case Divergence99Column: return c ? text(formatNumber(c->divergence99, 3)) : QStringLiteral("–");
        case AgreementColumn: return c ? plusMinus(c->agreement.mean, c->agreement.error, 100) : QStringLiteral("–");
        case TokensColumn: return text(formatCount(f.tokens));
        default: return {};
        }
    case RawRole:
        switch (index.column()) {
        case MixtureColumn: return e->mixture;
        case BitsColumn: return e->bitsPerWeight;
        case PerplexityColumn: return f.perplexity;
        case DeltaColumn: return c ? QVariant(c->delta.mean) : QVariant();
        case DivergenceColumn: return c ? QVariant(c->divergence.mean) : QVariant();
        case Divergence99Column: return c ? QVariant(c->divergence99) : QVariant();
        case AgreementColumn: return c ? QVariant(c->agreement.mean) : QVariant();
        case TokensColumn: return static_cast<qulonglong>(f.tokens);
        default: return {};
        }
    case SlotRole: return index.column() == MixtureColumn ? QVariant(e->slot) : QVariant();
    case SecondaryRole:
        return e->stale || (m_current && !e->sameTokens(*m_current)) || (index.column() == DeltaColumn && c && withinNoise(c->delta));
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((index.column() == MixtureColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::ToolTipRole: {
        const auto interval = [&](double low, double high, int digits = 5) {
            return tr("95 % of %1 draws of %2 windows: %3 to %4").arg(1000).arg(f.windows).arg(text(formatNumber(low, digits)), text(formatNumber(high, digits)));
        };
        const QString of = e->texts.join(QStringLiteral(", "));
        const auto lines = [&](Figure figure, const QString& words) { return explain(figure, words.split(QLatin1Char('\n'), Qt::SkipEmptyParts), of); };
        QString tip;
        switch (index.column()) {
        case MixtureColumn:
            tip = tr("%1 of %2 layers are quantized").arg(e->quantized).arg(e->tensors) + QLatin1Char('\n')
                + (e->stride > 0 ? tr("windows of %1 tokens, one every %2").arg(e->length).arg(e->stride) : tr("windows of %1 tokens, one after another").arg(e->length));
            if (!e->activations.isEmpty()) tip += QLatin1Char('\n') + (e->activations == QLatin1String("a8_token") ? tr("activations in 8 bits per token") : tr("activations in 8 bits per text"));
            if (e->kv8) tip += QLatin1Char('\n') + tr("keys and values in 8 bits");
            tip += QLatin1Char('\n') + tr("%1, took %2").arg(QLocale().toString(e->when, QLocale::ShortFormat), text(formatSeconds(e->seconds)));
            if (e->stale) tip += QLatin1Char('\n') + tr("stale: checkpoint, text, calibration or results are others now");
            return lines(Figure::Mixture, tip);
        case BitsColumn:
            return explain(Figure::BitsPerWeight, {tr("stored bits per weight of the %1 layers that are quantized by default; originals count by their type").arg(e->tensors)}, e->mixture);
        case PerplexityColumn: return lines(Figure::Perplexity, tr("exp of the mean loss over %1 tokens").arg(text(formatCount(f.tokens))) + QLatin1Char('\n') + interval(f.perplexityLow, f.perplexityHigh));
        case DeltaColumn:
            return lines(Figure::LossDifference,
                         c ? tr("mean of loss − loss of the original, paired by token, in nats; the original's perplexity is %1").arg(text(formatNumber(c->referencePerplexity, 5))) + QLatin1Char('\n')
                                 + interval(c->delta.low, c->delta.high)
                           : tr("made without a reference"));
        case DivergenceColumn:
            return lines(Figure::Divergence, c ? tr("mean KL(original ‖ mixture) of the distribution of the next token") + QLatin1Char('\n') + interval(c->divergence.low, c->divergence.high)
                                               : tr("made without a reference"));
        case Divergence99Column: return lines(Figure::Divergence, tr("99th percentile of the KL divergence over tokens"));
        case AgreementColumn:
            return lines(Figure::Agreement, c ? tr("share of tokens where both find the same token most likely") + QLatin1Char('\n') + interval(c->agreement.low, c->agreement.high) : tr("made without a reference"));
        case TokensColumn: return lines(Figure::ScoredTokens, tr("scored tokens, in %1 windows").arg(f.windows));
        default: return {};
        }
    }
    default: return {};
    }
}

QVariant EvaluationsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return QVariant::fromValue((section == MixtureColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole) {
        static constexpr Figure kFigureOf[ColumnCount] = {Figure::Mixture, Figure::BitsPerWeight, Figure::Perplexity, Figure::LossDifference, Figure::Divergence, Figure::Divergence, Figure::Agreement, Figure::ScoredTokens};
        if (section < 0 || section >= ColumnCount) return {};
        const bool estimate = section >= PerplexityColumn && section < TokensColumn;
        return explain(kFigureOf[section], {estimate ? tr("± is the standard error, which takes tokens as independent; the tool tip of a cell has the bootstrap over windows") : QString()});
    }
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole) return {};
    switch (section) {
    case MixtureColumn: return tr("mixture");
    case BitsColumn: return tr("bpw");
    case PerplexityColumn: return tr("perplexity ↓");
    case DeltaColumn: return tr("Δ loss, nats ↓");
    case DivergenceColumn: return tr("KL mean ↓");
    case Divergence99Column: return tr("KL p99 ↓");
    case AgreementColumn: return tr("top-1 same, % ↑");
    case TokensColumn: return tr("tokens");
    default: return {};
    }
}

QString EvaluationsModel::csv() const
{
    QString out = QStringLiteral("mixture,bits_per_weight,quantized,tensors,perplexity,perplexity_se,perplexity_low,perplexity_high,nll,nll_se,delta_nll,delta_nll_se,delta_nll_low,"
                                 "delta_nll_high,kl_mean,kl_mean_se,kl_p99,top1_agreement,top1_agreement_se,tokens,windows,length,stride,activations,kv8,text_sha256,stale\n");
    const auto number = [](double v) { return text(exactNumber(v)); };
    for (const auto& e : m_rows) {
        const auto& f = e->figures;
        QStringList cells{QLatin1Char('"') + QString(e->mixture).replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"'), number(e->bitsPerWeight),
                          QString::number(e->quantized), QString::number(e->tensors), number(f.perplexity), number(f.perplexityError), number(f.perplexityLow),
                          number(f.perplexityHigh), number(f.nll.mean), number(f.nll.error)};
        if (const auto& c = f.comparison)
            cells << number(c->delta.mean) << number(c->delta.error) << number(c->delta.low) << number(c->delta.high) << number(c->divergence.mean)
                  << number(c->divergence.error) << number(c->divergence99) << number(c->agreement.mean) << number(c->agreement.error);
        else
            for (int i = 0; i < 9; ++i) cells << QString();
        cells << QString::number(f.tokens) << QString::number(f.windows) << QString::number(e->length) << QString::number(e->stride) << e->activations
              << QString::number(e->kv8 ? 8 : 0) << e->textHash << QString::number(e->stale ? 1 : 0);
        out += cells.join(QLatin1Char(',')) + QLatin1Char('\n');
    }
    return out;
}

} // namespace qs::gui
