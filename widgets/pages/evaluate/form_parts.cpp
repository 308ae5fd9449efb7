// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/pages/evaluate/form_parts.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>

namespace qs::gui {

QString askTarget(QWidget* parent, FileLine::Kind kind, const QString& suggestion)
{
    switch (kind) {
    case FileLine::SavePlan: return QFileDialog::getSaveFileName(parent, FileLine::tr("Save the plan"), suggestion, FileLine::tr("Plans (*.json)"));
    case FileLine::SaveTable: return QFileDialog::getSaveFileName(parent, FileLine::tr("Save as CSV"), suggestion, FileLine::tr("CSV (*.csv)"));
    default: return QFileDialog::getSaveFileName(parent, FileLine::tr("Save the calibration"), suggestion, FileLine::tr("Calibration files (*.safetensors)"));
    }
}

FileLine::FileLine(Kind kind, const QString& name, QWidget* parent) : QWidget(parent), m_line(new QLineEdit(this)), m_button(new QPushButton(tr("Choose…"), this))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_line, 1);
    row->addWidget(m_button);
    m_line->setAccessibleName(name);
    m_button->setAccessibleName(tr("Choose: %1").arg(name));
    m_button->setAutoDefault(false);
    setFocusProxy(m_line);
    ask = [this, kind](const QString& suggestion) -> QStringList {
        if (kind == Texts)
            return QFileDialog::getOpenFileNames(this, tr("Choose texts"), QFileInfo(suggestion).absolutePath(), tr("Texts in UTF-8 (*.txt *.md *.raw);;All files (*)"));
        const QString path = askTarget(this, kind, suggestion);
        return path.isEmpty() ? QStringList() : QStringList{path};
    };
    connect(m_line, &QLineEdit::editingFinished, this, [this] {
        if (m_line->isModified()) emit changed();
        m_line->setModified(false);
    });
    connect(m_button, &QPushButton::clicked, this, [this] {
        const QStringList all = files();
        const QStringList chosen = ask(all.isEmpty() ? QString() : all.front());
        if (chosen.isEmpty()) return;
        setFiles(chosen);
        emit changed();
    });
}

QStringList FileLine::files() const
{
    QStringList out;
    for (const QString& part : m_line->text().split(QLatin1Char(';'), Qt::SkipEmptyParts))
        if (const QString path = part.trimmed(); !path.isEmpty()) out << path;
    return out;
}

void FileLine::setFiles(const QStringList& files)
{
    m_line->setText(files.join(QStringLiteral("; ")));
    m_line->setCursorPosition(static_cast<int>(m_line->text().size())); // the name, not the folders
    m_line->setToolTip(files.join(QLatin1Char('\n')));
    m_line->setModified(false);
}

QFormLayout* makeForm(QWidget* parent)
{
    auto* form = new QFormLayout(parent);
    form->setContentsMargins(0, 0, 8, 0);
    form->setHorizontalSpacing(8);
    form->setVerticalSpacing(8);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    return form;
}

void addRow(QFormLayout* form, const QString& label, QWidget* control, const QString& tip)
{
    auto* text = new QLabel(label, form->parentWidget());
    text->setProperty("secondary", true);
    text->setToolTip(tip);
    text->setBuddy(control);
    control->setToolTip(tip);
    if (control->accessibleName().isEmpty()) control->setAccessibleName(label);
    form->addRow(text, control);
}

QSpinBox* makeSpin(int low, int high, int value, QWidget* parent)
{
    auto* spin = new QSpinBox(parent);
    spin->setRange(low, high);
    spin->setValue(value);
    spin->setKeyboardTracking(false);
    spin->setGroupSeparatorShown(true);
    return spin;
}

QLabel* makeNote(QWidget* parent)
{
    auto* note = new QLabel(parent);
    note->setProperty("secondary", true);
    note->setWordWrap(true);
    note->setTextFormat(Qt::PlainText);
    note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    note->setFocusPolicy(Qt::NoFocus);
    return note;
}

} // namespace qs::gui
