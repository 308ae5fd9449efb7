// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <cuda_runtime.h>

namespace qs::cuda {

/// Device memory that frees itself. Zero elements allocate nothing.
template <class T>
class Buffer {
public:
    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { cudaFree(m_data); }

    /// Allocates n zeroed elements; call once.
    cudaError_t allocate(std::uint64_t n, cudaStream_t stream)
    {
        if (n == 0) return cudaSuccess;
        if (const auto e = cudaMalloc(reinterpret_cast<void**>(&m_data), n * sizeof(T)); e != cudaSuccess) return e;
        return cudaMemsetAsync(m_data, 0, n * sizeof(T), stream);
    }
    T* data() const { return m_data; }

private:
    T* m_data = nullptr;
};

/// A stream that ends with its scope.
class Stream {
public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;
    ~Stream()
    {
        if (m_stream) cudaStreamDestroy(m_stream);
    }
    cudaError_t open() { return cudaStreamCreateWithFlags(&m_stream, cudaStreamNonBlocking); }
    cudaStream_t get() const { return m_stream; }

private:
    cudaStream_t m_stream = nullptr;
};

} // namespace qs::cuda
