// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/crash_safe_writer.h"
#include "core/io/model_source.h"

namespace qs::exporting {

/// Copies every file of the model folder that holds no weights (tokenizer, generation config, texts; sub-folders too)
/// into the new folder. Weights, their indexes, config.json and old manifests are left out.
Status copyModelFiles(const io::ModelSource& source, io::CrashSafeFolder& folder, const Context& context);
/// The source's config.json without quantization_config; with ours where `container`. Empty where there is none.
std::string configFor(const io::ModelSource& source, bool container);

} // namespace qs::exporting
