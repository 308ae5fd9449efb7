// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/theme/theme.h"

#include <QApplication>
#include <QStyle>
#include <QStyleFactory>
#include <algorithm>
#include <array>
#include <cmath>

namespace qs::gui {
namespace {

struct Rgb {
    double r, g, b;
};

// Viridis (Nathaniel Smith and Stéfan van der Walt, CC0), sampled at 17 points; linear between them.
constexpr std::array<Rgb, 17> kViridis{{{68, 1, 84}, {72, 20, 103}, {72, 38, 119}, {69, 55, 129}, {63, 71, 136},
    {57, 85, 140}, {50, 100, 142}, {45, 113, 142}, {40, 125, 142}, {35, 138, 141}, {31, 150, 139}, {41, 163, 134},
    {70, 176, 125}, {112, 188, 113}, {160, 199, 98}, {210, 208, 85}, {253, 231, 37}}};

QColor mix(const QColor& a, const QColor& b, double t)
{
    return QColor::fromRgbF(static_cast<float>(a.redF() * (1 - t) + b.redF() * t),
                            static_cast<float>(a.greenF() * (1 - t) + b.greenF() * t),
                            static_cast<float>(a.blueF() * (1 - t) + b.blueF() * t));
}

double luminance(const QColor& c)
{
    const auto channel = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
    return 0.2126 * channel(c.redF()) + 0.7152 * channel(c.greenF()) + 0.0722 * channel(c.blueF());
}

} // namespace

Theme::Theme(QObject* parent) : QObject(parent)
{
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

QColor Theme::window() const { return QColor::fromRgb(m_dark ? 0x1E2126 : 0xF6F7F9); }
QColor Theme::base() const { return QColor::fromRgb(m_dark ? 0x16181C : 0xFFFFFF); }
QColor Theme::text() const { return QColor::fromRgb(m_dark ? 0xE6E8EB : 0x1B1F24); }
QColor Theme::secondary() const { return QColor::fromRgb(m_dark ? 0x9AA3AE : 0x5B6470); }
QColor Theme::hairline() const { return QColor::fromRgb(m_dark ? 0x333840 : 0xD9DDE3); }
QColor Theme::accent() const { return QColor::fromRgb(m_dark ? 0x6EA2F5 : 0x2F6FDE); }
QColor Theme::accentSoft() const { return mix(base(), accent(), m_dark ? 0.28 : 0.16); }
QColor Theme::original() const { return QColor::fromRgb(m_dark ? 0x8B95A1 : 0x7C8794); }

QColor Theme::recipe(int slot) const
{
    static constexpr std::array<QRgb, 7> kLight = {0x0072B2, 0xB86E00, 0x00805E, 0xB0508F, 0x2484BE, 0xC04F00, 0x857800};
    static constexpr std::array<QRgb, 7> kDark = {0x4C9FDB, 0xE69F00, 0x1FB58A, 0xD98BB8, 0x56B4E9, 0xF07A28, 0xF0E442};
    if (slot <= 0) return original();
    const auto i = static_cast<std::size_t>((slot - 1) % 7);
    return QColor::fromRgb(m_dark ? kDark[i] : kLight[i]);
}

int Theme::markerOf(int slot) const { return slot <= 0 ? 0 : (slot - 1) % 7; }

QRgb Theme::sequential(double t) const
{
    if (!(t >= 0)) t = 0;
    const double at = std::min(t, 1.0) * 16;
    const auto i = std::min<std::size_t>(15, static_cast<std::size_t>(at));
    const double f = at - static_cast<double>(i);
    const Rgb& a = kViridis[i];
    const Rgb& b = kViridis[i + 1];
    return qRgb(static_cast<int>(a.r + (b.r - a.r) * f + .5), static_cast<int>(a.g + (b.g - a.g) * f + .5),
                static_cast<int>(a.b + (b.b - a.b) * f + .5));
}

QRgb Theme::diverging(double t) const
{
    // Blue, base, vermilion: the two ends differ in lightness from the base alike and are told apart by the colour-blind.
    const QColor low = QColor::fromRgb(m_dark ? 0x5FA8F5 : 0x1F5BB5);
    const QColor high = QColor::fromRgb(m_dark ? 0xF58A4B : 0xBF4A0A);
    if (!(t >= -1)) t = -1;
    const double a = std::pow(std::min(1.0, std::fabs(t)), 0.85);
    return mix(base(), t < 0 ? low : high, a).rgb();
}

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
               "QMainWindow::separator{background:%3;width:1px;height:1px}"
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
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(palette());
    qApp->setStyleSheet(styleSheet());
}

double Theme::contrast(const QColor& a, const QColor& b)
{
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace qs::gui
