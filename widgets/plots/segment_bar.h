// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>
#include <vector>

class QAbstractButton;
class QButtonGroup;
class QComboBox;

namespace qs::gui {

/// One of a few choices: a row of buttons, or a box of the same choices where there is no room for the row.
class SegmentBar : public QWidget {
    Q_OBJECT
public:
    struct Choice {
        QString title;
        QString tip;
    };
    SegmentBar(const QString& name, const std::vector<Choice>& choices, QWidget* parent);
    int current() const { return m_current; }
    void setCurrent(int index); ///< without a signal
    void setChoiceEnabled(int index, bool on);
    void setChoiceShown(int index, bool on);
    bool isChoiceEnabled(int index) const;
    void setCompact(bool on);
    bool compact() const { return m_compact; }
    int fullWidth() const; ///< pixels of the row of buttons
    int compactWidth() const;
    QAbstractButton* button(int index) const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;
    /// Makes boxes of rows, in this order, until all of them fit into `room` pixels.
    static void fit(int room, std::initializer_list<SegmentBar*> bars);

signals:
    void chosen(int index);

private:
    QWidget* m_row = nullptr;
    QButtonGroup* m_group = nullptr;
    QComboBox* m_box = nullptr;
    int m_current = 0;
    bool m_compact = false;
};

} // namespace qs::gui
