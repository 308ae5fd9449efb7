// SPDX-License-Identifier: GPL-3.0-or-later
// Cases 29 and 30 of hostile_inputs.md §4 at their root.
#include "core/io/mapped_file.h"
#include "tests/support/sanitizers.h"
#include "tests/support/scratch.h"

#include <QtTest>
#include <csignal>
#include <fcntl.h>
#include <cstring>
#include <numeric>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace qs;
using qs::test::Scratch;

namespace {

std::uint64_t sum(const io::MappedFile& file)
{
    const auto b = file.bytes();
    return std::accumulate(b.begin(), b.end(), std::uint64_t(0),
                           [](std::uint64_t s, std::byte v) { return s + std::to_integer<unsigned>(v); });
}

// What became of `work` in a child process.
template <class Work>
int inChild(const Work& work)
{
    const pid_t pid = ::fork();
    if (pid == 0) {
        work();
        ::_exit(0);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
}

} // namespace

class TestMappedFile : public QObject {
    Q_OBJECT
private slots:
    void file_isMapped()
    {
        const Scratch scratch;
        const auto file = io::MappedFile::open(scratch.file("f", "abc"));
        QVERIFY(file);
        QCOMPARE((*file)->size(), std::uint64_t(3));
        QVERIFY(std::memcmp((*file)->bytes().data(), "abc", 3) == 0);
        QVERIFY((*file)->check());
    }
    void emptyFile_isAnEmptyMap()
    {
        const Scratch scratch;
        const auto file = io::MappedFile::open(scratch.file("f", ""));
        QVERIFY(file);
        QCOMPARE((*file)->size(), std::uint64_t(0));
        (*file)->release(0, 0);
        QVERIFY((*file)->check());
    }
    void case29_fileThatShrinks_readsZerosAndIsFlagged()
    {
        const Scratch scratch;
        const auto path = scratch.file("f", std::string(1 << 20, '\1'));
        const auto file = io::MappedFile::open(path);
        QVERIFY(file);
        QCOMPARE(sum(**file), std::uint64_t(1 << 20));
        std::filesystem::resize_file(path, 8192);
        QCOMPARE(sum(**file), std::uint64_t(8192));
        QVERIFY(!(*file)->healthy());
        QVERIFY((*file)->check().error().code == ErrorCode::Io);
        QCOMPARE(sum(**file), std::uint64_t(8192)); // goes on without another fault
    }
    void case29_otherFiles_stayHealthy()
    {
        const Scratch scratch;
        const auto path = scratch.file("f", std::string(1 << 16, '\1'));
        const auto broken = io::MappedFile::open(path);
        const auto whole = io::MappedFile::open(scratch.file("g", std::string(1 << 16, '\1')));
        std::filesystem::resize_file(path, 0);
        QCOMPARE(sum(**broken), std::uint64_t(0));
        QCOMPARE(sum(**whole), std::uint64_t(1 << 16));
        QVERIFY((*whole)->healthy());
        QVERIFY(!(*broken)->healthy());
    }
    void case29_manyThreadsAndMappings_surviveTogether()
    {
        const Scratch scratch;
        std::vector<std::shared_ptr<const io::MappedFile>> files; // more than one block of slots
        for (int i = 0; i < 600; ++i) {
            const auto path = scratch.file("f" + std::to_string(i), std::string(1 << 14, '\1'));
            files.push_back(*io::MappedFile::open(path));
            std::filesystem::resize_file(path, 4096);
        }
        std::vector<std::thread> threads;
        std::atomic<std::uint64_t> total{0};
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (const auto& f : files) total += sum(*f);
            });
        for (auto& t : threads) t.join();
        QCOMPARE(total.load(), std::uint64_t(4) * 600 * 4096);
        for (const auto& f : files) QVERIFY(!f->healthy());
    }
    void case29_foreignFault_stillEndsTheProcess()
    {
#if QS_THREAD_SANITIZER
        QSKIP("ThreadSanitizer handles the fault itself: the process ends by its report, not by the signal");
#elif QS_ADDRESS_SANITIZER
        QSKIP("AddressSanitizer handles the fault itself: the process ends by its report, not by the signal");
#endif
        const Scratch scratch;
        const auto path = scratch.file("f", std::string(8192, '\1'));
        const auto ours = io::MappedFile::open(path); // the handler is installed
        const int status = inChild([&] {
            const int fd = ::open(path.c_str(), O_RDONLY);
            const volatile char* p =
                static_cast<const volatile char*>(::mmap(nullptr, 8192, PROT_READ, MAP_SHARED, fd, 0));
            std::filesystem::resize_file(path, 0);
            ::_exit(p[4096] + 7);
        });
        QVERIFY(WIFSIGNALED(status));
        QCOMPARE(WTERMSIG(status), SIGBUS);
    }
    void case30_noRegularFile_refused()
    {
        const Scratch scratch;
        const auto fifo = scratch.path() / "fifo";
        QCOMPARE(::mkfifo(fifo.c_str(), 0600), 0);
        const auto loop = scratch.path() / "loop";
        std::filesystem::create_symlink("loop", loop);
        for (const auto& p :
             {fifo, loop, scratch.path(), std::filesystem::path("/dev/zero"), std::filesystem::path("/dev/null")}) {
            const auto file = io::MappedFile::open(p);
            QVERIFY2(!file, p.c_str());
            QVERIFY2(file.error().code == ErrorCode::Malformed, file.error().text().c_str());
        }
        QVERIFY(io::MappedFile::open(scratch.path() / "absent").error().code == ErrorCode::NotFound);
    }
};

// Without the crash handler of Qt Test, which would write a stack trace for the fault that a child dies of.
int main(int argc, char** argv)
{
    const QCoreApplication app(argc, argv);
    std::vector<char*> arguments(argv, argv + argc);
    std::string quiet = "-nocrashhandler";
    arguments.push_back(quiet.data());
    TestMappedFile test;
    return QTest::qExec(&test, static_cast<int>(arguments.size()), arguments.data());
}
#include "tst_mapped_file.moc"
