// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/output_error/output_error.h"
#include "core/model/calibration/calibration_file.h"
#include "core/model/calibration/calibration_writer.h"
#include "core/study/run_cell.h"
#include "tests/support/file_builders.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"

#include <QtTest>

using namespace qs;

namespace {

constexpr const char* kHf = "model.layers.0.self_attn.q_proj";
constexpr const char* kGguf = "blk.0.attn_q";

// A checkpoint of one tensor, never read.
io::ModelSource modelWith(const std::string& name, Index rows, Index cols)
{
    io::ModelSource s;
    s.architecture = "llama";
    io::TensorInfo t;
    t.name = name;
    t.shape = Shape{rows, cols};
    s.tensors.push_back(std::move(t));
    return s;
}

model::LayerCalibration layerOf(const std::string& module)
{
    model::LayerCalibration l;
    l.module = module;
    l.inputs = 2;
    l.sigma = {2, 0.5, 0.5, 3};
    l.meanAbs = {0.25F, 0.5F};
    l.meanSquare = {1, 1.5F};
    l.maxAbs = {4, 5};
    l.samples = {1, 2, 3, 4, 5, 6};
    l.fisher = {1, 2, 3, 4, 5, 6};
    l.cross = {1, 2, 3, 4};
    return l;
}

std::string datEntry(const std::string& name, std::int32_t calls, const std::vector<float>& sums)
{
    return test::leBytes(static_cast<std::int32_t>(name.size())) + name + test::leBytes(calls) + test::leBytes(static_cast<std::int32_t>(sums.size())) + test::rawBytes(sums);
}

} // namespace

class TestCalibrationFile : public QObject {
    Q_OBJECT
private slots:
    void writtenFile_isReadBack()
    {
        const test::Scratch dir;
        const auto path = dir.path() / "c.safetensors";
        {
            auto w = model::CalibrationWriter::create(path, false);
            QVERIFY2(w.has_value(), w ? "" : w.error().text().c_str());
            QVERIFY(w->add(layerOf(kHf)).has_value());
            model::LayerCalibration second;
            second.module = "model.layers.1.mlp.down_proj";
            second.inputs = 3;
            second.meanSquare = {1, 2, 3};
            QVERIFY(w->add(second).has_value());
            QVERIFY(w->addIds({1, 2, 3, 4, 5, 6}, 3).has_value());
            QVERIFY(!std::filesystem::exists(path));
            const auto done = w->finish({{"tokens", "6"}}, {});
            QVERIFY2(done.has_value(), done ? "" : done.error().text().c_str());
        }
        QCOMPARE(std::distance(std::filesystem::directory_iterator(dir.path()), {}), std::ptrdiff_t(1)); // no scratch file is left

        const auto file = model::CalibrationFile::open(path, {});
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        QCOMPARE((*file)->modules(), (std::vector<std::string>{kHf, "model.layers.1.mlp.down_proj"}));
        QCOMPARE((*file)->meta("quantoscope.calibration"), std::string("1"));
        QCOMPARE((*file)->meta("tokens"), std::string("6"));
        QCOMPARE(*(*file)->ids(), (std::vector<std::int32_t>{1, 2, 3, 4, 5, 6}));
        QCOMPARE((*file)->windowLength(), std::int64_t(3));
        const auto model = modelWith(std::string(kHf) + ".weight", 3, 2);
        const auto c = (*file)->of(model, model.tensors[0]);
        QVERIFY2(c.has_value(), c ? "" : c.error().text().c_str());
        const auto want = layerOf(kHf);
        QCOMPARE((*c)->inputs, std::int64_t(2));
        QCOMPARE((*c)->sigma, want.sigma);
        QCOMPARE((*c)->meanAbs, want.meanAbs);
        QCOMPARE((*c)->meanSquare, want.meanSquare);
        QCOMPARE((*c)->maxAbs, want.maxAbs);
        QCOMPARE((*c)->samples, want.samples);
        QCOMPARE((*c)->sampleRows, std::int64_t(3));
        QCOMPARE((*c)->fisher, want.fisher);
        QCOMPARE(*(*file)->crossOf(model, model.tensors[0]), want.cross);
    }

    void target_thatExists_isLeftAlone()
    {
        const test::Scratch dir;
        const auto path = dir.file("c.safetensors", "mine");
        QCOMPARE(model::CalibrationWriter::create(path, false).error().code, ErrorCode::Exists);
        {
            auto w = model::CalibrationWriter::create(path, true); // given up before finish()
            QVERIFY(w.has_value() && w->add(layerOf(kHf)).has_value());
        }
        QCOMPARE(std::filesystem::file_size(path), std::uintmax_t(4));
    }

