// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/param_form.h"

#include "widgets/common/core_text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <algorithm>
#include <cmath>

namespace qs::gui {
namespace {

class WheelGuard : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* object, QEvent* event) override
    {
        if (event->type() == QEvent::Wheel && !static_cast<QWidget*>(object)->hasFocus()) {
            event->ignore();
            return true;
        }
        return false;
    }
};

// Enough decimals for a hundredth of the range, at most 6.
int decimalsFor(const quant::ParamSpec& spec)
{
    const double span = spec.max - spec.min;
    if (!(span > 0)) return 4;
    return std::clamp(3 - static_cast<int>(std::floor(std::log10(span))), 2, 6);
}

QString text(const std::string& s) { return QString::fromStdString(s); }

} // namespace

void guardWheel(QWidget* control)
{
    control->setFocusPolicy(Qt::StrongFocus);
    control->installEventFilter(new WheelGuard(control));
}

ParamForm::ParamForm(QWidget* parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(8);
    m_grid->setVerticalSpacing(8);
    m_grid->setColumnMinimumWidth(0, kLabelWidth);
    m_grid->setColumnStretch(1, 1);
}

void ParamForm::setParams(std::span<const quant::ParamSpec> specs, const quant::ParamValues& values)
{
    while (QLayoutItem* item = m_grid->takeAt(0)) {
        if (QWidget* w = item->widget()) {
            w->hide();
            w->deleteLater();
        }
        delete item;
    }
    m_rows.clear();
    int row = 0;
    for (const auto& spec : specs) {
        m_rows.push_back({spec, {}});
        const quant::ParamValue value = values.has(spec.name) ? values.all().at(spec.name) : spec.preset;
        QWidget* control = makeControl(spec, value);
        QString help = coreText(spec.help) + (spec.unit.empty() ? QString() : QStringLiteral(" (%1)").arg(coreText(spec.unit)));
        // A recipe is written with the parameter's own name.
        if (coreName(spec.name) != text(spec.name)) help += QStringLiteral("\n%1=").arg(text(spec.name));
        control->setToolTip(help);
        control->setAccessibleName(coreName(spec.name));
        control->setAccessibleDescription(coreText(spec.help));
        auto* label = new QLabel(QStringLiteral("  ") + coreName(spec.name), this);
        label->setProperty("secondary", true);
        label->setToolTip(control->toolTip());
        label->setBuddy(control);
        m_grid->addWidget(label, row, 0);
        m_grid->addWidget(control, row, 1);
        ++row;
    }
    setVisible(!specs.empty());
}

QWidget* ParamForm::makeControl(const quant::ParamSpec& spec, const quant::ParamValue& value)
{
    Row& row = m_rows.back();
    switch (spec.type) {
    case quant::ParamType::Int: {
        auto* w = new QSpinBox(this);
        w->setRange(static_cast<int>(std::max(spec.min, -2e9)), static_cast<int>(std::min(spec.max, 2e9)));
        w->setValue(static_cast<int>(std::get<std::int64_t>(value)));
        if (!spec.unit.empty()) w->setSuffix(QLatin1Char(' ') + coreText(spec.unit));
        guardWheel(w);
        row.text = [w] { return std::to_string(w->value()); };
        connect(w, &QSpinBox::valueChanged, this, &ParamForm::changed);
        return w;
    }
    case quant::ParamType::Real: {
        auto* w = new QDoubleSpinBox(this);
        w->setDecimals(decimalsFor(spec));
        w->setRange(spec.min, spec.max);
        w->setSingleStep(std::pow(10.0, std::floor(std::log10(std::max(1e-6, (spec.max - spec.min) / 50)))));
        w->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
        w->setValue(std::get<double>(value));
        if (!spec.unit.empty()) w->setSuffix(QLatin1Char(' ') + coreText(spec.unit));
        guardWheel(w);
        row.text = [w] { return quant::valueText(w->value()); };
        connect(w, &QDoubleSpinBox::valueChanged, this, &ParamForm::changed);
        return w;
    }
    case quant::ParamType::Bool: {
        auto* w = new QCheckBox(this);
        w->setChecked(std::get<bool>(value));
        row.text = [w] { return std::string(w->isChecked() ? "1" : "0"); };
        connect(w, &QCheckBox::toggled, this, &ParamForm::changed);
        return w;
    }
    case quant::ParamType::Choice:
    case quant::ParamType::Group: {
        auto* w = new QComboBox(this);
        w->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // the dock may be narrow
        w->setMinimumContentsLength(6);
        w->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        w->setMinimumContentsLength(6);
        guardWheel(w);
        if (spec.type == quant::ParamType::Choice) {
            for (const auto& c : spec.choices) {
                w->addItem(coreChoice(c), text(c));
                if (coreChoice(c) != text(c)) w->setItemData(w->count() - 1, QStringLiteral("%1=%2").arg(text(spec.name), text(c)), Qt::ToolTipRole);
            }
            w->setCurrentIndex(std::max(0, w->findData(text(std::get<std::string>(value)))));
            row.text = [w] { return w->currentData().toString().toStdString(); };
        } else {
            w->setEditable(true);
            w->setInsertPolicy(QComboBox::NoInsert);
            w->lineEdit()->setAccessibleName(coreName(spec.name));
            for (const char* g : {"16", "32", "64", "128", "256", "row", "tensor"}) w->addItem(QLatin1String(g));
            w->setCurrentText(text(std::get<std::string>(value)));
            row.text = [w] { return w->currentText().trimmed().toStdString(); };
        }
        connect(w, &QComboBox::currentTextChanged, this, &ParamForm::changed);
        return w;
    }
    case quant::ParamType::Text: break;
    }
    auto* w = new QLineEdit(text(std::get<std::string>(value)), this);
    row.text = [w] { return w->text().trimmed().toStdString(); };
    connect(w, &QLineEdit::textChanged, this, &ParamForm::changed);
    return w;
}

Result<quant::ParamValues> ParamForm::values() const
{
    quant::ParamValues out;
    for (const Row& row : m_rows) {
        QS_ASSIGN(auto value, quant::parseValue(row.spec, row.text()));
        out.set(row.spec.name, std::move(value));
    }
    return out;
}

} // namespace qs::gui
