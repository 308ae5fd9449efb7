// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/models/log_model.h"
#include "widgets/theme/theme.h"

#include <QWidget>

class QTableView;

namespace qs::gui {

/// The log: every warning, failure and end of a job since the program started.
class LogPanel : public QWidget {
    Q_OBJECT
public:
    explicit LogPanel(Theme& theme, QWidget* parent = nullptr);
    LogModel& model() { return *m_model; }
    QTableView* table() const { return m_table; }

private:
    LogModel* m_model = nullptr;
    QTableView* m_table = nullptr;
};

} // namespace qs::gui
