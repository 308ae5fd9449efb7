// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"
#include "core/study/cache_config.h"
#include "core/study/result_cache.h"
#include "core/study/result_key.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QTest>
#include <fstream>
#include <set>
#include <thread>

using namespace qs;
namespace fs = std::filesystem;

namespace {

std::shared_ptr<const io::ModelSource> makeModel(const fs::path& path, std::uint64_t seed = 1)
{
    test::writeModel(path, {{"a", test::gaussian(64, 128, seed)}, {"b", test::gaussian(32, 256, 2)}});
    return *io::openModel(path, {});
}

std::shared_ptr<const study::CellResult> run(const io::ModelSource& source, const char* recipe, std::shared_ptr<study::ResultCache> cache,
                                             std::size_t tensor = 0, std::uint64_t seed = 0, const Context& context = {})
{
    study::RunOptions options;
    options.cache = std::move(cache);
    options.seed = seed;
    auto cell = study::runCell(source, source.tensors[tensor], *quant::parseRecipe(recipe), options, context);
    return cell ? *cell : nullptr;
}

std::vector<fs::path> filesOf(const fs::path& folder)
{
    std::vector<fs::path> out;
    if (fs::exists(folder))
        for (const auto& f : fs::recursive_directory_iterator(folder))
            if (f.is_regular_file()) out.push_back(f.path());
    std::sort(out.begin(), out.end());
    return out;
}

bool sameFigures(const study::CellResult& a, const study::CellResult& b)
{
    const auto& x = a.error;
    const auto& y = b.error;
    return x.count == y.count && x.sumSquaredError == y.sumSquaredError && x.sumSquares == y.sumSquares
        && x.sumSquaresDecoded == y.sumSquaresDecoded && x.dot == y.dot && x.maxAbs == y.maxAbs && a.bits.payload == b.bits.payload
        && a.bits.metadata == b.bits.metadata && a.recipe == b.recipe && a.tensor == b.tensor && a.source == b.source;
}

bool sameArrays(const quant::QuantizedTensor& a, const quant::QuantizedTensor& b)
{
    if (a.arrays.arrays().size() != b.arrays.arrays().size() || a.rows != b.rows || a.cols != b.cols || a.name != b.name) return false;
    for (std::size_t i = 0; i < a.arrays.arrays().size(); ++i) {
        const auto& x = a.arrays.arrays()[i];
        const auto& y = b.arrays.arrays()[i];
        if (x.name != y.name || x.dtype != y.dtype || !(x.shape == y.shape) || x.bytes != y.bytes) return false;
    }
    return true;
}

} // namespace

class TestResultCache : public QObject {
    Q_OBJECT
private slots:
    void everyRecipe_secondRun_isTheSameFromTheCache();
    void key_whateverDecidesAResult_changesIt();
    void key_threads_doNotChangeIt();
    void sameWeights_otherNameAndFile_areFound();
    void entry_anyByteChanged_isRecomputedAndReplaced();
    void entry_cutShort_isRecomputed();
    void limit_passed_oldestUsedGoFirst();
    void clear_folderWithOtherFiles_leavesThem();
    void folder_notWritable_resultIsStillGiven();
    void threads_storingAndFinding_neverGetHalfAFile();
    void arrays_ofATraining_comeBackUndamagedOrNotAtAll();
    void config_savedAndDamaged_isReadOrDefault();
};

void TestResultCache::arrays_ofATraining_comeBackUndamagedOrNotAtAll()
{
    const test::Scratch scratch;
    const std::string key(64, 'a');
    quant::ArrayStore arrays;
    const std::vector<double> values = {1.5, -0.0, std::numeric_limits<double>::quiet_NaN(), 1e-310};
    arrays.add<double>("z", DType::F64, {4}, values);
    arrays.add<double>("a", DType::F64, {2}, std::span(values).first(2));
    study::ResultCache cache(scratch.path(), 1 << 20);
    QVERIFY(!cache.findArrays(key, {}));
    QVERIFY(cache.storeArrays(key, arrays).has_value());
    const auto found = cache.findArrays(key, {});
    QVERIFY(found);
    QCOMPARE(found->arrays().size(), std::size_t(2));
    QCOMPARE(found->arrays()[0].name, std::string("z"));
    QVERIFY(found->arrays()[0].bytes == arrays.arrays()[0].bytes && found->arrays()[1].bytes == arrays.arrays()[1].bytes);
    QVERIFY(!cache.find(std::string(64, 'b'), "a", *quant::parseRecipe("rtn"), 0, {}));
    QCOMPARE(cache.usage().files, std::uint64_t(1));
    const auto file = filesOf(scratch.path()).front();
    {
        std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
        f.seekp(-3, std::ios::end);
        f.put('\x55');
    }
    QVERIFY(!cache.findArrays(key, {}));
    QVERIFY(filesOf(scratch.path()).empty());
    QVERIFY(cache.storeArrays(key, arrays).has_value());
    cache.remove(key);
    QVERIFY(!cache.contains(key));
}

