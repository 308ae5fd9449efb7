// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/mapped_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace qs::io {
namespace {

/// One live mapping, as the signal handler sees it. `begin` is written last and cleared first.
struct Slot {
    std::atomic<bool> taken{false};
    std::atomic<std::uintptr_t> begin{0};
    std::atomic<std::uintptr_t> end{0};
    std::atomic<std::atomic<bool>*> broken{nullptr};
};

/// Slots in blocks that are chained and never freed, so that the handler may walk them at any moment without a lock.
struct Block {
    std::array<Slot, 256> slots;
    std::atomic<Block*> next{nullptr};
};

Block g_slots;
struct sigaction g_previous{};
std::uintptr_t g_page = 4096;

static_assert(std::atomic<std::uintptr_t>::is_always_lock_free && std::atomic<bool>::is_always_lock_free &&
              std::atomic<Block*>::is_always_lock_free, "a signal handler may only use lock-free atomics");

/// Zeros over the page of a mapping that can't be read. False where the address belongs to no mapping of ours.
bool patch(std::uintptr_t address)
{
    for (Block* block = &g_slots; block; block = block->next.load(std::memory_order_acquire)) {
        for (Slot& slot : block->slots) {
            const std::uintptr_t begin = slot.begin.load(std::memory_order_acquire);
            if (begin == 0 || address < begin || address >= slot.end.load(std::memory_order_relaxed)) continue;
            slot.broken.load(std::memory_order_relaxed)->store(true, std::memory_order_relaxed);
            const std::uintptr_t page = address / g_page * g_page;
            void* at = reinterpret_cast<void*>(page); // NOLINT(performance-no-int-to-ptr): from the kernel
            return ::mmap(at, g_page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED;
        }
    }
    return false;
}

/// Only async-signal-safe work: atomics, one system call, and the handler that was there before.
void onSigbus(int signal, siginfo_t* info, void* context)
{
    const int saved = errno;
    // Sent by a process (kill) instead of a fault: the address means nothing.
    const bool fault = info && info->si_code > 0;
    const bool ours = fault && patch(reinterpret_cast<std::uintptr_t>(info->si_addr));
    errno = saved;
    if (ours) return;
    const auto toDefault = [] {
        struct sigaction action{};
        action.sa_handler = SIG_DFL;
        ::sigaction(SIGBUS, &action, nullptr);
    };
    // A handler that asked to run only once must not meet the repeated fault again.
    if ((g_previous.sa_flags & SA_RESETHAND) != 0) toDefault();
    if ((g_previous.sa_flags & SA_SIGINFO) != 0) {
        g_previous.sa_sigaction(signal, info, context);
    } else if (g_previous.sa_handler != SIG_DFL && g_previous.sa_handler != SIG_IGN) {
        g_previous.sa_handler(signal);
    } else if (fault || g_previous.sa_handler == SIG_DFL) {
        // A fault can't be ignored. With the default action back in place the faulting instruction repeats and ends us;
        // a signal that was sent has to be raised again.
        toDefault();
        if (!fault) ::raise(SIGBUS);
    }
}

void installHandler()
{
    static std::once_flag once;
    std::call_once(once, [] {
        g_page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        struct sigaction action{};
        action.sa_sigaction = onSigbus;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK;
        sigemptyset(&action.sa_mask);
        ::sigaction(SIGBUS, nullptr, &g_previous);
        ::sigaction(SIGBUS, &action, nullptr);
    });
}

Slot* claimSlot()
{
    for (Block* block = &g_slots;;) {
        for (Slot& slot : block->slots) {
            bool expected = false;
            if (slot.taken.compare_exchange_strong(expected, true)) return &slot;
        }
        Block* next = block->next.load(std::memory_order_acquire);
        if (!next) {
            auto fresh = std::make_unique<Block>();
            if (block->next.compare_exchange_strong(next, fresh.get())) next = fresh.release();
        }
        block = next;
    }
}

void enroll(std::span<const std::byte> bytes, std::atomic<bool>& broken)
{
    installHandler();
    Slot* slot = claimSlot();
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
    slot->broken.store(&broken, std::memory_order_relaxed);
    slot->end.store(begin + bytes.size(), std::memory_order_relaxed);
    slot->begin.store(begin, std::memory_order_release);
}

void dismiss(std::span<const std::byte> bytes)
{
    const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
    for (Block* block = &g_slots; block; block = block->next.load(std::memory_order_acquire)) {
        for (Slot& slot : block->slots) {
            if (slot.begin.load(std::memory_order_relaxed) != begin) continue;
            slot.begin.store(0, std::memory_order_release);
            slot.taken.store(false, std::memory_order_release);
            return;
        }
    }
}

Error cantOpen(const std::filesystem::path& path, int code)
{
    Error e(ErrorCode::Io, std::string("can't open: ") + std::strerror(code));
    if (code == ENOENT || code == ENOTDIR) e.code = ErrorCode::NotFound;
    if (code == ELOOP) e = Error(ErrorCode::Malformed, "a loop of symlinks");
    if (code == ENXIO) e = Error(ErrorCode::Malformed, "not a regular file"); // sockets and devices without a driver
    e.file = path.string();
    return e;
}

} // namespace

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path)
{
    // Looked at before it is opened: opening a device can do things.
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) return fail(cantOpen(path, errno));
    if (!S_ISREG(info.st_mode)) return fail(Error(ErrorCode::Malformed, "not a regular file").inFile(path.string()));
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return fail(cantOpen(path, errno));
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(fd);
        return fail(Error(ErrorCode::Malformed, "not a regular file").inFile(path.string()));
    }
    std::shared_ptr<MappedFile> file(new MappedFile);
    file->m_path = path;
    const auto size = static_cast<std::size_t>(info.st_size);
    if (size > 0) {
        void* p = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
        if (p == MAP_FAILED) {
            const int code = errno;
            ::close(fd);
            return fail(Error(ErrorCode::Io, std::string("can't map: ") + std::strerror(code)).inFile(path.string()));
        }
        file->m_bytes = {static_cast<const std::byte*>(p), size};
        enroll(file->m_bytes, file->m_broken);
    }
    ::close(fd);
    return std::shared_ptr<const MappedFile>(file);
}

MappedFile::~MappedFile()
{
    if (m_bytes.empty()) return;
    dismiss(m_bytes);
    ::munmap(const_cast<std::byte*>(m_bytes.data()), m_bytes.size());
}

Status MappedFile::check() const
{
    if (healthy()) return {};
    return fail(Error(ErrorCode::Io, "the file changed or shrank while it was being read")
                    .inFile(m_path.string())
                    .fix("reload it"));
}

void MappedFile::release(std::uint64_t offset, std::uint64_t length) const
{
    // Dropping a page that zeros were mapped over would not bring the file back, and needs no care either.
    const std::uint64_t page = g_page;
    const std::uint64_t begin = (offset + page - 1) / page * page;
    const std::uint64_t end = std::min<std::uint64_t>(offset + length, m_bytes.size()) / page * page;
    if (end > begin) ::madvise(const_cast<std::byte*>(m_bytes.data()) + begin, end - begin, MADV_DONTNEED);
}

} // namespace qs::io
