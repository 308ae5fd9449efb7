// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Holds the promise that the window's thread never computes and never waits: the entries of long work (loops, opening,
/// reading, decoding, databases) name themselves, and a thread that was marked reports them. The program marks nothing
/// and pays one thread-local read; the tests of the window mark their thread and abort.
namespace qs {

/// Marks this thread: from now on every noteWork() in it calls `handler` with what began. Null: unmarks it.
void forbidWorkHere(void (*handler)(const char* what));

/// Called where long work begins.
void noteWork(const char* what);

/// A marked thread may work while this lives (test fixtures make their data themselves).
class AllowWork {
public:
    AllowWork();
    ~AllowWork();
    AllowWork(const AllowWork&) = delete;
    AllowWork& operator=(const AllowWork&) = delete;

private:
    void (*m_handler)(const char*);
};

} // namespace qs
