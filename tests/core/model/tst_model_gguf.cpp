// SPDX-License-Identifier: GPL-3.0-or-later
// GGUF files: those of golden/formats give the tokens that transformers chose, and golden/transformers models, written
// as llama.cpp's converter writes them (formats.md A6.3), give the same logits.
#include "core/io/format_registry.h"
#include "core/io/tensor_names.h"
#include "core/model/loss.h"
#include "core/model/run_model.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cmath>

using namespace qs;
using namespace qs::model;

namespace {

const std::string kGolden = std::string(QS_SHARED_DIR) + "/golden/";

Result<Matrix> logitsOf(const Model& model, const Tokens& tokens)
{
    const Context context;
    QS_ASSIGN(const Matrix hidden, runModel(context, model, tokens, {}));
    QS_ASSIGN(const Head head, model.loadHead(context));
    Matrix final;
    Matrix logits;
    QS_TRY(head.finish(context, hidden, final));
    QS_TRY(head.logits(context, final, logits));
    return logits;
}

/// A checkpoint of golden/transformers as a GGUF file.
class Converter {
public:
    Converter(const io::ModelSource& source, const ModelConfig& c, const std::string& arch)
        : m_source(source),
          m_c(c),
          m_arch(arch)
    {
    }

    std::string convert()
    {
        m_out.text("general.architecture", m_arch);
        number("embedding_length", m_c.hidden);
        number("block_count", m_c.blocks);
        number("feed_forward_length", m_c.inner);
        number("attention.head_count", m_c.heads);
        number("attention.head_count_kv", m_c.kvHeads);
        number("context_length", m_c.positions);
        if (m_c.headDim * m_c.heads != m_c.hidden) number("attention.key_length", m_c.headDim);
        real(m_c.norm == NormKind::Rms ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon", m_c.eps);
        if (m_c.rope.features > 0) {
            number("rope.dimension_count", m_c.rope.features);
            real("rope.freq_base", theta);
        }
        if (factor != 1) {
            m_out.text(m_arch + ".rope.scaling.type", "linear");
            real("rope.scaling.factor", factor);
        }
        if (m_c.experts > 0) {
            number("expert_count", m_c.experts);
            number("expert_used_count", m_c.expertsPerToken);
        }
        if (m_c.architecture == "gpt_neox") m_out.raw(m_arch + ".use_parallel_residual", 7, std::string(1, '\1'));
        if (!divisors.empty()) m_out.f32("rope_freqs.weight", {divisors.size()}, divisors);
        std::map<std::string, std::map<int, Matrix>> stacks;
        for (const auto& t : m_source.tensors) {
            const auto name = io::canonicalName(t.name, m_c.architecture);
            Matrix m = *m_source.readMatrix(t, {});
            if (name.expert >= 0)
                stacks[name.name][name.expert] = std::move(m);
            else
                add(name.name, change(name.name, std::move(m)), t.shape.rank());
        }
        for (const auto& [name, experts] : stacks) {
            std::vector<float> all;
            for (const auto& [e, m] : experts) all.insert(all.end(), m.data().begin(), m.data().end());
            const Matrix& first = experts.begin()->second;
            m_out.f32(
                name,
                {static_cast<std::uint64_t>(first.cols()), static_cast<std::uint64_t>(first.rows()), experts.size()},
                all);
        }
        return m_out.build();
    }
    double theta = 10000;
    double factor = 1;
    std::vector<float> divisors;

private:
    void number(const std::string& key, Index v) { m_out.u32(m_arch + "." + key, static_cast<std::uint32_t>(v)); }
    void real(const std::string& key, double v)
    {
        m_out.raw(m_arch + "." + key, 6, test::leBytes(static_cast<float>(v)));
    }
    void add(const std::string& name, const Matrix& m, int rank)
    {
        std::vector<std::uint64_t> ne{static_cast<std::uint64_t>(m.cols())};
        if (rank > 1) ne.push_back(static_cast<std::uint64_t>(m.rows()));
        m_out.f32(name, ne, {m.data().begin(), m.data().end()});
    }
    Matrix rowsAs(const Matrix& m, const std::function<Index(Index)>& from) const
    {
        // A bias is one row: its elements are the rows of the weight.
        Matrix out(m.rows(), m.cols());
        const bool bias = m.rows() == 1;
        for (Index r = 0; r < (bias ? m.cols() : m.rows()); ++r)
            if (bias)
                out.at(0, r) = m.at(0, from(r));
            else
                std::copy(m.row(from(r)).begin(), m.row(from(r)).end(), out.row(r).begin());
        return out;
    }
    Matrix change(const std::string& name, Matrix m) const
    {
        const Index hd = m_c.headDim;
        if (m_arch == "llama"
            && (name.find(".attn_q.") != std::string::npos || name.find(".attn_k.") != std::string::npos))
            return rowsAs(m, [&](Index r) { // out_row[h·hd + 2i + p] = in_row[h·hd + p·hd/2 + i]
                const Index i = r % hd;
                return r / hd * hd + i % 2 * (hd / 2) + i / 2;
            });
        if (m_arch == "gptneox" && name.find(".attn_qkv.") != std::string::npos)
            return rowsAs(m, [&](Index r) { // all q, then all k, then all v from [head][q, k, v][hd]
                const Index part = r / (m_c.heads * hd);
                const Index rest = r % (m_c.heads * hd);
                return rest / hd * 3 * hd + part * hd + rest % hd;
            });
        return m;
    }
    const io::ModelSource& m_source;
    const ModelConfig& m_c;
    std::string m_arch;
    test::GgufBuilder m_out;
};

} // namespace

class TestModelGguf : public QObject {
    Q_OBJECT
private slots:
    void greedy_goldenFile_givesItsTokens_data()
    {
        QTest::addColumn<QString>("file");
        QTest::newRow("original") << "formats/original";
        for (const char* n : {"gguf_f16", "gguf_q8_0", "gguf_q4_0", "gguf_q4_k_mix", "gguf_zoo"})
            QTest::newRow(n) << QString("formats/%1/model.gguf").arg(n);
    }
    void greedy_goldenFile_givesItsTokens()
    {
        QFETCH(QString, file);
        const QString folder = QString::fromStdString(kGolden) + (file.endsWith(".gguf") ? file.chopped(11) : file);
        QFile json(folder + "/greedy.json");
        if (!json.open(QIODevice::ReadOnly)) {
            QVERIFY2(!test::goldenRequired(), "reference data are absent under CI");
            QSKIP("reference data are absent (QS_SHARED_DIR)");
        }
        const QJsonObject want = QJsonDocument::fromJson(json.readAll()).object();
        const auto source = io::openModel(kGolden + file.toStdString(), {});
        QVERIFY(source);
        const auto model = Model::open(*source);
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        Tokens tokens;
        tokens.sequences = 1;
        for (const auto v : want["prompt_ids"].toArray()) tokens.ids.push_back(v.toInt());
        const auto margins = want["top1_minus_top2"].toArray();

        for (const auto margin : margins) {
            tokens.length = static_cast<Index>(tokens.ids.size());
            const auto logits = logitsOf(**model, tokens);
            QVERIFY(logits);
            const auto last = logits->row(tokens.length - 1);
            std::vector<float> sorted(last.begin(), last.end());
            std::sort(sorted.rbegin(), sorted.rend());
            QVERIFY(std::abs(static_cast<double>(sorted[0] - sorted[1]) - margin.toDouble()) < 2e-3);
            tokens.ids.push_back(static_cast<std::int32_t>(std::max_element(last.begin(), last.end()) - last.begin()));
        }

        std::vector<std::int32_t> greedy;
        for (const auto v : want["greedy_ids"].toArray()) greedy.push_back(v.toInt());
        QVERIFY(tokens.ids == greedy);
    }

