// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/plots/plot_registry.h"
#include "core/plots/plot_support.h"
#include "core/study/run_cell.h"
#include "core/tensor/convert.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace qs;
using namespace qs::plots;

namespace {

struct MemoryReader : io::TensorReader {
    std::vector<std::byte> bytes;
    Status read(std::uint64_t begin, std::uint64_t end, std::span<std::byte> out) const override
    {
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(4 * begin), 4 * (end - begin), out.begin());
        return {};
    }
};

bool close(double a, double b, double relative, double absolute = 0)
{
    return std::fabs(a - b) <= relative * std::fabs(b) + absolute;
}

struct Moments {
    double mean = 0, std = 0;
};

Moments momentsOf(const std::vector<double>& v)
{
    Moments m;
    for (const double x : v) m.mean += x / static_cast<double>(v.size());
    for (const double x : v) m.std += (x - m.mean) * (x - m.mean) / static_cast<double>(v.size());
    m.std = std::sqrt(m.std);
    return m;
}

} // namespace

/// The numbers of plots on small matrices, against the plainest way to compute them.
class TestPlotValues : public QObject {
    Q_OBJECT

private:
    // A tensor, two results of it, and what they decode to.
    struct Case {
        PlotInput input;
        Matrix original;
        std::vector<Matrix> decoded;
    };

    static Case caseOf(Index rows, Index cols)
    {
        Case c;
        c.original = Matrix(rows, cols);
        std::mt19937_64 engine(7);
        std::normal_distribution<float> normal(0.003F, 0.02F);
        for (float& x : c.original.data()) x = normal(engine);
        for (float& x : c.original.row(rows / 2)) x *= 8;
        c.original.at(0, 3) = 0;
        c.original.at(rows - 1, cols - 1) = -0.75F;
        auto reader = std::make_shared<MemoryReader>();
        reader->bytes.resize(4 * c.original.data().size());
        if (!floatToPlain(DType::F32, c.original.data(), reader->bytes)) return c;
        auto source = std::make_shared<io::ModelSource>();
        io::TensorInfo t;
        t.name = "made.weight";
        t.dtype = DType::F32;
        t.shape = {rows, cols};
        t.bytes = reader->bytes.size();
        t.reader = reader;
        source->tensors.push_back(t);
        c.input.source = source;
        c.input.tensor = 0;
        for (const char* text : {"rtn:bits=3,group=32", "nf:format=nf4,group=64"}) {
            const auto recipe = quant::parseRecipe(text);
            if (!recipe) continue;
            const auto r = study::runCell(*source, source->tensors[0], *recipe, {}, {});
            if (!r) continue;
            c.input.results.push_back(*r);
            c.decoded.push_back(*(*r)->decoder->decodeAll({}));
        }
        return c;
    }

    static std::shared_ptr<const PlotData> make(const Case& c, const char* plot, std::map<std::string, std::string> options)
    {
        PlotInput input = c.input;
        input.options = std::move(options);
        auto made = builtinPlots().find(plot)->make(input, {});
        if (!made) qWarning("%s", made.error().text().c_str());
        return made ? *made : nullptr;
    }

    // Original, decoded values or errors as doubles.
    static std::vector<double> valuesOf(const Case& c, const std::string& of, std::size_t result)
    {
        std::vector<double> v;
        for (std::size_t i = 0; i < c.original.data().size(); ++i) {
            const float w = c.original.data()[i];
            const float d = of == "original" ? w : c.decoded[result].data()[i];
            v.push_back(of == "error" ? static_cast<double>(d - w) : static_cast<double>(d));
        }
        return v;
    }

private slots:
    void magnitude_everyFigure_asBruteForce_data()
    {
        QTest::addColumn<QString>("figure");
        for (const char* figure : {"rms", "relative", "share"}) QTest::newRow(figure) << figure;
    }