void TestResultCache::everyRecipe_secondRun_isTheSameFromTheCache()
{
    const test::Scratch scratch;
    const auto source = makeModel(scratch.path() / "m.safetensors");
    const auto cache = std::make_shared<study::ResultCache>(scratch.path() / "cache", 1 << 30);
    int hits = 0;
    for (const char* recipe : {"rtn", "rtn:bits=3,group=row", "afpq:format=nf4", "nf", "mx", "nvfp4", "kmeans:bits=2", "hqq", "ggml:type=q4_k",
                               "hadamard+rtn", "rtn+outliers:percent=0.5", "rtn+outliers:percent=0", "lcq:bits=2"}) {
        const auto parsed = quant::parseRecipe(recipe);
        QVERIFY2(parsed, recipe);
        const std::size_t tensor = 1; // 256 columns: ggml's superblocks fit
        const auto first = run(*source, recipe, cache, tensor);
        if (!first) continue; // a recipe that this matrix can't take
        QVERIFY2(!first->cached, recipe);
        const auto second = run(*source, recipe, cache, tensor);
        QVERIFY2(second && second->cached, recipe);
        QVERIFY2(sameFigures(*first, *second), recipe);
        QVERIFY2(sameArrays(*first->artefact, *second->artefact), recipe);
        QCOMPARE(second->seconds, first->seconds);
        QVERIFY(second->decoder);
        ++hits;
    }
    QVERIFY(hits >= 8);
    QCOMPARE(cache->usage().files, static_cast<std::uint64_t>(hits));
}

void TestResultCache::key_whateverDecidesAResult_changesIt()
{
    const Matrix w = test::gaussian(8, 16, 1);
    const auto rtn = *quant::parseRecipe("rtn");
    const auto rtn3 = *quant::parseRecipe("rtn:bits=3");
    study::KeyInput base;
    const MatrixRows rows(w);
    base.weights = &rows;
    base.rows = 8;
    base.cols = 16;
    base.recipe = &rtn;
    const auto key = [](const study::KeyInput& k) { return *study::resultKey(k, {}); };
    std::set<std::string> keys{key(base)};
    QCOMPARE(key(base), *keys.begin());
    const auto differs = [&](const study::KeyInput& k) { return keys.insert(key(k)).second; };
    auto k = base;
    k.recipe = &rtn3;
    QVERIFY(differs(k));
    k = base;
    k.seed = 1;
    QVERIFY(differs(k));
    k = base;
    k.nonFiniteAsZero = true;
    QVERIFY(differs(k));
    k = base;
    k.fingerprint = "another program";
    QVERIFY(differs(k));
    k = base;
    const MatrixRows folded(MatrixView{w.data(), 16, 8});
    k.weights = &folded;
    k.rows = 16;
    k.cols = 8;
    QVERIFY(differs(k));
    k = base;
    k.stored = std::as_bytes(w.data());
    k.storedAs = "F32";
    QVERIFY(differs(k));
    k.storedAs = "F32 transposed";
    QVERIFY(differs(k));
    k.stored = k.stored.first(k.stored.size() - 1);
    QVERIFY(differs(k));
    Matrix other = w;
    other.at(7, 15) = std::nextafter(other.at(7, 15), 1.0F);
    k = base;
    const MatrixRows changed(other);
    k.weights = &changed;
    QVERIFY(differs(k));
    quant::Calibration calibration;
    calibration.inputs = 16;
    k = base;
    k.calibration = &calibration;
    QVERIFY(differs(k));
    calibration.meanSquare.assign(16, 1.0F);
    QVERIFY(differs(k));
    calibration.meanAbs.swap(calibration.meanSquare);
    QVERIFY(differs(k));
    QCOMPARE(study::numericFingerprint().size(), std::size_t(64));
}

void TestResultCache::key_threads_doNotChangeIt()
{
    const Matrix w = test::gaussian(3000, 1000, 1); // three pieces
    const auto rtn = *quant::parseRecipe("rtn");
    study::KeyInput input;
    const MatrixRows rows(w);
    input.weights = &rows;
    input.rows = 3000;
    input.cols = 1000;
    input.recipe = &rtn;
    Context one;
    one.arena = makeArena(1);
    Context four;
    four.arena = makeArena(4);
    QCOMPARE(*study::resultKey(input, one), *study::resultKey(input, four));
    auto stored = input;
    stored.stored = std::as_bytes(w.data());
    QCOMPARE(*study::resultKey(stored, one), *study::resultKey(stored, four));
    std::stop_source stop;
    stop.request_stop();
    Context stopped;
    stopped.stop = stop.get_token();
    const auto none = study::resultKey(input, stopped);
    QVERIFY(!none && none.error().code == ErrorCode::Cancelled);
}

