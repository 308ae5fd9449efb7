// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>
#include <functional>

class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace qs::gui {

/// A line for files, with a button that asks for them.
class FileLine : public QWidget {
    Q_OBJECT
public:
    enum Kind { Texts, SaveCalibration, SavePlan, SaveTable };
    FileLine(Kind kind, const QString& name, QWidget* parent);
    QStringList files() const;
    void setFiles(const QStringList& files); ///< without a signal
    QLineEdit* line() const { return m_line; }
    /// Asks the person; tests replace it.
    std::function<QStringList(const QString& suggestion)> ask;

signals:
    void changed();

private:
    QLineEdit* m_line;
    QPushButton* m_button;
};

/// Asks for a file to write; empty where none is chosen.
QString askTarget(QWidget* parent, FileLine::Kind kind, const QString& suggestion);

/// How the forms of the page look: labels in the secondary colour, one column of controls.
QFormLayout* makeForm(QWidget* parent);
/// A row with its label; the label's text is the control's name for screen readers.
void addRow(QFormLayout* form, const QString& label, QWidget* control, const QString& tip);
QSpinBox* makeSpin(int low, int high, int value, QWidget* parent);
QLabel* makeNote(QWidget* parent);

} // namespace qs::gui