    void magnitude_everyFigure_asBruteForce()
    {
        QFETCH(QString, figure);
        const Case c = caseOf(37, 128);
        QCOMPARE(c.decoded.size(), std::size_t(2));
        const auto plot = make(c, "magnitude", {{"figure", figure.toStdString()}});
        QVERIFY(plot);
        QCOMPARE(plot->series.size(), std::size_t(2));
        double most = 0;
        for (const float x : c.original.data()) most = std::max(most, std::fabs(static_cast<double>(x)));
        std::vector<double> edges; // 48 bins, four to each factor of two
        for (int i = 0; i <= 48; ++i) edges.push_back(most * std::pow(2.0, (i - 48) / 4.0));
        for (std::size_t k = 0; k < 2; ++k) {
            std::vector<double> x;
            std::vector<double> y;
            double all = 0;
            const auto v = valuesOf(c, "decoded", k);
            for (std::size_t i = 0; i < v.size(); ++i) all += std::pow(v[i] - static_cast<double>(c.original.data()[i]), 2);
            for (std::size_t bin = 0; bin < 48; ++bin) {
                double squares = 0;
                double weights = 0;
                int count = 0;
                for (std::size_t i = 0; i < v.size(); ++i) {
                    const auto w = static_cast<double>(c.original.data()[i]);
                    const double a = std::fabs(w);
                    if ((bin > 0 && a <= edges[bin]) || (bin < 47 && a > edges[bin + 1])) continue;
                    squares += (v[i] - w) * (v[i] - w);
                    weights += w * w;
                    ++count;
                }
                if (count == 0) continue;
                x.push_back(std::sqrt(edges[bin] * edges[bin + 1]));
                y.push_back(figure == "rms" ? std::sqrt(squares / count) : figure == "share" ? 100 * squares / all : squares / weights);
            }
            const Series& s = plot->series[k];
            QCOMPARE(s.x.size(), x.size());
            for (std::size_t i = 0; i < x.size(); ++i) {
                QVERIFY(close(s.x[i], x[i], 1e-9));
                QVERIFY2(close(s.y[i], y[i], 1e-9), qPrintable(QString("%1: %2, not %3").arg(x[i]).arg(s.y[i]).arg(y[i])));
            }
        }
    }

    void quantile_valuesAndErrors_asSorted_data()
    {
        QTest::addColumn<QString>("of");
        for (const char* of : {"values", "errors"}) QTest::newRow(of) << of;
    }

    void quantile_valuesAndErrors_asSorted()
    {
        QFETCH(QString, of);
        const Case c = caseOf(19, 64);
        const auto plot = make(c, "quantile", {{"of", of.toStdString()}});
        QVERIFY(plot);
        const bool errors = of == "errors";
        QCOMPARE(plot->series.size(), std::size_t(errors ? 3 : 4)); // with the Gaussian
        const Moments base = momentsOf(valuesOf(c, "original", 0));
        for (std::size_t k = 0; k + 1 < plot->series.size(); ++k) {
            auto v = errors ? valuesOf(c, "error", k) : valuesOf(c, k == 0 ? "original" : "decoded", k == 0 ? 0 : k - 1);
            const Moments m = errors ? momentsOf(v) : base;
            std::sort(v.begin(), v.end());
            const auto n = static_cast<double>(v.size());
            const Series& s = plot->series[k];
            QCOMPARE(s.x.size(), std::size_t(241));
            // The outermost quantiles are those of the extremes: probabilities of half an element.
            QVERIFY(close((1 + std::erf(s.x.front() / std::sqrt(2.0))) / 2 * n, 0.5, 1e-6));
            QVERIFY(close(s.y.front(), (v.front() - m.mean) / m.std, 1e-6));
            QVERIFY(close(s.y.back(), (v.back() - m.mean) / m.std, 1e-6));
            for (std::size_t i = 0; i < s.x.size(); ++i) {
                QVERIFY(close(s.x[i], s.x.back() * (2.0 * static_cast<double>(i) / 240 - 1), 1e-12, 1e-12));
                // Element r of the sorted ones is the quantile of probability (r + 1/2) / n.
                const double rank = (1 + std::erf(s.x[i] / std::sqrt(2.0))) / 2 * n - 0.5;
                const double below = std::clamp(std::floor(rank), 0.0, n - 1);
                const auto r = static_cast<std::size_t>(below);
                const double next = v[std::min(r + 1, v.size() - 1)];
                const double want = v[r] + (next - v[r]) * std::clamp(rank - below, 0.0, 1.0);
                QVERIFY2(close(s.y[i], (want - m.mean) / m.std, 1e-6, 1e-6),
                         qPrintable(QString("%1: %2").arg(s.x[i]).arg(s.y[i])));
            }
        }
        const Series& line = plot->series.back();
        QCOMPARE(line.slot, -1);
        QCOMPARE(line.x, line.y);
    }

