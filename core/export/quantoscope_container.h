// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"
#include "core/quant/quantized_tensor.h"

#include <nlohmann/json.hpp>
#include <optional>

/// Our self-describing container `quantoscope` (formats.md B8.2): a safetensors file or folder whose metadata value
/// `quantoscope` describes the artefacts, and whose arrays `X.qs.ARRAY` are exactly what was counted.
namespace qs::exporting {

inline constexpr int kContainerVersion = 1;
inline constexpr const char* kContainerKey = "quantoscope";

/// One artefact that a container describes; checked against its file's sizes, its arrays not yet read.
struct ContainerEntry {
    std::string name;
    Shape shape;               ///< as the checkpoint stored the tensor
    bool transposed = false;   ///< stored [in, out]: rows and cols are swapped
    Index rows = 0;            ///< logical matrix [out, in]
    Index cols = 0;
    quant::Recipe recipe;
    std::uint64_t seed = 0;
    std::string sha256;        ///< of the decoded values as F32, row-major [out, in]; may be empty
    std::vector<std::size_t> arrays; ///< in the plain source's tensors
    std::uint64_t bytes = 0;   ///< of all arrays
};

struct ContainerCatalog {
    std::string producer;
    std::vector<ContainerEntry> entries;
    std::vector<std::string> warnings;
};

/// The catalogue of an opened safetensors source, or nothing where it is no container. Malformed and Unsupported errors
/// name the file and the tensor; sizes are checked before anything is allocated for them.
Result<std::optional<ContainerCatalog>> readContainerCatalog(const io::ModelSource& plain);

/// Reads one artefact's arrays (not yet checked against its recipe: quant::Decoder::make does that).
Result<quant::QuantizedTensor> loadArtefact(const io::ModelSource& plain, const ContainerEntry& entry);

/// Every artefact of a container, each checked by its parts. NotFound where the file is no container.
Result<std::vector<quant::QuantizedTensor>> loadContainer(const std::filesystem::path& path, const Context& context);

/// X of `X.qs.ARRAY`: the name without a final ".weight".
std::string containerPrefix(std::string_view tensorName);

/// The description of one artefact, as the metadata of its shard holds it.
nlohmann::ordered_json describeArtefact(const quant::QuantizedTensor& artefact, const Shape& storedShape, bool transposed,
                                        const std::string& sha256);
/// A part and its values: {"name": "afpq", "format": "nf4", "group": 128}.
nlohmann::ordered_json describePart(const quant::PartUse& use);

} // namespace qs::exporting
