// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/metrics/statistics/statistics.h"
#include "widgets/common/explain.h"
#include "widgets/selection/services.h"

#include <QTimer>
#include <QWidget>
#include <map>

class QGridLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace qs::gui {

class Sparkline;

/// Facts of the selected tensor: shape, type, moments, outliers, and its histogram as a sparkline, counted over all
/// elements in a worker; and the user's tags and note on it.
class TensorPanel : public QWidget {
    Q_OBJECT
public:
    explicit TensorPanel(const Services& services, QWidget* parent = nullptr);
    QString fact(const QString& key) const; ///< text on show ("mean"), for tests
    QString partFact(const QString& key) const; ///< of the selected part; empty where none is selected
    QLineEdit* tagsLine() const { return m_tags; }
    QPlainTextEdit* noteEdit() const { return m_note; }

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void follow();
    void show(const metrics::TensorStatistics& s);
    void showNote();
    void keepNote();
    void fitNote(bool writing);
    void followPart();
    void explainFacts();
    void showPart(bool on);

    Services m_services;
    QLabel* m_name = nullptr;
    std::map<QString, QLabel*> m_facts;
    std::map<QString, QLabel*> m_labels;
    std::map<QString, QLabel*> m_parts; ///< of the selected part, beside the whole tensor's
    std::map<QString, Figure> m_figures;
    QLabel* m_whole = nullptr;
    QLabel* m_part = nullptr;
    bool m_partWaits = false;           ///< for matrices that are being read
    Sparkline* m_spark = nullptr;
    QLabel* m_problem = nullptr;
    QLineEdit* m_tags = nullptr;
    QPlainTextEdit* m_note = nullptr;
    std::optional<LayerKey> m_noted; ///< whose note is in the fields
    QTimer m_keep;                   ///< a pause in typing keeps the note
};

} // namespace qs::gui