    void profile_everyChoice_asBruteForce_data()
    {
        QTest::addColumn<QString>("of");
        QTest::addColumn<QString>("along");
        QTest::addColumn<QString>("figure");
        for (const char* of : {"original", "decoded", "error"})
            for (const char* along : {"row", "column"})
                for (const char* figure : {"rms", "mean", "max"})
                    QTest::addRow("%s %s %s", of, along, figure) << of << along << figure;
    }

    void profile_everyChoice_asBruteForce()
    {
        QFETCH(QString, of);
        QFETCH(QString, along);
        QFETCH(QString, figure);
        const Case c = caseOf(37, 128);
        const auto plot = make(c, "profile", {{"of", of.toStdString()}, {"along", along.toStdString()}, {"figure", figure.toStdString()}});
        QVERIFY(plot);
        QCOMPARE(plot->series.size(), std::size_t(of == "original" ? 1 : 2));
        const bool rows = along == "row";
        for (std::size_t k = 0; k < plot->series.size(); ++k) {
            const auto v = valuesOf(c, of.toStdString(), k);
            const Series& s = plot->series[k];
            QCOMPARE(s.y.size(), std::size_t(rows ? 37 : 128));
            for (std::size_t i = 0; i < s.y.size(); ++i) {
                double sum = 0;
                double square = 0;
                double most = 0;
                const std::size_t n = rows ? 128 : 37;
                for (std::size_t j = 0; j < n; ++j) {
                    const double x = rows ? v[i * 128 + j] : v[j * 128 + i];
                    sum += x;
                    square += x * x;
                    most = std::max(most, std::fabs(x));
                }
                const auto count = static_cast<double>(n);
                const double want = figure == "rms" ? std::sqrt(square / count) : figure == "mean" ? sum / count : most;
                QCOMPARE(s.x[i], static_cast<double>(i));
                QVERIFY2(close(s.y[i], want, 2e-6, 1e-8), qPrintable(QString("%1: %2, not %3").arg(i).arg(s.y[i]).arg(want)));
            }
        }
    }

    void profile_manyColumns_drawsTheOnesThatStandOut()
    {
        const Case c = caseOf(3, 4992); // three columns to a point
        const auto plot = make(c, "profile", {{"of", "original"}, {"along", "column"}, {"figure", "max"}});
        QVERIFY(plot);
        const Series& s = plot->series[0];
        QCOMPARE(s.y.size(), std::size_t(1664));
        for (std::size_t i = 0; i < s.y.size(); ++i) {
            float most = -1;
            Index at = 0;
            for (Index col = static_cast<Index>(3 * i); col < static_cast<Index>(3 * i + 3); ++col)
                for (Index row = 0; row < 3; ++row)
                    if (const float a = std::fabs(c.original.at(row, col)); a > most) {
                        most = a;
                        at = col;
                    }
            QCOMPARE(s.x[i], static_cast<double>(at));
            QCOMPARE(s.y[i], static_cast<double>(most));
        }
    }
};

QTEST_GUILESS_MAIN(TestPlotValues)
#include "tst_plot_values.moc"
