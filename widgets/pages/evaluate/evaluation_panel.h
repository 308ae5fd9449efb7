// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/evaluate/model_probe.h"

#include <QJsonObject>
#include <QWidget>
#include <array>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QTableView;

namespace qs::gui {

class EvaluationsModel;
class FileLine;
class JobStrip;
class PlotView;
class SegmentBar;

/// What the present mixture says: perplexity, and token by token against the original. The form, the evaluations that were
/// made, and how the loss moves: its distribution and along the text.
class EvaluationPanel : public QWidget {
    Q_OBJECT
public:
    EvaluationPanel(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const { return {m_plots.begin(), m_plots.end()}; }
    /// Starts the evaluation that the form describes, as soon as model and text are known.
    void start();
    QTableView* table() const { return m_table; }
    QJsonObject saveState() const;
    void restoreState(const QJsonObject& state);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeForm();
    QWidget* makeResults();
    void fillMixtures();
    void takeMixture(int index);
    void refresh();
    void startNow();
    void showPlots();
    void placePlots();
    void compareSelected();
    void saveTable();
    void saveLosses();
    std::vector<EvaluationPtr> selected() const;
    Index tokensToRun() const;

    Services m_services;
    ModelProbe* m_probe;
    QComboBox* m_mixture = nullptr;
    QLabel* m_mixtureFacts = nullptr;
    FileLine* m_texts = nullptr;
    QSpinBox* m_tokens = nullptr;
    QSpinBox* m_length = nullptr;
    SegmentBar* m_protocol = nullptr;
    QSpinBox* m_stride = nullptr;
    QCheckBox* m_against = nullptr;
    QComboBox* m_activations = nullptr;
    QCheckBox* m_kv8 = nullptr;
    QLabel* m_estimate = nullptr;
    QPushButton* m_start = nullptr;
    JobStrip* m_strip = nullptr;
    EvaluationsModel* m_model = nullptr;
    QTableView* m_table = nullptr;
    SegmentBar* m_which = nullptr;
    std::array<PlotView*, 2> m_plots{};
    QLabel* m_words = nullptr;
    bool m_lengthByHand = false;
    bool m_wanted = false; ///< start as soon as it can be
};

} // namespace qs::gui
