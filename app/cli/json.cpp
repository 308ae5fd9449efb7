// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/json.h"

namespace qs::cli {

std::string dumpJson(const Json& json, int indent)
{
    return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json errorJson(const Error& error)
{
    const auto text = [](const std::string& s) { return s.empty() ? Json(nullptr) : Json(s); };
    Json e;
    e["code"] = errorCodeName(error.code);
    e["file"] = text(error.file);
    e["tensor"] = text(error.tensor);
    e["byte"] = error.byte ? Json(*error.byte) : Json(nullptr);
    e["expected"] = text(error.expected);
    e["found"] = text(error.found);
    e["remedy"] = text(error.remedy);
    e["message"] = error.text();
    return {{"error", std::move(e)}};
}

Json shapeJson(const Shape& shape)
{
    Json out = Json::array();
    for (const Index d : shape.dims()) out.push_back(d);
    return out;
}

} // namespace qs::cli
