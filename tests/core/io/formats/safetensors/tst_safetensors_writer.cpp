// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/io/formats/safetensors/writer.h"
#include "tests/support/file_builders.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <fstream>
#include <numeric>
#include <sstream>

using namespace qs;
using namespace qs::test;
namespace fs = std::filesystem;

namespace {

std::string contentOf(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

// Bytes of declaration i: its index, over and over, in chunks of 7.
Status deliver(const io::SafetensorsWriter& writer, std::size_t i, const io::ByteSink& sink)
{
    const auto& t = writer.tensors()[i];
    std::uint64_t left = *byteSize(t.dtype, t.shape.elements());
    const std::vector<std::byte> chunk(7, static_cast<std::byte>(i + 1));
    while (left > 0) {
        const auto n = std::min<std::uint64_t>(left, chunk.size());
        QS_TRY(sink(std::span(chunk).first(n)));
        left -= n;
    }
    return {};
}

} // namespace

class TestSafetensorsWriter : public QObject {
    Q_OBJECT
private slots:
    void vectorE8_isWrittenToTheByte()
    {
        const auto writer = io::SafetensorsWriter::plan({{"a", DType::F32, {2}}}, {});
        QVERIFY(writer);
        const Scratch scratch;
        QVERIFY(writer->writeFolder(
            scratch.path(), [](std::size_t, const io::ByteSink& sink) { return sink(std::vector<std::byte>(8)); }, {}));
        const std::string json =
            R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
        QCOMPARE(contentOf(scratch.path() / "model.safetensors"), makeSafetensors(json, std::string(8, '\0')));
    }
    void order_isWidestTypeFirstThenName()
    {
        const auto writer = io::SafetensorsWriter::plan({{"b", DType::U8, {3}},
                                                         {"z", DType::F32, {1}},
                                                         {"a", DType::BF16, {1}},
                                                         {"y", DType::F32, {1}},
                                                         {"i", DType::I64, {1}}},
                                                        {{"k", "v\"\n"}});
        QVERIFY(writer);
        QVERIFY((writer->files()[0].order == std::vector<std::size_t>{4, 3, 1, 2, 0}));
        QCOMPARE(writer->files()[0].header.size() % 8, std::size_t(0));
        const Scratch scratch;
        QVERIFY(writer->writeFolder(scratch.path(),
                                    [&](std::size_t i, const auto& sink) { return deliver(*writer, i, sink); }, {}));
        const auto model = io::openModel(scratch.path(), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QCOMPARE(std::get<std::string>((*model)->meta("k")->values[0]), std::string("v\"\n"));
        QCOMPARE(std::get<std::string>((*model)->meta("format")->values[0]), std::string("pt"));
        for (std::size_t i = 0; i < writer->tensors().size(); ++i) {
            const auto& t = (*model)->tensors[static_cast<std::size_t>((*model)->find(writer->tensors()[i].name))];
            for (const std::byte b : (*model)->mapped(t)) QCOMPARE(int(b), int(i + 1));
            QCOMPARE(t.offset % traits(t.dtype).blockBytes, std::uint64_t(0)); // naturally aligned
        }
    }
    void shards_respectTheLimitAndHaveAnIndex()
    {
        std::vector<io::TensorDeclaration> tensors;
        for (int i = 0; i < 10; ++i) tensors.push_back({"t" + std::to_string(i), DType::F32, {25}});
        const auto writer = io::SafetensorsWriter::plan(tensors, {}, 250);
        QVERIFY(writer);
        QCOMPARE(writer->files().size(), std::size_t(5));
        QCOMPARE(writer->files()[0].name, std::string("model-00001-of-00005.safetensors"));
        QCOMPARE(writer->tensorBytes(), std::uint64_t(1000));
        const Scratch scratch;
        QVERIFY(writer->writeFolder(scratch.path(),
                                    [&](std::size_t i, const auto& sink) { return deliver(*writer, i, sink); }, {}));
        for (const auto& f : writer->files()) QCOMPARE(std::uint64_t(fs::file_size(scratch.path() / f.name)), f.bytes);
        const auto model = io::openModel(scratch.path(), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QCOMPARE((*model)->tensors.size(), std::size_t(10));
        QVERIFY((*model)->warnings.empty());
    }
    void tensorLargerThanTheLimit_hasAShardOfItsOwn()
    {
        const auto writer = io::SafetensorsWriter::plan(
            {{"a", DType::U8, {10}}, {"b", DType::U8, {1000}}, {"c", DType::U8, {10}}}, {}, 100);
        QVERIFY(writer);
        QCOMPARE(writer->files().size(), std::size_t(3));
    }
    void whatTheFormatCantHold_isNotRepresentable()
    {
        const auto code = [](std::vector<io::TensorDeclaration> t) {
            const auto w = io::SafetensorsWriter::plan(std::move(t), {});
            return w ? ErrorCode::Internal : w.error().code;
        };
        QVERIFY(code({{"", DType::F32, {1}}}) == ErrorCode::NotRepresentable);
        QVERIFY(code({{"__metadata__", DType::F32, {1}}}) == ErrorCode::NotRepresentable);
        QVERIFY(code({{"a", DType::F32, {1}}, {"a", DType::F32, {1}}}) == ErrorCode::NotRepresentable);
        QVERIFY(code({{"a", DType::Q4_0, {32}}}) == ErrorCode::NotRepresentable);
        QVERIFY(code({{"a", DType::C128, {1}}}) == ErrorCode::NotRepresentable);
        QVERIFY(code({{"a", DType::F4, {3}}}) == ErrorCode::NotRepresentable);
        QVERIFY(code({{"a\xFF", DType::F32, {1}}}) == ErrorCode::NotRepresentable);
        QVERIFY(code({{std::string("a\0b", 3), DType::F32, {1}}}) == ErrorCode::NotRepresentable);
        QVERIFY(code({{"a", DType::F32, {Index(1) << 62, 4}}}) == ErrorCode::NotRepresentable);
    }
    void bytesThatDoNotMatch_areAnError()
    {
        const auto writer = io::SafetensorsWriter::plan({{"a", DType::U8, {10}}}, {});
        for (const std::size_t n : {std::size_t(9), std::size_t(11), std::size_t(0)}) {
            const Scratch scratch;
            const auto s = writer->writeFolder(
                scratch.path(), [&](std::size_t, const auto& sink) { return sink(std::vector<std::byte>(n)); }, {});
            QVERIFY(!s);
            QVERIFY(s.error().code == ErrorCode::Internal);
        }
    }
    void cancel_stopsBetweenChunks()
    {
        const auto writer = io::SafetensorsWriter::plan({{"a", DType::U8, {10}}}, {});
        std::stop_source stop;
        Context context;
        context.stop = stop.get_token();
        const Scratch scratch;
        const auto s = writer->writeFolder(scratch.path(), [&](std::size_t, const auto& sink) -> Status {
            QS_TRY(sink(std::vector<std::byte>(5)));
            stop.request_stop();
            return sink(std::vector<std::byte>(5));
        }, context);
        QVERIFY(!s);
        QVERIFY(s.error().code == ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestSafetensorsWriter)
#include "tst_safetensors_writer.moc"
