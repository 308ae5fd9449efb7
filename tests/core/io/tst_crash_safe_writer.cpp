// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/crash_safe_writer.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <csignal>
#include <fstream>
#include <random>
#include <sstream>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace qs;
using qs::test::Scratch;
using io::OnExisting;
namespace fs = std::filesystem;

namespace {

std::string contentOf(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

std::size_t entriesOf(const fs::path& folder)
{
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

constexpr std::size_t kSize = std::size_t(3) << 20;

// Replaces `target` again and again by files of one repeated letter, until it is killed.
[[noreturn]] void rewriteFile(const fs::path& target)
{
    for (char letter = 'b';; letter = letter == 'z' ? 'b' : static_cast<char>(letter + 1)) {
        auto file = io::CrashSafeFile::create(target, OnExisting::Replace);
        if (!file) ::_exit(1);
        const std::string chunk(kSize / 8, letter);
        for (int i = 0; i < 8; ++i)
            if (!file->output().write(chunk)) ::_exit(1);
        if (!file->commit()) ::_exit(1);
    }
}

[[noreturn]] void rewriteFolder(const fs::path& target)
{
    for (char letter = 'b';; letter = letter == 'z' ? 'b' : static_cast<char>(letter + 1)) {
        auto folder = io::CrashSafeFolder::create(target, OnExisting::Replace);
        if (!folder) ::_exit(1);
        for (const char* name : {"one", "two", "three"})
            if (!folder->addFile(name, std::string(100'000, letter))) ::_exit(1);
        if (!folder->commit()) ::_exit(1);
    }
}

// Lets `work` run in a child for a random moment, then kills it with SIGKILL.
template <class Work>
bool killAtRandom(const Work& work, std::mt19937& random)
{
    const pid_t pid = ::fork();
    if (pid == 0) work();
    ::usleep(static_cast<useconds_t>(random() % 40'000));
    ::kill(pid, SIGKILL);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

} // namespace

class TestCrashSafeWriter : public QObject {
    Q_OBJECT
private slots:
    void file_appearsOnlyWithCommit()
    {
        const Scratch scratch;
        const auto target = scratch.path() / "out.bin";
        auto file = io::CrashSafeFile::create(target, OnExisting::Refuse);
        QVERIFY(file);
        QVERIFY(file->output().write("hello"));
        QVERIFY(!fs::exists(target));
        QVERIFY(file->temporary().filename().string().starts_with(".out.bin."));
        QVERIFY(file->sync());
        QCOMPARE(contentOf(file->temporary()), std::string("hello"));
        QVERIFY(file->commit());
        QCOMPARE(contentOf(target), std::string("hello"));
        QCOMPARE(entriesOf(scratch.path()), std::size_t(1));
        QVERIFY(!file->commit());
    }
    void file_withoutCommit_leavesNothing()
    {
        const Scratch scratch;
        {
            auto file = io::CrashSafeFile::create(scratch.path() / "out.bin", OnExisting::Refuse);
            QVERIFY(file);
            QVERIFY(file->output().write(std::string(5'000'000, 'x')));
        }
        QCOMPARE(entriesOf(scratch.path()), std::size_t(0));
    }
    void largeWritesAndOverwrites_landWhereTheyShould()
    {
        const Scratch scratch;
        auto file = io::CrashSafeFile::create(scratch.path() / "out.bin", OnExisting::Refuse);
        std::string want;
        for (const std::size_t n : {std::size_t(3), std::size_t(2'000'000), std::size_t(1), std::size_t(1 << 20),
                                    std::size_t(700'000), std::size_t(700'000)}) {
            const std::string part(n, static_cast<char>('a' + want.size() % 26));
            QVERIFY(file->output().write(part));
            want += part;
        }
        const std::string patch = "PATCH";
        QVERIFY(file->output().writeAt(2'999'999, std::as_bytes(std::span(patch))));
        want.replace(2'999'999, 5, patch);
        QCOMPARE(file->output().written(), std::uint64_t(want.size()));
        QVERIFY(!file->output().writeAt(want.size(), std::as_bytes(std::span(patch))));
        QVERIFY(file->commit());
        QVERIFY(contentOf(scratch.path() / "out.bin") == want);
    }
    void existingTarget_isRefusedAndLeftAlone()
    {
        const Scratch scratch;
        const auto target = scratch.file("out.bin", "old");
        const auto file = io::CrashSafeFile::create(target, OnExisting::Refuse);
        QVERIFY(!file);
        QVERIFY(file.error().code == ErrorCode::Exists);
        QCOMPARE(contentOf(target), std::string("old"));
        QVERIFY(io::CrashSafeFolder::create(target, OnExisting::Refuse).error().code == ErrorCode::Exists);
        QVERIFY(io::CrashSafeFolder::create(target, OnExisting::Replace).error().code ==
                ErrorCode::Exists);  // a file, not a folder
        QCOMPARE(entriesOf(scratch.path()), std::size_t(1));
    }
    void targetThatAppearsMeanwhile_isRefusedByCommit()
    {
        const Scratch scratch;
        const auto target = scratch.path() / "out.bin";
        {
            auto file = io::CrashSafeFile::create(target, OnExisting::Refuse);
            QVERIFY(file->output().write("new"));
            scratch.file("out.bin", "theirs");
            const auto s = file->commit();
            QVERIFY(!s);
            QVERIFY(s.error().code == ErrorCode::Exists);
        }
        QCOMPARE(contentOf(target), std::string("theirs"));
        QCOMPARE(entriesOf(scratch.path()), std::size_t(1));
    }
    void existingTarget_isExchangedWhenAsked()
    {
        const Scratch scratch;
        const auto target = scratch.file("out.bin", "old");
        auto file = io::CrashSafeFile::create(target, OnExisting::Replace);
        QVERIFY(file);
        QVERIFY(file->output().write("new"));
        QCOMPARE(contentOf(target), std::string("old"));
        QVERIFY(file->commit());
        QCOMPARE(contentOf(target), std::string("new"));
        QCOMPARE(entriesOf(scratch.path()), std::size_t(1));
    }
    void folder_isPutInPlaceAsAWhole()
    {
        const Scratch scratch;
        const auto other = scratch.file("tokenizer.json", "{}");
        const auto target = scratch.path() / "model";
        for (const OnExisting mode : {OnExisting::Refuse, OnExisting::Replace}) {
            auto folder = io::CrashSafeFolder::create(target / "", mode); // "model/" means "model"
            QVERIFY2(folder, folder ? "" : folder.error().text().c_str());
            QVERIFY(folder->addFile("a", mode == OnExisting::Refuse ? "first" : "second"));
            QVERIFY(!folder->addFile("a", "twice"));
            if (mode == OnExisting::Replace) QVERIFY(folder->copyFile(other));
            QVERIFY(folder->commit());
        }
        QCOMPARE(contentOf(target / "a"), std::string("second"));
        QCOMPARE(contentOf(target / "tokenizer.json"), std::string("{}"));
        QCOMPARE(entriesOf(scratch.path()), std::size_t(2));
        {
            auto folder = io::CrashSafeFolder::create(scratch.path() / "gone", OnExisting::Refuse);
            QVERIFY(folder->addFile("a", "x"));
        }
        QCOMPARE(entriesOf(scratch.path()), std::size_t(2));
    }
    void missingParent_isSaid()
    {
        const Scratch scratch;
        QVERIFY(io::CrashSafeFile::create(scratch.path() / "no/where/f", OnExisting::Refuse).error().code ==
                ErrorCode::NotFound);
        QVERIFY(io::CrashSafeFolder::create(scratch.path() / "no/where/f", OnExisting::Refuse).error().code ==
                ErrorCode::NotFound);
        QVERIFY(!io::CrashSafeFile::create("", OnExisting::Refuse));
    }
    void noRoom_isAClearErrorAndLeavesTheTarget()
    {
        const Scratch scratch;
        const auto target = scratch.file("out.bin", "old");
        // A limit on the file size stands for a full disk: the same path through write().
        const auto old = std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        ::getrlimit(RLIMIT_FSIZE, &before);
        rlimit small = before;
        small.rlim_cur = 1 << 20;
        ::setrlimit(RLIMIT_FSIZE, &small);
        Status status;
        Status reserved;
        {
            auto file = io::CrashSafeFile::create(target, OnExisting::Replace);
            reserved = file->output().reserve(std::uint64_t(1) << 50);
            for (int i = 0; i < 8 && status; ++i) status = file->output().write(std::string(1 << 20, 'x'));
            if (status) status = file->commit();
        }
        ::setrlimit(RLIMIT_FSIZE, &before);
        std::signal(SIGXFSZ, old);
        QVERIFY(!status);
        QVERIFY(status.error().code == ErrorCode::Io);
        QVERIFY2(!status.error().remedy.empty(), status.error().text().c_str());
        QCOMPARE(contentOf(target), std::string("old"));
        QCOMPARE(entriesOf(scratch.path()), std::size_t(1));
    }
    void fullDevice_saysThatThereIsNoSpace()
    {
        if (::access("/dev/shm", W_OK) != 0) QSKIP("no /dev/shm");
        const fs::path path = "/dev/shm/qs-full-" + std::to_string(::getpid());
        auto out = io::OutputFile::create(path);
        QVERIFY(out);
        const auto s = out->reserve(std::uint64_t(1) << 45); // more than any tmpfs has
        fs::remove(path);
        QVERIFY(!s);
        QVERIFY2(s.error().message.find("space") != std::string::npos ||
                     s.error().message.find("larger") != std::string::npos,
                 s.error().text().c_str());
        QVERIFY(!s.error().remedy.empty());
    }
    void killedAtRandomMoments_targetIsOldOrNewButWhole()
    {
        std::mt19937 random(1);
        const Scratch scratch;
        const auto target = scratch.file("out.bin", std::string(kSize, 'a'));
        for (int i = 0; i < 25; ++i) {
            QVERIFY(killAtRandom([&] { rewriteFile(target); }, random));
            const std::string now = contentOf(target);
            QCOMPARE(now.size(), kSize);
            QVERIFY(now.find_first_not_of(now[0]) == std::string::npos);
        }
    }
    void killedAtRandomMoments_folderIsOldOrNewButWhole()
    {
        std::mt19937 random(2);
        const Scratch scratch;
        const auto target = scratch.path() / "model";
        {
            auto folder = io::CrashSafeFolder::create(target, OnExisting::Refuse);
            for (const char* name : {"one", "two", "three"}) QVERIFY(folder->addFile(name, std::string(100'000, 'a')));
            QVERIFY(folder->commit());
        }
        for (int i = 0; i < 25; ++i) {
            QVERIFY(killAtRandom([&] { rewriteFolder(target); }, random));
            QCOMPARE(entriesOf(target), std::size_t(3));
            const std::string want = contentOf(target / "one");
            QCOMPARE(want, std::string(100'000, want[0]));
            QCOMPARE(contentOf(target / "two"), want);
            QCOMPARE(contentOf(target / "three"), want);
        }
    }
};

QTEST_GUILESS_MAIN(TestCrashSafeWriter)
#include "tst_crash_safe_writer.moc"
