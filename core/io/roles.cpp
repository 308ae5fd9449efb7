// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/roles.h"

#include <array>

namespace qs::io {
namespace {
constexpr std::array<std::string_view, static_cast<std::size_t>(Role::Count)> kNames = {
    "q_proj", "k_proj", "v_proj", "qkv_proj", "o_proj", "gate_proj", "up_proj", "gate_up_proj", "down_proj",
    "router", "embedding", "position_embedding", "lm_head", "norm", "bias", "other"};
}

std::string_view roleName(Role role) { return role < Role::Count ? kNames[static_cast<std::size_t>(role)] : "other"; }

Role roleFromName(std::string_view name)
{
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (kNames[i] == name) return static_cast<Role>(i);
    return Role::Count;
}

bool isLinearRole(Role role) { return role <= Role::DownProj; }

Place classify(std::string_view, std::string_view) { return {}; }

} // namespace qs::io
