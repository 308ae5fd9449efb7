// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/session/session.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QFile>
#include <QTest>
#include <cstring>
#include <sqlite3.h>

using namespace qs;

namespace {

session::Session sampleSession(const test::Scratch& scratch)
{
    const auto path = scratch.path() / "m.safetensors";
    if (!std::filesystem::exists(path)) test::writeModel(path, {{"a.weight", test::gaussian(16, 128, 1)}});
    const auto source = *io::openModel(path, {});
    session::Session s;
    s.checkpoints.push_back(*session::describeCheckpoint(*source));
    s.state["selection"] = R"({"tensor": "a.weight"})";
    s.recipes.push_back({"mine", *quant::parseRecipe("rtn:bits=3"), 2});
    for (const char* recipe : {"rtn:bits=4,group=64", "nf"})
        s.results.push_back({0, *study::runCell(*source, source->tensors[0], *quant::parseRecipe(recipe), {}, {})});
    return s;
}

void sql(const std::filesystem::path& path, const char* statement)
{
    sqlite3* db = nullptr;
    sqlite3_open(path.c_str(), &db);
    char* message = nullptr;
    if (sqlite3_exec(db, statement, nullptr, nullptr, &message) != SQLITE_OK) qWarning("%s", message);
    sqlite3_free(message);
    sqlite3_close(db);
}

} // namespace

class TestSessionFile : public QObject {
    Q_OBJECT
private slots:
    void save_load_isTheSame();
    void paths_areRelative();
    void save_overExisting_exchanges();
    void load_hostile_isRefused_data();
    void load_hostile_isRefused();
    void load_truncatedAndFlipped_neverCrashes();
    void load_missing_isNotFound();
    void checkpoint_changed_isTold();
    void recipes_saveLoad_isTheSame();
    void recipes_hostile_isRefused_data();
    void recipes_hostile_isRefused();
};

void TestSessionFile::save_load_isTheSame()
{
    const test::Scratch scratch;
    const auto s = sampleSession(scratch);
    const auto path = scratch.path() / "x.qscope";
    const auto saved = session::saveSession(path, s);
    QVERIFY2(saved.has_value(), saved ? "" : saved.error().text().c_str());
    const auto loaded = session::loadSession(path);
    QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().text().c_str());
    QVERIFY(loaded->checkpoints == s.checkpoints);
    QVERIFY(loaded->state == s.state);
    QVERIFY(loaded->recipes == s.recipes);
    QCOMPARE(loaded->results.size(), s.results.size());
    for (std::size_t i = 0; i < s.results.size(); ++i) {
        const auto& a = *s.results[i].cell;
        const auto& b = *loaded->results[i].cell;
        QCOMPARE(b.tensor, a.tensor);
        QVERIFY(b.recipe == a.recipe);
        QCOMPARE(b.error.relativeMse(), a.error.relativeMse());
        QCOMPARE(b.artefact->bits(), a.artefact->bits());
        const auto x = *a.decoder->decodeAll({});
        const auto y = *b.decoder->decodeAll({});
        QVERIFY(std::memcmp(x.data().data(), y.data().data(), x.data().size_bytes()) == 0);
    }
}

void TestSessionFile::paths_areRelative()
{
    const test::Scratch scratch;
    std::filesystem::create_directory(scratch.path() / "one");
    test::writeModel(scratch.path() / "one" / "m.safetensors", {{"a", test::gaussian(8, 8, 1)}});
    session::Session s;
    s.checkpoints.push_back(*session::describeCheckpoint(**io::openModel(scratch.path() / "one" / "m.safetensors", {})));
    QVERIFY(session::saveSession(scratch.path() / "one" / "x.qscope", s).has_value());
    std::filesystem::rename(scratch.path() / "one", scratch.path() / "two");
    const auto loaded = session::loadSession(scratch.path() / "two" / "x.qscope");
    QVERIFY(loaded.has_value());
    QCOMPARE(loaded->checkpoints[0].path.string(), (scratch.path() / "two" / "m.safetensors").string());
}

