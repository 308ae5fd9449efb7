// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/label_placement.h"

#include <QTest>
#include <cmath>

using namespace qs::gui;

class TestLabelPlacement : public QObject {
    Q_OBJECT
private slots:
    void points_atOneRate_haveNamesThatDoNotTouch()
    {
        // Five names at one bit rate, a few pixels apart: what overlapped before.
        const QRectF area(40, 10, 400, 240);
        std::vector<QPointF> points;
        for (int i = 0; i < 5; ++i) points.emplace_back(300, 100 + 4 * i);
        const std::vector<QSizeF> sizes(5, QSizeF(90, 14));
        const auto placed = placePointLabels(area, points, sizes, {});
        QCOMPARE(placed.size(), std::size_t(5));
        for (std::size_t i = 0; i < 5; ++i) {
            QVERIFY(area.contains(placed[i].box));
            QVERIFY2(placed[i].clear, qPrintable(QString::number(i)));
            for (std::size_t k = 0; k < i; ++k) QVERIFY(!placed[i].box.intersects(placed[k].box));
        }
    }

    void point_alone_isNamedBesideItself()
    {
        const auto placed = placePointLabels(QRectF(0, 0, 300, 200), {{100, 100}}, {{60, 12}}, {});
        QVERIFY(!placed[0].leader);
        QVERIFY(std::fabs(placed[0].box.left() - 107) < 1);
        // At the right edge the name goes to the left.
        const auto edge = placePointLabels(QRectF(0, 0, 300, 200), {{295, 100}}, {{60, 12}}, {});
        QVERIFY(edge[0].box.right() < 295);
    }

    void curves_areNamedWhereTheyStandOut()
    {
        const QRectF area(0, 0, 400, 200);
        std::vector<QPointF> a;
        std::vector<QPointF> b;
        for (int x = 0; x <= 400; x += 4) {
            a.emplace_back(x, 190 - 150 * std::exp(-std::pow((x - 100) / 40.0, 2)));
            b.emplace_back(x, 190 - 150 * std::exp(-std::pow((x - 300) / 40.0, 2)));
        }
        const auto placed = placeCurveLabels(area, {columnsOf(a, area, false), columnsOf(b, area, false)}, {{50, 12}, {50, 12}});
        QVERIFY(placed[0].clear && placed[1].clear);
        QVERIFY(placed[0].target.x() < 200 && placed[1].target.x() > 200);
        QVERIFY(!placed[0].box.intersects(placed[1].box));
    }

    void noRoom_isTold()
    {
        const QRectF area(0, 0, 60, 20);
        std::vector<QPointF> dense;
        for (int x = 0; x <= 60; ++x) dense.emplace_back(x, x % 2 ? 0 : 20);
        const auto placed = placeCurveLabels(area, {columnsOf(dense, area, false)}, {{50, 12}});
        QVERIFY(!placed[0].clear);
    }

    void columns_ofAStep_coverItsEdge()
    {
        const QRectF area(0, 0, 10, 100);
        const auto c = columnsOf({{0, 80}, {5, 80}, {5, 20}, {10, 20}}, area, false);
        QCOMPARE(c.top[2], 80.0F);
        QCOMPARE(c.top[5], 20.0F);
        QCOMPARE(c.bottom[5], 80.0F);
        QCOMPARE(c.bottom[8], 20.0F);
    }
};

QTEST_GUILESS_MAIN(TestLabelPlacement)
#include "tst_label_placement.moc"
