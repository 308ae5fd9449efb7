// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/format_registry.h"

#include "core/exec/thread_guard.h"

#include <algorithm>
#include <array>
#include <fstream>

namespace qs::io {

void registerAllFormats(FormatRegistry& registry);

void FormatRegistry::add(Format format) { m_formats.push_back(std::move(format)); }

const FormatRegistry& builtinFormats()
{
    static const FormatRegistry registry = [] {
        FormatRegistry r;
        registerAllFormats(r);
        return r;
    }();
    return registry;
}

Result<std::shared_ptr<const ModelSource>> openModel(const std::filesystem::path& path, const Context& context)
{
    noteWork("opening a checkpoint");
    std::error_code ec;
    const auto status = std::filesystem::status(path, ec);
    if (ec || status.type() == std::filesystem::file_type::not_found)
        return fail(Error(ec == std::errc::too_many_symbolic_link_levels ? ErrorCode::Malformed : ErrorCode::NotFound,
                          ec && ec != std::errc::no_such_file_or_directory ? ec.message() : "no such file or folder")
                        .inFile(path.string()));
    const Format* chosen = nullptr;
    if (status.type() == std::filesystem::file_type::directory) {
        for (const Format& f : builtinFormats().formats())
            if (f.probeFolder && f.probeFolder(path) && (!chosen || f.priority > chosen->priority)) chosen = &f;
    } else if (status.type() == std::filesystem::file_type::regular) {
        std::array<std::byte, 64> head{};
        std::ifstream in(path, std::ios::binary);
        in.read(reinterpret_cast<char*>(head.data()), static_cast<std::streamsize>(head.size()));
        const std::span<const std::byte> bytes(head.data(), static_cast<std::size_t>(in.gcount()));
        for (const Format& f : builtinFormats().formats())
            if (f.probeFile && f.probeFile(path, bytes) && (!chosen || f.priority > chosen->priority)) chosen = &f;
    } else {
        return fail(Error(ErrorCode::Malformed, "not a regular file or a folder").inFile(path.string()));
    }
    if (!chosen)
        return fail(Error(ErrorCode::Malformed, "not a checkpoint that this program reads")
                        .inFile(path.string())
                        .wanted("safetensors, GGUF, PyTorch, .npy, .npz, an index.json or a model folder"));
    QS_ASSIGN(auto source, chosen->open(path, context));
    return std::shared_ptr<const ModelSource>(std::move(source));
}

} // namespace qs::io
