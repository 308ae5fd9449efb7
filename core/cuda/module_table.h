// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <cstdint>

/// The interface between the program and the module quantoscope_cuda: plain C, versioned. Functions return 0, or a
/// non-zero code after writing a sentence into `reason`.
extern "C" {

inline constexpr std::uint32_t kQsModuleVersion = 1;

struct QsCudaDevice {
    char name[256];
    std::uint64_t memoryBytes;
    std::uint64_t freeBytes;
    std::int32_t computeMajor;
    std::int32_t computeMinor;
    std::int32_t multiprocessors;
};

struct QsCudaReason {
    char text[512];
};

/// Sums of metrics::WeightError, without the count.
struct QsErrorSums {
    double squaredError;
    double squares;
    double squaresDecoded;
    double dot;
    double maxAbs;
};

struct QsCudaTable {
    std::uint32_t version; ///< kQsModuleVersion of the module
    std::uint32_t size;    ///< sizeof(QsCudaTable) of the module
    /// Names of all kernels, ended by null.
    const char* const* kernels;
    /// Driver's and run-time's version as CUDA counts them (13000 is 13.0); 0: none.
    int (*versions)(int* driver, int* runtime, QsCudaReason* reason);
    int (*deviceCount)(int* count, QsCudaReason* reason);
    int (*deviceInfo)(int device, QsCudaDevice* out, QsCudaReason* reason);
    /// Plain elements of qs::DType `type` to float; `inBytes` of host memory to n floats of host memory.
    int (*plainToFloat)(int device, int type, const void* in, std::uint64_t inBytes, float* out, std::uint64_t n,
                        QsCudaReason* reason);
    /// Error sums of two host arrays of n floats; the same result every time.
    int (*errorSums)(int device, const float* original, const float* decoded, std::uint64_t n, QsErrorSums* out,
                     QsCudaReason* reason);
};

/// The one symbol that the module exports: its table, or null where it does not speak `version`.
typedef const QsCudaTable* (*QsCudaTableFunction)(std::uint32_t version);
inline constexpr const char* kQsModuleSymbol = "qsCudaTable";
}