    void logits_convertedModel_areTheReferences_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<double>("theta");
        QTest::newRow("llama") << "llama"
                               << "llama" << 1e4;
        QTest::newRow("llama3") << "llama3"
                                << "llama" << 5e5;
        QTest::newRow("llama_linear") << "llama_linear"
                                      << "llama" << 1e4;
        QTest::newRow("qwen2") << "qwen2"
                               << "qwen2" << 1e6;
        QTest::newRow("qwen3") << "qwen3"
                               << "qwen3" << 1e6;
        QTest::newRow("gpt2") << "gpt2"
                              << "gpt2" << 1e4;
        QTest::newRow("phi3") << "phi3"
                              << "phi3" << 1e4;
        QTest::newRow("gptneox") << "gptneox"
                                 << "gptneox" << 1e4;
        QTest::newRow("mixtral") << "mixtral"
                                 << "llama" << 1e6;
    }
    void logits_convertedModel_areTheReferences()
    {
        QFETCH(QString, folder);
        QFETCH(QString, architecture);
        QFETCH(double, theta);
        const test::Golden want("transformers/" + folder.toStdString() + "/expected.safetensors");
        QS_NEED_GOLDEN(want);
        const auto source = io::openModel(kGolden + "transformers/" + folder.toStdString(), {});
        QVERIFY(source);
        const auto config = readConfig(**source);
        QVERIFY(config);
        Converter converter(**source, *config, architecture.toStdString());
        converter.theta = theta;
        if (folder == "llama_linear") converter.factor = 2.5;
        if (folder == "llama3") // the divisor of each frequency
            for (std::size_t i = 0; i < config->rope.frequencies.size(); ++i)
                converter.divisors.push_back(
                    std::pow(static_cast<float>(theta),
                             -2.0F * static_cast<float>(i) / static_cast<float>(config->headDim))
                    / config->rope.frequencies[i]);
        test::Scratch dir;
        const auto path = dir.file("model.gguf", converter.convert());
        const auto gguf = io::openModel(path, {});
        QVERIFY2(gguf, gguf ? "" : gguf.error().text().c_str());
        const auto model = Model::open(*gguf);
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        Tokens tokens;
        tokens.sequences = want.shape("input_ids")[0];
        tokens.length = want.shape("input_ids")[1];
        for (const double v : want.doubles("input_ids")) tokens.ids.push_back(static_cast<std::int32_t>(v));

        const auto logits = logitsOf(**model, tokens);

        QVERIFY2(logits, logits ? "" : logits.error().text().c_str());
        const auto ref = want.doubles("logits");
        double worst = 0;
        double largest = 0;
        for (std::size_t i = 0; i < ref.size(); ++i) {
            worst = std::max(worst, std::abs(static_cast<double>(logits->data()[i]) - ref[i]));
            largest = std::max(largest, std::abs(ref[i]));
        }
        QVERIFY2(worst <= 1e-5 * largest, qPrintable(QString::number(worst / largest)));
    }

    void unknownArchitecture_gguf_refusedByName()
    {
        test::Scratch dir;
        const auto path = dir.file(
            "model.gguf",
            test::GgufBuilder().text("general.architecture", "rwkv7").f32("a.weight", {4}, {1, 2, 3, 4}).build());
        const auto source = io::openModel(path, {});
        QVERIFY(source);

        const auto model = Model::open(*source);

        QVERIFY(!model && model.error().code == ErrorCode::Unsupported);
        QVERIFY(model.error().text().find("rwkv7") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestModelGguf)
#include "tst_model_gguf.moc"