void TestSessionFile::save_overExisting_exchanges()
{
    const test::Scratch scratch;
    auto s = sampleSession(scratch);
    const auto path = scratch.path() / "x.qscope";
    QVERIFY(session::saveSession(path, s).has_value());
    s.state["selection"] = "other";
    QVERIFY(session::saveSession(path, s).has_value());
    QCOMPARE(session::loadSession(path)->state["selection"], std::string("other"));
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(scratch.path())) files += entry.exists() ? 1 : 0;
    QCOMPARE(files, std::size_t(2));
}

void TestSessionFile::load_hostile_isRefused_data()
{
    QTest::addColumn<QString>("statement");
    QTest::newRow("newer version") << "PRAGMA user_version=2";
    QTest::newRow("negative version") << "PRAGMA user_version=-1";
    QTest::newRow("other application") << "PRAGMA application_id=1";
    QTest::newRow("extra table") << "CREATE TABLE t(x)";
    QTest::newRow("trigger") << "CREATE TRIGGER t AFTER INSERT ON state BEGIN DELETE FROM state; END";
    QTest::newRow("view") << "DROP TABLE state; CREATE VIEW state AS SELECT 'k' AS key, hex(zeroblob(1000)) AS value";
    QTest::newRow("table dropped") << "DROP TABLE array";
    QTest::newRow("negative size") << "UPDATE checkpoint SET bytes=-1";
    QTest::newRow("path is a number") << "UPDATE checkpoint SET path=x'00'";
    QTest::newRow("empty path") << "UPDATE checkpoint SET path=''";
    QTest::newRow("checkpoint out of range") << "UPDATE result SET checkpoint=5";
    QTest::newRow("negative rows") << "UPDATE result SET rows=-16";
    QTest::newRow("huge rows") << "UPDATE result SET rows=1099511627776, cols=1099511627776";
    QTest::newRow("other shape") << "UPDATE result SET rows=32, cols=64";
    QTest::newRow("grown shape") << "UPDATE result SET rows=32, weights=4096";
    QTest::newRow("unknown recipe") << "UPDATE result SET recipe='nothing'";
    QTest::newRow("other recipe") << "UPDATE result SET recipe='afpq'";
    QTest::newRow("other bits") << "UPDATE result SET payload_bits=1";
    QTest::newRow("array cut") << "UPDATE array SET data=x'00'";
    QTest::newRow("array shape negative") << "UPDATE array SET shape='-1,4'";
    QTest::newRow("array shape wraps") << "UPDATE array SET shape='4294967296,4294967296,16'";
    QTest::newRow("array type") << "UPDATE array SET dtype='X9'";
    QTest::newRow("array encoding") << "UPDATE array SET encoding=7";
    QTest::newRow("array gone") << "DELETE FROM array";
    QTest::newRow("piece missing") << "UPDATE array SET piece=3";
    QTest::newRow("slot") << "UPDATE recipe SET slot=100000";
    QTest::newRow("error is text") << "UPDATE result SET max_abs='x'";
}

void TestSessionFile::load_hostile_isRefused()
{
    QFETCH(QString, statement);
    const test::Scratch scratch;
    const auto path = scratch.path() / "x.qscope";
    QVERIFY(session::saveSession(path, sampleSession(scratch)).has_value());
    sql(path, statement.toUtf8().constData());
    const auto loaded = session::loadSession(path);
    QVERIFY(!loaded);
    const auto code = loaded.error().code;
    QVERIFY2(code == ErrorCode::Malformed || code == ErrorCode::Unsupported, loaded.error().text().c_str());
}

