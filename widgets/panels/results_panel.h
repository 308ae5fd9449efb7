// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/models/results_model.h"
#include "widgets/selection/services.h"

#include <QWidget>

class QLineEdit;
class QTableView;

namespace qs::gui {

/// The table of results: sorting, filter, copy, CSV; the current row follows the Selection and sets it.
class ResultsPanel : public QWidget {
    Q_OBJECT
public:
    explicit ResultsPanel(const Services& services, QWidget* parent = nullptr);
    QTableView* table() const { return m_table; }
    QLineEdit* filterLine() const { return m_filter; } ///< placed in the dock's title
    ResultsModel& model() { return *m_model; }
    ResultPtr current() const;
    std::vector<ResultPtr> selected() const;
    QString csv() const; ///< of the rows on show, in their order
    void pin(const std::vector<ResultPtr>& results, bool on);

signals:
    void exportRequested(std::vector<qs::gui::ResultPtr> results);
    void saveCsvRequested();
    void commandLineRequested(qs::gui::ResultPtr result);

private:
    void followSelection();
    void openCurrent();
    void menuAt(const QPoint& position);

    Services m_services;
    ResultsModel* m_model = nullptr;
    ResultsSorter* m_sorter = nullptr;
    QTableView* m_table = nullptr;
    QLineEdit* m_filter = nullptr;
    bool m_following = false;
};

} // namespace qs::gui
