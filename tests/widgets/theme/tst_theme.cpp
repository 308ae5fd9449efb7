// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme.h"

#include <QDialog>
#include <QMainWindow>
#include <QPushButton>
#include <QTest>
#include <QVBoxLayout>
#include <cmath>

using qs::gui::Theme;

class TestTheme : public QObject {
    Q_OBJECT
private slots:
    void contrast_blackOnWhite_is21() { QVERIFY(std::fabs(Theme::contrast(Qt::black, Qt::white) - 21) < 1e-9); }

    void contrast_bothThemes_meetsTheBrief_data()
    {
        QTest::addColumn<int>("mode");
        QTest::newRow("light") << int(Theme::Light);
        QTest::newRow("dark") << int(Theme::Dark);
    }
    void contrast_bothThemes_meetsTheBrief()
    {
        QFETCH(int, mode);
        Theme t;
        t.setMode(static_cast<Theme::Mode>(mode));
        for (const QColor& ground : {t.window(), t.base()}) {
            QVERIFY(Theme::contrast(t.text(), ground) >= 7);
            QVERIFY(Theme::contrast(t.secondary(), ground) >= 4.5);
            QVERIFY(Theme::contrast(t.original(), ground) >= 3);
            for (int slot = 1; slot <= 7; ++slot)
                QVERIFY2(Theme::contrast(t.recipe(slot), ground) >= 3, qPrintable(QString::number(slot)));
        }
        QVERIFY(Theme::contrast(t.text(), t.accentSoft()) >= 4.5);
    }

    void diverging_zero_isTheBase()
    {
        for (const auto mode : {Theme::Light, Theme::Dark}) {
            Theme t;
            t.setMode(mode);
            QCOMPARE(QColor(t.diverging(0)), t.base());
            QVERIFY(t.diverging(1) != t.diverging(-1));
        }
    }

    void change_partsOfAWindow_areRestyledOneATurnAndPaintedTogether()
    {
        Theme t;
        t.setMode(Theme::Light);
        QMainWindow window;
        auto* column = new QWidget(&window);
        auto* layout = new QVBoxLayout(column);
        std::vector<QPushButton*> parts;
        for (int i = 0; i < 4; ++i) {
            parts.push_back(new QPushButton(QString::number(i), column));
            layout->addWidget(parts.back());
            t.style(parts.back());
        }
        parts.back()->hide();
        window.setCentralWidget(column);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        QVERIFY(window.styleSheet().isEmpty());
        QDialog dialog(&window); // a part by itself
        dialog.show();
        QCOMPARE(dialog.styleSheet(), t.styleSheet());

        const QString light = parts.front()->styleSheet();
        t.setMode(Theme::Dark);

        QCOMPARE(parts.front()->styleSheet(), light); // nothing is styled within the call
        QVERIFY(!window.updatesEnabled());
        QTRY_VERIFY(!t.restyling());
        QVERIFY(window.updatesEnabled());
        for (const auto* p : parts) QCOMPARE(p->styleSheet(), t.styleSheet());
        QCOMPARE(dialog.styleSheet(), t.styleSheet());

        t.setMode(Theme::Light); // one that is shown before its turn does not wait
        parts.back()->show();
        QCOMPARE(parts.back()->styleSheet(), t.styleSheet());
        QTRY_VERIFY(!t.restyling());
    }

    void sequential_growing_getsLighter()
    {
        const Theme t;
        double last = -1;
        for (int i = 0; i <= 64; ++i) {
            const QColor c(t.sequential(i / 64.0));
            const double y = 0.2126 * std::pow(c.redF(), 2.2) + 0.7152 * std::pow(c.greenF(), 2.2) + 0.0722 * std::pow(c.blueF(), 2.2);
            QVERIFY(y > last);
            last = y;
        }
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
