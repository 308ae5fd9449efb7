// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/language.h"

#include <QCoreApplication>
#include <QDir>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>

namespace qs::gui {

std::vector<std::pair<QString, QString>> languages()
{
    return {{QStringLiteral("en"), QStringLiteral("English")}, {QStringLiteral("de"), QStringLiteral("Deutsch")}};
}

void installLanguage(QCoreApplication& app, const QString& language)
{
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    if (!language.isEmpty()) QLocale::setDefault(locale);
    const QString bin = QCoreApplication::applicationDirPath();
    const auto load = [&](const QString& name, const QStringList& folders) {
        auto* translator = new QTranslator(&app);
        for (const QString& folder : folders)
            if (translator->load(locale, name, QStringLiteral("_"), folder)) {
                QCoreApplication::installTranslator(translator);
                return;
            }
        delete translator;
    };
    load(QStringLiteral("qtbase"), {QLibraryInfo::path(QLibraryInfo::TranslationsPath)});
    load(QStringLiteral("quantoscope"), {QDir::cleanPath(bin + QStringLiteral("/../share/quantoscope/translations")),
                                         bin + QStringLiteral("/translations"), QStringLiteral(":/translations")});
}

} // namespace qs::gui
