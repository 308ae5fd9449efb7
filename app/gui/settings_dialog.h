// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/gui/workbench.h"
#include "core/study/cache_config.h"

#include <QDialog>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace qs::gui {

class Settings;

/// Threads, memory limit, device; theme, language, scale; the result cache. What needs a restart says so.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    SettingsDialog(Workbench& workbench, Settings& settings, std::filesystem::path cacheConfig = study::cacheConfigFile(), QWidget* parent = nullptr);
    void accept() override;

signals:
    void hintsRequested(); ///< the hints shall come again

private:
    QWidget* runPart();
    QWidget* appearancePart();
    QWidget* cachePart();
    void countCache();
    void clearCache();
    void refreshRestart();
    study::CacheConfig cacheConfig() const;

    Workbench& m_work;
    Settings& m_settings;
    std::filesystem::path m_cacheFile;
    study::CacheConfig m_cache;
    QSpinBox* m_threads = nullptr;
    QDoubleSpinBox* m_memory = nullptr;
    QComboBox* m_device = nullptr;
    QComboBox* m_theme = nullptr;
    QComboBox* m_language = nullptr;
    QSpinBox* m_scale = nullptr;
    QLabel* m_restart = nullptr;
    QCheckBox* m_useCache = nullptr;
    QLineEdit* m_place = nullptr;
    QDoubleSpinBox* m_size = nullptr;
    QLabel* m_used = nullptr;
    QPushButton* m_clear = nullptr;
};

} // namespace qs::gui
