// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/version.h"

#include <iostream>

int main()
{
    std::cout << "qs::core " << qs::version() << '\n';
    return qs::version().empty() ? 1 : 0;
}
