// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/statistics/statistics.h"
#include "widgets/selection/services.h"

#include <QWidget>
#include <map>

class QGridLayout;
class QLabel;

namespace qs::gui {

class Sparkline;

/// Facts of the selected tensor: shape, type, moments, outliers, and its histogram as a sparkline. Counted over all
/// elements, in a worker.
class TensorPanel : public QWidget {
    Q_OBJECT
public:
    explicit TensorPanel(const Services& services, QWidget* parent = nullptr);
    QString fact(const QString& key) const; ///< text on show ("mean"), for tests

private:
    void follow();
    void show(const metrics::TensorStatistics& s);

    Services m_services;
    QLabel* m_name = nullptr;
    std::map<QString, QLabel*> m_facts;
    std::map<QString, QLabel*> m_labels;
    Sparkline* m_spark = nullptr;
    QLabel* m_problem = nullptr;
};

} // namespace qs::gui
