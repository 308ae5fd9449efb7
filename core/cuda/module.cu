// SPDX-License-Identifier: GPL-3.0-or-later
// The module's table, and what it says of devices.
#include "core/cuda/check.cuh"
#include "core/cuda/module_functions.h"

namespace qs::cuda {
namespace {

int versions(int* driver, int* runtime, QsCudaReason* reason)
{
    QS_CUDA(cudaRuntimeGetVersion(runtime));
    if (cudaDriverGetVersion(driver) != cudaSuccess) {
        cudaGetLastError();
        *driver = 0;
    }
    return 0;
}

int deviceCount(int* count, QsCudaReason* reason)
{
    QS_CUDA(cudaGetDeviceCount(count));
    return 0;
}

int deviceInfo(int device, QsCudaDevice* out, QsCudaReason* reason)
{
    cudaDeviceProp p{};
    QS_CUDA(cudaGetDeviceProperties(&p, device));
    QS_CUDA(cudaSetDevice(device));
    std::size_t free = 0;
    std::size_t total = 0;
    QS_CUDA(cudaMemGetInfo(&free, &total));
    std::snprintf(out->name, sizeof out->name, "%s", p.name);
    out->memoryBytes = total;
    out->freeBytes = free;
    out->computeMajor = p.major;
    out->computeMinor = p.minor;
    out->multiprocessors = p.multiProcessorCount;
    return 0;
}

// A test compares these with the kernels that the emulator ran.
constexpr const char* kKernels[] = {"convert", "error_sums", nullptr};
constexpr QsCudaTable kTable{kQsModuleVersion, sizeof(QsCudaTable), kKernels,     versions,
                             deviceCount,      deviceInfo,          plainToFloat, errorSums};

} // namespace
} // namespace qs::cuda

extern "C" __attribute__((visibility("default"))) const QsCudaTable* qsCudaTable(std::uint32_t version)
{
    return version == kQsModuleVersion ? &qs::cuda::kTable : nullptr;
}
