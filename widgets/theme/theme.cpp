// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme.h"

#include "core/plots/color_map.h"

#include <QApplication>
#include <QEvent>
#include <QMainWindow>
#include <QPainter>
#include <QProxyStyle>
#include <QStyleOption>
#include <algorithm>
#include <utility>

namespace qs::gui {
namespace {

QColor color(plots::Rgb c) { return QColor(c.r, c.g, c.b); }
const plots::ThemeColors& colorsOf(const Theme& t) { return t.printing() ? plots::printColors() : plots::themeColors(t.dark()); }

QColor mix(const QColor& a, const QColor& b, double t)
{
    return QColor::fromRgbF(static_cast<float>(a.redF() * (1 - t) + b.redF() * t),
                            static_cast<float>(a.greenF() * (1 - t) + b.greenF() * t),
                            static_cast<float>(a.blueF() * (1 - t) + b.blueF() * t));
}

// Fusion with hairlines between docks, which belong to the main window and so to no styled part of it.
class InstrumentStyle : public QProxyStyle {
public:
    InstrumentStyle() : QProxyStyle(QStringLiteral("Fusion")) {}
    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override
    {
        return metric == PM_DockWidgetSeparatorExtent ? 1 : QProxyStyle::pixelMetric(metric, option, widget);
    }
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter, const QWidget* widget) const override
    {
        if (element == PE_IndicatorDockWidgetResizeHandle) painter->fillRect(option->rect, option->palette.midlight());
        else QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
};

} // namespace

Theme::Theme(QObject* parent) : QObject(parent)
{
    connect(&m_restyle, &QTimer::timeout, this, &Theme::restyleNext);
    m_dark = QApplication::palette().color(QPalette::Window).lightness() < 128;
}

void Theme::setMode(Mode mode)
{
    m_mode = mode;
    if (mode == System) m_dark = QApplication::style()->standardPalette().color(QPalette::Window).lightness() < 128;
    else m_dark = mode == Dark;
    apply();
    emit changed();
}

QColor Theme::window() const { return color(colorsOf(*this).window); }
QColor Theme::base() const { return color(colorsOf(*this).base); }
QColor Theme::text() const { return color(colorsOf(*this).text); }
QColor Theme::secondary() const { return color(colorsOf(*this).secondary); }
QColor Theme::hairline() const { return color(colorsOf(*this).hairline); }
QColor Theme::accent() const { return color(colorsOf(*this).accent); }
QColor Theme::accentSoft() const { return mix(base(), accent(), m_dark ? 0.28 : 0.16); }
QColor Theme::original() const { return color(colorsOf(*this).original); }
QColor Theme::recipe(int slot) const { return slot <= 0 ? original() : color(plots::recipeStyle(slot, m_dark && !m_printing).color); }
int Theme::markerOf(int slot) const { return slot <= 0 ? 0 : (slot - 1) % plots::kRecipeColors; }
QRgb Theme::sequential(double t) const { return color(plots::sequential(t)).rgb(); }
QRgb Theme::diverging(double t) const { return color(plots::diverging(t, m_dark && !m_printing)).rgb(); }

QPalette Theme::palette() const
{
    QPalette p;
    const QColor disabled = mix(secondary(), window(), 0.35);
    p.setColor(QPalette::Window, window());
    p.setColor(QPalette::WindowText, text());
    p.setColor(QPalette::Base, base());
    p.setColor(QPalette::AlternateBase, mix(base(), window(), 0.6));
    p.setColor(QPalette::Text, text());
    p.setColor(QPalette::Button, base());
    p.setColor(QPalette::ButtonText, text());
    p.setColor(QPalette::BrightText, QColor(Qt::white));
    p.setColor(QPalette::ToolTipBase, base());
    p.setColor(QPalette::ToolTipText, text());
    p.setColor(QPalette::PlaceholderText, secondary());
    p.setColor(QPalette::Highlight, accentSoft());
    p.setColor(QPalette::HighlightedText, text());
    p.setColor(QPalette::Link, accent());
    p.setColor(QPalette::LinkVisited, accent());
    p.setColor(QPalette::Light, base());
    p.setColor(QPalette::Midlight, hairline());
    p.setColor(QPalette::Mid, hairline());
    p.setColor(QPalette::Dark, hairline());
    p.setColor(QPalette::Shadow, mix(window(), QColor(Qt::black), 0.4));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText})
        p.setColor(QPalette::Disabled, role, disabled);
    return p;
}

