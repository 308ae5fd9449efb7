// SPDX-License-Identifier: GPL-3.0-or-later
// .npz archives in the classic and in the zip64 form, read by our reader, by Python's zipfile and by NumPy.
#include "core/export/npz_writer.h"
#include "core/io/format_registry.h"
#include "tests/support/scratch.h"

#include <QProcess>
#include <QTest>
#include <numeric>

using namespace qs;

namespace {

// Two members, "a.b" 3 × 4 F32 counting from 0 and "codes/x" 5 U8 counting from 0.
std::filesystem::path written(const test::Scratch& scratch, std::uint64_t zip64From)
{
    const auto path = scratch.path() / "two.npz";
    auto out = io::OutputFile::create(path);
    if (!out) return {};
    exporting::NpzWriter npz(*out, zip64From);
    std::vector<float> floats(12);
    std::iota(floats.begin(), floats.end(), 0.0F);
    const std::array<std::byte, 5> codes{std::byte{0}, std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
    const bool ok = npz.begin("a.b", DType::F32, {3, 4}) && npz.write(std::as_bytes(std::span(floats))) && npz.end()
                 && npz.begin("codes/x", DType::U8, {5}) && npz.write(codes) && npz.end() && npz.finish() && out->finish();
    return ok ? path : std::filesystem::path();
}

// Runs a script of Python; empty where it went well.
QByteArray python(const char* script, const std::filesystem::path& path)
{
    QProcess process;
    process.start("python3", {"-c", script, QString::fromStdString(path.string())});
    if (!process.waitForFinished(60'000)) return "python3 did not end";
    return process.exitCode() == 0 ? QByteArray() : process.readAllStandardError() + "failed";
}

} // namespace

class TestNpzWriter : public QObject {
    Q_OBJECT
private slots:
    void archive_bothForms_readsBack_data()
    {
        QTest::addColumn<quint64>("zip64From");
        QTest::newRow("classic") << quint64(exporting::NpzWriter::kZip64From);
        QTest::newRow("everything zip64") << quint64(0);
        QTest::newRow("large members") << quint64(150); // the F32 member and the directory's offset, not the small one
    }
    void archive_bothForms_readsBack()
    {
        QFETCH(quint64, zip64From);
        const test::Scratch scratch;
        const auto path = written(scratch, zip64From);
        QVERIFY(!path.empty());

        const auto model = io::openModel(path, {});

        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QCOMPARE((*model)->tensors.size(), std::size_t(2));
        const auto& t = (*model)->tensors[static_cast<std::size_t>((*model)->find("a.b"))];
        QVERIFY(t.shape == (Shape{3, 4}));
        std::vector<float> back(12);
        QVERIFY((*model)->readFloats(t, 0, 12, back));
        QCOMPARE(back[11], 11.0F);

        if (!python("", path).isEmpty()) QSKIP("python3 is not installed");
        QCOMPARE(python(R"(
import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
assert z.namelist() == ["a.b.npy", "codes%2Fx.npy"], z.namelist()
for i in z.infolist():
    assert i.compress_type == 0 and len(z.read(i)) == i.file_size
    assert i.extract_version in (20, 45)
)", path), QByteArray());
        if (!python("import numpy", path).isEmpty()) QSKIP("python3 has no numpy");
        QCOMPARE(python(R"(
import sys, io, zipfile, numpy as np
z = np.load(sys.argv[1])
assert z["a.b"].dtype == np.float32 and (z["a.b"] == np.arange(12).reshape(3, 4)).all()
assert z["codes%2Fx"].dtype == np.uint8 and list(z["codes%2Fx"]) == [0, 1, 2, 3, 4]
raw = zipfile.ZipFile(sys.argv[1]).read("a.b.npy")
alone = np.load(io.BytesIO(raw))
assert (alone == np.arange(12).reshape(3, 4)).all() and (len(raw) - 48) % 64 == 0
)", path), QByteArray());
    }
    void member_largerThanAnnounced_isRefused()
    {
        const test::Scratch scratch;
        auto out = io::OutputFile::create(scratch.path() / "x.npz");
        QVERIFY(out);
        exporting::NpzWriter npz(*out);
        QVERIFY(npz.begin("a", DType::U8, {2}));
        const std::array<std::byte, 3> three{};
        QVERIFY(!npz.write(three));
        QVERIFY(!npz.end());
        QVERIFY(!npz.begin("b", DType::BF16, {2})); // NumPy has no such type
    }
};

QTEST_GUILESS_MAIN(TestNpzWriter)
#include "tst_npz_writer.moc"
