// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/export/manifest.h"
#include "core/io/model_source.h"

namespace qs::exporting {

struct VerifiedTensor {
    std::string name;
    bool ok = true;
    std::string problem;               ///< what is wrong; empty where ok
    std::string foldedInto;            ///< see ExportedTensor
    std::string sha256;                ///< of what the export decodes to now
    std::optional<double> maxAbs;      ///< against the other checkpoint, where one is given
    std::optional<double> relativeMse;
};

struct Verification {
    bool ok = true;
    std::vector<VerifiedTensor> tensors;
    std::vector<std::string> problems; ///< of the export as a whole
};

/// Reads an export back, decodes every tensor and compares its hash with the manifest's. With `against` (the checkpoint
/// it came from) the error is measured again, and may not exceed what the manifest says.
/// `exported`: as openAny gives it.
Result<Verification> verifyExport(const io::ModelSource& exported, const Manifest& manifest,
                                  const io::ModelSource* against, const Context& context);

} // namespace qs::exporting
