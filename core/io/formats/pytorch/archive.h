// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/formats/pytorch/pickle.h"
#include "core/io/mapped_file.h"
#include "core/io/model_source.h"

namespace qs::io::pytorch {

/// One opened .pt file: its object and where each storage lies.
struct Archive {
    std::shared_ptr<const MappedFile> file;
    Pickle pickle;
    std::vector<std::uint64_t> storageOffsets; ///< absolute; by index into pickle.storages
    bool bigEndian = false;
};

/// torch.save's zip layout (formats.md A3.2). Every member must be stored, lie below one root and be named once;
/// storages must have exactly the bytes that the pickle says.
Result<Archive> openZip(std::shared_ptr<const MappedFile> file, const Context& context);
/// The stream of torch before 1.6 (formats.md A3.5).
Result<Archive> openLegacy(std::shared_ptr<const MappedFile> file, const Context& context);
bool isLegacy(std::span<const std::byte> head);

/// Adds the tensors of an archive to `source` (dicts flattened with '.', formats.md A3.4), as file number `index`, and
/// the plain values as metadata. What is refused for one tensor only becomes a warning.
/// Malformed: names that are no UTF-8 text or are too long, a name given twice, no tensor at all.
Status addTensors(ModelSource& source, const Archive& archive, std::uint32_t index, const Context& context,
                  std::vector<std::string>& leftOut);

} // namespace qs::io::pytorch
