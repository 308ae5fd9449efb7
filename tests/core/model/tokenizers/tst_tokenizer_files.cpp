// SPDX-License-Identifier: GPL-3.0-or-later
// Tokenizer files as a stranger writes them: refused with the reason, never a crash; and rules on small ones made here.
#include "core/model/tokenizers/load_tokenizer.h"
#include "core/model/tokenizers/regex.h"
#include "core/model/tokenizers/unicode.h"
#include "tests/support/gguf_builder.h"
#include "tests/support/scratch.h"

#include <QElapsedTimer>
#include <QtTest>
#include <random>

using namespace qs;
using Ids = std::vector<std::int32_t>;
using Words = std::vector<std::string>;

namespace {

// A byte-level tokenizer of three letters and two merges, with parts to replace.
std::string smallJson(const std::string& model = R"({"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"c":3,"abc":4},"merges":["a b",["ab","c"]]})",
                      const std::string& rest = "")
{
    return R"({"added_tokens":[],"normalizer":null,"pre_tokenizer":null,"decoder":null,"model":)" + model + rest + "}";
}

std::string field(unsigned number, unsigned wire) { return std::string(1, static_cast<char>(number << 3 | wire)); }
std::string bytesField(unsigned number, const std::string& payload)
{
    return field(number, 2) + std::string(1, static_cast<char>(payload.size())) + payload;
}
std::string piece(const std::string& text, float score, int type)
{
    return bytesField(1, bytesField(1, text) + field(2, 5) + test::leBytes(score) + field(3, 0) + std::string(1, static_cast<char>(type)));
}
// A SentencePiece unigram model: <unk>, ▁, a, b, ab.
std::string smallModel()
{
    return piece("<unk>", 0, 2) + piece("\xE2\x96\x81", -1, 1) + piece("a", -2, 1) + piece("b", -2, 1) + piece("ab", -3, 1);
}

} // namespace

class TestTokenizerFiles : public QObject {
    Q_OBJECT

