// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/param_spec.h"

#include <QWidget>
#include <functional>
#include <vector>

class QGridLayout;
class QLabel;

namespace qs::gui {

/// A form made from ParamSpecs: one row per parameter, label left, control right. What can't be parsed is told in words.
class ParamForm : public QWidget {
    Q_OBJECT
public:
    explicit ParamForm(QWidget* parent = nullptr);
    /// Shows these parameters with these values; does not emit changed().
    void setParams(std::span<const quant::ParamSpec> specs, const quant::ParamValues& values);
    /// The values on show; an error names the parameter that can't take its text.
    Result<quant::ParamValues> values() const;
    /// Width of the label column, so that forms stand under each other.
    static constexpr int kLabelWidth = 80;

signals:
    void changed();

private:
    QWidget* makeControl(const quant::ParamSpec& spec, const quant::ParamValue& value);

    struct Row {
        quant::ParamSpec spec;
        std::function<std::string()> text;
    };
    std::vector<Row> m_rows;
    QGridLayout* m_grid = nullptr;
};

/// Keeps the mouse wheel for scrolling: a control takes it only while it has the focus.
void guardWheel(QWidget* control);

} // namespace qs::gui
