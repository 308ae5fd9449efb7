// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/format_registry.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace qs::fuzz {

/// The input as a file in memory, under a path that ends in nothing in particular.
class InputFile {
public:
    InputFile(const std::uint8_t* data, std::size_t size) : m_fd(::memfd_create("fuzz", MFD_CLOEXEC))
    {
        while (size > 0) {
            const ssize_t n = ::write(m_fd, data, size);
            if (n <= 0) std::abort();
            data += n;
            size -= static_cast<std::size_t>(n);
        }
    }
    ~InputFile() { ::close(m_fd); }
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(m_fd); }

private:
    int m_fd;
};

/// Opens a path with one format, whatever its name says, and reads a bit of the beginning and the end of every tensor.
inline void openAndRead(std::string_view format, const std::filesystem::path& path)
{
    for (const io::Format& f : io::builtinFormats().formats()) {
        if (f.name != format) continue;
        const auto opened = f.open(path, {});
        if (!opened) {
            if (opened.error().text().empty()) std::abort();
            return;
        }
        const io::ModelSource& model = **opened;
        for (const io::TensorInfo& t : model.tensors) {
            const std::uint64_t n = t.shape.elements();
            const std::uint64_t block = traits(t.dtype).blockElements;
            const std::uint64_t part = std::min<std::uint64_t>(n, 4 * block);
            std::vector<std::byte> raw(byteSize(t.dtype, part).value_or(0));
            std::vector<float> values(part);
            for (const std::uint64_t begin : {std::uint64_t(0), n - part}) {
                (void)model.readBytes(t, begin, begin + part, raw);
                (void)model.readFloats(t, begin, begin + part, values);
            }
        }
        (void)io::selectTensors(model, {});
        return;
    }
    std::abort(); // no such format: the target would test nothing
}

} // namespace qs::fuzz
