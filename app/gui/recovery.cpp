// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/recovery.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <algorithm>
#include <utility>

namespace qs::gui {
namespace {

constexpr int kPause = 1000;    // ms
constexpr int kLongest = 4000;  // ms between a change and its file while changes go on
constexpr int kKeepDays = 14;   // older leftovers go

const QString kPrefix = QStringLiteral("recovery-");
const QString kSuffix = QStringLiteral(".qscope");

} // namespace

QString Recovery::stateFolder()
{
    const QString set = qEnvironmentVariable("XDG_STATE_HOME");
    const QString base = QDir::isAbsolutePath(set) ? set : QDir::homePath() + QStringLiteral("/.local/state");
    return base + QStringLiteral("/quantoscope");
}

Recovery::Recovery(Workbench& workbench, SessionStore& store, std::function<QJsonObject()> window, QString folder, QObject* parent)
    : QObject(parent), m_work(workbench), m_store(store), m_window(std::move(window)), m_folder(std::move(folder))
{
    m_file = m_folder + QLatin1Char('/') + kPrefix + QString::number(QCoreApplication::applicationPid()) + kSuffix;
    m_wait.setSingleShot(true);
    connect(&m_wait, &QTimer::timeout, this, &Recovery::write);
}

Recovery::~Recovery() = default;

void Recovery::look()
{
    const QDir dir(m_folder);
    const QDateTime oldest = QDateTime::currentDateTime().addDays(-kKeepDays);
    for (const QFileInfo& f : dir.entryInfoList({kPrefix + QLatin1Char('*') + kSuffix}, QDir::Files, QDir::Time)) {
        auto lock = std::make_unique<QLockFile>(f.filePath() + QStringLiteral(".lock"));
        lock->setStaleLockTime(0); // a lock is stale when its process is gone, never by age
        if (!lock->tryLock(0)) continue; // another window, alive
        if (f.lastModified() < oldest) {
            QFile::remove(f.filePath());
        } else if (!m_foundLock) { // the newest; others are offered at another start
            m_found = f.filePath();
            m_foundLock = std::move(lock);
        }
    }
    if (!m_foundLock) return;
    using Summary = SessionStore::RecoverySummary;
    m_work.jobs().request<Summary>(
        this, QStringLiteral("look"), [file = m_found](const Context& context) { return SessionStore::readRecovery(file, context); },
        [this](Result<Summary> r) {
            if (r && r->checkpoints > 0) emit found(*r);
            else if (r || r.error().code != ErrorCode::Cancelled) discard(); // empty, or damaged
        });
}

void Recovery::start()
{
    if (m_on || !QDir().mkpath(m_folder)) return;
    m_lock = std::make_unique<QLockFile>(m_file + QStringLiteral(".lock"));
    m_lock->setStaleLockTime(0);
    if (!m_lock->tryLock(0)) return; // a process number used again while its file is being restored
    m_on = true;
    const auto on = [this] { changed(); };
    const Workspace& w = m_work.workspace();
    connect(&w, &Workspace::checkpointsChanged, this, on);
    connect(&w, &Workspace::recipesChanged, this, on);
    connect(&w, &Workspace::resultsChanged, this, on);
    connect(&w, &Workspace::notesChanged, this, on);
    connect(&w, &Workspace::pinsChanged, this, on);
    connect(&m_work.selection(), &Selection::tensorChanged, this, on);
    connect(&m_work.jobs(), &JobRunner::jobsChanged, this, on);
}

void Recovery::changed()
{
    if (!m_on) return;
    if (m_writing) {
        m_again = true;
        return;
    }
    if (!m_waiting.isValid()) m_waiting.start();
    m_wait.start(std::clamp(kLongest - static_cast<int>(m_waiting.elapsed()), 0, kPause));
}

void Recovery::write()
{
    m_wait.stop();
    m_waiting.invalidate();
    if (!m_on) return;
    if (m_work.workspace().checkpoints().empty()) {
        QFile::remove(m_file);
        return;
    }
    m_writing = true;
    m_store.saveRecovery(m_file, m_window(), [this](const Status& status) {
        m_writing = false;
        if (!m_on) QFile::remove(m_file); // it ended meanwhile
        else if (status) emit kept();
        if (std::exchange(m_again, false)) changed();
    });
}

void Recovery::restore()
{
    if (m_found.isEmpty()) return;
    // The file goes when what it held is kept under this program's own name.
    connect(
        &m_store, &SessionStore::opened, this,
        [this, file = m_found] {
            m_found = file;
            if (!m_on) return discard();
            connect(this, &Recovery::kept, this, &Recovery::discard, Qt::SingleShotConnection);
            write();
        },
        Qt::SingleShotConnection);
    m_store.openRecovery(m_found);
}

void Recovery::discard()
{
    if (!m_found.isEmpty()) QFile::remove(m_found);
    m_found.clear();
    m_foundLock.reset();
}

void Recovery::finish()
{
    if (!m_on) return;
    m_on = false;
    m_wait.stop();
    m_work.jobs().cancelRequest(&m_store, QStringLiteral("recovery"));
    QFile::remove(m_file);
    m_lock.reset();
}

} // namespace qs::gui
