// SPDX-License-Identifier: GPL-3.0-or-later
// Names in plots of every size: on no curve, on no point, on no other name; legends outside of the axes.
#include "widgets/plots/plot_view.h"

#include <QSignalSpy>
#include <QTest>
#include <cmath>
#include <qcustomplot.h>

using namespace qs;
using gui::PlotView;
using gui::Theme;

namespace {

std::shared_ptr<plots::PlotData> rates(int recipes)
{
    auto p = std::make_shared<plots::PlotData>();
    p->title = "rates";
    p->x = {"bits per weight", "bits/weight", false, false, "bits"};
    p->y = {"relative MSE", "", true, false, "relative_mse"};
    plots::Series front{"Pareto front", plots::SeriesKind::Line, 0, {}, {}, {}, true};
    for (int i = 0; i < recipes; ++i) {
        const double x = 2.1 + 0.3 * i;
        const double y = 0.2 * std::pow(0.55, i);
        if (i % 2 == 0) {
            front.x.push_back(x);
            front.y.push_back(y);
        }
        const std::string name = "RECIPE " + std::to_string(i) + " 3b g" + std::to_string(16 << (i % 4));
        p->series.push_back({name, plots::SeriesKind::Points, i + 1, {x}, {i % 2 == 0 ? y : 1.3 * y}, {name}, false});
    }
    p->series.insert(p->series.begin(), front);
    return p;
}

std::shared_ptr<plots::PlotData> curves(int count)
{
    auto p = std::make_shared<plots::PlotData>();
    p->title = "curves";
    p->x = {"weight", "weight units", false, false, "weight"};
    p->y = {"elements per bin", "", false, false, "bin_count"};
    for (int k = 0; k < count; ++k) {
        plots::Series s;
        s.name = "LCQ 3b g64 r" + std::to_string(k);
        s.slot = k + 1;
        for (int i = 0; i <= 100; ++i) {
            s.x.push_back(i * 0.01);
            s.y.push_back(std::sin(i * 0.21 + k * 0.4) + 0.2 * k);
        }
        p->series.push_back(std::move(s));
    }
    return p;
}

} // namespace

class TestPlotLegends : public QObject {
    Q_OBJECT
private slots:
    void names_inEverySize_coverNothing_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("count");
        QTest::addColumn<QSize>("size");
        for (const QSize size : {QSize(180, 120), QSize(260, 160), QSize(320, 200), QSize(480, 300), QSize(900, 500)})
            for (const int count : {2, 4, 7})
                for (const int kind : {0, 1})
                    QTest::addRow("%s %d %dx%d", kind == 0 ? "points" : "curves", count, size.width(), size.height()) << kind << count << size;
    }
    void names_inEverySize_coverNothing()
    {
        QFETCH(const int, kind);
        QFETCH(const int, count);
        QFETCH(const QSize, size);
        Theme theme;
        PlotView view(theme);
        view.resize(size);
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        const auto data = kind == 0 ? rates(count) : curves(count);
        view.setData(data);
        QTest::qWait(120); // layouts that find no room ask for another
        view.plot()->replot(QCustomPlot::rpImmediateRefresh);

        QCPAxisRect* rect = view.plot()->axisRect(0);
        QVERIFY(rect && rect->width() > 20 && rect->height() > 15);
        const auto pixel = [&](double x, double y) {
            return QPointF(rect->axis(QCPAxis::atBottom)->coordToPixel(x), rect->axis(QCPAxis::atLeft)->coordToPixel(y));
        };
        QList<QRectF> names;
        for (int i = 0; i < view.plot()->itemCount(); ++i) {
            auto* text = qobject_cast<QCPItemText*>(view.plot()->item(i));
            if (text && text->visible()) names << QRectF(text->topLeft->pixelPosition(), text->bottomRight->pixelPosition()).adjusted(2, 2, -2, -2);
        }
        for (int a = 0; a < names.size(); ++a)
            for (int b = 0; b < a; ++b) QVERIFY(!names[a].intersects(names[b]));
        for (const QRectF& name : names) {
            QVERIFY(QRectF(view.rect()).contains(name));
            for (const auto& s : data->series)
                for (std::size_t i = 0; i < s.x.size(); ++i) {
                    const QPointF at = pixel(s.x[i], s.y[i]);
                    QVERIFY2(!name.contains(at), s.name.c_str());
                    if (s.kind != plots::SeriesKind::Line || i == 0) continue;
                    const QPointF from = pixel(s.x[i - 1], s.y[i - 1]);
                    for (int k = 0; k <= 40; ++k) QVERIFY2(!name.contains(from + (at - from) * k / 40.0), s.name.c_str());
                }
        }
        for (const auto* legend : view.plot()->findChildren<QCPLegend*>()) {
            QVERIFY(!legend->outerRect().intersects(rect->rect()));
            QVERIFY(QRect(QPoint(), view.plot()->size()).contains(legend->outerRect()));
        }
    }
};

QTEST_MAIN(TestPlotLegends)
#include "tst_plot_legends.moc"
