// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/part.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qs::quant {

/// A named method as data: a paper's name, its parts and the paper's defaults.
struct RecipeInfo {
    std::string name;    ///< as on the command line: "afpq"
    std::string title;
    std::string source;
    struct Use {
        std::string part;
        std::map<std::string, std::string> values; ///< overrides of the part's defaults
    };
    std::vector<Use> parts;
    /// The grid whose parameters this recipe takes too, where no part names a grid; empty: none.
    std::string otherwiseGrid = {};
};

/// Parts and recipes. Built once, then only read.
class Registry {
public:
    void add(PartInfo part);
    void add(RecipeInfo recipe);
    std::span<const PartInfo> parts() const { return m_parts; }
    std::span<const RecipeInfo> recipes() const { return m_recipes; }
    const PartInfo* part(std::string_view name) const;
    const PartInfo* part(PartKind kind, std::string_view name) const;
    const RecipeInfo* recipe(std::string_view name) const;

private:
    std::vector<PartInfo> m_parts;
    std::vector<RecipeInfo> m_recipes;
};

/// Everything that is built in; made once.
const Registry& builtinRegistry();

} // namespace qs::quant
