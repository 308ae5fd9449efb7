// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plots/plot_view.h"

#include <QPixmap>
#include <qcustomplot.h>

namespace qs::gui {
PlotView::PlotView(Theme& theme, QWidget* parent) : QWidget(parent), m_theme(theme), m_plot(new QCustomPlot(this)) {}
void PlotView::setData(std::shared_ptr<const plots::PlotData> data) { m_data = std::move(data); }
void PlotView::setMessage(const QString&) {}
void PlotView::setBusy(bool) {}
QString PlotView::summary() const { return m_data ? QString::fromStdString(m_data->summary) : QString(); }
void PlotView::fit() {}
void PlotView::setLogY(bool) {}
bool PlotView::logY() const { return false; }
bool PlotView::savePicture(const QString&, QSize) { return false; }
QString PlotView::csv() const { return {}; }
QPixmap PlotView::picture(QSize) { return {}; }
} // namespace qs::gui