void TestSessionFile::load_truncatedAndFlipped_neverCrashes()
{
    const test::Scratch scratch;
    const auto path = scratch.path() / "x.qscope";
    QVERIFY(session::saveSession(path, sampleSession(scratch)).has_value());
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const std::string all = file.readAll().toStdString();
    for (std::size_t n = 0; n < all.size(); n += 997) QVERIFY(!session::loadSession(scratch.file("cut.qscope", all.substr(0, n))));
    std::mt19937 engine(1);
    for (int i = 0; i < 150; ++i) {
        std::string bad = all;
        for (int k = 0; k < 4; ++k) bad[engine() % bad.size()] ^= static_cast<char>(1 + engine() % 255);
        (void)session::loadSession(scratch.file("flip.qscope", bad)); // refused, or values that pass every check
    }
    QVERIFY(!session::loadSession(scratch.file("text.qscope", "hello")));
    QVERIFY(!session::loadSession(scratch.path()));
}

void TestSessionFile::load_missing_isNotFound()
{
    const auto loaded = session::loadSession("/no/such/file.qscope");
    QVERIFY(!loaded);
    QCOMPARE(loaded.error().code, ErrorCode::NotFound);
}

void TestSessionFile::checkpoint_changed_isTold()
{
    const test::Scratch scratch;
    const auto path = scratch.path() / "m.safetensors";
    test::writeModel(path, {{"a", test::gaussian(8, 8, 1)}});
    const auto first = *io::openModel(path, {});
    const auto remembered = *session::describeCheckpoint(*first);
    QCOMPARE(session::compareCheckpoint(remembered, first.get()), session::CheckpointState::Same);
    QCOMPARE(session::compareCheckpoint(remembered, nullptr), session::CheckpointState::Missing);
    std::filesystem::remove(path);
    test::writeModel(path, {{"a", test::gaussian(8, 8, 2)}});
    const auto second = *io::openModel(path, {});
    QCOMPARE(session::compareCheckpoint(remembered, second.get()), session::CheckpointState::Changed);
}

void TestSessionFile::recipes_saveLoad_isTheSame()
{
    const test::Scratch scratch;
    const std::vector<session::NamedRecipe> recipes = {{"one", *quant::parseRecipe("rtn:bits=3"), 1}, {"", *quant::parseRecipe("nf"), 0}};
    const auto path = scratch.path() / "r.json";
    QVERIFY(session::saveRecipes(path, recipes).has_value());
    QVERIFY(*session::loadRecipes(path) == recipes);
}

void TestSessionFile::recipes_hostile_isRefused_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no json") << QByteArray("hello");
    QTest::newRow("array") << QByteArray("[]");
    QTest::newRow("other version") << QByteArray(R"({"quantoscope_recipes": 2, "recipes": []})");
    QTest::newRow("version text") << QByteArray(R"({"quantoscope_recipes": "1", "recipes": []})");
    QTest::newRow("no list") << QByteArray(R"({"quantoscope_recipes": 1})");
    QTest::newRow("entry no object") << QByteArray(R"({"quantoscope_recipes": 1, "recipes": [7]})");
    QTest::newRow("unknown recipe") << QByteArray(R"({"quantoscope_recipes": 1, "recipes": [{"recipe": "nothing"}]})");
    QTest::newRow("bits 99") << QByteArray(R"({"quantoscope_recipes": 1, "recipes": [{"recipe": "rtn:bits=99"}]})");
    QTest::newRow("slot -1") << QByteArray(R"({"quantoscope_recipes": 1, "recipes": [{"recipe": "rtn", "slot": -1}]})");
    QTest::newRow("slot 2^63") << QByteArray(R"({"quantoscope_recipes": 1, "recipes": [{"recipe": "rtn", "slot": 9223372036854775808}]})");
    QTest::newRow("deep") << QByteArray(100'000, '[');
}

void TestSessionFile::recipes_hostile_isRefused()
{
    QFETCH(QByteArray, text);
    const test::Scratch scratch;
    const auto loaded = session::loadRecipes(scratch.file("r.json", text.toStdString()));
    QVERIFY(!loaded);
    QVERIFY(loaded.error().code == ErrorCode::Malformed || loaded.error().code == ErrorCode::Unsupported);
}

QTEST_GUILESS_MAIN(TestSessionFile)
#include "tst_session_file.moc"
