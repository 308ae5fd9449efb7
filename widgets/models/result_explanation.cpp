// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/result_explanation.h"

#include "core/base/format.h"
#include "core/quant/registry.h"
#include "widgets/common/core_text.h"

#include <QCoreApplication>

namespace qs::gui {
namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(ResultExplanation)
};

QString text(const std::string& s) { return QString::fromStdString(s); }
QString six(double v) { return text(formatNumber(v, 6)); }

QString quotient(double above, double below) { return QStringLiteral("= %1 / %2").arg(six(above), six(below)); }

} // namespace

QString resultOrigin(const study::CellResult& r)
{
    const QString tensor = text(escapeText(r.tensor));
    const QString file = text(escapeText(r.source.filename().empty() ? r.source.parent_path().filename().string() : r.source.filename().string()));
    if (r.foreign) return Texts::tr("%1 of %2 against %3").arg(tensor, file, text(escapeText(r.foreign->source->path.string())));
    return Texts::tr("%1 of %2, recipe %3").arg(tensor, file, text(r.recipe.text()));
}

QStringList figureInputs(const study::CellResult& r, Figure figure)
{
    const QString weights = Texts::tr("%1 weights").arg(text(formatCount(r.error.count)));
    switch (figure) {
    case Figure::BitsPerWeight: {
        if (r.foreign) return {Texts::tr("%1 bytes in the other file").arg(text(formatCount((r.bits.payload + 7) / 8))), weights};
        QStringList out;
        if (r.artefact) {
            // Every stored array with its bits.
            const auto n = static_cast<double>(r.artefact->rows * r.artefact->cols);
            for (const auto& a : r.artefact->arrays.arrays())
                out << Texts::tr("%1  %2  %3 bits = %4 bpw")
                           .arg(text(escapeText(a.name)), text(a.shape.text()), text(formatCount(8 * a.bytes.size())),
                                QString::number(8.0 * static_cast<double>(a.bytes.size()) / n, 'f', 4));
        } else {
            out << Texts::tr("codes %1 bits, everything else %2 bits").arg(text(formatCount(r.bits.payload)), text(formatCount(r.bits.metadata)));
        }
        return out << weights;
    }
    case Figure::RelativeMse: return {quotient(r.error.sumSquaredError, r.error.sumSquares), weights};
    case Figure::OutputError:
        if (!r.error.hasOutput()) return {Texts::tr("not measured: open a calibration file of this model, and run again")};
        return {quotient(r.error.sumOutputError, r.error.sumOutput)};
    case Figure::Sqnr: return {QStringLiteral("= 10·log₁₀(%1 / %2)").arg(six(r.error.sumSquares), six(r.error.sumSquaredError)), weights};
    case Figure::MaxError: return {QStringLiteral("= %1").arg(six(r.error.maxAbs)), weights};
    case Figure::Cosine:
        return {QStringLiteral("= %1 / √(%2 · %3)").arg(six(r.error.dot), six(r.error.sumSquares), six(r.error.sumSquaresDecoded)), weights};
    case Figure::Seconds:
        if (r.cached) return {Texts::tr("found in the result cache; %1 when it was computed, on %2").arg(text(formatSeconds(r.seconds)), text(r.device))};
        return {QStringLiteral("= %1").arg(text(formatSeconds(r.seconds))), Texts::tr("device: %1").arg(text(r.device))};
    default: return {};
    }
}

QString explainResult(const study::CellResult& r, Figure figure) { return explain(figure, figureInputs(r, figure), resultOrigin(r)); }

QString explainRecipe(const quant::Recipe& recipe, const QStringList& here)
{
    QStringList lines{text(recipe.text())};
    QStringList papers;
    const auto& registry = quant::builtinRegistry();
    const std::pair<quant::PartKind, const quant::PartUse*> parts[] = {{quant::PartKind::Transform, &recipe.transform}, {quant::PartKind::Grid, &recipe.grid},
                                                                        {quant::PartKind::Assignment, &recipe.assignment}, {quant::PartKind::Residual, &recipe.residual}};
    for (const auto& [kind, choice] : parts) {
        const auto* part = registry.part(kind, choice->name);
        if (!part || (choice->name == "none")) continue;
        lines << coreText(part->title) + QStringLiteral(": ") + coreText(part->summary);
        if (!part->source.empty() && !papers.contains(coreText(part->source))) papers << coreText(part->source);
    }
    return explain(Figure::Recipe, lines + here, papers.join(QStringLiteral("; ")));
}

} // namespace qs::gui
