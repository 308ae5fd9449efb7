// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/page.h"

#include <algorithm>

namespace qs::gui {

void registerAllPages(PageRegistry& registry);

void PageRegistry::sort()
{
    std::sort(m_pages.begin(), m_pages.end(), [](const PageInfo& a, const PageInfo& b) { return a.order < b.order; });
}

const PageRegistry& builtinPages()
{
    static const PageRegistry registry = [] {
        PageRegistry r;
        registerAllPages(r);
        r.sort();
        return r;
    }();
    return registry;
}

} // namespace qs::gui
