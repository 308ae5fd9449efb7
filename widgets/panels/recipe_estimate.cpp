// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/recipe_estimate.h"

#include "widgets/common/core_text.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <chrono>
#include <cmath>

namespace qs::gui {
namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(RecipeEstimate)
};

// Whole numbers bare, others with three decimals: "3", "0.250".
QString bitsText(double bits)
{
    return std::fabs(bits - std::round(bits)) < 5e-7 ? QString::number(std::lround(bits)) : QString::number(bits, 'f', 3);
}

} // namespace

Result<BitsEstimate> estimateBits(const quant::Recipe& recipe, Index rows, Index cols)
{
    const auto n = static_cast<double>(rows * cols);
    quant::Recipe part = recipe;
    part.transform = {"none", {}};
    part.residual = {"none", {}};
    QS_ASSIGN(const auto grid, quant::forecastStorage(part, rows, cols));
    part.transform = recipe.transform;
    QS_ASSIGN(const auto withTransform, quant::forecastStorage(part, rows, cols));
    QS_ASSIGN(const auto all, quant::forecastStorage(recipe, rows, cols));
    const auto total = [](const quant::StorageBits& s) { return static_cast<double>(s.payload + s.metadata); };

    QStringList terms;
    terms << Texts::tr("%1 codes").arg(bitsText(static_cast<double>(grid.payload) / n));
    if (grid.metadata > 0)
        terms << (recipe.grid.values.has("scale") || recipe.grid.values.has("group") ? Texts::tr("%1 scales") : Texts::tr("%1 levels"))
                     .arg(QString::number(static_cast<double>(grid.metadata) / n, 'f', 3));
    if (const double t = total(withTransform) - total(grid); t > 0)
        terms << QStringLiteral("%1 %2").arg(QString::number(t / n, 'f', 3), coreText(recipe.transform.name));
    if (const double r = total(all) - total(withTransform); r > 0)
        terms << QStringLiteral("%1 %2").arg(QString::number(r / n, 'f', 3), coreText(recipe.residual.name));
    return BitsEstimate{total(all) / n, terms.join(QStringLiteral(" + "))};
}

QString needsText(const quant::Recipe& recipe)
{
    const unsigned needs = quant::needsOf(recipe);
    if (needs == quant::NeedNothing) return Texts::tr("needs weights only");
    QStringList parts;
    if (needs & quant::NeedSigma) parts << Texts::tr("input covariance");
    if (needs & quant::NeedDiagonal) parts << Texts::tr("input mean squares");
    if (needs & quant::NeedMeanAbs) parts << Texts::tr("input mean magnitudes");
    if (needs & quant::NeedMaxAbs) parts << Texts::tr("input largest magnitudes");
    if (needs & quant::NeedSamples) parts << Texts::tr("input samples");
    if (needs & quant::NeedFisher) parts << Texts::tr("Fisher weights");
    if (needs & quant::NeedModel) parts << Texts::tr("the model's forward pass");
    return Texts::tr("needs %1").arg(parts.join(QStringLiteral(", ")));
}

Result<TrialEstimate> tryRecipe(const io::ModelSource& source, const io::TensorInfo& tensor, const quant::Recipe& recipe,
                                const Context& context)
{
    const io::MatrixShape shape = io::matrixShape(tensor);
    if (shape.rows <= 0 || shape.cols <= 0) return fail(ErrorCode::Lacking, "an empty tensor is carried through, never quantized");
    // Whole groups of 32 rows, so that grids whose groups span rows are tried as they are.
    constexpr Index kWeights = 65536;
    const Index rows = std::clamp<Index>((kWeights / shape.cols + 31) / 32 * 32, 1, shape.rows);
    Matrix sample(rows, shape.cols);
    QS_TRY(source.readRows(tensor, 0, sample.data()));
    if (context.stopped()) return cancelled();
    const auto start = std::chrono::steady_clock::now();
    quant::QuantizeOptions options;
    options.nonFiniteAsZero = true;
    QS_ASSIGN(auto artefact, quant::quantize(tensor.name, sample, recipe, options, context));
    auto shared = std::make_shared<const quant::QuantizedTensor>(std::move(artefact));
    QS_ASSIGN(auto decoder, quant::Decoder::make(shared));
    QS_ASSIGN(auto error, metrics::weightError(sample, *decoder, context));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    TrialEstimate out;
    out.seconds = seconds * static_cast<double>(shape.rows) / static_cast<double>(rows);
    out.relativeMse = error.relativeMse();
    out.sampleRows = rows;
    out.rows = shape.rows;
    return out;
}

} // namespace qs::gui
