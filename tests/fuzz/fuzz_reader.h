// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/format_registry.h"

#include <algorithm>
#include <cstdint>
#include <sys/mman.h>
#include <unistd.h>

namespace qs::fuzz {

/// Opens the input as a file of one format, in memory, and reads the head and the tail of every tensor.
inline void openAndRead(const char* format, const std::uint8_t* data, std::size_t size)
{
    static const io::Format* const reader = [&]() -> const io::Format* {
        for (const io::Format& f : io::builtinFormats().formats())
            if (f.name == format) return &f;
        return nullptr;
    }();
    if (!reader) __builtin_trap(); // the target's own name is wrong
    const int fd = ::memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0) return;
    for (std::size_t done = 0; done < size;) {
        const auto n = ::write(fd, data + done, size - done);
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    if (const auto model = reader->open("/proc/self/fd/" + std::to_string(fd), Context())) {
        for (const io::TensorInfo& t : (*model)->tensors) {
            const std::uint64_t elements = t.shape.elements();
            // A whole number of blocks from either end.
            const std::uint64_t n = std::min<std::uint64_t>(elements, 512) / traits(t.dtype).blockElements * traits(t.dtype).blockElements;
            std::vector<float> values(n);
            (void)(*model)->readFloats(t, 0, n, values);
            (void)(*model)->readFloats(t, elements - n, elements, values);
        }
    }
    ::close(fd);
}

} // namespace qs::fuzz