    Result<model::TokenizerPtr> open(const std::string& name, const std::string& bytes) const { return model::openTokenizer(m_dir.file(name, bytes), {}); }
    test::Scratch m_dir;

private slots:
    void json_malformed_isRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("code");
        const auto row = [](const char* name, const std::string& text, ErrorCode code) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << static_cast<int>(code);
        };
        row("empty", "", ErrorCode::Malformed);
        row("no object", "[]", ErrorCode::Malformed);
        row("no model", "{}", ErrorCode::Malformed);
        row("cut", smallJson().substr(0, 60), ErrorCode::Malformed);
        row("model kind", smallJson(R"({"type":"Rwkv","vocab":{}})"), ErrorCode::Unsupported);
        row("negative id", smallJson(R"({"type":"BPE","vocab":{"a":-1},"merges":[]})"), ErrorCode::Malformed);
        row("huge id", smallJson(R"({"type":"BPE","vocab":{"a":4000000000},"merges":[]})"), ErrorCode::Malformed);
        row("fractional id", smallJson(R"({"type":"BPE","vocab":{"a":0.5},"merges":[]})"), ErrorCode::Malformed);
        row("merge of strangers", smallJson(R"({"type":"BPE","vocab":{"a":0},"merges":["a b"]})"), ErrorCode::Malformed);
        row("merge of three", smallJson(R"({"type":"BPE","vocab":{"a":0},"merges":["a a a"]})"), ErrorCode::Malformed);
        row("merges missing", smallJson(R"({"type":"BPE","vocab":{"a":0}})"), ErrorCode::Malformed);
        row("dropout", smallJson(R"({"type":"BPE","dropout":0.1,"vocab":{"a":0},"merges":[]})"), ErrorCode::Unsupported);
        row("unk_id outside", smallJson(R"({"type":"Unigram","vocab":[["a",-1]],"unk_id":7})"), ErrorCode::Malformed);
        row("score no number", smallJson(R"({"type":"Unigram","vocab":[["a","x"]],"unk_id":0})"), ErrorCode::Malformed);
        row("word piece without unknown", smallJson(R"({"type":"WordPiece","vocab":{"a":0}})"), ErrorCode::Malformed);
        row("unknown step", R"({"normalizer":{"type":"Nonsense"},"model":{"type":"BPE","vocab":{},"merges":[]}})", ErrorCode::Unsupported);
        row("character map", R"({"normalizer":{"type":"Precompiled","precompiled_charsmap":""},"model":{"type":"BPE","vocab":{},"merges":[]}})", ErrorCode::Unsupported);
        row("step no object", R"({"normalizer":7,"model":{"type":"BPE","vocab":{},"merges":[]}})", ErrorCode::Malformed);
        row("broken regex", "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"[a\"},\"behavior\":\"Isolated\"},\"model\":{\"type\":\"BPE\",\"vocab\":{},\"merges\":[]}}", ErrorCode::Unsupported);
        row("template names a stranger", R"({"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}},{"Sequence":{"id":"A"}}],"special_tokens":{}},"model":{"type":"BPE","vocab":{},"merges":[]}})", ErrorCode::Malformed);
        row("template id outside", R"({"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}},{"Sequence":{"id":"A"}}],"special_tokens":{"x":{"ids":[9]}}},"model":{"type":"BPE","vocab":{},"merges":[]}})", ErrorCode::Malformed);
        std::string nested;
        for (int i = 0; i < 40; ++i) nested += R"({"type":"Sequence","normalizers":[)";
        for (int i = 0; i < 40; ++i) nested += "]}";
        row("deep sequence", R"({"normalizer":)" + nested + R"(,"model":{"type":"BPE","vocab":{},"merges":[]}})", ErrorCode::Malformed);
    }
    void json_malformed_isRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, code);
        const auto t = open("tokenizer.json", text.toStdString());
        QVERIFY(!t.has_value());
        QCOMPARE(static_cast<int>(t.error().code), code);
        QVERIFY(QString::fromStdString(t.error().file).endsWith("tokenizer.json"));
    }

    void bpe_pairsAsTextAndAsLists_areMerged()
    {
        const auto t = open("tokenizer.json", smallJson());
        QVERIFY2(t.has_value(), t ? "" : t.error().text().c_str());
        QCOMPARE((*t)->encode("abcab")->ids, (Ids{4, 2}));
        QCOMPARE((*t)->encode("abxba", false, true)->tokens, (Words{"ab", "b", "a"})); // no unknown token: x vanishes
        QCOMPARE(*(*t)->decode(Ids{4, 1}), std::string("abc b"));                     // no decoder: joined with spaces
        QVERIFY((*t)->encode("")->ids.empty());
    }

    // 300,000 symbols in one word: quadratic time would take minutes.
    void bpe_longWord_takesLittleTime()
    {
        const auto t = open("tokenizer.json", smallJson());
        QVERIFY(t.has_value());
        std::string word;
        for (int i = 0; i < 100'000; ++i) word += "abc";
        QElapsedTimer timer;
        timer.start();
        const auto ids = (*t)->encode(word);
        QVERIFY(ids.has_value());
        QCOMPARE(ids->ids.size(), std::size_t(100'000));
        QVERIFY2(timer.elapsed() < 5000, QByteArray::number(timer.elapsed()));
    }

    void decode_idOutside_isToldWithItsPlace()
    {
        const auto t = open("tokenizer.json", smallJson());
        const auto text = (*t)->decode(Ids{0, 99});
        QVERIFY(!text.has_value());
        QCOMPARE(text.error().code, ErrorCode::NotFound);
        QVERIFY(!(*t)->decode(Ids{-1}).has_value());
    }

    void encode_brokenUtf8_saysTheByte()
    {
        const auto t = open("tokenizer.json", smallJson());
        for (const char* text : {"ab\xFF", "ab\xC0\x80", "ab\xED\xA0\x80", "ab\xF4\x90\x80\x80", "ab\xE2\x82"}) {
            const auto ids = (*t)->encode(text);
            QVERIFY(!ids.has_value());
            QCOMPARE(ids.error().byte.value_or(0), std::uint64_t(2));
        }
    }

    void repaired_badParts_followPython()
    {
        QCOMPARE(model::unicode::repaired("a\xE2\x82z"), std::string("a\xEF\xBF\xBDz"));            // one maximal part
        QCOMPARE(model::unicode::repaired("\xED\xA0\x80"), std::string("\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"));
        QCOMPARE(model::unicode::repaired("\xF0\x9F\x98"), std::string("\xEF\xBF\xBD"));
    }

    void split_behaviours_joinDelimitersAsTheySay_data()
    {
        QTest::addColumn<QString>("behavior");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("Isolated") << "Isolated" << QStringList{"a", "-", "-", "b", "-"};
        QTest::newRow("Removed") << "Removed" << QStringList{"a", "b"};
        QTest::newRow("MergedWithPrevious") << "MergedWithPrevious" << QStringList{"a-", "-", "b-"};
        QTest::newRow("MergedWithNext") << "MergedWithNext" << QStringList{"a", "-", "-b", "-"};
        QTest::newRow("Contiguous") << "Contiguous" << QStringList{"a", "--", "b", "-"};
    }
    void split_behaviours_joinDelimitersAsTheySay()
    {
        QFETCH(QString, behavior);
        QFETCH(QStringList, words);
        const model::SplitBehavior b = behavior == "Isolated" ? model::SplitBehavior::Isolated
                                     : behavior == "Removed" ? model::SplitBehavior::Removed
                                     : behavior == "MergedWithPrevious" ? model::SplitBehavior::MergedWithPrevious
                                     : behavior == "MergedWithNext" ? model::SplitBehavior::MergedWithNext
                                                                    : model::SplitBehavior::Contiguous;
        model::PreTokenizers steps;
        steps.push_back(model::makeStringSplit("-", b, false));
        const auto found = model::splitWords(steps, "a--b-", true);
        QVERIFY(found.has_value());
        QStringList list;
        for (const auto& w : *found) list << QString::fromStdString(w);
        QCOMPARE(list, words);
    }

    // A pattern that backtracks without end is stopped, not waited for.
    void regex_catastrophicPattern_isStopped()
    {
        const auto regex = model::Regex::compile("(a+a+)+b");
        QVERIFY(regex.has_value());
        QElapsedTimer timer;
        timer.start();
        const auto slices = regex->split(std::string(60, 'a'));
        QVERIFY(!slices.has_value());
        QCOMPARE(slices.error().code, ErrorCode::Unsafe);
        QVERIFY2(timer.elapsed() < 60'000, QByteArray::number(timer.elapsed()));
    }

    void sentencePiece_smallModel_segmentsByScore()
    {
        const auto t = open("small.model", smallModel());
        QVERIFY2(t.has_value(), t ? "" : t.error().text().c_str());
        QCOMPARE((*t)->encode("ab  b")->ids, (Ids{1, 4, 1, 3})); // dummy prefix, spaces joined: the defaults of the format
        QCOMPARE((*t)->encode("xyb", false, true)->tokens, (Words{"\xE2\x96\x81", "xy", "b"}));
        QCOMPARE(*(*t)->decode(Ids{1, 4, 0}), std::string("ab \xE2\x81\x87 "));
    }

    void sentencePiece_malformed_isRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, const std::string& bytes) { QTest::newRow(name) << QByteArray::fromStdString(bytes); };
        row("empty", "");
        row("text", "this is no protobuf");
        row("cut", smallModel().substr(0, 20));
        row("length beyond the end", std::string("\x0A\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 10));
        row("varint without end", std::string(20, '\xFF'));
        row("no unknown piece", piece("a", 0, 1));
        row("two unknown pieces", smallModel() + piece("u", 0, 2));
        row("type 9", smallModel() + piece("u", 0, 9));
        row("score nan", smallModel() + piece("u", std::numeric_limits<float>::quiet_NaN(), 1));
        row("piece not UTF-8", smallModel() + piece("\xFF", 0, 1));
        row("bytes wanted, none there", smallModel() + bytesField(2, std::string("\x98\x02\x01", 3)));
    }
    void sentencePiece_malformed_isRefused()
    {
        QFETCH(QByteArray, bytes);
        const auto t = open("bad.model", bytes.toStdString());
        QVERIFY(!t.has_value());
        QCOMPARE(t.error().code, ErrorCode::Malformed);
    }

    void gguf_unknownSplitRule_isRefusedByName()
    {
        test::GgufBuilder b;
        b.text("general.architecture", "llama").text("tokenizer.ggml.model", "gpt2").text("tokenizer.ggml.pre", "made-up");
        b.texts("tokenizer.ggml.tokens", {"a", "b"}).texts("tokenizer.ggml.merges", {"a b"});
        const auto t = open("x.gguf", b.build());
        QVERIFY(!t.has_value());
        QCOMPARE(t.error().code, ErrorCode::Unsupported);
        QCOMPARE(t.error().found, std::string("made-up"));
    }

    void gguf_mergesMissing_isRefused()
    {
        test::GgufBuilder b;
        b.text("general.architecture", "llama").text("tokenizer.ggml.model", "gpt2").text("tokenizer.ggml.pre", "gpt-2");
        b.texts("tokenizer.ggml.tokens", {"a", "b"});
        const auto t = open("x.gguf", b.build());
        QVERIFY(!t.has_value());
        QCOMPARE(t.error().code, ErrorCode::Malformed);
    }

    void open_folderWithoutTokenizer_saysWhatIsLacking()
    {
        const test::Scratch empty;
        const auto t = model::openTokenizer(empty.path(), {});
        QVERIFY(!t.has_value());
        QCOMPARE(t.error().code, ErrorCode::Lacking);
        QCOMPARE(model::openTokenizer(empty.path() / "nothing", {}).error().code, ErrorCode::NotFound);
    }

    // Bytes flipped, cut and doubled at random: an answer or a refusal, and what opens must encode without harm.
    void anyFile_randomDamage_neverCrashes()
    {
        std::mt19937 random(7);
        const std::string json = smallJson(R"({"type":"Unigram","unk_id":0,"vocab":[["<unk>",0],["a",-1.5],["ab",-2]]})",
            R"(,"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"s"}},{"Sequence":{"id":"A"}}],"special_tokens":{"s":{"ids":[1]}}})");
        for (int round = 0; round < 1500; ++round) {
            const bool isModel = round % 2 == 0;
            std::string bytes = isModel ? smallModel() : json;
            for (int k = static_cast<int>(random() % 4); k >= 0; --k) {
                const std::size_t at = random() % bytes.size();
                switch (random() % 3) {
                case 0: bytes[at] = static_cast<char>(random()); break;
                case 1: bytes.erase(at, 1 + random() % 4); break;
                default: bytes.insert(at, bytes.substr(random() % bytes.size(), random() % 9));
                }
                if (bytes.empty()) bytes = "x";
            }
            const auto t = open(isModel ? "damaged.model" : "damaged.json", bytes);
            if (!t) continue;
            const auto ids = (*t)->encode("ab a\n\xE2\x96\x81xb", true, true);
            if (ids) (void)(*t)->decode(ids->ids, true);
        }
    }
};

QTEST_GUILESS_MAIN(TestTokenizerFiles)
#include "tst_tokenizer_files.moc"
