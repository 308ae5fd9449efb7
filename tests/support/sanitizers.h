// SPDX-License-Identifier: GPL-3.0-or-later
// Which sanitizer this build has: GCC defines a macro, clang answers __has_feature.
#pragma once

#if defined(__SANITIZE_ADDRESS__)
#define QS_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define QS_ADDRESS_SANITIZER 1
#endif
#endif
#ifndef QS_ADDRESS_SANITIZER
#define QS_ADDRESS_SANITIZER 0
#endif

#if defined(__SANITIZE_THREAD__)
#define QS_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define QS_THREAD_SANITIZER 1
#endif
#endif
#ifndef QS_THREAD_SANITIZER
#define QS_THREAD_SANITIZER 0
#endif