    void layer_isFoundUnderBothNames()
    {
        const test::Scratch dir;
        for (const char* own : {kHf, kGguf}) {
            const auto path = dir.path() / (std::string(own) + ".safetensors");
            auto w = model::CalibrationWriter::create(path, false);
            QVERIFY(w->add(layerOf(own)).has_value() && w->finish({}, {}).has_value());
            const auto file = model::CalibrationFile::open(path, {});
            for (const char* asked : {kHf, kGguf}) {
                const auto model = modelWith(std::string(asked) + ".weight", 3, 2);
                const auto c = (*file)->of(model, model.tensors[0]);
                QVERIFY(c.has_value() && *c);
                QCOMPARE((*c)->sigma.size(), std::size_t(4));
                QCOMPARE((*c)->fisher.empty(), std::string(own) != asked); // rows may be ordered otherwise there
            }
            const auto other = modelWith("model.layers.1.self_attn.q_proj.weight", 3, 2);
            QVERIFY(!*(*file)->of(other, other.tensors[0]));
        }
    }

    void otherWidth_isAMismatch()
    {
        const test::Scratch dir;
        const auto path = dir.path() / "c.safetensors";
        auto w = model::CalibrationWriter::create(path, false);
        QVERIFY(w->add(layerOf(kHf)).has_value() && w->finish({}, {}).has_value());
        const auto model = modelWith(std::string(kHf) + ".weight", 3, 5);
        QCOMPARE((*model::CalibrationFile::open(path, {}))->of(model, model.tensors[0]).error().code, ErrorCode::Mismatch);
    }

    void imatrixDat_givesMeanSquares()
    {
        const test::Scratch dir;
        const std::string bytes = test::leBytes(std::int32_t(2)) + datEntry("blk.0.attn_q.weight", 4, {8, 2}) + datEntry("blk.0.ffn_down.weight", 2, {2, 4, 6});
        const auto file = model::CalibrationFile::open(dir.file("imatrix.dat", bytes + test::leBytes(std::int32_t(7))), {});
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        const auto model = modelWith(std::string(kHf) + ".weight", 3, 2);
        const auto c = (*file)->of(model, model.tensors[0]);
        QVERIFY(c.has_value() && *c);
        QCOMPARE((*c)->meanSquare, (std::vector<float>{2, 0.5F}));
        QVERIFY((*c)->sigma.empty());
    }

    void imatrixGguf_givesMeanSquares()
    {
        const test::Scratch dir;
        test::GgufBuilder b;
        b.text("general.type", "imatrix");
        b.f32("blk.0.attn_q.weight.in_sum2", {2, 1}, {12, 3}).f32("blk.0.attn_q.weight.counts", {1, 1}, {6});
        const auto file = model::CalibrationFile::open(dir.file("imatrix.gguf", b.build()), {});
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        const auto model = modelWith(std::string(kHf) + ".weight", 3, 2);
        const auto c = (*file)->of(model, model.tensors[0]);
        QVERIFY2(c.has_value(), c ? "" : c.error().text().c_str());
        QCOMPARE((*c)->meanSquare, (std::vector<float>{2, 0.5F}));
    }

    void npz_withTheSameNames_isTaken()
    {
        const test::Scratch dir;
        const std::string npy = test::makeNpy("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }", test::rawBytes(std::vector<double>{1, 0, 0, 1}));
        test::ZipMemberSpec member;
        member.name = std::string(kHf) + ".sigma.npy";
        member.content = npy;
        const auto file = model::CalibrationFile::open(dir.file("c.npz", test::makeZip({member})), {});
        QVERIFY2(file.has_value(), file ? "" : file.error().text().c_str());
        const auto model = modelWith(std::string(kHf) + ".weight", 3, 2);
        QCOMPARE((*(*file)->of(model, model.tensors[0]))->sigma, (std::vector<double>{1, 0, 0, 1}));
    }

