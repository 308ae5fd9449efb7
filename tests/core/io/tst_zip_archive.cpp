// SPDX-License-Identifier: GPL-3.0-or-later
// The zip cases of hostile_inputs.md §1 (case 50 of §4) and of formats.md A3.2, D.3, D.4.
#include "core/io/zip_archive.h"
#include "core/io/zip_member.h"
#include "tests/support/file_builders.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <cstring>
#include <random>

using namespace qs;
using namespace qs::test;

namespace {

Result<io::ZipArchive> openBytes(const Scratch& scratch, const std::string& bytes, const io::ZipLimits& limits = {})
{
    QS_ASSIGN(auto file, io::MappedFile::open(scratch.file("a.zip", bytes)));
    return io::ZipArchive::open(std::move(file), limits);
}

std::string notRefused(const ZipSpec& spec, const std::string& rule)
{
    const Scratch scratch;
    const auto zip = openBytes(scratch, makeZip(spec));
    if (zip) return "was accepted";
    if (zip.error().code != ErrorCode::Malformed && zip.error().code != ErrorCode::Unsafe)
        return "code " + zip.error().text();
    return zip.error().text().find(rule) == std::string::npos ? "another message: " + zip.error().text() : "";
}
std::string notRefused(std::vector<ZipMemberSpec> members, const std::string& rule)
{
    ZipSpec spec;
    spec.members = std::move(members);
    return notRefused(spec, rule);
}

ZipMemberSpec member(const std::string& name, const std::string& content = "hello", bool deflate = false)
{
    ZipMemberSpec m;
    m.name = name;
    m.content = content;
    m.deflate = deflate;
    return m;
}

std::string randomText(std::size_t n)
{
    std::mt19937 random(7);
    std::string s(n, '\0');
    for (char& c : s) c = static_cast<char>(random() % 50);
    return s;
}

template <class Change>
ZipMemberSpec with(ZipMemberSpec m, const Change& change)
{
    change(m);
    return m;
}

} // namespace

#define REFUSED(...) QCOMPARE(notRefused(__VA_ARGS__), std::string())

