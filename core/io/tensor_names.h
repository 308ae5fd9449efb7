// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <optional>
#include <string>
#include <string_view>

/// Names of the same weight in Hugging Face and GGUF files (formats.md A6.3).
namespace qs::io {

/// A tensor's name in GGUF's manner, whatever its file calls it, and the expert it belongs to where files keep experts
/// apart that GGUF stacks.
struct CanonicalName {
    std::string name;  ///< "blk.3.attn_q.weight"; the name itself where no rule knows it
    int expert = -1;
    bool operator==(const CanonicalName&) const = default;
};

/// `architecture`: lower-case model_type, "" where unknown (it settles what Gemma 2 and 3 call differently).
CanonicalName canonicalName(std::string_view tensorName, std::string_view architecture);

/// The Hugging Face name of a GGUF tensor of this architecture; nothing where the architecture or the tensor is unknown,
/// or where the file stacks what Hugging Face keeps apart.
std::optional<std::string> huggingFaceName(std::string_view ggufName, std::string_view ggufArchitecture);

} // namespace qs::io