QString Theme::styleSheet() const
{
    const auto c = [](const QColor& x) { return x.name(); };
    return QStringLiteral(
               "QDockWidget{titlebar-close-icon:none}"
               "QToolBar{border:0;border-bottom:1px solid %3;spacing:8px;padding:4px 12px;background:%1}"
               "QMenuBar{background:%1;border-bottom:0}"
               "QStatusBar{background:%1;border-top:1px solid %3}QStatusBar::item{border:0}"
               "QTreeView,QTableView,QListView{border:0;background:%1;outline:0}"
               "QTreeView::item{padding:2px 0}"
               "QTableView{gridline-color:transparent}"
               "QHeaderView{background:%1;border:0}"
               "QHeaderView::section{background:%1;border:0;border-bottom:1px solid %3;padding:4px 8px;color:%5;font-weight:600}"
               "QToolButton,QPushButton{border:1px solid %3;border-radius:5px;padding:4px 10px;background:%2;color:%4}"
               "QToolButton:hover,QPushButton:hover{border-color:%6}"
               "QToolButton:checked,QPushButton:checked{background:%7;border-color:%6}"
               "QPushButton:default,QToolButton[primary=\"true\"]{background:%6;border-color:%6;color:%8}"
               "QToolButton[segment=\"true\"]{padding:4px 7px;border-radius:3px}"
               "QToolButton:disabled,QPushButton:disabled{color:%5}"
               "QPushButton[primary=\"true\"]{background:%6;border-color:%6;color:%8}"
               "QPushButton[primary=\"true\"]:disabled,QToolButton[primary=\"true\"]:disabled{background:%3;border-color:%3;color:%5}"
               "QToolButton[flat=\"true\"]{border:1px solid transparent;background:transparent;padding:0;color:%5}"
               "QToolButton[flat=\"true\"]:hover{border-color:%3;color:%4}"
               "QToolButton[chip=\"true\"]{border-radius:12px;padding:3px 9px}"
               "QToolButton[find=\"true\"]{color:%5;padding:4px 12px}"
               "QToolButton::menu-button{border:0;width:16px}QToolButton[popupMode=\"1\"]{padding-right:20px}"
               "QCheckBox::indicator{width:13px;height:13px;border:1px solid %5;border-radius:3px;background:%2}"
               "QCheckBox::indicator:checked{background:%6;border:1px solid %6}"
               "QScrollBar{background:transparent;border:0}QScrollBar:vertical{width:10px}QScrollBar:horizontal{height:10px}"
               "QScrollBar::handle{background:%3;border-radius:4px;margin:1px}QScrollBar::handle:hover{background:%5}"
               "QScrollBar::handle:vertical{min-height:24px}QScrollBar::handle:horizontal{min-width:24px}"
               "QScrollBar::add-line,QScrollBar::sub-line{width:0;height:0}QScrollBar::add-page,QScrollBar::sub-page{background:transparent}"
               "QWidget[hairline=\"true\"]{background:%3}"
               "QLineEdit[invalid=\"true\"]{border-color:%9}"
               "QScrollArea,QScrollArea>QWidget>QWidget{background:%1}"
               "QToolButton:focus,QPushButton:focus,QLineEdit:focus{border:1px solid %6}"
               "QCheckBox::indicator,QGroupBox::indicator{width:13px;height:13px;border:1px solid %5;border-radius:3px;background:%2}"
               "QCheckBox::indicator:checked{background:%6;border-color:%6}"
               "QCheckBox::indicator:focus{border:2px solid %6}"
               "QLineEdit{border:1px solid %3;border-radius:5px;padding:3px 8px;background:%2}"
               "QTabBar{background:%1;border:0}QTabBar::tab{background:transparent;border:0;padding:8px 14px;color:%5}"
               "QTabBar::tab:selected{color:%4;border-bottom:2px solid %6}QTabBar::tab:hover{color:%4}"
               "QTabWidget::pane{border:0;border-top:1px solid %3}"
               "QProgressBar{border:0;background:%3;border-radius:3px;max-height:6px;text-align:center}"
               "QProgressBar::chunk{background:%6;border-radius:3px}"
               "QToolTip{border:1px solid %3;background:%2;color:%4;padding:4px}"
               "QLabel[heading=\"true\"]{color:%5;font-weight:600;font-size:8pt}"
               "QLabel[secondary=\"true\"]{color:%5}"
               "QSplitter::handle{background:%3}QSplitter::handle:horizontal{width:1px}QSplitter::handle:vertical{height:1px}")
        .arg(c(window()), c(base()), c(hairline()), c(text()), c(secondary()), c(accent()), c(accentSoft()),
             m_dark ? QStringLiteral("#0d1117") : QStringLiteral("#ffffff"),
             m_dark ? QStringLiteral("#F07A28") : QStringLiteral("#C04F00"));
}

