// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/tensor_label.h"

#include "core/base/format.h"
#include "widgets/common/core_text.h"

#include <cctype>

namespace qs::gui {
namespace {

// What follows the last all-digit component ("model.layers.3.mlp.up_proj.weight": "mlp.up_proj"), without ".weight".
std::string tailOf(std::string_view name)
{
    std::size_t start = 0;
    std::size_t at = 0;
    while (at < name.size()) {
        std::size_t end = name.find('.', at);
        if (end == std::string_view::npos) break;
        bool digits = end > at;
        for (std::size_t i = at; i < end; ++i) digits = digits && std::isdigit(static_cast<unsigned char>(name[i]));
        at = end + 1;
        if (digits) start = at;
    }
    std::string_view tail = name.substr(start);
    constexpr std::string_view kWeight = ".weight";
    if (tail.size() > kWeight.size() && tail.ends_with(kWeight)) tail.remove_suffix(kWeight.size());
    return std::string(tail);
}

} // namespace

QString tensorLabel(std::string_view name, const io::Place& place)
{
    using io::Role;
    if (place.role == Role::Embedding) return coreText("embedding");
    if (place.role == Role::LmHead) return coreText("head");
    if (place.block >= 0 && (io::isLinearRole(place.role) || place.role == Role::Router)) {
        const auto role = io::roleName(place.role);
        return QString::fromUtf8(role.data(), static_cast<qsizetype>(role.size()));
    }
    return QString::fromStdString(escapeText(tailOf(name)));
}

QString placedLabel(std::string_view name, const io::Place& place)
{
    QString out;
    if (place.block >= 0) out += QString::number(place.block) + QLatin1Char('.');
    if (place.expert >= 0) out += QLatin1Char('e') + QString::number(place.expert) + QLatin1Char('.');
    return out + tensorLabel(name, place);
}

} // namespace qs::gui
