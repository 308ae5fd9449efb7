// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "tests/support/file_builders.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <cstring>
#include <thread>

using namespace qs;
using namespace qs::test;

namespace {

struct Stored {
    const char* dtype;
    std::string bytes;           // of two elements (F4: two nibbles, F6: four)
    std::vector<float> expected; // empty: no decoding
};

std::vector<Stored> everyType()
{
    using namespace std::string_literals;
    return {
        {"BOOL", "\x00\x01"s, {0, 1}},
        {"F4", "\xA3"s, {1.5F, -1.0F}}, // low nibble first
        {"F6_E2M3", "\x00\x00\x00"s, {}},
        {"F6_E3M2", "\x00\x00\x00"s, {}},
        {"U8", "\x00\xFF"s, {0, 255}},
        {"I8", "\x80\x7F"s, {-128, 127}},
        {"F8_E5M2", "\x3C\xFB"s, {1, -57344}},
        {"F8_E4M3", "\x38\x7E"s, {1, 448}},
        {"F8_E8M0", "\x7F\x80"s, {1, 2}},
        {"F8_E4M3FNUZ", "\x40\x7F"s, {1, 240}},
        {"F8_E5M2FNUZ", "\x40\x7F"s, {1, 57344}},
        {"I16", rawBytes<std::int16_t>({-32768, 32767}), {-32768, 32767}},
        {"U16", rawBytes<std::uint16_t>({1, 65535}), {1, 65535}},
        {"F16", rawBytes<std::uint16_t>({0x3C00, 0xFBFF}), {1, -65504}},
        {"BF16", rawBytes<std::uint16_t>({0x3F80, 0xC000}), {1, -2}},
        {"I32", rawBytes<std::int32_t>({-5, 7}), {-5, 7}},
        {"U32", rawBytes<std::uint32_t>({5, 16777216}), {5, 16777216}},
        {"F32", rawBytes<float>({0.1F, -3.5F}), {0.1F, -3.5F}},
        {"C64", std::string(16, '\0'), {}},
        {"F64", rawBytes<double>({0.5, -2.25}), {0.5F, -2.25F}},
        {"I64", rawBytes<std::int64_t>({-9, 9}), {-9, 9}},
        {"U64", rawBytes<std::uint64_t>({3, 4}), {3, 4}},
    };
}

} // namespace

