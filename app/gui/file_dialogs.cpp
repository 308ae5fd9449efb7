// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/file_dialogs.h"

#include "core/io/format_registry.h"

#include <QCoreApplication>
#include <QFileDialog>

namespace qs::gui {
namespace {
struct Texts {
    Q_DECLARE_TR_FUNCTIONS(FileDialogs)
};
} // namespace

QString openFilter()
{
    QStringList all{QStringLiteral("*.qscope"), QStringLiteral("*.index.json")};
    QStringList each;
    for (const auto& f : io::builtinFormats().formats()) {
        QStringList these;
        for (const auto& e : f.extensions) these << QLatin1Char('*') + QString::fromStdString(e);
        all << these;
        if (!these.isEmpty())
            each << QStringLiteral("%1 (%2)").arg(QString::fromStdString(f.name), these.join(QLatin1Char(' ')));
    }
    all.removeDuplicates();
    return Texts::tr("Checkpoints and sessions (%1)").arg(all.join(QLatin1Char(' '))) + QStringLiteral(";;")
        + (each + QStringList{Texts::tr("Sessions (*.qscope)"), Texts::tr("All files (*)")}).join(QStringLiteral(";;"));
}

QStringList askOpenFiles(QWidget* parent, const QString& folder)
{
    return QFileDialog::getOpenFileNames(parent, Texts::tr("Open checkpoints"), folder, openFilter());
}

QString askOpenFile(QWidget* parent, const QString& title, const QString& folder, const QString& filter)
{
    return QFileDialog::getOpenFileName(parent, title, folder, filter);
}

QString askFolder(QWidget* parent, const QString& title, const QString& folder)
{
    return QFileDialog::getExistingDirectory(parent, title, folder);
}

QString askSaveFile(QWidget* parent, const QString& title, const QString& suggestion, const QString& filter)
{
    return QFileDialog::getSaveFileName(parent, title, suggestion, filter);
}

} // namespace qs::gui
