// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/runner.h"
#include "app/cli/signals.h"

#include <iostream>

int main(int argc, char** argv)
{
    std::ios_base::sync_with_stdio(false);
    const qs::cli::SignalWatch signals; // before TBB starts its threads
    return qs::cli::runCommandLine({argv + 1, argv + argc}, signals.token());
}