class TestSafetensors : public QObject {
    Q_OBJECT
private slots:
    void everyType_inOneFile_readsItsValues()
    {
        std::string json = "{";
        std::string data;
        for (const auto& s : everyType()) {
            const std::string n = std::string(s.dtype).starts_with("F6_") ? "4" : "2";
            json += (json.size() > 1 ? ",\"" : "\"") + std::string("t_") + s.dtype + "\":{\"dtype\":\"" + s.dtype +
                    "\",\"shape\":[" + n + "],\"data_offsets\":[" + std::to_string(data.size()) + "," +
                    std::to_string(data.size() + s.bytes.size()) + "]}";
            data += s.bytes;
        }
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.safetensors", makeSafetensors(json + "}", data)), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        for (const auto& s : everyType()) {
            const auto at = (*model)->find(std::string("t_") + s.dtype);
            QVERIFY2(at >= 0, s.dtype);
            const auto& t = (*model)->tensors[static_cast<std::size_t>(at)];
            QCOMPARE(dtypeName(t.dtype), std::string_view(s.dtype));
            const auto raw = (*model)->mapped(t);
            QCOMPARE(std::string(reinterpret_cast<const char*>(raw.data()), raw.size()), s.bytes);
            std::array<float, 2> v{};
            const auto status = (*model)->readFloats(t, 0, 2, v);
            QCOMPARE(bool(status), !s.expected.empty());
            if (s.expected.empty()) continue;
            QVERIFY2(v[0] == s.expected[0] && v[1] == s.expected[1], s.dtype);
        }
    }
    void everyType_isInTheReadersTable()
    {
        // A1.2: all types of the format, no more.
        std::size_t known = 0;
        for (const auto& row : allDTypes()) {
            const Scratch scratch;
            const std::string bytes(row.blockBytes, '\0');
            const std::string json = "{\"a\":{\"dtype\":\"" + std::string(row.name) + "\",\"shape\":[" +
                                     std::to_string(row.blockElements) + "],\"data_offsets\":[0," +
                                     std::to_string(bytes.size()) + "]}}";
            if (io::openModel(scratch.file("m.safetensors", makeSafetensors(json, bytes)), {})) ++known;
        }
        QCOMPARE(known, everyType().size());
    }
    void vectorE8_oneTensorWithMetadata_opens()
    {
        const std::string json =
            R"({"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
        const Scratch scratch;
        const auto path = scratch.file("m.safetensors", makeSafetensors(json, std::string(8, '\0')));
        const auto model = io::openModel(path, {});
        QVERIFY(model);
        const auto& m = **model;
        QCOMPARE(m.format, std::string("safetensors"));
        QCOMPARE(m.tensors.size(), std::size_t(1));
        QCOMPARE(m.tensors[0].name, std::string("a"));
        QVERIFY(m.tensors[0].shape == Shape({2}));
        QCOMPARE(m.tensors[0].bytes, std::uint64_t(8));
        QCOMPARE(m.tensors[0].offset, std::uint64_t(std::filesystem::file_size(path) - 8));
        QVERIFY(m.meta("format") != nullptr);
        QCOMPARE(std::get<std::string>(m.meta("format")->values[0]), std::string("pt"));
        QVERIFY(m.warnings.empty());
        QVERIFY(m.folder.empty());
        QVERIFY(m.architecture.empty());
    }
    void emptyModel_ofA16_opens()
    {
        const Scratch scratch;
        const auto model =
            io::openModel(scratch.file("m.safetensors", std::string("\x08\0\0\0\0\0\0\0{}      ", 16)), {});
        QVERIFY(model);
        QVERIFY((*model)->tensors.empty());
    }
    void unalignedTensors_inAnyHeaderOrder_readRight()
    {
        const std::string data = "\x07" + rawBytes<float>({1.5F, 2.5F}) + rawBytes<std::uint16_t>({0x3F80});
        const std::string json =
            R"({"c":{"dtype":"BF16","shape":[1],"data_offsets":[9,11]},"b":{"shape":[2],"data_offsets":[1,9],"dtype":"F32"},)"
            R"("a":{"data_offsets":[0,1],"dtype":"U8","shape":[1]}})";
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("m.safetensors", makeSafetensors(json, data, false)), {});
        QVERIFY(model);
        std::array<float, 2> v{};
        QVERIFY((*model)->readFloats((*model)->tensors[1], 0, 2, v));
        QCOMPARE(v[0], 1.5F);
        QCOMPARE(v[1], 2.5F);
        QVERIFY((*model)->readFloats((*model)->tensors[2], 0, 1, std::span(v).first(1)));
        QCOMPARE(v[0], 1.0F);
    }
    void fileWithoutItsExtension_isRecognised()
    {
        const Scratch scratch;
        const auto model = io::openModel(
            scratch.file("blob", makeSafetensors(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "x")), {});
        QVERIFY(model);
        QCOMPARE((*model)->format, std::string("safetensors"));
    }
    void sampleModel_opensAsAFolder()
    {
        const auto model = io::openModel(std::filesystem::path(QS_SOURCE_DIR) / "resources/sample", {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        const auto& m = **model;
        QCOMPARE(m.architecture, std::string("llama"));
        QCOMPARE(m.tensors.size(), std::size_t(39));
        QVERIFY(m.warnings.empty());
        QVERIFY(!m.configJson.empty());
        QCOMPARE(std::get<std::uint64_t>(m.meta("config.hidden_size")->values[0]), std::uint64_t(256));
        QCOMPARE(std::get<std::string>(m.meta("config.hidden_act")->values[0]), std::string("silu"));
        QCOMPARE(m.meta("config.rope_parameters")->type, std::string("json"));
        const auto& q = m.tensors[static_cast<std::size_t>(m.find("model.layers.3.self_attn.q_proj.weight"))];
        QCOMPARE(q.place.block, 3);
        QVERIFY(q.place.role == io::Role::QProj);
        // 7 linear weights in each of the 4 blocks.
        const auto selected = io::selectTensors(m, {});
        QVERIFY(selected);
        QCOMPARE(selected->size(), std::size_t(28));
        const auto matrix = m.readMatrix(q, {});
        QVERIFY(matrix);
        QCOMPARE(matrix->rows(), Index(256));
        double sum = 0;
        for (const float x : matrix->data()) sum += double(x) * double(x);
        QVERIFY(std::isfinite(sum) && sum > 0);
    }
    void singleFileInAModelFolder_takesTheConfigAlong()
    {
        const auto model =
            io::openModel(std::filesystem::path(QS_SOURCE_DIR) / "resources/sample/model.safetensors", {});
        QVERIFY(model);
        QCOMPARE((*model)->architecture, std::string("llama"));
    }
    void cancelledContext_stopsTheHeader()
    {
        std::stop_source stop;
        stop.request_stop();
        Context context;
        context.stop = stop.get_token();
        const Scratch scratch;
        const auto model = io::openModel(
            scratch.file("m.safetensors",
                         makeSafetensors(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "x")),
            context);
        QVERIFY(!model);
        QVERIFY(model.error().code == ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestSafetensors)
#include "tst_safetensors.moc"
