// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cuda/buffer.cuh"
#include "core/cuda/check.cuh"
#include "core/cuda/launch.cuh"
#include "core/cuda/module_functions.h"
#include "core/metrics/weight_error/error_sums_kernel.h"

#include <vector>

namespace qs::cuda {

int errorSums(int device, const float* original, const float* decoded, std::uint64_t n, QsErrorSums* out,
              QsCudaReason* reason)
{
    using Kernel = metrics::ErrorSumsKernel;
    using metrics::ErrorSums;
    *out = {0, 0, 0, 0, 0};
    if (n == 0) return 0;
    QS_CUDA(cudaSetDevice(device));
    Stream stream;
    QS_CUDA(stream.open());
    Buffer<float> a;
    Buffer<float> b;
    Buffer<ErrorSums> parts;
    const auto count = static_cast<std::int64_t>(n);
    const std::int64_t blocks = Kernel::blocks(count);
    QS_CUDA(a.allocate(n, stream.get()));
    QS_CUDA(b.allocate(n, stream.get()));
    QS_CUDA(parts.allocate(static_cast<std::uint64_t>(blocks), stream.get()));
    QS_CUDA(cudaMemcpyAsync(a.data(), original, n * sizeof(float), cudaMemcpyHostToDevice, stream.get()));
    QS_CUDA(cudaMemcpyAsync(b.data(), decoded, n * sizeof(float), cudaMemcpyHostToDevice, stream.get()));
    QS_CUDA(launch<Kernel>(blocks, {a.data(), b.data(), count, parts.data()}, stream.get()));
    std::vector<ErrorSums> host(static_cast<std::size_t>(blocks));
    QS_CUDA(cudaMemcpyAsync(host.data(), parts.data(), host.size() * sizeof(ErrorSums), cudaMemcpyDeviceToHost,
                            stream.get()));
    QS_CUDA(cudaStreamSynchronize(stream.get()));
    ErrorSums all{0, 0, 0, 0, 0};
    for (const ErrorSums& p : host) Kernel::merge(all, p);
    *out = {all.squaredError, all.squares, all.squaresDecoded, all.dot, all.maxAbs};
    return 0;
}

} // namespace qs::cuda
