// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// What ThreadSanitizer must be told because Debian's oneTBB is not built with it: the library's own synchronisation is
/// invisible, so each chunk of a loop says itself that it happens after the loop began and before it ended. Empty in any
/// other build.
#if defined(__SANITIZE_THREAD__)
extern "C" void __tsan_acquire(void* address); // NOLINT: the sanitizer's name
extern "C" void __tsan_release(void* address); // NOLINT
#define QS_HAPPENS_AFTER(address) __tsan_acquire(address)
#define QS_HAPPENS_BEFORE(address) __tsan_release(address)
#define QS_UNSEEN_BY_TSAN __attribute__((no_sanitize("thread"), noinline))
#else
#define QS_HAPPENS_AFTER(address) static_cast<void>(address)
#define QS_HAPPENS_BEFORE(address) static_cast<void>(address)
#define QS_UNSEEN_BY_TSAN
#endif
