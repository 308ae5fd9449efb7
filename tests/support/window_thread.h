// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/exec/thread_guard.h"

#include <QtGlobal>

namespace qs::test {

/// From now on, core work in this thread ends the test program: the window's thread never computes and never waits.
/// Fixtures that make data themselves do it under an AllowWork.
inline void forbidWorkInWindow()
{
    forbidWorkHere([](const char* what) { qFatal("the window's thread began long work: %s", what); });
}

} // namespace qs::test
