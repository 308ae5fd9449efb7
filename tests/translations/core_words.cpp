// SPDX-License-Identifier: GPL-3.0-or-later
// Prints widgets/common/core_words.h: the titles, labels, helps and words of everything that is registered, for lupdate.
#include "core/io/format_registry.h"
#include "core/io/vocabulary.h"
#include "core/plots/plot_registry.h"
#include "core/quant/registry.h"

#include <cctype>
#include <cstdio>
#include <set>
#include <string>

namespace {

std::set<std::string> g_core, g_parameters, g_choices;

// A number or a formula is the same in every language.
void add(std::set<std::string>& to, const std::string& text)
{
    int run = 0;
    for (const char c : text) {
        run = std::isalpha(static_cast<unsigned char>(c)) ? run + 1 : 0;
        if (run < 2) continue;
        to.insert(text);
        return;
    }
}

void print(const char* context, const std::set<std::string>& texts)
{
    for (const std::string& t : texts) {
        std::string escaped;
        for (const char c : t) {
            if (c == '"' || c == '\\') escaped += '\\';
            escaped += c == '\n' ? ' ' : c;
        }
        std::printf("    QT_TRANSLATE_NOOP(\"%s\", \"%s\"),\n", context, escaped.c_str());
    }
}

} // namespace

int main()
{
    using namespace qs;
    for (const auto& p : quant::builtinRegistry().parts()) {
        for (const auto& t : {p.title, p.summary, p.source}) add(g_core, t);
        for (const auto& v : p.params) {
            add(g_parameters, v.name);
            add(g_core, v.help);
            add(g_core, v.unit);
            for (const auto& c : v.choices) add(g_choices, c);
        }
    }
    for (const auto& r : quant::builtinRegistry().recipes())
        for (const auto& t : {r.title, r.source}) add(g_core, t);
    for (const auto& p : plots::builtinPlots().plots()) {
        for (const auto& t : {p.title, p.question}) add(g_core, t);
        for (const auto& o : p.options) {
            add(g_core, o.title);
            for (const auto& c : o.choices) add(g_choices, c);
        }
    }
    for (const auto& f : io::builtinFormats().formats()) add(g_core, f.title);
    for (int k = 0; k <= static_cast<int>(io::TokenKind::Byte); ++k) add(g_core, io::tokenKindName(static_cast<io::TokenKind>(k)));
    std::printf("// SPDX-License-Identifier: GPL-3.0-or-later\n"
                "// Made by tests/translations/core_words.cpp from the registries; a test compares.\n"
                "#pragma once\n"
                "#include <QtGlobal>\n\n"
                "namespace qs::gui {\n\n"
                "/// Titles, labels and helps of what is registered in core. Only lupdate reads this.\n"
                "inline constexpr const char* kCoreWords[] = {\n");
    print("core", g_core);
    print("parameter", g_parameters);
    print("choice", g_choices);
    std::printf("};\n\n} // namespace qs::gui\n");
}
