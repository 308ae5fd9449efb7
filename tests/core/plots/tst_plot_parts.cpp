// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/color_map.h"
#include "core/plots/color_palette.h"
#include "core/plots/distribution/student.h"
#include "core/plots/plot_registry.h"
#include "core/plots/png_encoder.h"
#include "core/plots/svg_canvas.h"
#include "core/plots/ticks.h"

#include <QTest>
#include <QXmlStreamReader>

#include <cmath>
#include <random>
#include <zlib.h>

using namespace qs::plots;

class TestPlotParts : public QObject {
    Q_OBJECT

private slots:
    void contrast_blackOnWhite_is21() { QVERIFY(std::fabs(contrast({0, 0, 0}, {255, 255, 255}) - 21) < 1e-9); }

    void palette_everyColour_readsOnItsPaper()
    {
        for (const bool dark : {false, true}) {
            const ThemeColors& t = themeColors(dark);
            for (int slot = 1; slot <= 2 * kRecipeColors; ++slot)
                QVERIFY2(contrast(recipeStyle(slot, dark).color, t.base) >= (dark ? 6 : 3.9), qPrintable(QString::number(slot)));
            for (const Rgb paper : {t.base, t.window}) {
                QVERIFY(contrast(t.text, paper) >= 7);
                QVERIFY(contrast(t.secondary, paper) >= 4.5);
            }
            QVERIFY(contrast(t.original, t.base) >= 3);
            QVERIFY(contrast(t.accent, t.base) >= 3);
        }
    }

    void palette_first28Slots_differ()
    {
        for (int a = 1; a <= 28; ++a)
            for (int b = a + 1; b <= 28; ++b) {
                const RecipeStyle x = recipeStyle(a, false);
                const RecipeStyle y = recipeStyle(b, false);
                QVERIFY(!(x.color == y.color && x.marker == y.marker && x.dash == y.dash));
            }
        QCOMPARE(recipeStyle(1, false).color, (Rgb{0x00, 0x72, 0xB2}));
        QCOMPARE(recipeStyle(7, true).color, (Rgb{0xF0, 0xE4, 0x42}));
    }

    void sequential_fromDarkToBright_monotone()
    {
        QCOMPARE(hex(sequential(-1)), hex(sequential(0)));
        double before = 0;
        for (int i = 0; i <= 100; ++i) {
            const double c = contrast(sequential(i / 100.0), {0, 0, 0});
            QVERIFY(c > before);
            before = c;
        }
        // the ends of the published table: #440154 and #FDE725
        const Rgb low = sequential(0);
        const Rgb high = sequential(1);
        QVERIFY(std::abs(low.r - 0x44) <= 4 && std::abs(low.g - 0x01) <= 4 && std::abs(low.b - 0x54) <= 4);
        QVERIFY(std::abs(high.r - 0xFD) <= 4 && std::abs(high.g - 0xE7) <= 4 && std::abs(high.b - 0x25) <= 4);
    }

    void diverging_zero_isThePaperAndGrowsBothWays()
    {
        for (const bool dark : {false, true}) {
            const Rgb paper = themeColors(dark).base;
            QCOMPARE(diverging(0, dark), paper);
            for (const int sign : {-1, 1}) {
                double before = 1;
                for (int i = 1; i <= 10; ++i) {
                    const double c = contrast(diverging(sign * i / 10.0, dark), paper);
                    QVERIFY(c > before);
                    before = c;
                }
                QVERIFY(before > 5);
            }
            QVERIFY(diverging(-1, dark).b > diverging(-1, dark).r);
            QVERIFY(diverging(1, dark).r > diverging(1, dark).b);
        }
    }

    void linearTicks_ranges_niceNumbers()
    {
        Ticks t = linearTicks(-0.3, 0.31, 7);
        QCOMPARE(t.labels, (std::vector<std::string>{"\u22120.3", "\u22120.2", "\u22120.1", "0", "0.1", "0.2", "0.3"}));
        t = linearTicks(0, 768, 6, true);
        QCOMPARE(t.labels, (std::vector<std::string>{"0", "200", "400", "600"}));
        t = linearTicks(0, 3, 10, true);
        QCOMPARE(t.at, (std::vector<double>{0, 1, 2, 3}));
        t = linearTicks(0, 2.5e-5, 5);
        QCOMPARE(t.labels.back(), std::string("2.5\u00B710\u207B\u2075"));
        QVERIFY(linearTicks(1, 1, 5).at.empty());
        QVERIFY(linearTicks(0, std::numeric_limits<double>::infinity(), 5).at.empty());
    }

    void logTicks_ranges_powersOfTen()
    {
        Ticks t = logTicks(1e-4, 1, 6);
        QCOMPARE(t.labels, (std::vector<std::string>{"10\u207B\u2074", "10\u207B\u00B3", "0.01", "0.1", "1"}));
        QVERIFY(!t.minor.empty());
        t = logTicks(2, 30, 6);
        QCOMPARE(t.labels, (std::vector<std::string>{"2", "5", "10", "20"}));
        QVERIFY(logTicks(0, 1, 5).at.empty());
    }

    void niceRange_holdsTheData()
    {
        double low = -0.013;
        double high = 0.982;
        niceRange(low, high, 5);
        QCOMPARE(low, -0.2);
        QVERIFY(std::fabs(high - 1) < 1e-12);
        low = high = 0;
        niceRange(low, high, 5);
        QVERIFY(low < 0 && high > 0);
    }