void Theme::apply()
{
    static bool ours = false; // setting a style polishes every widget
    if (!std::exchange(ours, true)) QApplication::setStyle(new InstrumentStyle);
    if (m_version == 0) qApp->installEventFilter(this);
    ++m_version;
    QApplication::setPalette(palette());
    m_sheet = styleSheet();
    std::erase_if(m_parts, [](const Part& p) { return !p.widget; });
    if (m_parts.empty()) return;
    for (const Part& p : m_parts)
        if (QWidget* w = p.widget->window(); w->isVisible() && w->updatesEnabled()) {
            w->setUpdatesEnabled(false);
            m_still.emplace_back(w);
        }
    m_restyle.start(0);
}

void Theme::style(QWidget* part)
{
    if (std::any_of(m_parts.begin(), m_parts.end(), [part](const Part& p) { return p.widget == part; })) return;
    m_parts.push_back({part, 0});
    if (m_version > 0) restyle(m_parts.back());
    part->installEventFilter(this);
}

// A style sheet polishes what is in the widget, and a window among that becomes a part of its own: m_parts may move, and
// `part` with it.
void Theme::restyle(Part& part)
{
    part.version = m_version;
    QWidget* widget = part.widget;
    widget->setStyleSheet(m_sheet);
}

void Theme::restyleNext()
{
    Part* next = nullptr;
    for (Part& p : m_parts) {
        if (!p.widget || p.version == m_version) continue;
        const bool shown = p.widget->isVisible();
        if (!next || shown) next = &p;
        if (shown) break;
    }
    if (!next || !next->widget->isVisible()) release();
    if (next) restyle(*next);
    else m_restyle.stop();
}

void Theme::release()
{
    for (const auto& w : m_still)
        if (w) w->setUpdatesEnabled(true);
    m_still.clear();
}

bool Theme::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::Polish && object->isWidgetType()) {
        auto* w = static_cast<QWidget*>(object);
        const auto styled = [this](const QWidget* x) {
            return std::any_of(m_parts.begin(), m_parts.end(), [x](const Part& p) { return p.widget == x; });
        };
        if (w->isWindow() && !qobject_cast<QMainWindow*>(w)) {
            bool inside = false;
            for (const QWidget* x = w; x && !inside; x = x->parentWidget()) inside = styled(x);
            if (!inside) style(w);
        }
    } else if (event->type() == QEvent::Show && m_restyle.isActive()) {
        const auto part = std::find_if(m_parts.begin(), m_parts.end(), [&](const Part& p) { return p.widget == object && p.version != m_version; });
        if (part != m_parts.end()) restyle(*part);
    }
    return QObject::eventFilter(object, event);
}

double Theme::contrast(const QColor& a, const QColor& b)
{
    const auto plain = [](const QColor& c) {
        return plots::Rgb{static_cast<std::uint8_t>(c.red()), static_cast<std::uint8_t>(c.green()), static_cast<std::uint8_t>(c.blue())};
    };
    return plots::contrast(plain(a), plain(b));
}

} // namespace qs::gui
