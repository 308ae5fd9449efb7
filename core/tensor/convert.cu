// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/buffer.cuh"
#include "core/cuda/check.cuh"
#include "core/cuda/launch.cuh"
#include "core/cuda/module_functions.h"
#include "core/tensor/convert_kernel.h"

#include <algorithm>

namespace qs::cuda {

int plainToFloat(int device, int type, const void* in, std::uint64_t inBytes, float* out, std::uint64_t n,
                 QsCudaReason* reason)
{
    if (!convertKernelTakes(static_cast<DType>(type))) {
        std::snprintf(reason->text, sizeof reason->text, "no device form for data type %d", type);
        return 1;
    }
    if (n == 0) return 0;
    QS_CUDA(cudaSetDevice(device));
    Stream stream;
    QS_CUDA(stream.open());
    Buffer<std::uint8_t> input;
    Buffer<float> output;
    QS_CUDA(input.allocate(inBytes, stream.get()));
    QS_CUDA(output.allocate(n, stream.get()));
    QS_CUDA(cudaMemcpyAsync(input.data(), in, inBytes, cudaMemcpyHostToDevice, stream.get()));
    const auto count = static_cast<std::int64_t>(n);
    const std::int64_t blocks = std::min<std::int64_t>((count + ConvertKernel::kThreads - 1) / ConvertKernel::kThreads, 65536);
    QS_CUDA(launch<ConvertKernel>(blocks, {input.data(), output.data(), count, static_cast<DType>(type)}, stream.get()));
    QS_CUDA(cudaMemcpyAsync(out, output.data(), n * sizeof(float), cudaMemcpyDeviceToHost, stream.get()));
    QS_CUDA(cudaStreamSynchronize(stream.get()));
    return 0;
}

} // namespace qs::cuda
