// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/gui/session_store.h"

#include <QElapsedTimer>
#include <QLockFile>
#include <QTimer>
#include <functional>
#include <memory>

namespace qs::gui {

/// Keeps what is open on disk while the program runs, so that a killed or crashed one comes back: a small session file of
/// this process in the state folder, written in a worker a moment after a change, deleted at a proper end. A lock file
/// beside it tells files of living programs from those of dead ones.
class Recovery : public QObject {
    Q_OBJECT
public:
    /// $XDG_STATE_HOME/quantoscope, or ~/.local/state/quantoscope.
    static QString stateFolder();
    Recovery(Workbench& workbench, SessionStore& store, std::function<QJsonObject()> window, QString folder, QObject* parent = nullptr);
    ~Recovery() override;

    /// Looks for what a dead program left; found() follows where there is something.
    void look();
    /// From now on changes are kept.
    void start();
    /// Opens what was found / throws it away.
    void restore();
    void discard();
    /// A proper end: nothing is left to come back to.
    void finish();
    QString file() const { return m_file; }

signals:
    void found(const qs::gui::SessionStore::RecoverySummary& summary);
    void kept(); ///< the file was written

private:
    void changed();
    void write();

    Workbench& m_work;
    SessionStore& m_store;
    std::function<QJsonObject()> m_window;
    QString m_folder;
    QString m_file;
    QString m_found;
    std::unique_ptr<QLockFile> m_lock;
    std::unique_ptr<QLockFile> m_foundLock;
    QTimer m_wait;           ///< a pause in changes
    QElapsedTimer m_waiting; ///< but not for ever
    bool m_on = false;
    bool m_writing = false;
    bool m_again = false;
};

} // namespace qs::gui
