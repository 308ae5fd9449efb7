// SPDX-License-Identifier: GPL-3.0-or-later
// Ids, tokens and decoding against what the reference libraries gave (golden/tokenizers).
#include "core/model/tokenizers/load_tokenizer.h"
#include "core/model/tokenizers/regex.h"
#include "core/model/tokenizers/unicode.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace qs;
using nlohmann::json;
namespace fs = std::filesystem;
using Ids = std::vector<std::int32_t>;

namespace {

fs::path goldenFolder() { return fs::path(QS_SHARED_DIR) / "golden" / "tokenizers"; }

json readJson(const fs::path& file)
{
    std::ifstream in(file);
    return json::parse(in);
}

QByteArray told(const json& c, const char* what, const std::string& found)
{
    return QByteArray(what) + " of " + QByteArray::fromStdString(c.dump(-1, ' ', true)) + "\nfound: " + QByteArray::fromStdString(json(found).dump(-1, ' ', true));
}
QByteArray told(const json& c, const char* what, const Ids& found) { return told(c, what, json(found).dump()); }

#define NEED_FOLDER(folder)                                                                                            \
    if (!fs::exists(folder)) {                                                                                         \
        QVERIFY2(!test::goldenRequired(), "reference data are absent under CI");                                       \
        QSKIP("reference data are absent (QS_SHARED_DIR)");                                                            \
    }

} // namespace

