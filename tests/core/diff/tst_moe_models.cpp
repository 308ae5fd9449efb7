// SPDX-License-Identifier: GPL-3.0-or-later
// A model of Mixtral's kind in both its forms: experts apart under Hugging Face names, stacked in GGUF.
#include "core/diff/compare_values.h"
#include "core/diff/diff_models.h"
#include "core/io/format_registry.h"
#include "core/plots/plot_registry.h"
#include "core/study/run_study.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QTest>
#include <cmath>

using namespace qs;
using diff::DiffStatus;
using Source = std::shared_ptr<const io::ModelSource>;

namespace {

constexpr Index kHidden = 32;
constexpr Index kInner = 64;
constexpr Index kHeads = 4;
constexpr Index kKvHeads = 2;
constexpr int kBlocks = 2;
constexpr int kExperts = 4;

struct Experts {
    const char* hf;
    const char* gguf;
    Index rows;
    Index cols;
};
constexpr Experts kMatrices[] = {{"w1", "ffn_gate_exps", kInner, kHidden}, {"w3", "ffn_up_exps", kInner, kHidden}, {"w2", "ffn_down_exps", kHidden, kInner}};

// The values of one tensor; a seed of its own for each.
Matrix expertOf(int block, int expert, std::size_t which)
{
    const auto& m = kMatrices[which];
    return test::gaussian(m.rows, m.cols, 1000 + static_cast<std::uint64_t>(100 * block + 10 * expert) + which, 0.1F * static_cast<float>(expert + 1));
}
Matrix otherOf(int block, int which, Index rows, Index cols) { return test::gaussian(rows, cols, 2000 + static_cast<std::uint64_t>(10 * block + which)); }

struct Attention {
    const char* hf;
    const char* gguf;
    Index rows;
    Index heads; ///< of a rotary matrix, whose rows GGUF reorders; else 0
};
constexpr Attention kAttention[] = {{"q_proj", "attn_q", kHidden, kHeads}, {"k_proj", "attn_k", kHidden / 2, kKvHeads}, {"v_proj", "attn_v", kHidden / 2, 0}, {"o_proj", "attn_output", kHidden, 0}};

Source huggingFace(const test::Scratch& scratch)
{
    std::map<std::string, Matrix> t{{"model.embed_tokens.weight", otherOf(9, 0, 48, kHidden)}, {"lm_head.weight", otherOf(9, 1, 48, kHidden)}};
    for (int b = 0; b < kBlocks; ++b) {
        const std::string block = "model.layers." + std::to_string(b) + ".";
        int which = 0;
        for (const auto& a : kAttention) {
            t[block + "self_attn." + a.hf + ".weight"] = otherOf(b, which, a.rows, kHidden);
            ++which;
        }
        t[block + "block_sparse_moe.gate.weight"] = otherOf(b, 5, kExperts, kHidden);
        for (int e = 0; e < kExperts; ++e)
            for (std::size_t m = 0; m < std::size(kMatrices); ++m)
                t[block + "block_sparse_moe.experts." + std::to_string(e) + "." + kMatrices[m].hf + ".weight"] = expertOf(b, e, m);
    }
    std::filesystem::create_directory(scratch.path() / "hf");
    test::writeModel(scratch.path() / "hf/model.safetensors", t);
    scratch.file("hf/config.json", R"({"model_type": "mixtral", "num_attention_heads": 4, "num_key_value_heads": 2, "num_local_experts": 4, "num_hidden_layers": 2})");
    auto m = io::openModel(scratch.path() / "hf", {});
    return m ? *m : nullptr;
}

// `touched`: one weight of expert 2 of block 1 is another.
Source gguf(const test::Scratch& scratch, bool touched)
{
    test::GgufBuilder g;
    g.text("general.architecture", "llama").u32("llama.attention.head_count", kHeads).u32("llama.attention.head_count_kv", kKvHeads);
    g.u32("llama.expert_count", kExperts).u32("llama.block_count", kBlocks);
    const auto add = [&](const std::string& name, const Matrix& m) {
        g.f32(name, {static_cast<std::uint64_t>(m.cols()), static_cast<std::uint64_t>(m.rows())}, {m.data().begin(), m.data().end()});
    };
    add("token_embd.weight", otherOf(9, 0, 48, kHidden));
    add("output.weight", otherOf(9, 1, 48, kHidden));
    for (int b = 0; b < kBlocks; ++b) {
        const std::string block = "blk." + std::to_string(b) + ".";
        int which = 0;
        for (const auto& a : kAttention) {
            const Matrix m = otherOf(b, which++, a.rows, kHidden);
            Matrix stored(a.rows, kHidden);
            const auto order = a.heads > 0 ? diff::rotaryOrder(a.rows, a.rows / a.heads) : std::vector<Index>{};
            for (Index r = 0; r < a.rows; ++r) {
                const auto from = m.row(order.empty() ? r : order[static_cast<std::size_t>(r)]);
                std::copy(from.begin(), from.end(), stored.row(r).begin());
            }
            add(block + a.gguf + ".weight", stored);
        }
        add(block + "ffn_gate_inp.weight", otherOf(b, 5, kExperts, kHidden));
        for (std::size_t m = 0; m < std::size(kMatrices); ++m) {
            std::vector<float> all;
            for (int e = 0; e < kExperts; ++e) {
                Matrix one = expertOf(b, e, m);
                if (touched && b == 1 && e == 2 && m == 1) one.at(3, 4) += 1;
                all.insert(all.end(), one.data().begin(), one.data().end());
            }
            g.f32(block + kMatrices[m].gguf + ".weight",
                  {static_cast<std::uint64_t>(kMatrices[m].cols), static_cast<std::uint64_t>(kMatrices[m].rows), kExperts}, all);
        }
    }
    auto m = io::openModel(scratch.file("moe.gguf", g.build()), {});
    if (!m) qWarning("%s", m.error().text().c_str());
    return m ? *m : nullptr;
}

const io::TensorInfo& tensor(const Source& s, const std::string& name) { return s->tensors.at(static_cast<std::size_t>(s->find(name))); }

} // namespace

