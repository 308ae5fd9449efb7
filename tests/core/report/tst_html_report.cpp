// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/report/html_report.h"

#include <QCryptographicHash>
#include <QFile>
#include <QTest>

using namespace qs;

class TestHtmlReport : public QObject {
    Q_OBJECT

private:
    report::ReportInput m_input;

private slots:
    void initTestCase()
    {
        auto source = io::openModel(QS_SOURCE_DIR "/resources/sample", {});
        QVERIFY(source);
        m_input.source = *source;
        m_input.worstTensors = 1;
        for (const char* text : {"nf:format=nf4,group=64", "rtn:bits=3,group=128"})
            for (const char* name : {"model.layers.0.self_attn.k_proj.weight", "model.layers.1.mlp.down_proj.weight"}) {
                auto recipe = quant::parseRecipe(text);
                QVERIFY(recipe);
                const auto at = m_input.source->find(name);
                QVERIFY(at >= 0);
                auto r = study::runCell(*m_input.source, m_input.source->tensors[static_cast<std::size_t>(at)], *recipe, {}, {});
                QVERIFY2(r, r ? "" : r.error().text().c_str());
                m_input.results.push_back(*r);
            }
    }

    void report_sample_isSelfContainedAndComplete()
    {
        const auto made = report::makeReport(m_input, {});
        QVERIFY2(made, made ? "" : made.error().text().c_str());
        const QString html = QString::fromStdString(*made);
        if (const QString path = qEnvironmentVariable("QS_REPORT_DUMP"); !path.isEmpty()) {
            QFile f(path);
            QVERIFY(f.open(QIODevice::WriteOnly));
            f.write(html.toUtf8());
        }
        QVERIFY(html.startsWith("<!DOCTYPE html>"));
        QVERIFY(!html.contains("<script") && !html.contains("src=\"http") && !html.contains("href=\"http"));
        QVERIFY2(!html.contains(QStringLiteral(QS_SOURCE_DIR)), "a path of this machine");
        QFile weights(QS_SOURCE_DIR "/resources/sample/model.safetensors");
        QVERIFY(weights.open(QIODevice::ReadOnly));
        QVERIFY(html.contains(QString::fromLatin1(QCryptographicHash::hash(weights.readAll(), QCryptographicHash::Sha256).toHex())));
        for (const auto& r : m_input.results) {
            QVERIFY(html.contains(QString::fromStdString(r->tensor)));
            QVERIFY(html.contains(QString::fromStdString(r->recipe.text())));
            const auto decoded = r->decoder->decodeAll({});
            const auto bytes = std::as_bytes(decoded->data());
            const QByteArray raw(reinterpret_cast<const char*>(bytes.data()), static_cast<qsizetype>(bytes.size()));
            QVERIFY(html.contains(QString::fromLatin1(QCryptographicHash::hash(raw, QCryptographicHash::Sha256).toHex())));
        }
        QCOMPARE(html.count("<svg "), html.count("</svg>"));
        QVERIFY(html.count("<svg ") >= 2 * 7);
    }

    void report_sameInputTwice_sameText()
    {
        const auto a = report::makeReport(m_input, {});
        Context one;
        one.arena = makeArena(1);
        const auto b = report::makeReport(m_input, one);
        QVERIFY(a && b);
        QVERIFY(*a == *b);
    }

    void builder_nextTensor_dropsTheArtefactsOfTheLast()
    {
        const std::vector<quant::Recipe> recipes{*quant::parseRecipe("rtn:bits=3"), *quant::parseRecipe("nf")};
        report::ReportBuilder builder(m_input.source, recipes, {1}, {});
        std::vector<std::weak_ptr<const quant::QuantizedTensor>> artefacts;
        const auto add = [&](const char* name, const quant::Recipe& recipe) {
            const auto at = static_cast<std::size_t>(m_input.source->find(name));
            auto cell = study::runCell(*m_input.source, m_input.source->tensors[at], recipe, {}, {});
            QVERIFY(cell);
            artefacts.push_back((*cell)->artefact);
            QVERIFY(builder.add(std::move(*cell)));
        };

        for (const char* name : {"model.layers.0.self_attn.k_proj.weight", "model.layers.1.self_attn.k_proj.weight"})
            for (const auto& recipe : recipes) add(name, recipe);

        QVERIFY(artefacts[0].expired() && artefacts[1].expired());
        QVERIFY(!artefacts[2].expired() && !artefacts[3].expired()); // its plots are still to come
        const auto page = builder.finish();
        QVERIFY2(page, page ? "" : page.error().text().c_str());
        QVERIFY(artefacts[2].expired() && artefacts[3].expired());
        QCOMPARE(QString::fromStdString(*page).count("<h3>"), 1);
    }

    void builder_recipeNotAnnounced_isRefused()
    {
        const std::vector<quant::Recipe> recipes{*quant::parseRecipe("rtn:bits=3")};
        report::ReportBuilder builder(m_input.source, recipes, {}, {});
        const auto added = builder.add(m_input.results.front());
        QVERIFY(!added);
        QCOMPARE(added.error().code, ErrorCode::Usage);
    }

    void report_withoutResults_saysSo()
    {
        report::ReportInput empty;
        empty.source = m_input.source;
        const auto made = report::makeReport(empty, {});
        QVERIFY(!made);
        QCOMPARE(made.error().code, ErrorCode::Lacking);
    }
};

QTEST_GUILESS_MAIN(TestHtmlReport)
#include "tst_html_report.moc"
