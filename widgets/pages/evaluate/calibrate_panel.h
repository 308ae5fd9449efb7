// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/evaluate/model_probe.h"

#include <QJsonObject>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace qs::gui {

class FileLine;
class JobStrip;
class LivePlot;
class PlotView;

/// Runs the model on a text and keeps what its layers read: texts, tokens, window, from which stream; what it will take; the
/// job. Beside the form the inputs of the selected layer, as the open calibration file has them.
class CalibratePanel : public QWidget {
    Q_OBJECT
public:
    CalibratePanel(const Services& services, QWidget* parent);
    PlotView* plot() const;
    void start();
    QJsonObject saveState() const;
    void restoreState(const QJsonObject& state);

signals:
    void statusText(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    study::CalibrateRequest request() const;
    void suggestTarget();
    void fillRecipes();
    void refresh();
    void estimate();
    void showFile();
    void linkPlot();

    Services m_services;
    ModelProbe* m_probe;
    FileLine* m_texts;
    QSpinBox* m_tokens;
    QSpinBox* m_length;
    QComboBox* m_prefix;
    QCheckBox* m_fisher;
    QSpinBox* m_samples;
    FileLine* m_target;
    QLabel* m_estimate;
    QPushButton* m_start;
    JobStrip* m_strip;
    LivePlot* m_plot;
    QLabel* m_file;
    QPushButton* m_open;
    bool m_targetByHand = false;
    bool m_lengthByHand = false;
};

} // namespace qs::gui
