// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/session/session_diff.h"
#include "widgets/selection/services.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QTableView;

namespace qs::gui {

class SessionDiffModel;

/// Two sessions against each other: which cells got worse, and by how much. The later one can be what this window holds.
/// Return or a double click goes to a cell.
class SessionDiffWindow : public QDialog {
    Q_OBJECT
public:
    explicit SessionDiffWindow(const Services& services, QWidget* parent = nullptr);
    /// A .qscope file; the later one may be empty: the results of this window.
    void setBefore(const QString& path);
    void setAfter(const QString& path);
    QTableView* table() const { return m_table; }
    QString summary() const;

private:
    void compare();
    void show(std::shared_ptr<const session::ResultDiff> diff);
    void go(const QModelIndex& index);
    void choose(QLineEdit* line);
    Services m_services;
    QLineEdit* m_before;
    QLineEdit* m_after;
    QLabel* m_summary;
    QTableView* m_table;
    SessionDiffModel* m_model;
    QPushButton* m_save;
};

} // namespace qs::gui
