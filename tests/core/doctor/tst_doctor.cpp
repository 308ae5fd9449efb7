// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/doctor/examine.h"
#include "core/io/format_registry.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QtTest>
#include <limits>
#include <random>

using namespace qs;

namespace {

Matrix normal(Index rows, Index cols, float sigma, std::uint32_t seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> draw(0.0F, sigma);
    Matrix m(rows, cols);
    for (float& v : m.data()) v = draw(random);
    return m;
}

std::string name(int block, const char* role) { return "model.layers." + std::to_string(block) + "." + role + ".weight"; }

// Five healthy blocks of two linear layers.
std::map<std::string, Matrix> healthy()
{
    std::map<std::string, Matrix> out;
    for (int b = 0; b < 5; ++b) {
        out.emplace(name(b, "self_attn.q_proj"), normal(48, 40, 0.02F, static_cast<std::uint32_t>(b)));
        out.emplace(name(b, "mlp.up_proj"), normal(96, 40, 0.05F, static_cast<std::uint32_t>(100 + b)));
    }
    out.emplace("model.embed_tokens.weight", normal(64, 40, 1.0F, 7));
    return out;
}

} // namespace

/// Each finding on a model that has exactly this ill, and nothing on a healthy one.
class TestDoctor : public QObject {
    Q_OBJECT
    std::vector<doctor::Finding> findings(const std::map<std::string, Matrix>& tensors, const std::string& config = R"({"model_type":"llama"})",
                                          DType type = DType::F32)
    {
        const test::Scratch scratch;
        test::writeModel(scratch.path() / "model.safetensors", tensors, {}, type);
        scratch.file("config.json", config);
        const auto source = io::openModel(scratch.path(), {});
        if (!source) qFatal("%s", source.error().text().c_str());
        const auto found = doctor::examine(**source, {}, {});
        if (!found) qFatal("%s", found.error().text().c_str());
        return *found;
    }
    static const doctor::Finding* of(const std::vector<doctor::Finding>& all, const std::string& kind)
    {
        for (const auto& f : all)
            if (f.kind == kind) return &f;
        return nullptr;
    }

private slots:
    void healthyModel_nothingFound()
    {
        const auto all = findings(healthy());
        QVERIFY2(all.empty(), all.empty() ? "" : (all[0].kind + ": " + all[0].text).c_str());
    }
    void nonFinite_firstPlaceIsNamed()
    {
        auto m = healthy();
        auto& w = m.at(name(2, "mlp.up_proj"));
        w.data()[5 * 40 + 7] = std::numeric_limits<float>::quiet_NaN();
        w.data()[9 * 40 + 1] = std::numeric_limits<float>::infinity();
        const auto all = findings(m);
        QCOMPARE(all.size(), std::size_t(1));
        QCOMPARE(all[0].kind, std::string("non_finite"));
        QCOMPARE(all[0].tensor, name(2, "mlp.up_proj"));
        QCOMPARE(*all[0].row, Index(5));
        QCOMPARE(*all[0].column, Index(7));
        QVERIFY(all[0].severity == doctor::Severity::Problem);
        QVERIFY(all[0].text.starts_with("1 NaN and 1 infinite"));
    }
    void zeroRowsAndColumns_areCounted()
    {
        auto m = healthy();
        auto& w = m.at(name(1, "self_attn.q_proj"));
        for (Index c = 0; c < 40; ++c) w.data()[static_cast<std::size_t>(11 * 40 + c)] = w.data()[static_cast<std::size_t>(30 * 40 + c)] = 0;
        for (Index r = 0; r < 48; ++r) w.data()[static_cast<std::size_t>(r * 40 + 3)] = 0;
        const auto all = findings(m);
        const auto* rows = of(all, "zero_rows");
        const auto* columns = of(all, "dead_columns");
        QVERIFY(rows && columns);
        QCOMPARE(all.size(), std::size_t(2));
        QCOMPARE(*rows->row, Index(11));
        QVERIFY(rows->text.starts_with("2 of 48 rows"));
        QCOMPARE(*columns->column, Index(3));
        QVERIFY(columns->text.starts_with("1 of 40 columns"));
    }
    void zeroAndConstantTensors_areNamed()
    {
        auto m = healthy();
        for (float& v : m.at(name(0, "mlp.up_proj")).data()) v = 0;
        for (float& v : m.at(name(3, "mlp.up_proj")).data()) v = 0.25F;
        const auto all = findings(m);
        QVERIFY(of(all, "zero_tensor") && of(all, "zero_tensor")->tensor == name(0, "mlp.up_proj"));
        QVERIFY(of(all, "constant") && of(all, "constant")->tensor == name(3, "mlp.up_proj"));
        QVERIFY(!of(all, "zero_rows"));
    }
    void duplicate_namesBoth_tiedIsOnlyANote()
    {
        auto m = healthy();
        m.at(name(4, "mlp.up_proj")) = m.at(name(1, "mlp.up_proj"));
        m.emplace("lm_head.weight", m.at("model.embed_tokens.weight"));
        const auto all = findings(m);
        const auto* d = of(all, "duplicate");
        QVERIFY(d && d->tensor == name(4, "mlp.up_proj") && d->text.find(name(1, "mlp.up_proj")) != std::string::npos);
        const auto* t = of(all, "tied");
        QVERIFY(t && t->severity == doctor::Severity::Note);
        QCOMPARE(all.size(), std::size_t(2));
    }
    void scaleUnlikePeers_isNamed()
    {
        auto m = healthy();
        for (float& v : m.at(name(2, "self_attn.q_proj")).data()) v *= 64;
        const auto all = findings(m);
        QCOMPARE(all.size(), std::size_t(1));
        QCOMPARE(all[0].kind, std::string("unlike_peers"));
        QCOMPARE(all[0].tensor, name(2, "self_attn.q_proj"));
    }
    void farOutWeight_placeIsGiven()
    {
        // 60 times the root mean square needs more than 3600 weights.
        std::map<std::string, Matrix> m;
        for (int b = 0; b < 3; ++b) m.emplace(name(b, "mlp.up_proj"), normal(128, 128, 0.01F, static_cast<std::uint32_t>(b)));
        m.at(name(1, "mlp.up_proj")).data()[77 * 128 + 5] = -3.0F;
        const auto all = findings(m);
        const auto* f = of(all, "far_out");
        QVERIFY(f);
        QCOMPARE(*f->row, Index(77));
        QCOMPARE(*f->column, Index(5));
    }
    void halfAtItsLimit_isSuspicious()
    {
        auto m = healthy();
        m.at(name(0, "mlp.up_proj")).data()[3] = 65504.0F;
        QVERIFY(of(findings(m, R"({"model_type":"llama"})", DType::F16), "f16_limit"));
        QVERIFY(!of(findings(m), "f16_limit"));
    }
    void missingBlockAndTensor_areNamed()
    {
        auto m = healthy();
        m.erase(name(3, "mlp.up_proj"));
        auto all = findings(m);
        QVERIFY(of(all, "missing_tensor"));
        QVERIFY(of(all, "missing_tensor")->text.starts_with("block 3 lacks"));
        m.erase(name(3, "self_attn.q_proj"));
        all = findings(m, R"({"model_type":"llama","num_hidden_layers":6})");
        QVERIFY(of(all, "missing_blocks"));
        QVERIFY2(of(all, "missing_blocks")->text.find("3, 5") != std::string::npos, of(all, "missing_blocks")->text.c_str());
    }
    void configDisagrees_isAProblem()
    {
        const auto all = findings(healthy(), R"({"model_type":"llama","vocab_size":65,"hidden_size":41})");
        QVERIFY(of(all, "vocabulary_size") && of(all, "hidden_size"));
    }
    void result_sameForAnyThreadCount()
    {
        const test::Scratch scratch;
        auto m = healthy();
        m.emplace("big.weight", normal(3000, 900, 0.1F, 3));
        test::writeModel(scratch.path() / "model.safetensors", m);
        const auto source = io::openModel(scratch.path(), {});
        QVERIFY(source);
        const auto one = doctor::examine(**source, {}, {.stop = {}, .progress = {}, .arena = makeArena(1), .memoryLimit = 0});
        const auto four = doctor::examine(**source, {}, {.stop = {}, .progress = {}, .arena = makeArena(4), .memoryLimit = 0});
        QVERIFY(one && four);
        QCOMPARE(one->size(), four->size());
        for (std::size_t i = 0; i < one->size(); ++i) QCOMPARE((*one)[i].text, (*four)[i].text);
    }
    void stopped_isCancelled()
    {
        const test::Scratch scratch;
        test::writeModel(scratch.path() / "model.safetensors", healthy());
        const auto source = io::openModel(scratch.path(), {});
        QVERIFY(source);
        std::stop_source stop;
        stop.request_stop();
        Context context;
        context.stop = stop.get_token();
        const auto r = doctor::examine(**source, {}, context);
        QVERIFY(!r);
        QCOMPARE(r.error().code, ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestDoctor)
#include "tst_doctor.moc"
