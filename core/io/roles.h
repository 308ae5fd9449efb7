// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstdint>
#include <string_view>

namespace qs::io {

/// What a tensor does in its model; names as the command line prints them (roleName).
enum class Role : std::uint8_t {
    QProj, KProj, VProj, QkvProj, OProj, GateProj, UpProj, GateUpProj, DownProj,
    Router, Embedding, PositionEmbedding, LmHead, Norm, Bias, Other, Count
};

std::string_view roleName(Role role);                 ///< "q_proj"
Role roleFromName(std::string_view name);             ///< Role::Count where unknown
/// Linear weights inside blocks: what is quantized by default.
bool isLinearRole(Role role);

/// A tensor's place in the model, from its name alone.
struct Place {
    Role role = Role::Other;
    int block = -1;          ///< -1: outside the blocks
    int expert = -1;         ///< -1: not an expert's, or all experts stacked
    bool transposed = false; ///< stored [in, out] (GPT-2's Conv1D in Hugging Face files)
};

/// Names of Llama, Mistral, Qwen2/3, Gemma, Phi, OPT, GPT-2, GPT-NeoX, Mixtral, BERT in Hugging Face and GGUF form.
/// `architecture` is the lower-case model_type where known ("" else); it settles what a name alone leaves open.
Place classify(std::string_view tensorName, std::string_view architecture);

} // namespace qs::io
