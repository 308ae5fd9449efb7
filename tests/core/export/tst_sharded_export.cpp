// SPDX-License-Identifier: GPL-3.0-or-later
// Exports that need several files, and exports that find no room.
#include "core/export/export_model.h"
#include "core/export/open_any.h"
#include "core/export/verify_export.h"
#include "tests/support/golden.h"
#include "tests/support/scratch.h"
#include "tests/support/small_model.h"

#include <QProcess>
#include <QTest>
#include <csignal>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sched.h>
#include <set>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace qs;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kMatrix = 32 * 64 * 4; // bytes of one F32 matrix of the model

// Seven matrices of 32 × 64 and a norm, in a folder.
std::shared_ptr<const io::ModelSource> makeModel(const test::Scratch& scratch)
{
    const fs::path folder = scratch.path() / "in";
    fs::create_directory(folder);
    std::map<std::string, Matrix> tensors{{"model.norm.weight", test::gaussian(1, 64, 99)}};
    std::uint64_t seed = 1;
    for (const char* name : {"self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"})
        tensors["model.layers.0." + std::string(name) + ".weight"] = test::gaussian(32, 64, seed++);
    test::writeModel(folder / "model.safetensors", tensors);
    scratch.file("in/config.json", R"({"model_type": "llama"})");
    auto source = exporting::openAny(folder, {});
    return source ? *source : nullptr;
}

exporting::ExportRequest request(const std::shared_ptr<const io::ModelSource>& source, const fs::path& target, exporting::ExportFormat::Kind kind)
{
    exporting::ExportRequest r;
    r.source = source;
    r.format.kind = kind;
    r.target = target;
    r.chosen = *io::selectTensors(*source, {});
    r.results = [source](const io::TensorInfo& t) { return study::runCell(*source, t, *quant::parseRecipe("rtn:bits=4,group=32"), {}, {}); };
    return r;
}

std::set<std::string> namesIn(const fs::path& folder)
{
    std::set<std::string> out;
    for (const auto& e : fs::directory_iterator(folder)) out.insert(e.path().filename().string());
    return out;
}

