// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plots/plot_data.h"
#include "widgets/common/core_text.h"

#include <QString>

/// Texts of plots that the curves' and the maps' half of PlotView share.
namespace qs::gui {

// What core wrote for the plot, in the window's language.
inline QString text(const std::string& s) { return coreText(s); }

inline QString axisTitle(const plots::Axis& axis)
{
    if (axis.unit.empty()) return text(axis.label);
    return text(axis.label) + QStringLiteral(" (") + text(axis.unit) + QLatin1Char(')');
}

// "0.mlp.down_proj" for "model.layers.0.mlp.down_proj.weight": what tells the rows of a table apart.
inline QString shortName(const std::string& name)
{
    QString s = QString::fromStdString(name);
    if (s.endsWith(QLatin1String(".weight"))) s.chop(7);
    for (const char* prefix : {"model.layers.", "transformer.h.", "gpt_neox.layers.", "model.decoder.layers.", "blk."})
        if (s.startsWith(QLatin1String(prefix))) s.remove(0, static_cast<qsizetype>(qstrlen(prefix)));
    return s;
}

} // namespace qs::gui
