// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/io/vocabulary.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"

#include <QtTest>

using namespace qs;
namespace fs = std::filesystem;

namespace {

io::ModelSource folderOf(const fs::path& folder)
{
    io::ModelSource s;
    s.path = s.folder = folder;
    return s;
}

} // namespace

class TestVocabulary : public QObject {
    Q_OBJECT
private slots:
    // The same vocabulary as tokenizer.json, tokenizer.model and GGUF metadata, made by other programs, must read the same.
    void golden_allSourcesAgree_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"gemma", "gpt2", "llama2", "llama2_first", "llama3", "qwen2", "unigram", "bert", "added"}) QTest::newRow(name) << name;
    }
    void golden_allSourcesAgree()
    {
        QFETCH(QString, name);
        const fs::path folder = fs::path(QS_SHARED_DIR) / "golden" / "tokenizers" / name.toStdString();
        if (!fs::exists(folder)) {
            QVERIFY2(!test::goldenRequired(), "reference data are absent under CI");
            QSKIP("reference data are absent (QS_SHARED_DIR)");
        }
        const auto json = io::readVocabulary(folderOf(folder), {});
        QVERIFY2(json, json ? "" : json.error().text().c_str());
        QCOMPARE(json->source, std::string("tokenizer.json"));
        QVERIFY(json->tokens.size() > 100);
        for (std::size_t i = 0; i < json->tokens.size(); ++i) QCOMPARE(json->tokens[i].id, static_cast<std::int64_t>(i));
        if (fs::exists(folder / "tokenizer.model")) {
            const test::Scratch scratch;
            fs::copy_file(folder / "tokenizer.model", scratch.path() / "tokenizer.model");
            const auto model = io::readVocabulary(folderOf(scratch.path()), {});
            QVERIFY2(model, model ? "" : model.error().text().c_str());
            QCOMPARE(model->source, std::string("tokenizer.model"));
            const std::size_t n = std::min(model->tokens.size(), json->tokens.size());
            for (std::size_t i = 0; i < n; ++i) QCOMPARE(model->tokens[i].text, json->tokens[i].text);
        }
        if (fs::exists(folder / "vocab.gguf")) {
            const auto source = io::openModel(folder / "vocab.gguf", {});
            QVERIFY2(source, source ? "" : source.error().text().c_str());
            const auto gguf = io::readVocabulary(**source, {});
            QVERIFY2(gguf, gguf ? "" : gguf.error().text().c_str());
            QCOMPARE(gguf->source, std::string("GGUF metadata"));
            QVERIFY(gguf->tokens.size() >= json->tokens.size());
            for (std::size_t i = 0; i < json->tokens.size(); ++i) QCOMPARE(gguf->tokens[i].text, json->tokens[i].text);
            QVERIFY(!gguf->special.empty());
        }
    }
    void sample_readsBytesSpecialAndNoTemplate()
    {
        const auto source = io::openModel(QS_SOURCE_DIR "/resources/sample", {});
        QVERIFY(source);
        const auto v = io::readVocabulary(**source, {});
        QVERIFY2(v, v ? "" : v.error().text().c_str());
        QCOMPARE(v->model, std::string("BPE"));
        QVERIFY(v->tokens.size() > 1000);
        QVERIFY(v->merges > 0);
    }
    void chatTemplate_fileWinsOverConfig()
    {
        const test::Scratch scratch;
        scratch.file("vocab.txt", "[PAD]\nhello\r\nworld");
        scratch.file("tokenizer_config.json", R"({"bos_token":{"content":"<s>"},"eos_token":"</s>","chat_template":"from config"})");
        auto v = io::readVocabulary(folderOf(scratch.path()), {});
        QVERIFY(v);
        QCOMPARE(v->tokens.size(), std::size_t(3));
        QCOMPARE(v->tokens[1].text, std::string("hello"));
        QCOMPARE(v->chatTemplate, std::string("from config"));
        QCOMPARE(v->special.size(), std::size_t(2));
        scratch.file("chat_template.jinja", "{{ messages }}");
        v = io::readVocabulary(folderOf(scratch.path()), {});
        QVERIFY(v);
        QCOMPARE(v->chatTemplate, std::string("{{ messages }}"));
        QCOMPARE(v->chatTemplateSource, std::string("chat_template.jinja"));
    }
    void nothingThere_isEmpty()
    {
        const test::Scratch scratch;
        const auto v = io::readVocabulary(folderOf(scratch.path()), {});
        QVERIFY(v && v->source.empty() && v->tokens.empty());
    }
    void broken_isMalformed_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("no model") << "tokenizer.json" << QByteArray("{}");
        QTest::newRow("id beyond") << "tokenizer.json" << QByteArray(R"({"model":{"vocab":{"a":99999999999}}})");
        QTest::newRow("negative id") << "tokenizer.json" << QByteArray(R"({"model":{"vocab":{"a":-1}}})");
        QTest::newRow("unigram without score") << "tokenizer.json" << QByteArray(R"({"model":{"type":"Unigram","vocab":[["a"]]}})");
        QTest::newRow("cut protobuf") << "tokenizer.model" << QByteArray("\x0a\xff\xff\xff\x0f x", 8);
        QTest::newRow("endless varint") << "tokenizer.model" << QByteArray(20, '\xff');
    }
    void broken_isMalformed()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        const test::Scratch scratch;
        scratch.file(name.toStdString(), bytes.toStdString());
        const auto v = io::readVocabulary(folderOf(scratch.path()), {});
        QVERIFY(!v);
        QCOMPARE(v.error().code, ErrorCode::Malformed);
    }
};

QTEST_GUILESS_MAIN(TestVocabulary)
#include "tst_vocabulary.moc"
