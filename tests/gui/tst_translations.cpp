// SPDX-License-Identifier: GPL-3.0-or-later
// The window in German: every text goes through a translation, none is left in English, none is cut.
#include "app/gui/actions.h"
#include "app/gui/export_dialog.h"
#include "app/gui/help_dialogs.h"
#include "app/gui/help_text.h"
#include "app/gui/language.h"
#include "app/gui/main_window.h"
#include "app/gui/settings.h"
#include "app/gui/settings_dialog.h"
#include "app/gui/stage.h"
#include "tests/gui/visible_texts.h"
#include "tests/support/window_thread.h"
#include "widgets/common/core_phrases_table.inc"
#include "widgets/common/core_text.h"
#include "widgets/panels/session_diff_window.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDockWidget>
#include <QFile>
#include <QMenuBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>
#include <QXmlStreamReader>
#include <cstdio>

using namespace qs::gui;
using qs::test::VisibleText;

namespace {

// Stands in for any language: what did not come through a translation stays outside of the marks.
class Marking : public QTranslator {
public:
    QString translate(const char* context, const char* source, const char*, int) const override
    {
        if (QByteArrayView(context) == "QShortcut") return {}; // names of keys
        return QChar(0x27E6) + QString::fromUtf8(source) + QChar(0x27E7);
    }
    bool isEmpty() const override { return false; }
};

QString outsideOfMarks(const QString& text)
{
    QString out;
    int depth = 0;
    for (const QChar c : text) {
        if (c == QChar(0x27E6)) ++depth;
        else if (c == QChar(0x27E7)) --depth;
        else if (depth <= 0) out += c;
    }
    return out;
}

// What is the same in every language: names of things that are written so in files, recipes, papers and programs.
bool isName(const QString& text)
{
    static const QRegularExpression names(QStringLiteral(
        "^("
        "[\\w./*:=,~#@<>|{}\\[\\]()'\"%+\\-–−×≈·σŵŴ₁₂⁻² \\x{2009}\\x{00A0}]*\\d[\\w./*:=,~#@<>|{}\\[\\]()'\"%+\\-–−×≈·\\x{2009} ]*" // values and recipes: "afpq 3.25", "128 × 344"
        "|[a-z0-9_]+([._][a-z0-9_]+)+.*"            // model.layers.0.mlp.down_proj.weight, input_norm
        "|[A-Za-z0-9_]+[:=].*"                       // recipes, scale=f16
        "|/.*"                                       // paths
        "|(Ctrl|Alt|Shift|Meta|Esc|Space|Return|Enter|Del|Ins|Home|End|Tab|PgUp|PgDown|Left|Right|Up|Down|Strg|Umschalt|F\\d+)(\\+.*)?"
        "|[A-Z]"
        ")$"), QRegularExpression::UseUnicodePropertiesOption);
    static const QStringList known{
        QStringLiteral("Quantoscope"), QStringLiteral("English"), QStringLiteral("Deutsch"), QStringLiteral("rel. MSE"), QStringLiteral("SQNR"),
        QStringLiteral("bpw"), QStringLiteral("dB"), QStringLiteral("sample"), QStringLiteral("row"), QStringLiteral("tensor"), QStringLiteral("auto"),
QStringLiteral("afpq"),
        QStringLiteral("rtn"), QStringLiteral("nf"), QStringLiteral("norm"), QStringLiteral("BPE"), QStringLiteral("ByteLevel"), QStringLiteral("CPU")};
    if (known.contains(text)) return true;
    return names.match(text).hasMatch();
}

// Qt Test cuts long messages.
bool nothingIn(const QMap<QString, QString>& bad)
{
    for (const QString& line : bad) std::fprintf(stderr, "  %s\n", qPrintable(line));
    return bad.isEmpty();
}

// Rows of the tables that show what stands in the opened file.
bool isOfTheFile(const VisibleText& t)
{
    static const QRegularExpression rows(QStringLiteral("QTableView\\(\\W?(Metadata|Metadaten|Vocabulary|Vokabular)\\W?\\)\\["));
    return rows.match(t.where).hasMatch();
}

bool hasWord(const QString& text)
{
    static const QRegularExpression word(QStringLiteral("[A-Za-z]{2}"));
    return word.match(text).hasMatch();
}

} // namespace