class TestZipArchive : public QObject {
    Q_OBJECT
private slots:
    void goodArchives_ofEveryKind_read()
    {
        const std::string text = randomText(100'000);
        for (const bool deflate : {false, true})
            for (const bool zip64 : {false, true})
                for (const bool descriptor : {false, true}) {
                    if (zip64 && descriptor) continue;
                    ZipSpec spec;
                    spec.zip64End = zip64;
                    spec.comment = zip64 ? "" : "a comment";
                    for (const char* name : {"a", "b/c"})
                        spec.members.push_back(with(member(name, text, deflate), [&](auto& m) {
                            m.zip64 = zip64;
                            m.descriptor = descriptor;
                            m.localExtra = 17;
                        }));
                    const Scratch scratch;
                    const auto zip = openBytes(scratch, makeZip(spec));
                    QVERIFY2(zip, zip ? "" : zip.error().text().c_str());
                    QCOMPARE(zip->entries().size(), std::size_t(2));
                    const io::ZipEntry* e = zip->find("b/c");
                    QVERIFY(e != nullptr);
                    QVERIFY(zip->find("b") == nullptr);
                    std::vector<std::byte> out(e->size);
                    QVERIFY(zip->inflate(*e, out));
                    QVERIFY(std::memcmp(out.data(), text.data(), text.size()) == 0);
                    QVERIFY(zip->checkCrc(*e));
                    std::vector<std::byte> head(10);
                    QVERIFY(zip->inflateHead(*e, head));
                    QVERIFY(std::memcmp(head.data(), text.data(), 10) == 0);
                }
    }
    void emptyArchive_opens()
    {
        const Scratch scratch;
        const auto zip = openBytes(scratch, makeZip(ZipSpec{}));
        QVERIFY(zip);
        QVERIFY(zip->entries().empty());
    }
    void member_randomAccess_equalsTheContent()
    {
        const std::string text = randomText(std::size_t(9) << 20);
        const Scratch scratch;
        auto zip = openBytes(scratch, makeZip({member("a", text, true)}));
        QVERIFY(zip);
        const auto archive = std::make_shared<const io::ZipArchive>(std::move(*zip));
        const io::ZipMember m(archive, archive->entries()[0]);
        std::mt19937 random(3);
        for (int i = 0; i < 20; ++i) {
            const std::size_t at = random() % text.size();
            std::vector<std::byte> out(std::min<std::size_t>(text.size() - at, 1 + random() % 100'000));
            QVERIFY(m.read(at, out));
            QVERIFY(std::memcmp(out.data(), text.data() + at, out.size()) == 0);
        }
        std::vector<std::byte> tooFar(2);
        QVERIFY(!m.read(text.size() - 1, tooFar));
    }
    void noZip_refused()
    {
        const Scratch scratch;
        for (const std::string& bytes :
             {std::string(), std::string("PK"), std::string(1000, 'x'), std::string(100'000, 'P')})
            QVERIFY(!openBytes(scratch, bytes));
    }
    void everyTruncation_refused()
    {
        ZipSpec spec;
        spec.members = {member("a"), member("b", "hello hello", true)};
        const std::string whole = makeZip(spec);
        for (std::size_t n = 0; n < whole.size(); ++n) {
            const Scratch scratch;
            QVERIFY2(!openBytes(scratch, whole.substr(0, n)), qPrintable(QString::number(n)));
        }
    }
    void everyFlippedByte_neverCrashes()
    {
        ZipSpec spec;
        spec.zip64End = true;
        spec.members = {member("a"), with(member("b", randomText(300), true), [](auto& m) { m.zip64 = true; })};
        const std::string whole = makeZip(spec);
        const Scratch scratch;
        for (std::size_t n = 0; n < whole.size(); ++n)
            for (const int bit : {1, 128}) {
                std::string bytes = whole;
                bytes[n] = static_cast<char>(bytes[n] ^ bit);
                const auto zip = openBytes(scratch, bytes);
                if (zip)
                    for (const auto& e : zip->entries()) {
                        std::vector<std::byte> out(e.size);
                        (void)zip->inflate(e, out);
                    }
            }
    }
    void case50_duplicateNames_refused() { REFUSED({member("a"), member("a", "other")}, "duplicate"); }
    void case50_localAgainstCentralHeader_refused()
    {
        REFUSED({with(member("a"), [](auto& m) { m.localName = "b"; })}, "disagree");
        REFUSED({with(member("a"), [](auto& m) { m.localSize = 4; })}, "disagree");
    }
    void case50_wrongCrc_refusedWhenRead()
    {
        for (const bool deflate : {false, true}) {
            const Scratch scratch;
            auto zip =
                openBytes(scratch, makeZip({with(member("a", "hello", deflate), [](auto& m) { m.crc = 1234; })}));
            QVERIFY(zip);
            std::vector<std::byte> out(5);
            QVERIFY(!zip->inflate(zip->entries()[0], out));
            QVERIFY(!zip->checkCrc(zip->entries()[0]));
            QVERIFY(!zip->checkCrcs(1000));
            QVERIFY(zip->checkCrcs(3)); // too large for the budget: later
            const auto archive = std::make_shared<const io::ZipArchive>(std::move(*zip));
            QVERIFY(!io::ZipMember(archive, archive->entries()[0]).read(0, out));
        }
    }
    void case50_crcLeftOut_accepted()
    {
        const Scratch scratch;
        const auto zip = openBytes(scratch, makeZip({with(member("a"), [](auto& m) { m.crc = 0; })}));
        QVERIFY(zip);
        QVERIFY(zip->checkCrc(zip->entries()[0]));
    }
    void case50_deflateBomb_refused() {
        REFUSED({member("a", std::string(1'000'000, '\0'), true)}, "expands too much");
    }
    void case50_sizesThatLie_refused()
    {
        REFUSED({with(member("a"), [](auto& m) { m.size = 6'000'000; })}, "");
        for (const std::uint64_t lie : {std::uint64_t(4), std::uint64_t(6)}) {
            const Scratch scratch;
            const auto zip =
                openBytes(scratch, makeZip({with(member("a", "hello", true), [&](auto& m) { m.size = lie; })}));
            QVERIFY(zip);
            std::vector<std::byte> out(lie);
            QVERIFY(!zip->inflate(zip->entries()[0], out));
            QVERIFY(!zip->checkCrc(zip->entries()[0]));
        }
    }
    void case50_zip64Lies_refused()
    {
        REFUSED({with(member("a"), [](auto& m) { m.zip64 = true; m.size = ~std::uint64_t(0); })}, "");
        REFUSED({with(member("a"), [](auto& m) { m.zip64 = true; m.size = std::uint64_t(1) << 63; })}, "");
        for (const std::uint64_t v : {~std::uint64_t(0), std::uint64_t(1) << 63, std::uint64_t(1) << 33}) {
            ZipSpec spec;
            spec.members = {member("a")};
            spec.zip64End = true;
            spec.count = v;
            REFUSED(spec, "");
            spec.count.reset();
            spec.directorySize = v;
            REFUSED(spec, "");
            spec.directorySize.reset();
            spec.directoryOffset = v;
            REFUSED(spec, "");
        }
    }
    void case50_namesThatLeadOut_refused()
    {
        for (const char* name : {"../a", "a/../../b", "/etc/passwd", "a\\b", "C:/x", "..", "a/.."})
            REFUSED({member(name)}, "leads out");
        REFUSED({member(std::string("a\0b", 3))}, "NUL");
        REFUSED({member("")}, "empty");
        REFUSED({member(std::string(5000, 'a'))}, "too long");
    }
    void case50_encryptedAndUnknownMethods_refused()
    {
        REFUSED({with(member("a"), [](auto& m) { m.flags = 1; })}, "encrypted");
        REFUSED({with(member("a"), [](auto& m) { m.flags = 0x40; })}, "encrypted");
        REFUSED({with(member("a"), [](auto& m) { m.flags = 0x2000; })}, "encrypted");
        for (const int method : {1, 9, 12, 14, 93, 99, 65535})
            REFUSED({with(member("a"), [&](auto& m) { m.method = static_cast<std::uint16_t>(method); })},
                    "unknown method");
    }
    void case50_overlappingMembers_refused()
    {
        REFUSED({member("a"), with(member("a2"), [](auto& m) { m.localOffset = 0; m.localName = "a2"; })}, "");
        ZipSpec spec; // both entries on the same local header
        spec.members = {member("a"), with(member("a"), [](auto& m) { m.localOffset = 0; })};
        REFUSED(spec, "overlap");
    }
    void case50_tooManyEntries_refused()
    {
        ZipSpec spec;
        for (int i = 0; i < 20; ++i) spec.members.push_back(member("f" + std::to_string(i)));
        io::ZipLimits limits;
        limits.entries = 19;
        const Scratch scratch;
        QVERIFY(!openBytes(scratch, makeZip(spec), limits));
        limits.entries = 20;
        QVERIFY(openBytes(scratch, makeZip(spec), limits));
    }
    void case50_countThatLies_refused()
    {
        for (const std::uint64_t n : {0, 1, 3, 60000}) {
            ZipSpec spec;
            spec.members = {member("a"), member("b")};
            spec.count = n;
            REFUSED(spec, "");
        }
    }
};

QTEST_GUILESS_MAIN(TestZipArchive)
#include "tst_zip_archive.moc"
