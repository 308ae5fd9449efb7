// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"
#include "core/quant/quantized_tensor.h"

namespace qs::exporting {

/// Opens any checkpoint, also our own container: there the arrays of each artefact appear as one logical F32 tensor
/// under its own name, decoded when read (`bytes` are those of its stored arrays). Everything else is io::openModel.
Result<std::shared_ptr<const io::ModelSource>> openAny(const std::filesystem::path& path, const Context& context);

/// The artefact behind a tensor of an opened container; null for any other tensor.
Result<std::shared_ptr<const quant::QuantizedTensor>> artefactOf(const io::TensorInfo& tensor);

} // namespace qs::exporting
