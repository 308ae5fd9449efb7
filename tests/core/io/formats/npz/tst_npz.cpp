// SPDX-License-Identifier: GPL-3.0-or-later
// formats.md A4 and D.4; the zip cases themselves are in tst_zip_archive.
#include "core/io/format_registry.h"
#include "tests/support/file_builders.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <random>

using namespace qs;
using namespace qs::test;

namespace {

ZipMemberSpec array(const std::string& name, const std::string& content, bool deflate = false)
{
    ZipMemberSpec m;
    m.name = name;
    m.content = content;
    m.deflate = deflate;
    return m;
}

std::string npy(const std::string& shape, const std::vector<float>& values, bool fortran = false)
{
    return makeNpy("{'descr': '<f4', 'fortran_order': " + std::string(fortran ? "True" : "False") +
                       ", 'shape': " + shape + ", }",
                   rawBytes(values));
}

std::string notRefused(std::vector<ZipMemberSpec> members, const std::string& rule)
{
    const Scratch scratch;
    const auto model = io::openModel(scratch.file("x.npz", makeZip(std::move(members))), {});
    if (model) return "was accepted";
    const Error& e = model.error();
    if (e.code != ErrorCode::Malformed && e.code != ErrorCode::Unsupported && e.code != ErrorCode::Unsafe)
        return "code " + e.text();
    return e.text().find(rule) == std::string::npos ? "another message: " + e.text() : "";
}

} // namespace

#define REFUSED(...) QCOMPARE(notRefused(__VA_ARGS__), std::string())

class TestNpz : public QObject {
    Q_OBJECT
private slots:
    void storedAndDeflated_inBothOrders_readTheSame()
    {
        std::mt19937 random(5);
        const std::size_t rows = 300;
        const std::size_t cols = 700;
        std::vector<float> values(rows * cols);
        for (float& v : values) v = static_cast<float>(random() % 1000) / 8;
        std::vector<float> columns(values.size());
        for (std::size_t r = 0; r < rows; ++r)
            for (std::size_t c = 0; c < cols; ++c) columns[c * rows + r] = values[r * cols + c];
        const Scratch scratch;
        const auto model =
            io::openModel(scratch.file("x.npz", makeZip({array("a/s.npy", npy("(300, 700)", values)),
                                                         array("d.npy", npy("(300, 700)", values), true),
                                                         array("f.npy", npy("(300, 700)", columns, true)),
                                                         array("g.npy", npy("(300, 700)", columns, true), true)})),
                          {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QVERIFY((*model)->warnings.empty());
        QCOMPARE((*model)->tensors.size(), std::size_t(4));
        QCOMPARE((*model)->tensors[0].name, std::string("a/s"));
        for (const auto& t : (*model)->tensors) {
            const auto m = (*model)->readMatrix(t, {});
            QVERIFY2(m, t.name.c_str());
            QVERIFY2(std::equal(values.begin(), values.end(), m->data().begin()), t.name.c_str());
        }
    }
    void membersThatAreNoArrays_areIgnoredWithAWarning()
    {
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("x.npz", makeZip({array("a.npy", npy("(1,)", {1})),
                                                                        array("readme.txt", "hi"), array("dir/", "")})),
                                         {});
        QVERIFY(model);
        QCOMPARE((*model)->tensors.size(), std::size_t(1));
        QCOMPARE((*model)->warnings.size(), std::size_t(1));
    }
    void case24_bytesAfterAnArray_acceptedWithAWarning()
    {
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("x.npz", makeZip({array("a.npy", npy("(1,)", {1}) + "xx")})), {});
        QVERIFY(model);
        QCOMPARE((*model)->warnings.size(), std::size_t(1));
    }
    void caseD4_badMembers_refused()
    {
        REFUSED({array("a.npy", "no array")}, "NUMPY");
        REFUSED({array("a.npy", npy("(2,)", {1}))}, "too short");
        REFUSED({array("../a.npy", npy("(1,)", {1}))}, "leads out");
        REFUSED({array("inner.npz", "x")}, "inside the archive");
        REFUSED({array("inner.npy", makeZip({array("a", "b")}))}, "NUMPY");
        REFUSED({array("a.npy", npy("(1,)", {1})), array("a.npy", npy("(1,)", {1}))}, "duplicate");
        REFUSED({array("o.npy", makeNpy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "x"))}, "pickle");
        REFUSED({array("z.npy", npy("(1000000,)", std::vector<float>(1'000'000)), true)}, "expands too much");
    }
    void caseD4_moreThanTenThousandMembers_refused()
    {
        std::vector<ZipMemberSpec> members;
        for (int i = 0; i < 10'001; ++i) members.push_back(array("a" + std::to_string(i) + ".npy", ""));
        REFUSED(std::move(members), "too many");
    }
    void case50_wrongCrc_refused()
    {
        auto m = array("a.npy", npy("(1,)", {1}));
        m.crc = 5;
        REFUSED({m}, "CRC");
        m.deflate = true;
        REFUSED({m}, "CRC");
    }
    void case50_wrongCrcOfALargeMember_failsTheRead()
    {
        std::vector<float> values((std::size_t(65) << 20) / 4);
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 1000);
        auto m = array("a.npy", npy("(" + std::to_string(values.size()) + ",)", values));
        m.crc = 5;
        const Scratch scratch;
        const auto model = io::openModel(scratch.file("x.npz", makeZip({m})), {});
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        std::vector<float> one(1);
        const auto s = (*model)->readFloats((*model)->tensors[0], 0, 1, one);
        QVERIFY(!s);
        QVERIFY(s.error().text().find("CRC") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestNpz)
#include "tst_npz.moc"
