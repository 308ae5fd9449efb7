// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/model_source.h"

#include <QString>

namespace qs::gui {

/// Name of a tensor inside its block or model, for people: "q_proj", "input_layernorm", "embedding", "head".
QString tensorLabel(std::string_view name, const io::Place& place);
/// The same with its block before it, for tables: "0.down_proj", "3.e2.up_proj".
QString placedLabel(std::string_view name, const io::Place& place);

} // namespace qs::gui