class TestTranslations : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Workbench> m_work;
    std::unique_ptr<MainWindow> m_window;

    void settle()
    {
        // Work begets work: calm is when nothing came for a while.
        int calm = 0;
        for (int i = 0; i < 3000 && calm < 4; ++i) {
            QTest::qWait(20);
            calm = m_work->jobs().activeJobs() == 0 && m_work->jobs().activeRequests() == 0 && !m_work->opening() ? calm + 1 : 0;
        }
        QCOMPARE(calm, 4);
    }
    void makeWindow(QSize size)
    {
        m_window.reset();
        m_work.reset();
        m_dir = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<Settings>(m_dir->filePath(QStringLiteral("settings.ini")));
        m_work = std::make_unique<Workbench>(nullptr, 2);
        m_work->theme().setMode(Theme::Light);
        m_window = std::make_unique<MainWindow>(*m_work, *m_settings);
        m_window->confirmClose = [](int) { return true; };
        m_window->resize(size);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void makeResults()
    {
        m_window->openSample();
        settle();
        QVERIFY(!m_work->workspace().checkpoints().empty());
        std::vector<qs::quant::Recipe> recipes;
        for (const char* text : {"afpq:format=nf3,group=128", "rtn:bits=3,group=128", "lcq:bits=3,group=64,rank=2"})
            if (auto r = qs::quant::parseRecipe(text)) recipes.push_back(std::move(*r));
        QCOMPARE(recipes.size(), std::size_t(3));
        m_work->workspace().addRecipe(recipes[0]);
        m_work->workspace().addRecipe(recipes[1]);
        const TensorRef first = m_work->defaultTensors().front();
        m_work->selection().setTensor(first);
        m_work->run({first}, recipes);
        settle();
        const auto shown = m_work->selection().shown();
        QVERIFY(shown.size() >= 2);
        m_work->selection().setA(shown[0]);
        m_work->selection().setB(shown[1]);
        m_work->selection().pinCell(Cell{3, 5});
        settle();
    }
    // Every page with all its views, the menus, and every dialog.
    template <class Visit>
    void walk(Visit visit)
    {
        visit(m_window.get(), QStringLiteral("start page"));
        makeResults();
        for (QDockWidget* d : m_window->docks()) {
            d->show();
            d->raise();
            QTest::qWait(10);
            visit(m_window.get(), QStringLiteral("dock ") + d->objectName());
        }
        m_window->applyLayout(MainWindow::Layout::Explore);
        for (int i = 0; i < m_window->stage().count(); ++i) {
            m_window->stage().setCurrent(i);
            settle();
            Page* page = m_window->stage().currentPage();
            visit(m_window.get(), m_window->stage().id(i));
            for (QTabBar* tabs : page->findChildren<QTabBar*>()) {
                for (int t = 1; t < tabs->count(); ++t) {
                    tabs->setCurrentIndex(t);
                    settle();
                    visit(m_window.get(), QStringLiteral("%1, tab %2").arg(m_window->stage().id(i)).arg(t));
                }
                tabs->setCurrentIndex(0);
            }
            // The exclusive buttons of a page are its views and modes.
            for (QAbstractButton* b : page->findChildren<QAbstractButton*>()) {
                if (!b->isVisible() || !b->isEnabled() || !b->isCheckable() || b->isChecked()) continue;
                b->click();
                settle();
                visit(m_window.get(), QStringLiteral("%1, %2").arg(m_window->stage().id(i), b->text()));
            }
        }
        {
            SettingsDialog d(*m_work, *m_settings, m_dir->filePath(QStringLiteral("cache.json")).toStdString());
            show(d, visit);
            settle();
        }
        {
            ExportDialog d(*m_work, m_work->selection().shown(), m_window.get());
            show(d, visit);
        }
        {
            KeysDialog d(m_window->actions(), m_window.get());
            show(d, visit);
        }
        {
            AboutDialog d(m_window.get());
            d.show();
            QVERIFY(QTest::qWaitForWindowExposed(&d));
            visit(&d, QStringLiteral("about"));
        }
        {
            SessionDiffWindow d(m_work->services(), m_window.get());
            show(d, visit);
        }
        m_window->actions()["palette"]->trigger();
        QTest::qWait(20);
        for (QWidget* w : m_window->findChildren<QWidget*>())
            if (QByteArrayView(w->metaObject()->className()) == "qs::gui::CommandPalette") {
                visit(w, QStringLiteral("palette"));
                w->close();
            }
    }
    template <class Visit>
    void show(QDialog& d, Visit& visit)
    {
        d.show();
        QVERIFY(QTest::qWaitForWindowExposed(&d));
        QTest::qWait(50);
        visit(&d, QString::fromLatin1(d.metaObject()->className()));
    }
    static QHash<QString, QStringList> germanOf()
    {
        QHash<QString, QStringList> out;
        QFile file(QStringLiteral(QS_TRANSLATIONS "/quantoscope_de.ts"));
        if (!file.open(QIODevice::ReadOnly)) return out;
        QXmlStreamReader xml(&file);
        QString source;
        while (!xml.atEnd()) {
            if (!xml.readNextStartElement()) continue;
            if (xml.name() == QLatin1String("source")) source = xml.readElementText();
            else if (xml.name() == QLatin1String("translation")) out[source] << xml.readElementText(QXmlStreamReader::IncludeChildElements);
        }
        return out;
    }

private slots:
    void initTestCase() { qs::test::forbidWorkInWindow(); }
    void cleanup()
    {
        m_window.reset();
        m_work.reset();
        installLanguage(*qApp, QStringLiteral("en"));
    }

    void language_installed_translatesAllKindsOfTexts()
    {
        installLanguage(*qApp, QStringLiteral("de"));
        QCOMPARE(QCoreApplication::translate("Actions", "Open…"), QStringLiteral("Öffnen…"));
        QCOMPARE(QCoreApplication::translate("qs::gui::SessionDiffWindow", "No cell changed: %n cell(s) are the same.", nullptr, 1),
                 QStringLiteral("Kein Feld änderte sich: 1 Feld ist gleich."));
        // Qt's own dialogs.
        QCOMPARE(QDialogButtonBox(QDialogButtonBox::Cancel).button(QDialogButtonBox::Cancel)->text().remove(QLatin1Char('&')), QStringLiteral("Abbrechen"));
        // What core says: exactly, with values, with texts as values, in lists, and where there is nothing to translate.
        QCOMPARE(coreText("bits per weight"), QStringLiteral("Bits je Gewicht"));
        QCOMPARE(coreText("Group 7: 5 of 8 levels are used. A cross is a level that nothing uses."),
                 QStringLiteral("Gruppe 7: 5 von 8 Stufen werden benutzt. Ein Kreuz ist eine Stufe, die nichts benutzt."));
        QCOMPARE(coreText("Profile by row, rms of the error: original is largest at row 3 with 0.5."),
                 QStringLiteral("Profil je Zeile, rms der Fehler: Original ist am größten in Zeile 3 mit 0.5."));
        QCOMPARE(coreText("done after 1.2 s, 3.4 M elements/s, peak of resident memory 80 MiB"),
                 QStringLiteral("fertig nach 1.2 s, 3.4 M Elemente/s, Spitze des belegten Speichers 80 MiB"));
        QCOMPARE(coreText("model.layers.0.mlp.down_proj.weight"), QStringLiteral("model.layers.0.mlp.down_proj.weight"));
        QCOMPARE(coreName("scale_rule"), QStringLiteral("Skalenregel"));
        QCOMPARE(coreChoice("mean"), QStringLiteral("Mittel"));
        QCOMPARE(errorText(qs::Error(qs::ErrorCode::Usage, "no such row").wanted("0 to 63").ofTensor("a.weight")),
                 QStringLiteral("Tensor a.weight: keine solche Zeile; erwartet 0 bis 63"));
        // An error that is translated in part stays whole.
        const qs::Error part = qs::Error(qs::ErrorCode::Malformed, "a rule of a format that nobody knows").fix("choose another name");
        QCOMPARE(errorText(part), QString::fromStdString(part.text()));
        // Numbers look as recipes write them.
        QCOMPARE(QLocale().toString(0.5), QStringLiteral("0.5"));
        QCOMPARE(dateLocale().language(), QLocale::German);
    }
    void language_englishOrUnknown_givesEnglish()
    {
        for (const char* language : {"en", "fr"}) {
            installLanguage(*qApp, QString::fromLatin1(language));
            QCOMPARE(QCoreApplication::translate("Actions", "Open…"), QStringLiteral("Open…"));
            QCOMPARE(QCoreApplication::translate("qs::gui::SessionDiffWindow", "No cell changed: %n cell(s) are the same.", nullptr, 2),
                     QStringLiteral("No cell changed: 2 cells are the same."));
            QCOMPARE(coreText("bits per weight"), QStringLiteral("bits per weight"));
            QCOMPARE(coreName("scale_rule"), QStringLiteral("scale rule"));
            QCOMPARE(QDialogButtonBox(QDialogButtonBox::Cancel).button(QDialogButtonBox::Cancel)->text().remove(QLatin1Char('&')), QStringLiteral("Cancel"));
        }
    }
    void everyPhrase_withValues_isMatched()
    {
        installLanguage(*qApp, QStringLiteral("de"));
        static const QRegularExpression place(QStringLiteral("%\\d"));
        for (const char* source : kCorePhrases) {
            const QString phrase = QString::fromUtf8(source);
            if (QCoreApplication::translate("core", source) == phrase) continue; // the same in German
            QString written = phrase;
            int n = 0;
            while (written.contains(place)) written.replace(written.indexOf(place), 2, QString::number(70 + ++n));
            QVERIFY2(coreText(written.toStdString()) != written, source);
        }
    }
    // Texts that are in no tr(), or glued from pieces that are in none.
    void everyText_comesThroughATranslation()
    {
        installLanguage(*qApp, QStringLiteral("en"));
        Marking marking;
        QCoreApplication::installTranslator(&marking);
        forgetCoreTexts();
        makeWindow({1440, 900});
        QMap<QString, QString> bad;
        walk([&](QWidget* top, const QString& place) {
            for (const VisibleText& t : qs::test::visibleTexts(top))
                for (const QString& line : isOfTheFile(t) ? QStringList() : outsideOfMarks(t.text).split(QRegularExpression(QStringLiteral("\n| · | — |   "))))
                    if (const QString rest = line.trimmed(); hasWord(rest) && !isName(rest) && !bad.contains(rest))
                        bad.insert(rest, QStringLiteral("%1   (%2: %3, “%4”)").arg(rest, place, t.where, t.text.left(120)));
        });
        m_window.reset();
        QCoreApplication::removeTranslator(&marking);
        forgetCoreTexts();
        QVERIFY2(nothingIn(bad), "the texts above");
    }
    void everyText_inGerman_isNotItsEnglishSource()
    {
        installLanguage(*qApp, QStringLiteral("de"));
        const auto german = germanOf();
        QVERIFY(german.size() > 1000);
        makeWindow({1440, 900});
        QMap<QString, QString> bad;
        walk([&](QWidget* top, const QString& place) {
            for (const VisibleText& t : qs::test::visibleTexts(top)) {
                const auto it = german.find(t.text);
                if (it != german.end() && !isOfTheFile(t) && !it->contains(t.text) && !isName(t.text)) bad.insert(t.text, QStringLiteral("%1   (%2: %3)").arg(t.text, place, t.where));
            }
        });
        QVERIFY2(nothingIn(bad), "the texts above");
    }
    void everyLabel_inBothLanguages_hasItsRoom_data()
    {
        QTest::addColumn<QString>("language");
        QTest::addColumn<QSize>("size");
        for (const char* language : {"en", "de"})
            for (const QSize size : {QSize(1280, 800), QSize(1440, 900)})
                QTest::addRow("%s %dx%d", language, size.width(), size.height()) << QString::fromLatin1(language) << size;
    }
    void everyLabel_inBothLanguages_hasItsRoom()
    {
        QFETCH(const QString, language);
        QFETCH(const QSize, size);
        installLanguage(*qApp, language);
        makeWindow(size);
        QMap<QString, QString> bad;
        walk([&](QWidget* top, const QString& place) {
            for (const QString& t : qs::test::cutTexts(top)) bad.insert(t, place + QStringLiteral(": ") + t);
            // A page whose words are too many widens the window beyond the screen.
            if (top == m_window.get() && top->size() != size && !bad.contains(QStringLiteral("size"))) // where it first did
                bad.insert(QStringLiteral("size"), QStringLiteral("%1: the window has become %2x%3").arg(place).arg(top->width()).arg(top->height()));
            // QS_PICTURES=folder: what it looks like.
            if (const QString folder = qEnvironmentVariable("QS_PICTURES"); !folder.isEmpty() && QDir().mkpath(folder))
                top->grab().save(QStringLiteral("%1/%2_%3.png").arg(folder, QString(place).remove(QRegularExpression(QStringLiteral("[^\\w.-]+")))).arg(size.width()));
        });
        QVERIFY2(nothingIn(bad), "the texts above");
    }
    void mnemonics_ofABarAndOfEveryMenu_differ_data()
    {
        QTest::addColumn<QString>("language");
        QTest::newRow("English") << QStringLiteral("en");
        QTest::newRow("Deutsch") << QStringLiteral("de");
    }
    void mnemonics_ofABarAndOfEveryMenu_differ()
    {
        QFETCH(const QString, language);
        installLanguage(*qApp, language);
        makeWindow({1280, 800});
        const auto letters = [](const QList<QAction*>& actions) {
            QStringList out;
            for (const QAction* a : actions)
                if (const QKeySequence key = QKeySequence::mnemonic(a->text()); !key.isEmpty()) out << key.toString();
            return out;
        };
        const QStringList bar = letters(m_window->menuBar()->actions());
        QCOMPARE(bar.size(), m_window->menuBar()->actions().size()); // every menu opens by Alt and a letter
        QCOMPARE(QSet<QString>(bar.begin(), bar.end()).size(), bar.size());
        for (const QAction* a : m_window->menuBar()->actions()) {
            const QStringList inMenu = letters(a->menu()->actions());
            QVERIFY2(QSet<QString>(inMenu.begin(), inMenu.end()).size() == inMenu.size(), qPrintable(a->text() + inMenu.join(QLatin1Char(' '))));
        }
    }
};

QTEST_MAIN(TestTranslations)
#include "tst_translations.moc"