    void malformed_isRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* title, const char* name, const std::string& bytes) { QTest::newRow(title) << name << QByteArray::fromStdString(bytes); };
        const auto tensors = [](const char* header, std::size_t bytes) { return test::makeSafetensors(header, std::string(bytes, '\0')); };
        row("no arrays", "a.safetensors", tensors(R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 4));
        row("sigma not square", "a.safetensors", tensors(R"({"x.sigma":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}})", 8));
        row("sigma of rank 1", "a.safetensors", tensors(R"({"x.sigma":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", 16));
        row("ids as floats", "a.safetensors", tensors(R"({"ids":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}})", 4));
        row("dat empty", "a.dat", "");
        row("dat count", "a.dat", test::leBytes(std::int32_t(-1)));
        row("dat cut", "a.dat", test::leBytes(std::int32_t(1)) + datEntry("x", 1, {1, 2}).substr(0, 14));
        row("dat huge", "a.dat", test::leBytes(std::int32_t(1)) + test::leBytes(std::int32_t(1)) + "x" + test::leBytes(std::int32_t(1)) + test::leBytes(std::int32_t(0x7FFFFFFF)));
        row("dat negative", "a.dat", test::leBytes(std::int32_t(1)) + datEntry("x", 1, {-1}));
    }
    void malformed_isRefused()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        const test::Scratch dir;
        const auto file = model::CalibrationFile::open(dir.file(name.toStdString(), bytes.toStdString()), {});
        QVERIFY(!file.has_value());
        QCOMPARE(file.error().code, ErrorCode::Malformed);
    }

    void notFinite_isRefusedWhenRead()
    {
        const test::Scratch dir;
        const auto path = dir.path() / "c.safetensors";
        auto layer = layerOf(kHf);
        layer.sigma[1] = std::numeric_limits<double>::infinity();
        auto w = model::CalibrationWriter::create(path, false);
        QVERIFY(w->add(layer).has_value() && w->finish({}, {}).has_value());
        const auto model = modelWith(std::string(kHf) + ".weight", 3, 2);
        QCOMPARE((*model::CalibrationFile::open(path, {}))->of(model, model.tensors[0]).error().code, ErrorCode::Malformed);
    }

    // tr(E Σ Eᵀ) against the plain triple sum; of a diagonal Σ both forms must agree.
    void outputError_equalsThePlainSum()
    {
        const Index rows = 37;
        const Index cols = 24;
        const Matrix w = test::gaussian(rows, cols, 3);
        const Matrix x = test::gaussian(50, cols, 4);
        std::vector<double> sigma(static_cast<std::size_t>(cols * cols));
        for (Index t = 0; t < x.rows(); ++t)
            for (Index i = 0; i < cols; ++i)
                for (Index j = 0; j < cols; ++j) sigma[static_cast<std::size_t>(i * cols + j)] += static_cast<double>(x.at(t, i)) * static_cast<double>(x.at(t, j));
        auto artefact = quant::quantize("w", w, *quant::parseRecipe("rtn:bits=3,group=row"), {}, {});
        QVERIFY(artefact.has_value());
        const auto decoder = *quant::Decoder::make(std::make_shared<const quant::QuantizedTensor>(std::move(*artefact)));
        const Matrix decoded = *decoder->decodeAll({});
        double wantError = 0;
        double wantEnergy = 0;
        for (Index r = 0; r < rows; ++r)
            for (Index i = 0; i < cols; ++i)
                for (Index j = 0; j < cols; ++j) {
                    const double s = sigma[static_cast<std::size_t>(i * cols + j)];
                    const auto e = [&](Index k) { return static_cast<double>(decoded.at(r, k)) - static_cast<double>(w.at(r, k)); };
                    wantError += e(i) * s * e(j);
                    wantEnergy += static_cast<double>(w.at(r, i)) * s * static_cast<double>(w.at(r, j));
                }
        metrics::WeightError error;
        QVERIFY(!error.hasOutput());
        QVERIFY(metrics::addOutputError(error, MatrixRows(w), *decoder, {sigma, {}}, {}).has_value());
        QVERIFY(error.hasOutput());
        QVERIFY(std::fabs(error.sumOutputError - wantError) <= 1e-12 * wantError);
        QVERIFY(std::fabs(error.sumOutput - wantEnergy) <= 1e-12 * wantEnergy);
        QVERIFY(std::fabs(error.outputRelativeMse() - wantError / wantEnergy) <= 1e-12);

        std::vector<double> diagonal(sigma.size());
        std::vector<float> means(static_cast<std::size_t>(cols));
        for (Index i = 0; i < cols; ++i) {
            means[static_cast<std::size_t>(i)] = static_cast<float>(i + 1);
            diagonal[static_cast<std::size_t>(i * cols + i)] = static_cast<double>(i + 1);
        }
        metrics::WeightError a;
        metrics::WeightError b;
        QVERIFY(metrics::addOutputError(a, MatrixRows(w), *decoder, {diagonal, {}}, {}).has_value());
        QVERIFY(metrics::addOutputError(b, MatrixRows(w), *decoder, {{}, means}, {}).has_value());
        QVERIFY(std::fabs(a.sumOutputError - b.sumOutputError) <= 1e-12 * a.sumOutputError);
        metrics::WeightError c;
        QCOMPARE(metrics::addOutputError(c, MatrixRows(w), *decoder, {{}, std::vector<float>(3)}, {}).error().code, ErrorCode::Mismatch);
    }
};

QTEST_GUILESS_MAIN(TestCalibrationFile)
#include "tst_calibration_file.moc"
