// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/models/recent_files.h"
#include "widgets/theme/theme.h"

#include <QWidget>

class QLabel;
class QListView;

namespace qs::gui {

/// What the stage shows while nothing is open.
class StartPage : public QWidget {
    Q_OBJECT
public:
    StartPage(RecentFiles& recent, Theme& theme, QWidget* parent = nullptr);
    void setProblem(const QString& text); ///< why opening failed; empty clears it
    void setBusy(const QString& what);

signals:
    void openRequested();
    void openFolderRequested();
    void sampleRequested();
    void pathRequested(const QString& path);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    QWidget* m_body = nullptr;
    QListView* m_list = nullptr;
    QLabel* m_heading = nullptr;
    QLabel* m_message = nullptr;
};

} // namespace qs::gui