void TestResultCache::sameWeights_otherNameAndFile_areFound()
{
    const test::Scratch scratch;
    const auto cache = std::make_shared<study::ResultCache>(scratch.path() / "cache", 1 << 30);
    const auto source = makeModel(scratch.path() / "m.safetensors");
    QVERIFY(run(*source, "rtn", cache));
    test::writeModel(scratch.path() / "n.safetensors", {{"renamed", test::gaussian(64, 128, 1)}});
    const auto copy = *io::openModel(scratch.path() / "n.safetensors", {});
    const auto cell = run(*copy, "rtn", cache);
    QVERIFY(cell->cached);
    QCOMPARE(cell->tensor, std::string("renamed"));
    QCOMPARE(cell->artefact->name, std::string("renamed"));
    QCOMPARE(cell->source, copy->path);
    const auto changed = makeModel(scratch.path() / "o.safetensors", 77);
    QVERIFY(!run(*changed, "rtn", cache)->cached);
}

void TestResultCache::entry_anyByteChanged_isRecomputedAndReplaced()
{
    const test::Scratch scratch;
    const auto source = makeModel(scratch.path() / "m.safetensors");
    const auto cache = std::make_shared<study::ResultCache>(scratch.path() / "cache", 1 << 30);
    const auto good = run(*source, "rtn", cache);
    const fs::path file = filesOf(scratch.path() / "cache").at(0);
    const auto size = fs::file_size(file);
    int refused = 0;
    int steps = 0;
    for (std::uint64_t at = 0; at < size; at += 97, ++steps) {
        char old = 0;
        {
            std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
            f.seekg(static_cast<std::streamoff>(at));
            f.get(old);
            f.seekp(static_cast<std::streamoff>(at));
            f.put(static_cast<char>(old ^ 0x11));
        }
        const auto again = run(*source, "rtn", cache);
        QVERIFY(again);
        QVERIFY2(sameFigures(*good, *again) && sameArrays(*good->artefact, *again->artefact), qPrintable(QString::number(at)));
        if (!again->cached) ++refused; // and stored anew
        else { // a byte without meaning (padding): put it back
            std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
            f.seekp(static_cast<std::streamoff>(at));
            f.put(old);
        }
        QVERIFY(run(*source, "rtn", cache)->cached);
    }
    QVERIFY2(refused >= steps - 2, qPrintable(QStringLiteral("%1 of %2").arg(refused).arg(steps)));
    QCOMPARE(filesOf(scratch.path() / "cache").size(), std::size_t(1));
}

void TestResultCache::entry_cutShort_isRecomputed()
{
    const test::Scratch scratch;
    const auto source = makeModel(scratch.path() / "m.safetensors");
    const auto cache = std::make_shared<study::ResultCache>(scratch.path() / "cache", 1 << 30);
    QVERIFY(run(*source, "rtn", cache));
    const fs::path file = filesOf(scratch.path() / "cache").at(0);
    for (const std::uintmax_t n : {std::uintmax_t(0), std::uintmax_t(7), std::uintmax_t(300), fs::file_size(file) - 1}) {
        fs::resize_file(file, n);
        const auto again = run(*source, "rtn", cache);
        QVERIFY(again && !again->cached);
        QVERIFY(run(*source, "rtn", cache)->cached);
    }
}

void TestResultCache::limit_passed_oldestUsedGoFirst()
{
    const test::Scratch scratch;
    const auto source = makeModel(scratch.path() / "m.safetensors");
    std::uint64_t size = 0;
    {
        const auto probe = std::make_shared<study::ResultCache>(scratch.path() / "probe", 1 << 30);
        QVERIFY(run(*source, "rtn", probe));
        size = probe->usage().bytes;
    }
    // Six fit; the seventh makes it go down to five.
    const auto cache = std::make_shared<study::ResultCache>(scratch.path() / "cache", size * 13 / 2);
    for (std::uint64_t seed = 0; seed < 4; ++seed) QVERIFY(run(*source, "rtn", cache, 0, seed));
    QCOMPARE(cache->usage().files, std::uint64_t(4));
    for (const auto& f : filesOf(scratch.path() / "cache")) fs::last_write_time(f, fs::file_time_type::clock::now() - std::chrono::hours(24));
    QVERIFY(run(*source, "rtn", cache, 0, 0)->cached); // the oldest file, but used lately
    for (std::uint64_t seed = 4; seed < 7; ++seed) QVERIFY(run(*source, "rtn", cache, 0, seed));
    QVERIFY(cache->usage().bytes <= cache->mostBytes());
    QCOMPARE(cache->usage().files, std::uint64_t(5));
    for (const std::uint64_t seed : {0, 4, 5, 6}) QVERIFY(run(*source, "rtn", cache, 0, seed)->cached);
    // One that is larger than everything is not kept.
    const auto tiny = std::make_shared<study::ResultCache>(scratch.path() / "tiny", 1000);
    QVERIFY(run(*source, "rtn", tiny));
    QCOMPARE(tiny->usage().files, std::uint64_t(0));
}

