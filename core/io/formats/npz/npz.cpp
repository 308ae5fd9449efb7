// SPDX-License-Identifier: GPL-3.0-or-later
// Opens a zip of NumPy arrays (formats.md A4): every member NAME.npy is the tensor NAME.
#include "core/base/format.h"
#include "core/io/format_registry.h"
#include "core/io/model_folder.h"
#include "core/io/npy_array.h"
#include "core/io/zip_member.h"

#include <algorithm>
#include <mutex>

namespace qs::io {

void registerNpz(FormatRegistry& registry);

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxMembers = 10'000;             // formats.md D.4
constexpr std::uint64_t kCheckedAtOnce = std::uint64_t(64)
                                         << 20;  // CRCs up to here when opening, the rest on first read

/// The whole content of a deflated, column-major member: its rows lie all over the stream.
class WholeMember {
public:
    WholeMember(std::shared_ptr<const ZipArchive> archive, const ZipEntry& entry)
        : m_archive(std::move(archive)),
          m_entry(entry) {}
    Status read(std::uint64_t at, std::span<std::byte> out) const
    {
        std::call_once(m_once, [&] { m_status = load(); });
        QS_TRY(Status(m_status));
        std::copy_n(m_content.begin() + static_cast<std::ptrdiff_t>(at), out.size(), out.begin());
        return {};
    }

private:
    Status load() const
    {
        try {
            m_content.resize(m_entry.size);
        } catch (const std::bad_alloc&) {
            return fail(Error(ErrorCode::Lacking, "not enough memory for a compressed column-major array")
                            .got(formatBytes(m_entry.size)));
        }
        return m_archive->inflate(m_entry, m_content);
    }
    std::shared_ptr<const ZipArchive> m_archive;
    ZipEntry m_entry;
    mutable std::once_flag m_once;
    mutable Status m_status;
    mutable std::vector<std::byte> m_content;
};

Result<TensorInfo> openMember(const std::shared_ptr<const ZipArchive>& archive, const ZipEntry& entry, bool checked,
                              std::vector<std::string>& warnings)
{
    const fs::path& path = archive->file()->path();
    TensorInfo t;
    constexpr std::size_t kSuffix = 4;
    t.name = entry.name.substr(0, entry.name.size() - kSuffix);
    QS_TRY(checkTensorName(t.name, path));
    std::vector<std::byte> head(std::min<std::uint64_t>(entry.size, NpyHeader::kLongest));
    QS_TRY(archive->inflateHead(entry, head));
    QS_ASSIGN(const auto header, parseNpyHeader(head, entry.size, path, t.name));
    t.dtype = header.dtype;
    t.shape = header.shape;
    t.bytes = header.bytes;
    t.offset = entry.offset + header.dataOffset;
    const bool stored = entry.method == ZipEntry::kStored;
    if (!stored && header.fortran) {
        auto whole = std::make_shared<WholeMember>(archive, entry);
        t.reader = makeNpyReader(header, [whole, base = header.dataOffset](std::uint64_t at, std::span<std::byte> out) {
            return whole->read(base + at, out);
        });
    } else if (!stored || header.fortran || header.swapped || !checked) {
        auto member = std::make_shared<ZipMember>(archive, entry);
        t.reader =
            makeNpyReader(header, [member, base = header.dataOffset](std::uint64_t at, std::span<std::byte> out) {
                return member->read(base + at, out);
            });
    }
    const std::uint64_t end = header.dataOffset + header.bytes;
    if (end < entry.size)
        warnings.push_back(std::to_string(entry.size - end) + " bytes after the array '" + escapeText(t.name) +
                           "' are ignored");
    return t;
}

Result<std::shared_ptr<ModelSource>> openNpz(const fs::path& path, const Context& context)
{
    QS_ASSIGN(auto file, MappedFile::open(path));
    auto source = std::make_shared<ModelSource>();
    source->format = "npz";
    source->path = path;
    source->files.push_back(file);
    ZipLimits limits;
    limits.entries = kMaxMembers;
    QS_ASSIGN(auto opened, ZipArchive::open(file, limits));
    const auto archive = std::make_shared<const ZipArchive>(std::move(opened));
    QS_ASSIGN(const auto checked, archive->checkCrcs(kCheckedAtOnce));
    std::size_t ignored = 0;
    std::string firstIgnored;
    std::vector<std::string> trailing;
    for (std::size_t i = 0; i < archive->entries().size(); ++i) {
        if (context.stopped()) return cancelled();
        const ZipEntry& entry = archive->entries()[i];
        if (entry.name.ends_with(".zip") || entry.name.ends_with(".npz"))
            return fail(Error(ErrorCode::Malformed, "a zip archive inside the archive")
                            .inFile(path.string())
                            .got("'" + escapeText(entry.name) + "'"));
        if (entry.isFolder || !entry.name.ends_with(".npy")) {
            if (ignored++ == 0) firstIgnored = escapeText(entry.name);
            continue;
        }
        QS_ASSIGN(auto t, openMember(archive, entry, checked[i], trailing));
        source->tensors.push_back(std::move(t));
    }
    constexpr std::size_t kTold = 20;
    if (trailing.size() > kTold) {
        const std::size_t more = trailing.size() - kTold;
        trailing.resize(kTold);
        trailing.push_back("the same in " + formatCount(more) + " more arrays");
    }
    source->warnings = std::move(trailing);
    if (ignored > 0)
        source->warnings.push_back(formatCount(ignored) + (ignored == 1 ? " member is" : " members are") +
                                   " not .npy and ignored, first '" + firstIgnored + "'");
    finishCatalog(*source);
    warnAboutNames(*source);
    return source;
}

} // namespace

void registerNpz(FormatRegistry& registry)
{
    Format f;
    f.name = "npz";
    f.title = "NumPy archive";
    f.extensions = {".npz"};
    f.priority = 60; // above the other zip container (PyTorch) for this extension
    f.probeFile = [](const fs::path& file, std::span<const std::byte>) { return file.extension() == ".npz"; };
    f.open = openNpz;
    registry.add(std::move(f));
}

} // namespace qs::io
