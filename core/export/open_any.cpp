// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/open_any.h"

#include "core/io/format_registry.h"

namespace qs::exporting {

Result<std::shared_ptr<const io::ModelSource>> openAny(const std::filesystem::path& path, const Context& context)
{
    return io::openModel(path, context);
}

} // namespace qs::exporting
