// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/help_dialogs.h"

#include "app/gui/actions.h"
#include "core/base/version.h"
#include "core/report/libraries.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTextBrowser>
#include <QVBoxLayout>
#include <qcustomplot.h>

namespace qs::gui {
namespace {

// What the window adds to core's libraries.
std::vector<report::Library> windowLibraries()
{
    std::vector<report::Library> out{
        {"Qt", std::string(qVersion()) + " (built with " QT_VERSION_STR ")", "window", "LGPL-3.0", "https://www.qt.io"},
        {"QCustomPlot", QCUSTOMPLOT_VERSION_STR, "plots", "GPL-3.0", "https://www.qcustomplot.com"},
    };
    for (auto& l : report::libraries()) out.push_back(std::move(l));
    return out;
}

} // namespace

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("About Quantoscope"));
    auto* column = new QVBoxLayout(this);
    auto* text = new QTextBrowser(this);
    text->setOpenExternalLinks(true);
    text->setFrameShape(QFrame::NoFrame);
    text->setAccessibleName(tr("About Quantoscope"));
    QString html = tr("<h2>Quantoscope %1</h2><p>Desktop instrument for the weight quantization of language models.</p>"
                      "<p>Free software under the GNU General Public License, version 3 or later. It comes without any warranty.</p>"
                      "<h3>Libraries</h3><table cellspacing='4'>")
                       .arg(QString::fromUtf8(version().data(), static_cast<qsizetype>(version().size())));
    const auto cell = [](const std::string& text) { return QStringLiteral("<td>%1</td>").arg(QString::fromStdString(text).toHtmlEscaped()); };
    for (const auto& l : windowLibraries())
        html += QStringLiteral("<tr><td><a href='%1'>%2</a></td>").arg(QString::fromStdString(l.url), QString::fromStdString(l.name)) + cell(l.version)
            + cell(l.purpose) + cell(l.licence) + QStringLiteral("</tr>");
    html += tr("</table><p>Colour map viridis: Nathaniel Smith and Stéfan van der Walt, CC0. "
               "Recipe colours after Okabe and Ito.</p>");
    text->setHtml(html);
    column->addWidget(text);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    resize(560, 480);
}

KeysDialog::KeysDialog(Actions& actions, QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Keys"));
    auto* column = new QVBoxLayout(this);
    auto* note = new QLabel(tr("Single letters act while the stage has the focus. Mouse: the wheel zooms at the cursor, drag pans, "
                               "right drag boxes, Ctrl+drag brushes, double click fits; Shift keeps to one axis."),
                            this);
    note->setWordWrap(true);
    note->setProperty("secondary", true);
    column->addWidget(note);
    auto* table = new QTableWidget(static_cast<int>(actions.all().size()), 3, this);
    table->setAccessibleName(tr("Actions and their keys"));
    table->setHorizontalHeaderLabels({tr("action"), tr("keys"), {}});
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    int keysWidth = 160;
    table->setSelectionMode(QAbstractItemView::NoSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    auto* clash = new QLabel(this);
    clash->setWordWrap(true);
    clash->setAccessibleName(tr("Message"));
    int row = 0;
    for (QAction* a : actions.all()) {
        const QString name = a->text().remove(QLatin1Char('&'));
        auto* item = new QTableWidgetItem(name);
        table->setItem(row, 0, item);
        auto* edit = new QKeySequenceEdit(a->shortcut(), table);
        edit->setAccessibleName(tr("Keys of %1").arg(name));
        for (QWidget* inner : edit->findChildren<QWidget*>()) inner->setAccessibleName(edit->accessibleName());
        // Qt's own words for an empty field are longer in some languages.
        if (const auto* line = edit->findChild<QLineEdit*>())
            keysWidth = std::max(keysWidth, fontMetrics().horizontalAdvance(line->placeholderText()) + 40);
        connect(edit, &QKeySequenceEdit::editingFinished, this, [&actions, a, edit, clash] {
            for (const QAction* other : actions.all())
                if (other != a && !edit->keySequence().isEmpty() && other->shortcut() == edit->keySequence()) {
                    clash->setText(tr("%1 already belongs to “%2”")
                                       .arg(edit->keySequence().toString(QKeySequence::NativeText), other->text()));
                    edit->setKeySequence(a->shortcut());
                    return;
                }
            clash->clear();
            actions.setKeys(a, edit->keySequence());
        });
        table->setCellWidget(row, 1, edit);
        auto* reset = new QPushButton(tr("Default"), table);
        reset->setAutoDefault(false);
        reset->setAccessibleName(tr("Default keys of %1").arg(name));
        connect(reset, &QPushButton::clicked, this, [&actions, a, edit] {
            edit->setKeySequence(Actions::builtinKeys(a));
            actions.setKeys(a, Actions::builtinKeys(a));
        });
        table->setCellWidget(row, 2, reset);
        table->setRowHeight(row, 34);
        ++row;
    }
    table->horizontalHeader()->resizeSection(1, keysWidth);
    column->addWidget(table);
    column->addWidget(clash);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
    resize(640, 640);
}

} // namespace qs::gui
