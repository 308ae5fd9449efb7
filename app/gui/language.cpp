// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/language.h"

#include "widgets/common/core_text.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QTranslator>

namespace qs::gui {
namespace {

const QString kOwn = QStringLiteral(":/translations");

QLocale& dates()
{
    static QLocale locale;
    return locale;
}

} // namespace

std::vector<std::pair<QString, QString>> languages()
{
    return {{QStringLiteral("en"), QStringLiteral("English")}, {QStringLiteral("de"), QStringLiteral("Deutsch")}};
}

void installLanguage(QCoreApplication& app, const QString& language)
{
    for (QTranslator* old : app.findChildren<QTranslator*>(QString(), Qt::FindDirectChildrenOnly)) {
        QCoreApplication::removeTranslator(old);
        delete old;
    }
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    const auto load = [&](const QLocale& of, const QString& name, const QStringList& folders) {
        auto* translator = new QTranslator(&app);
        for (const QString& folder : folders)
            if (translator->load(of, name, QStringLiteral("_"), folder)) {
                QCoreApplication::installTranslator(translator);
                return true;
            }
        delete translator;
        return false;
    };
    // Qt's own words only where ours are in the same language: half a dialog in another one helps nobody.
    const QLocale english(QLocale::English);
    const bool spoken = load(locale, QStringLiteral("quantoscope"), {kOwn});
    if (!spoken) load(english, QStringLiteral("quantoscope"), {kOwn});
    load(spoken ? locale : english, QStringLiteral("qtbase"), {QLibraryInfo::path(QLibraryInfo::TranslationsPath), kOwn});
    dates() = locale;
    QLocale::setDefault(QLocale::c());
    forgetCoreTexts();
}

QLocale dateLocale() { return dates(); }

} // namespace qs::gui
