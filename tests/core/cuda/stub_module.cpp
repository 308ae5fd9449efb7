// SPDX-License-Identifier: GPL-3.0-or-later
// A module as another release would make it.
#include "core/cuda/module_table.h"

#if defined(QS_STUB_OTHER_VERSION)
extern "C" __attribute__((visibility("default"))) const QsCudaTable* qsCudaTable(std::uint32_t)
{
    static const QsCudaTable kTable{kQsModuleVersion + 1, sizeof(QsCudaTable), {}, {}, {}, {}, {}, {}};
    return &kTable;
}
#else
extern "C" __attribute__((visibility("default"))) int somethingElse() { return 0; }
#endif
