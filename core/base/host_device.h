// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Marks an element or group function that host and device share: one arithmetic, compiled for both by nvcc, plain
/// C++ for every other compiler.
#if defined(__CUDACC__)
#define QS_HD __host__ __device__
#else
#define QS_HD
#endif
