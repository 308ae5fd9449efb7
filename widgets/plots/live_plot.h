// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/plots/plot_registry.h"
#include "widgets/selection/services.h"
#include "widgets/plots/plot_view.h"

#include <QHash>
#include <QJsonObject>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QLineEdit;

namespace qs::gui {

/// One registered plot, kept in step with the selection: its options as controls, its data made in a worker, the old
/// picture dimmed meanwhile. Works only while it is visible.
class LivePlot : public QWidget {
    Q_OBJECT
public:
    LivePlot(const Services& services, const QString& plotName, QWidget* parent = nullptr);
    PlotView* view() const { return m_view; }
    /// Fixes an option: its control is not shown.
    void fix(const QString& option, const QString& value);
    void setOption(const QString& option, const QString& value);
    QString option(const QString& name) const;
    /// Of a plot that has both maps and curves, only the one kind.
    enum Part { Everything, MapsOnly, CurvesOnly };
    void setPart(Part part) { m_part = part; }
    /// Only A and B instead of all results of the tensor.
    void setOnlyAB(bool on) { m_onlyAB = on; }
    /// At most so many results, A and B first; 0: all.
    void setMost(int most);
    /// The row of heading and options, to be placed elsewhere.
    QWidget* controls() const { return m_bar; }
    QString notes() const;
    void setNotesShown(bool on) { m_notesShown = on; }
    void setHeading(const QString& text);
    QJsonObject saveState() const;
    void restoreState(const QJsonObject& state);
    void refresh();

signals:
    void dataChanged();

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildControls();
    void makeNow();
    void elideNotes();
    static QString figuresOf(const plots::PlotData& data);
    void fitHeading();
    plots::PlotInput input() const;

    Services m_services;
    const plots::PlotInfo* m_info = nullptr;
    PlotView* m_view = nullptr;
    QLabel* m_heading = nullptr;
    QLabel* m_notes = nullptr;
    QWidget* m_bar = nullptr;
    QHBoxLayout* m_controls = nullptr;
    QHash<QString, QString> m_values;
    QHash<QString, QWidget*> m_widgets;
    QStringList m_fixed;
    QString m_allNotes; ///< of the plot on show, not elided
    Part m_part = Everything;
    bool m_onlyAB = false;
    int m_most = 0;
    bool m_notesShown = true;
    bool m_hasRegion = false;
    bool m_hasRange = false;
    bool m_hasScope = false;
    bool m_dirty = true;
    bool m_scheduled = false;
};

} // namespace qs::gui
