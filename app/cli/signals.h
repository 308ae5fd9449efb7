// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <stop_token>

namespace qs::cli {

/// While it lives, SIGINT and SIGTERM ask the work to stop instead of killing the process; a second one ends it at once
/// (writers are crash-safe). Must be made before any other thread, so that all threads have the signals blocked.
class SignalWatch {
public:
    SignalWatch();
    ~SignalWatch();
    SignalWatch(const SignalWatch&) = delete;
    SignalWatch& operator=(const SignalWatch&) = delete;
    std::stop_token token() const;
    /// The signal that asked to stop, 0 for none.
    static int received();

private:
    struct State;
    State* m_state;
};

} // namespace qs::cli
