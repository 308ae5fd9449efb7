// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/help_text.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace qs::gui {
namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(HelpText)
};

QString plain(const std::string& text) { return QString::fromStdString(text).toHtmlEscaped(); }
QString words(const std::string& text) { return coreText(text).toHtmlEscaped(); }

QString rangeOf(const quant::ParamSpec& p)
{
    using T = quant::ParamType;
    switch (p.type) {
    case T::Int:
    case T::Real: return QString::fromStdString(formatNumber(p.min) + " – " + formatNumber(p.max));
    case T::Bool: return QStringLiteral("0, 1");
    case T::Group: return Texts::tr("columns, row, tensor, RxC");
    case T::Text: return Texts::tr("text");
    case T::Choice: break;
    }
    QStringList all;
    for (const auto& c : p.choices) all << plain(c);
    return all.join(QStringLiteral(", "));
}

} // namespace

QString partHelp(const quant::PartInfo& part)
{
    QString html = QStringLiteral("<h3>%1</h3><p>%2</p>").arg(words(part.title), words(part.summary));
    if (!part.params.empty()) {
        html += QStringLiteral("<table cellspacing='6'><tr><th align='left'>%1</th><th align='left'>%2</th><th align='left'>%3</th><th align='left'>%4</th></tr>")
                    .arg(Texts::tr("parameter"), Texts::tr("default"), Texts::tr("values"), Texts::tr("meaning"));
        for (const auto& p : part.params)
            html += QStringLiteral("<tr><td><code>%1</code></td><td>%2</td><td>%3 %4</td><td>%5</td></tr>")
                        .arg(plain(p.name), plain(quant::valueText(p.preset)), rangeOf(p), words(p.unit), words(p.help));
        html += QStringLiteral("</table>");
    }
    QStringList needs;
    if (part.needs & quant::NeedSigma) needs << Texts::tr("Σ of the inputs");
    if (part.needs & quant::NeedDiagonal) needs << Texts::tr("mean squares of the inputs");
    if (part.needs & quant::NeedMeanAbs) needs << Texts::tr("mean magnitudes of the inputs");
    if (part.needs & quant::NeedMaxAbs) needs << Texts::tr("largest magnitudes of the inputs");
    if (part.needs & quant::NeedSamples) needs << Texts::tr("samples of the inputs");
    if (part.needs & quant::NeedFisher) needs << Texts::tr("Fisher diagonals");
    if (part.needs & quant::NeedModel) needs << Texts::tr("the model");
    html += QStringLiteral("<p>") + Texts::tr("Needs: %1").arg(needs.isEmpty() ? Texts::tr("weights only") : needs.join(QStringLiteral(", "))) + QStringLiteral("</p>");
    if (!part.source.empty()) html += QStringLiteral("<p>") + Texts::tr("Source: %1").arg(words(part.source)) + QStringLiteral("</p>");
    html += QStringLiteral("<p>") + Texts::tr("In a recipe: <code>%1</code>").arg(plain(part.name)) + QStringLiteral("</p>");
    return html;
}

QString pageHelp(const QString& id, const QString& title)
{
    QString what;
    if (id == QLatin1String("overview"))
        what = Texts::tr("The whole model: blocks down, roles across; a cell is the chosen figure of one tensor. Click a cell to go to its tensor.");
    else if (id == QLatin1String("distribution"))
        what = Texts::tr("The histogram of the selected tensor, and of what results decode to. Ctrl+drag brushes a range of values: the heat map dims the rest.");
    else if (id == QLatin1String("codebook"))
        what = Texts::tr("The levels that a result uses, how often each is taken, and the weights they stand for.");
    else if (id == QLatin1String("heatmap"))
        what = Texts::tr("Every element of the matrix: the original, what a result decodes to, or the error. The wheel zooms at the cursor, drag pans, double click fits; "
                         "the colour bar sets the range. Hold Space to blink A and B, C draws a curtain, D shows whose error is larger.");
    else if (id == QLatin1String("scatter"))
        what = Texts::tr("Original against decoded values: points off the diagonal are errors, steps are levels.");
    else if (id == QLatin1String("compare"))
        what = Texts::tr("All results by their true bits and their error, with the Pareto front: what no other result beats in both. Click a point to select it.");
    else if (id == QLatin1String("evaluate"))
        what = Texts::tr("What the model itself says. Calibrate runs it on a text and keeps what each layer reads: errors are then measured at the outputs, too. Budget chooses a "
                         "recipe for each layer within so many bits. Evaluate runs the mixture and compares it with the original token by token; every figure has its noise beside it.");
    else if (id == QLatin1String("laboratory"))
        what = Texts::tr("A codebook to try things on: drag a level, add or delete one, and see error, usage and bits change at once; what you like is kept as a recipe.");
    else if (id == QLatin1String("file"))
        what = Texts::tr("The checkpoint itself: what is wrong with it in plain words, its metadata, tokenizer, chat template and config.");
    return QStringLiteral("<h3>%1</h3>").arg(title.toHtmlEscaped()) + (what.isEmpty() ? QString() : QStringLiteral("<p>%1</p>").arg(what))
        + QStringLiteral("<p>%1</p>").arg(Texts::tr("On every page: F fits, L switches the log axis, H copies the picture, J and K walk through the tensors, "
                                                    "A and B name the results that are compared, R runs. Ctrl+F1 lists all keys."));
}

void showHelp(const QString& title, const QString& html, QWidget* parent)
{
    // One window, whatever is asked for next.
    auto* dialog = parent->findChild<QDialog*>(QStringLiteral("help"), Qt::FindDirectChildrenOnly);
    QTextBrowser* text = dialog ? dialog->findChild<QTextBrowser*>() : nullptr;
    if (!text) {
        dialog = new QDialog(parent);
        dialog->setObjectName(QStringLiteral("help"));
        auto* column = new QVBoxLayout(dialog);
        text = new QTextBrowser(dialog);
        text->setFrameShape(QFrame::NoFrame);
        column->addWidget(text);
        auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
        QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
        column->addWidget(buttons);
        dialog->resize(600, 420);
    }
    dialog->setWindowTitle(title);
    text->setAccessibleName(title);
    text->setHtml(html);
    dialog->show();
}

} // namespace qs::gui
