// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <QString>
#include <string_view>

/// Core knows no Qt and writes English. These turn what it wrote into the window's language; in English they give the text
/// back as it is. Numbers, names of tensors, recipes and formats stay as they are.
namespace qs::gui {

/// A title, label, help text, sentence or note of core. Sentences with values in them are matched against the phrases that
/// core's sources hold (core_phrases_table.inc); the values are kept, or translated where they are texts themselves.
QString coreText(std::string_view text);
/// The name of a parameter or of a plot's option for its label ("scale_rule": "scale rule").
QString coreName(std::string_view name);
/// A word that a plot's option takes ("mean", "log").
QString coreChoice(std::string_view choice);
/// All that an error says. Stays English as a whole where a part of it has no translation: half of each reads worse.
QString errorText(const Error& error);
/// To be called when translators were installed or removed.
void forgetCoreTexts();

} // namespace qs::gui
