// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/exec/thread_guard.h"

#include <utility>

namespace qs {
namespace {

thread_local void (*t_handler)(const char*) = nullptr;

} // namespace

void forbidWorkHere(void (*handler)(const char* what)) { t_handler = handler; }

void noteWork(const char* what)
{
    if (t_handler) t_handler(what);
}

AllowWork::AllowWork() : m_handler(std::exchange(t_handler, nullptr)) {}
AllowWork::~AllowWork() { t_handler = m_handler; }

} // namespace qs