class TestTokenizers : public QObject {
    Q_OBJECT
private slots:
    void json_goldenCases_equalTheLibrary_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"added", "bert", "gemma", "gpt2", "llama2", "llama2_first", "llama3", "qwen2", "unigram"}) QTest::newRow(name) << name;
    }
    void json_goldenCases_equalTheLibrary()
    {
        QFETCH(QString, name);
        const fs::path folder = goldenFolder() / name.toStdString();
        NEED_FOLDER(folder);
        const auto opened = model::openTokenizer(folder, {});
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().text().c_str());
        const auto& t = **opened;

        std::size_t cases = 0;
        for (const json& c : readJson(folder / "cases.json")) {
            const auto text = c["text"].get<std::string>();
            const auto plain = t.encode(text, false, true);
            QVERIFY2(plain.has_value(), plain ? "" : plain.error().text().c_str());
            QVERIFY2(plain->ids == c["ids"].get<Ids>(), told(c, "ids", plain->ids));
            QVERIFY2(plain->tokens == c["tokens"].get<std::vector<std::string>>(), told(c, "tokens", json(plain->tokens).dump()));
            const auto special = t.encode(text, true);
            QVERIFY(special.has_value());
            QVERIFY2(special->ids == c["ids_special"].get<Ids>(), told(c, "ids_special", special->ids));
            const auto decoded = t.decode(plain->ids);
            QVERIFY(decoded.has_value());
            QVERIFY2(*decoded == c["decoded"].get<std::string>(), told(c, "decoded", *decoded));
            const auto skipped = t.decode(special->ids, true);
            QVERIFY(skipped.has_value());
            QVERIFY2(*skipped == c["decoded_skip"].get<std::string>(), told(c, "decoded_skip", *skipped));
            ++cases;
        }
        QCOMPARE(cases, std::size_t(183));
        for (const json& c : readJson(folder / "decode.json")) {
            const auto ids = c["ids"].get<Ids>();
            const auto decoded = t.decode(ids);
            QVERIFY(decoded.has_value());
            QVERIFY2(*decoded == c["decoded"].get<std::string>(), told(c, "decoded", *decoded));
            QVERIFY2(*t.decode(ids, true) == c["decoded_skip"].get<std::string>(), told(c, "decoded_skip", *t.decode(ids, true)));
        }
    }

    void sentencePiece_goldenCases_equalSentencepiece_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"gemma", "llama2", "llama2_first", "unigram"}) QTest::newRow(name) << name;
    }
    void sentencePiece_goldenCases_equalSentencepiece()
    {
        QFETCH(QString, name);
        const fs::path folder = goldenFolder() / name.toStdString();
        NEED_FOLDER(folder);
        const auto opened = model::openTokenizer(folder / "tokenizer.model", {});
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().text().c_str());
        for (const json& c : readJson(folder / "cases.json")) {
            const auto wanted = c[c.contains("sentencepiece_ids") ? "sentencepiece_ids" : "ids"].get<Ids>();
            const auto found = (*opened)->encode(c["text"].get<std::string>());
            QVERIFY(found.has_value());
            QVERIFY2(found->ids == wanted, told(c, "ids", found->ids));
            const auto decoded = (*opened)->decode(wanted);
            QVERIFY(decoded.has_value());
            QVERIFY2(*decoded == c[c.contains("sentencepiece_decoded") ? "sentencepiece_decoded" : "decoded"].get<std::string>(), told(c, "decoded", *decoded));
        }
    }

    void gguf_goldenCases_equalLlamaCpp_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"gemma", "gpt2", "llama2", "llama3", "qwen2"}) QTest::newRow(name) << name;
    }
    void gguf_goldenCases_equalLlamaCpp()
    {
        QFETCH(QString, name);
        const fs::path folder = goldenFolder() / name.toStdString();
        NEED_FOLDER(folder);
        const auto opened = model::openTokenizer(folder / "vocab.gguf", {});
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().text().c_str());
        for (const json& c : readJson(folder / "cases.json")) {
            const bool differs = c.contains("llama_cpp_ids");
            const auto wanted = c[differs ? "llama_cpp_ids" : "ids"].get<Ids>();
            const auto found = (*opened)->encode(c["text"].get<std::string>());
            QVERIFY(found.has_value());
            QVERIFY2(found->ids == wanted, told(c, "ids", found->ids));
            if (differs) continue;
            QVERIFY2((*opened)->encode(c["text"].get<std::string>(), true)->ids == c["ids_special"].get<Ids>(), told(c, "ids_special", found->ids));
            QVERIFY2(*(*opened)->decode(wanted) == c["decoded"].get<std::string>(), told(c, "decoded", *(*opened)->decode(wanted)));
        }
        for (const json& c : readJson(folder / "decode.json"))
            QVERIFY2(*(*opened)->decode(c["ids"].get<Ids>()) == c["decoded"].get<std::string>(), told(c, "decoded", *(*opened)->decode(c["ids"].get<Ids>())));
    }

    void classes_allCodePoints_areUnicode16()
    {
        NEED_FOLDER(goldenFolder());
        const json classes = readJson(goldenFolder() / "classes.json");
        const auto check = [&](const char* key, auto&& is) {
            char32_t next = 0;
            for (const auto& range : classes[key]) {
                for (; next < range[0].get<char32_t>(); ++next)
                    if (is(next)) return false;
                for (; next <= range[1].get<char32_t>(); ++next)
                    if (!is(next)) return false;
            }
            for (; next < 0x110000; ++next)
                if (is(next)) return false;
            return true;
        };
        QVERIFY(check("\\p{L}", model::unicode::isLetter));
        QVERIFY(check("\\p{N}", model::unicode::isNumber));
        QVERIFY(check("\\s", model::unicode::isSpace));
    }

    // The regular expressions must see the same classes as the tables.
    void regex_lettersNewerThanIcu_areLetters()
    {
        const auto regex = model::Regex::compile(R"(\p{L}+)");
        QVERIFY(regex.has_value());
        const auto slices = regex->split("a\xE1\xB2\x89z \xF0\xB2\x8E\xB0"); // U+1C89 (Unicode 16), U+323B0 (Unicode 17)
        QVERIFY(slices.has_value());
        QCOMPARE(slices->size(), std::size_t(2));
        QVERIFY((*slices)[0].match && (*slices)[0].end == 5);
        QVERIFY(!(*slices)[1].match);
    }
};

QTEST_GUILESS_MAIN(TestTokenizers)
#include "tst_tokenizers.moc"