class TestMoeModels : public QObject {
    Q_OBJECT
private slots:
    void roles_bothForms_areTheSame()
    {
        const test::Scratch scratch;
        const auto hf = huggingFace(scratch);
        const auto gg = gguf(scratch, false);
        QVERIFY(hf && gg);
        const io::Role roles[] = {io::Role::GateProj, io::Role::UpProj, io::Role::DownProj};
        for (std::size_t m = 0; m < std::size(kMatrices); ++m) {
            const auto& apart = tensor(hf, std::string("model.layers.1.block_sparse_moe.experts.3.") + kMatrices[m].hf + ".weight").place;
            QVERIFY(apart.role == roles[m] && apart.block == 1 && apart.expert == 3);
            const auto& stacked = tensor(gg, std::string("blk.1.") + kMatrices[m].gguf + ".weight");
            QVERIFY(stacked.place.role == roles[m] && stacked.place.block == 1 && stacked.place.expert == -1);
            const auto shape = io::matrixShape(stacked); // all experts, row by row
            QCOMPARE(shape.rows, kExperts * kMatrices[m].rows);
            QCOMPARE(shape.cols, kMatrices[m].cols);
        }
        QVERIFY(tensor(hf, "model.layers.0.block_sparse_moe.gate.weight").place.role == io::Role::Router);
        QVERIFY(tensor(gg, "blk.0.ffn_gate_inp.weight").place.role == io::Role::Router);
        // What is quantized by default: attention and experts, not the router, the embedding or the head.
        QCOMPARE(io::selectTensors(*hf, {})->size(), std::size_t(kBlocks * (4 + 3 * kExperts)));
        QCOMPARE(io::selectTensors(*gg, {})->size(), std::size_t(kBlocks * (4 + 3)));
        const std::vector<std::string> second{"expert:2"};
        QCOMPARE(io::selectTensors(*hf, second)->size(), std::size_t(kBlocks * 3));
    }
    void diff_apartAgainstStacked_isTheSame()
    {
        const test::Scratch scratch;
        const auto hf = huggingFace(scratch);
        const auto gg = gguf(scratch, false);
        QVERIFY(hf && gg);
        for (const auto& [a, b] : {std::pair(hf, gg), std::pair(gg, hf)}) {
            const auto d = diff::diffModels(*a, *b, {});
            QVERIFY2(d, d ? "" : d.error().text().c_str());
            QCOMPARE(d->tensors.size(), hf->tensors.size());
            for (const auto& t : d->tensors) {
                QVERIFY2(t.status == DiffStatus::Renamed || t.status == DiffStatus::Permuted, (t.a + " " + diff::diffStatusName(t.status)).c_str());
                QCOMPARE(*t.relativeMse, 0.0);
            }
            QVERIFY(d->same);
        }
    }
    void diff_oneExpertTouched_namesThatExpert()
    {
        const test::Scratch scratch;
        const auto d = diff::diffModels(*huggingFace(scratch), *gguf(scratch, true), {});
        QVERIFY2(d, d ? "" : d.error().text().c_str());
        QVERIFY(!d->same);
        std::vector<diff::TensorDiff> off;
        for (const auto& t : d->tensors)
            if (t.status != DiffStatus::Renamed && t.status != DiffStatus::Permuted) off.push_back(t);
        QCOMPARE(off.size(), std::size_t(1));
        QCOMPARE(off[0].a, std::string("model.layers.1.block_sparse_moe.experts.2.w3.weight"));
        QCOMPARE(off[0].b, std::string("blk.1.ffn_up_exps.weight[2]"));
        QVERIFY(off[0].status == DiffStatus::Different);
        QVERIFY(std::abs(*off[0].maxAbs - 1) < 1e-6);
    }
    void overview_experts_foldIntoTheirCell()
    {
        const test::Scratch scratch;
        const auto hf = huggingFace(scratch);
        const auto gg = gguf(scratch, false);
        QVERIFY(hf && gg);
        const auto* info = plots::builtinPlots().find("overview");
        QVERIFY(info);
        for (const auto& source : {hf, gg}) {
            plots::PlotInput input;
            input.source = source;
            input.options["figure"] = "max";
            const auto plot = info->make(input, {});
            QVERIFY2(plot, plot ? "" : plot.error().text().c_str());
            QCOMPARE((*plot)->heat.size(), std::size_t(1));
            const auto& g = (*plot)->heat[0];
            // Blocks in their order; embedding, head and norms stand as rows of their own around them.
            const auto block = std::find(g.rowLabels.begin(), g.rowLabels.end(), "1");
            QVERIFY(block != g.rowLabels.end() && block != g.rowLabels.begin() && *(block - 1) == "0");
            QVERIFY(g.rowLabels.size() > 2);
            const auto col = std::find(g.colLabels.begin(), g.colLabels.end(), "up_proj");
            QVERIFY(col != g.colLabels.end());
            QVERIFY(std::find(g.colLabels.begin(), g.colLabels.end(), "router") != g.colLabels.end());
            double mean = 0;
            float largest = 0;
            for (int e = 0; e < kExperts; ++e) {
                float most = 0;
                const Matrix expert = expertOf(1, e, 1);
                for (const float v : expert.data()) most = std::max(most, std::fabs(v));
                mean += static_cast<double>(most) / kExperts;
                largest = std::max(largest, most);
            }
            const float cell = g.values[static_cast<std::size_t>(block - g.rowLabels.begin()) * static_cast<std::size_t>(g.cols) + static_cast<std::size_t>(col - g.colLabels.begin())];
            const bool apart = source == hf; // stacked experts are one tensor: its largest; apart: their mean, and it is said
            QVERIFY2(std::fabs(cell - (apart ? static_cast<float>(mean) : largest)) < 1e-6F, (std::to_string(cell) + " for " + std::to_string(mean) + " or " + std::to_string(largest)).c_str());
            const bool told = std::any_of((*plot)->notes.begin(), (*plot)->notes.end(), [](const std::string& n) { return n.find("experts") != std::string::npos; });
            QCOMPARE(told, apart);
        }
    }
    void study_stackedExperts_areQuantized()
    {
        const test::Scratch scratch;
        study::StudyRequest request;
        request.source = gguf(scratch, false);
        QVERIFY(request.source);
        request.tensors = *io::selectTensors(*request.source, {});
        request.recipes = {*quant::parseRecipe("rtn:bits=4,group=32")};
        const auto study = study::runStudy(request, {});
        QVERIFY2(study, study ? "" : study.error().text().c_str());
        QCOMPARE(study->cells.size(), request.tensors.size());
        for (const auto& c : study->cells) QVERIFY(c.error.relativeMse() > 0 && c.error.relativeMse() < 0.05);
    }
};

QTEST_GUILESS_MAIN(TestMoeModels)
#include "tst_moe_models.moc"