std::string contentOf(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

class TestShardedExport : public QObject {
    Q_OBJECT
    bool m_mayMount = false;
private slots:
    void initTestCase()
    {
        // Mounts of this process alone: they go with it, whatever happens.
        m_mayMount = ::unshare(CLONE_NEWNS) == 0 && ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
    }
    void folder_limitForcesShards_indexIsWhole_data()
    {
        QTest::addColumn<int>("kind");
        QTest::newRow("decoded") << int(exporting::ExportFormat::Safetensors);
        QTest::newRow("container") << int(exporting::ExportFormat::Quantoscope);
    }
    void folder_limitForcesShards_indexIsWhole()
    {
        QFETCH(int, kind);
        const test::Scratch scratch;
        const auto source = makeModel(scratch);
        QVERIFY(source);
        auto r = request(source, scratch.path() / "out", static_cast<exporting::ExportFormat::Kind>(kind));
        r.shardBytes = 2 * kMatrix; // two matrices a file

        const auto report = exporting::exportModel(r, {});

        QVERIFY2(report, report ? "" : report.error().text().c_str());
        const auto names = namesIn(r.target);
        QVERIFY(!names.contains("model.safetensors"));
        const auto index = nlohmann::json::parse(contentOf(r.target / "model.safetensors.index.json"));
        std::set<std::string> shards;
        for (const auto& [name, file] : index["weight_map"].items()) shards.insert(file.get<std::string>());
        QVERIFY2(shards.size() >= 3, std::to_string(shards.size()).c_str());
        std::size_t i = 1;
        for (const auto& shard : shards) {
            char want[64];
            std::snprintf(want, sizeof want, "model-%05zu-of-%05zu.safetensors", i++, shards.size());
            QCOMPARE(shard, std::string(want));
            QVERIFY(names.contains(shard));
        }
        // total_size is the tensors' bytes as the files' headers give them.
        std::uint64_t total = 0;
        std::set<std::string> listed;
        for (const auto& shard : shards) {
            const std::string bytes = contentOf(r.target / shard);
            std::uint64_t n = 0;
            std::memcpy(&n, bytes.data(), 8);
            total += bytes.size() - 8 - n;
            const auto header = nlohmann::json::parse(bytes.substr(8, n));
            for (const auto& [name, entry] : header.items())
                if (name != "__metadata__") {
                    QVERIFY2(index["weight_map"].contains(name) && index["weight_map"][name] == shard, name.c_str());
                    listed.insert(name);
                }
        }
        QCOMPARE(index["metadata"]["total_size"].get<std::uint64_t>(), total);
        QCOMPARE(listed.size(), index["weight_map"].size());

        for (const fs::path& path : {r.target, r.target / "model.safetensors.index.json"}) {
            const auto back = exporting::openAny(path, {});
            QVERIFY2(back, back ? "" : back.error().text().c_str());
            QCOMPARE((*back)->tensors.size(), source->tensors.size());
            QVERIFY2((*back)->warnings.empty(), (*back)->warnings.empty() ? "" : (*back)->warnings[0].c_str());
            const auto manifest = exporting::readManifest(exporting::manifestPath(r.target));
            QVERIFY2(manifest, manifest ? "" : manifest.error().text().c_str());
            const auto verified = exporting::verifyExport(**back, *manifest, source.get(), {});
            QVERIFY2(verified, verified ? "" : verified.error().text().c_str());
            QVERIFY(verified->ok);
        }
        // What was decoded is what the recipe gives.
        const auto back = *exporting::openAny(r.target, {});
        for (const std::size_t t : r.chosen) {
            const auto cell = *r.results(source->tensors[t]);
            const auto want = *cell->decoder->decodeAll({});
            const auto at = back->find(source->tensors[t].name);
            QVERIFY(at >= 0);
            const auto got = *back->readMatrix(back->tensors[static_cast<std::size_t>(at)], {});
            QVERIFY(std::memcmp(got.data().data(), want.data().data(), want.data().size_bytes()) == 0);
        }
        QProcess python; // the format's own library, where it is installed
        python.start("python3", {"-c", R"(
import sys, json, os
from safetensors import safe_open
index = json.load(open(os.path.join(sys.argv[1], "model.safetensors.index.json")))
for name, file in index["weight_map"].items():
    with safe_open(os.path.join(sys.argv[1], file), "np") as f: assert f.get_tensor(name).size > 0
)", QString::fromStdString(r.target.string())});
        if (!python.waitForFinished(60'000)) return;
        const QByteArray said = python.readAllStandardError();
        QVERIFY2(python.exitCode() == 0 || said.contains("ModuleNotFoundError"), said.constData());
    }
    void folder_oneTensorAboveTheLimit_hasAFileOfItsOwn()
    {
        const test::Scratch scratch;
        const auto source = makeModel(scratch);
        QVERIFY(source);
        auto r = request(source, scratch.path() / "out", exporting::ExportFormat::Safetensors);
        r.shardBytes = 1;
        const auto report = exporting::exportModel(r, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        const auto back = exporting::openAny(r.target, {});
        QVERIFY2(back, back ? "" : back.error().text().c_str());
        QCOMPARE((*back)->files.size(), source->tensors.size());
    }
    void folder_dtypeThatGrows_isCountedByItsNewSize()
    {
        const test::Scratch scratch;
        const auto path = scratch.path() / "half.safetensors";
        test::writeModel(path, {{"a.weight", test::gaussian(32, 64, 1)}, {"b.weight", test::gaussian(32, 64, 2)}}, {}, DType::F16);
        const auto source = *exporting::openAny(path, {});
        auto r = request(source, scratch.path() / "out", exporting::ExportFormat::Safetensors);
        r.format.dtype = DType::F32;
        r.shardBytes = kMatrix; // both fit as they are, one does as F32
        const auto report = exporting::exportModel(r, {});
        QVERIFY2(report, report ? "" : report.error().text().c_str());
        QCOMPARE((*exporting::openAny(r.target, {}))->files.size(), std::size_t(2));
    }
    // A disk that is really full: a tmpfs of a few pages. Where that may not be mounted, a limit on the size of files
    // stands for it, by the same error path.
    void export_noRoom_isAClearErrorAndLeavesNothing_data() { folder_limitForcesShards_indexIsWhole_data(); QTest::newRow("npz") << int(exporting::ExportFormat::Npz); }
    void export_noRoom_isAClearErrorAndLeavesNothing()
    {
        QFETCH(int, kind);
        const test::Scratch scratch;
        const auto source = makeModel(scratch);
        QVERIFY(source);
        const fs::path disk = scratch.path() / "disk";
        fs::create_directory(disk);
        const bool mounted = m_mayMount && ::mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=32k") == 0;
        const auto kindOf = static_cast<exporting::ExportFormat::Kind>(kind);
        const fs::path target = disk / (kindOf == exporting::ExportFormat::Npz ? "old.npz" : "old");
        if (kindOf == exporting::ExportFormat::Npz) std::ofstream(target) << "old";
        else {
            fs::create_directory(target);
            std::ofstream(target / "old.txt") << "old";
        }
        auto r = request(source, target, kindOf);
        r.force = true;
        const auto handler = std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        if (!mounted) {
            rlimit small = before;
            small.rlim_cur = 4096;
            ::setrlimit(RLIMIT_FSIZE, &small);
        }

        const auto report = exporting::exportModel(r, {});

        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, handler);
        const std::string said = report ? "no error" : report.error().text();
        const auto left = namesIn(disk);
        const std::string old = contentOf(kindOf == exporting::ExportFormat::Npz ? target : target / "old.txt");
        if (mounted) ::umount2(disk.c_str(), MNT_DETACH);
        qInfo("%s: %s", mounted ? "tmpfs" : "size limit", said.c_str());
        QVERIFY(!report);
        QCOMPARE(report.error().code, ErrorCode::Io);
        QVERIFY2(said.find(mounted ? "no space left on the disk" : "larger than is allowed") != std::string::npos, said.c_str());
        QVERIFY(!report.error().remedy.empty());
        QCOMPARE(old, std::string("old"));
        QCOMPARE(left, std::set<std::string>{target.filename().string()});
    }
};

QTEST_GUILESS_MAIN(TestShardedExport)
#include "tst_sharded_export.moc"
