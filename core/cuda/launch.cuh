// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <cuda_runtime.h>

/// Kernel bodies on a device.
namespace qs::cuda {

/// The threads of one block, as a kernel body sees them.
struct DeviceTeam {
    __device__ int rank() const { return static_cast<int>(threadIdx.x); }
    __device__ int size() const { return static_cast<int>(blockDim.x); }
    __device__ std::int64_t block() const { return static_cast<std::int64_t>(blockIdx.x); }
    __device__ std::int64_t blocks() const { return static_cast<std::int64_t>(gridDim.x); }
    __device__ void sync() const { __syncthreads(); }
};

template <class Kernel>
__global__ void __launch_bounds__(Kernel::kThreads) kernelEntry(typename Kernel::Args args)
{
    __shared__ typename Kernel::Shared shared;
    Kernel::run(DeviceTeam{}, shared, args);
}

/// Launches a body on `blocks` blocks of its own width; the launch is checked.
template <class Kernel>
cudaError_t launch(std::int64_t blocks, const typename Kernel::Args& args, cudaStream_t stream)
{
    if (blocks <= 0) return cudaSuccess;
    kernelEntry<Kernel><<<static_cast<unsigned>(blocks), Kernel::kThreads, 0, stream>>>(args);
    return cudaGetLastError();
}

} // namespace qs::cuda