void TestResultCache::clear_folderWithOtherFiles_leavesThem()
{
    const test::Scratch scratch;
    const auto source = makeModel(scratch.path() / "m.safetensors");
    const auto letter = scratch.file("cache/letter.txt", "dear");
    const auto near = scratch.file("cache/ab/notes.safetensors", "mine");
    study::ResultCache plain(scratch.path() / "cache", 1 << 30);
    const auto cache = std::make_shared<study::ResultCache>(scratch.path() / "cache", 1 << 30);
    QVERIFY(run(*source, "rtn", cache));
    QCOMPARE(plain.usage().files, std::uint64_t(1));
    QCOMPARE(cache->clear().files, std::uint64_t(1));
    QCOMPARE(cache->usage().files, std::uint64_t(0));
    QVERIFY(fs::exists(letter) && fs::exists(near));
    QVERIFY(!run(*source, "rtn", cache)->cached);
}

void TestResultCache::folder_notWritable_resultIsStillGiven()
{
    const test::Scratch scratch;
    const auto source = makeModel(scratch.path() / "m.safetensors");
    const auto taken = scratch.file("file", "not a folder");
    const auto cache = std::make_shared<study::ResultCache>(taken / "below", 1 << 30);
    const auto cell = run(*source, "rtn", cache);
    QVERIFY(cell && !cell->cached);
    QVERIFY(!cache->store(cell->cacheKey, *cell));
    QCOMPARE(cache->usage().files, std::uint64_t(0));
}

void TestResultCache::threads_storingAndFinding_neverGetHalfAFile()
{
    const test::Scratch scratch;
    const auto source = makeModel(scratch.path() / "m.safetensors");
    const auto one = std::make_shared<study::ResultCache>(scratch.path() / "cache", 40000);
    const auto two = std::make_shared<study::ResultCache>(scratch.path() / "cache", 40000); // as another program
    const auto good = run(*source, "rtn", nullptr);
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 25; ++i) {
                const auto cell = run(*source, "rtn", t % 2 ? one : two, 0, static_cast<std::uint64_t>((i + t) % 10));
                if (!cell || !sameArrays(*good->artefact, *cell->artefact)) ++wrong;
                if (i == 12 && t == 0) one->clear();
            }
        });
    for (auto& t : threads) t.join();
    QCOMPARE(wrong.load(), 0);
    for (const auto& f : filesOf(scratch.path() / "cache")) QVERIFY(f.extension() == ".safetensors");
}

void TestResultCache::config_savedAndDamaged_isReadOrDefault()
{
    const test::Scratch scratch;
    qunsetenv("QUANTOSCOPE_CACHE");
    const fs::path file = scratch.path() / "settings" / "cache.json";
    const auto preset = study::loadCacheConfig(file);
    QVERIFY(preset.enabled);
    QCOMPARE(preset.bytes, study::CacheConfig::kDefaultBytes);
    study::CacheConfig config{false, scratch.path() / "place", 12345};
    QVERIFY(study::saveCacheConfig(config, file));
    QVERIFY(study::loadCacheConfig(file) == config);
    QVERIFY(!study::openCache(config));
    config.enabled = true;
    QVERIFY(study::openCache(config));
    for (const char* text : {"", "{", "[1]", R"({"folder": "relative", "bytes": -3, "enabled": 1})", R"({"folder": 7})"}) {
        std::ofstream(file) << text;
        QVERIFY2(study::loadCacheConfig(file) == preset, text);
    }
    qputenv("QUANTOSCOPE_CACHE", "off");
    QVERIFY(!study::loadCacheConfig(file).enabled);
    qputenv("QUANTOSCOPE_CACHE", "/elsewhere");
    QVERIFY(study::loadCacheConfig(file).folder == fs::path("/elsewhere"));
}

QTEST_GUILESS_MAIN(TestResultCache)
#include "tst_result_cache.moc"
