// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QString>

namespace qs::gui {

class NoticeBar;
class Settings;

/// Three sentences for the first run, one at a time and each once: they go when they are closed, or when the user does what
/// they say, and never come back.
class Hints : public QObject {
    Q_OBJECT
public:
    enum Hint { Pick, Compare, Palette };
    Hints(Settings& settings, NoticeBar& bar, QObject* parent = nullptr);
    /// The moment for a hint has come; nothing happens where it was seen or another one is on show.
    void offer(Hint hint);
    /// The user did what it says.
    void done(Hint hint);
    /// All come again.
    void forget();

private:
    QString id(Hint hint) const;
    QString text(Hint hint) const;

    Settings& m_settings;
    NoticeBar& m_bar;
    int m_shown = -1;
};

} // namespace qs::gui
