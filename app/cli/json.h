// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"
#include "core/tensor/shape.h"

#include <nlohmann/json.hpp>

namespace qs::cli {

/// Keys keep the order in which they are written: output is stable and reads as the contract does.
using Json = nlohmann::ordered_json;

/// Text of a document: numbers that are not finite print as null, broken UTF-8 of names as U+FFFD.
std::string dumpJson(const Json& json, int indent = 2);
/// {"error": {code, file, tensor, byte, expected, found, remedy, message}}; empty fields are null.
Json errorJson(const Error& error);
Json shapeJson(const Shape& shape);

} // namespace qs::cli