    void png_smallImage_decodesToItsPixels()
    {
        const std::vector<std::uint8_t> pixels = {255, 0, 0, 255, 0, 255, 0, 128, 0, 0, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
        const auto png = encodePng(3, 2, pixels);
        QVERIFY(png.size() > 45);
        const auto byte = [&](std::size_t i) { return std::to_integer<std::uint32_t>(png[i]); };
        const auto be32 = [&](std::size_t i) { return byte(i) << 24 | byte(i + 1) << 16 | byte(i + 2) << 8 | byte(i + 3); };
        QCOMPARE(be32(16), 3U);
        QCOMPARE(be32(20), 2U);
        std::size_t at = 8;
        std::vector<std::uint8_t> raw(64);
        uLongf n = raw.size();
        int chunks = 0;
        while (at < png.size()) {
            const std::uint32_t length = be32(at);
            const auto* body = reinterpret_cast<const Bytef*>(png.data() + at + 4);
            QCOMPARE(be32(at + 8 + length), static_cast<std::uint32_t>(crc32(0, body, length + 4)));
            if (QByteArray(reinterpret_cast<const char*>(body), 4) == "IDAT") QCOMPARE(uncompress(raw.data(), &n, body + 4, length), Z_OK);
            at += 12 + length;
            ++chunks;
        }
        QCOMPARE(chunks, 3);
        QCOMPARE(n, static_cast<uLongf>(26));
        for (std::size_t r = 0; r < 2; ++r) {
            QCOMPARE(raw[r * 13], std::uint8_t(0));
            for (std::size_t i = 0; i < 12; ++i) QCOMPARE(raw[r * 13 + 1 + i], pixels[r * 12 + i]);
        }
        QVERIFY(encodePng(3, 3, pixels).empty());
    }

    void base64_rfc4648Vectors()
    {
        const auto of = [](const char* s) { return base64(std::as_bytes(std::span(s, std::strlen(s)))); };
        QCOMPARE(of(""), std::string(""));
        QCOMPARE(of("f"), std::string("Zg=="));
        QCOMPARE(of("fo"), std::string("Zm8="));
        QCOMPARE(of("foobar"), std::string("Zm9vYmFy"));
    }

    void svg_hostileNames_stayText()
    {
        PlotData plot;
        plot.title = "</svg><script>alert(\"1\")</script>\x01\u202E&amp;";
        plot.summary = "0.";
        plot.x.label = "<x>";
        plot.y.label = "\"y\"";
        plot.series.push_back({"a<b>&'c'", SeriesKind::Line, 1, {0, 1}, {0, 1}, {}, false});
        const std::string svg = toSvg(plot, {});
        QXmlStreamReader xml(QByteArray::fromStdString(svg));
        while (!xml.atEnd())
            if (xml.readNext() == QXmlStreamReader::StartElement) QVERIFY(xml.name() != QLatin1String("script"));
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY(svg.find('\x01') == std::string::npos);
    }

    void svg_degenerateData_stillDraws()
    {
        PlotData plot;
        plot.summary = "0.";
        plot.series.push_back({"one", SeriesKind::Points, 1, {2}, {3}, {"p"}, false});
        plot.series.push_back({"none", SeriesKind::Line, 2, {}, {}, {}, false});
        plot.series.push_back({"nan", SeriesKind::Line, 3, {0, 1}, {std::nan(""), std::nan("")}, {}, false});
        for (const bool log : {false, true}) {
            plot.x.log = plot.y.log = log;
            QXmlStreamReader xml(QByteArray::fromStdString(toSvg(plot, {320, 200, true})));
            while (!xml.atEnd()) xml.readNext();
            QVERIFY(!xml.hasError());
        }
        PlotData heat;
        heat.summary = "0.";
        heat.heat.push_back({"g", 1, 1, 1, {std::nanf("")}, 0, 1, 0, 1, {}, {}, {}, {}});
        QVERIFY(toSvg(heat, {}).find("nan") == std::string::npos);
    }

    void csv_quotesCommasAndQuotes()
    {
        PlotData plot;
        plot.id = "x";
        plot.title = "a,b \"c\"";
        plot.x = {"w", "weight units", false, false};
        plot.y = {"n", "", false, false};
        plot.series.push_back({"s", SeriesKind::Points, 1, {0.1, 2}, {1e-30, std::nan("")}, {"p,q", "r"}, false});
        const std::string csv = toCsv(plot);
        QVERIFY(csv.find("# title,\"a,b \"\"c\"\"\"\n") != std::string::npos);
        QVERIFY(csv.find("w (weight units),n,name\n0.1,1e-30,\"p,q\"\n2,,r\n") != std::string::npos);
    }

    void student_sampleOfFiveDegrees_isFound()
    {
        std::mt19937_64 engine(7);
        std::student_t_distribution<double> t(5);
        std::vector<double> edges;
        for (int i = 0; i <= 600; ++i) edges.push_back(-3 + 0.01 * i);
        std::vector<std::uint64_t> counts(600);
        double squares = 0;
        for (int i = 0; i < 200000; ++i) {
            const double x = 0.1 * t(engine);
            squares += x * x;
            const int bin = static_cast<int>((x + 3) / 0.01);
            if (bin >= 0 && bin < 600) ++counts[static_cast<std::size_t>(bin)];
        }
        const StudentFit fit = fitStudent(edges, counts, 0, std::sqrt(squares / 200000));
        QVERIFY2(std::fabs(fit.freedom - 5) < 0.5, qPrintable(QString::number(fit.freedom)));
        QVERIFY2(std::fabs(fit.scale - 0.1) < 0.003, qPrintable(QString::number(fit.scale)));
        QVERIFY(std::fabs(fit.density(0) * 0.1 - 0.3796) < 0.02); // t5 has density 0.3796 at 0
    }
};

QTEST_GUILESS_MAIN(TestPlotParts)
#include "tst_plot_parts.moc"
