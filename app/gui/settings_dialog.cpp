// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/settings_dialog.h"

#include "app/gui/file_dialogs.h"
#include "app/gui/language.h"
#include "app/gui/settings.h"
#include "core/base/format.h"
#include "core/exec/devices.h"
#include "core/study/result_cache.h"
#include "widgets/common/core_text.h"
#include "widgets/common/explain.h"
#include "widgets/panels/dock_title.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace qs::gui {
namespace {

constexpr double kGiB = 1024.0 * 1024 * 1024;

QString text(const std::string& s) { return QString::fromStdString(s); }

QFormLayout* form(QWidget* parent)
{
    auto* f = new QFormLayout(parent);
    f->setContentsMargins(0, 0, 0, 8);
    f->setHorizontalSpacing(16);
    f->setVerticalSpacing(8);
    f->setLabelAlignment(Qt::AlignLeft);
    return f;
}

void addRow(QFormLayout* f, const QString& name, QWidget* control, const QString& tip)
{
    control->setAccessibleName(name);
    control->setToolTip(tip);
    auto* label = new QLabel(name, control->parentWidget());
    label->setBuddy(control);
    label->setMinimumWidth(label->fontMetrics().averageCharWidth() * 16); // one edge for all groups
    f->addRow(label, control);
}

} // namespace

SettingsDialog::SettingsDialog(Workbench& workbench, Settings& settings, std::filesystem::path cacheConfig, QWidget* parent)
    : QDialog(parent), m_work(workbench), m_settings(settings), m_cacheFile(std::move(cacheConfig)), m_cache(study::loadCacheConfig(m_cacheFile))
{
    setWindowTitle(tr("Settings"));
    auto* column = new QVBoxLayout(this);
    column->setSpacing(8);
    for (const auto& [title, part] : {std::pair(tr("Work"), runPart()), std::pair(tr("Appearance"), appearancePart()), std::pair(tr("Result cache"), cachePart())}) {
        column->addWidget(makeHeading(title, this));
        column->addWidget(part);
    }
    column->addStretch(1);
    auto* hints = new QPushButton(tr("Show the first-run hints again"), this);
    hints->setAutoDefault(false);
    connect(hints, &QPushButton::clicked, this, [this, hints] {
        emit hintsRequested();
        hints->setEnabled(false);
    });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->addButton(hints, QDialogButtonBox::ResetRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &SettingsDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &SettingsDialog::reject);
    column->addWidget(buttons);
    setMinimumWidth(520);
    countCache();
}

QWidget* SettingsDialog::runPart()
{
    auto* part = new QWidget(this);
    QFormLayout* f = form(part);
    m_threads = new QSpinBox(part);
    m_threads->setRange(0, 4096);
    m_threads->setSpecialValueText(tr("all cores"));
    m_threads->setValue(m_settings.threads());
    addRow(f, tr("Threads"), m_threads, tr("Threads of jobs; results do not depend on it. Holds for what starts afterwards."));
    m_memory = new QDoubleSpinBox(part);
    m_memory->setRange(0, 1 << 20);
    m_memory->setDecimals(1);
    m_memory->setSpecialValueText(tr("no limit"));
    m_memory->setSuffix(tr(" GiB"));
    m_memory->setValue(static_cast<double>(m_settings.memoryLimit()) / kGiB);
    addRow(f, tr("Memory limit"), m_memory, tr("A job whose stated peak is above this is refused and says so."));
    m_device = new QComboBox(part);
    for (const auto& d : computeDevices()) m_device->addItem(coreText(d.title), text(d.name));
    m_device->setCurrentIndex(std::max(0, m_device->findData(m_work.device())));
    m_device->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    addRow(f, tr("Device"), m_device, tr("Where jobs compute. Holds for what starts afterwards; each result says where it was computed."));
    return part;
}

QWidget* SettingsDialog::appearancePart()
{
    auto* part = new QWidget(this);
    QFormLayout* f = form(part);
    m_theme = new QComboBox(part);
    m_theme->addItem(tr("as the system"), Theme::System);
    m_theme->addItem(tr("light"), Theme::Light);
    m_theme->addItem(tr("dark"), Theme::Dark);
    m_theme->setCurrentIndex(m_theme->findData(m_work.theme().mode()));
    addRow(f, tr("Theme"), m_theme, tr("G on the stage switches as well."));
    m_language = new QComboBox(part);
    m_language->addItem(tr("as the system"), QString());
    for (const auto& [code, name] : languages()) m_language->addItem(name, code);
    m_language->setCurrentIndex(std::max(0, m_language->findData(m_settings.language())));
    addRow(f, tr("Language"), m_language, tr("Holds from the next start."));
    m_scale = new QSpinBox(part);
    m_scale->setRange(100, 300);
    m_scale->setSingleStep(25);
    m_scale->setSuffix(QStringLiteral(" %"));
    m_scale->setValue(m_settings.scale());
    addRow(f, tr("Scale"), m_scale, tr("Size of everything, beside the scale of the system. Holds from the next start."));
    m_restart = new QLabel(tr("Language and scale hold from the next start."), part);
    m_restart->setProperty("secondary", true);
    f->addRow(QString(), m_restart);
    connect(m_language, &QComboBox::currentIndexChanged, this, &SettingsDialog::refreshRestart);
    connect(m_scale, &QSpinBox::valueChanged, this, &SettingsDialog::refreshRestart);
    refreshRestart();
    return part;
}

QWidget* SettingsDialog::cachePart()
{
    auto* part = new QWidget(this);
    QFormLayout* f = form(part);
    m_useCache = new QCheckBox(tr("Keep results, so that nothing is computed twice"), part);
    m_useCache->setToolTip(tr("By the content of the tensor, the recipe and the version; the command line uses the same results"));
    m_useCache->setChecked(m_cache.enabled);
    f->addRow(m_useCache);
    auto* line = new QWidget(part);
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_place = new QLineEdit(QDir::toNativeSeparators(text(m_cache.folder.string())), line);
    m_place->setAccessibleName(tr("Folder of the cache"));
    auto* browse = new QPushButton(tr("Choose…"), line);
    browse->setAutoDefault(false);
    browse->setAccessibleName(tr("Choose the folder of the cache"));
    connect(browse, &QPushButton::clicked, this, [this] {
        if (const QString folder = askFolder(this, tr("Folder of the result cache"), m_place->text()); !folder.isEmpty()) m_place->setText(folder);
    });
    row->addWidget(m_place, 1);
    row->addWidget(browse);
    addRow(f, tr("Place"), line, tr("A folder of its own; only results in it are ever deleted"));
    m_size = new QDoubleSpinBox(part);
    m_size->setRange(0.1, 1 << 20);
    m_size->setDecimals(1);
    m_size->setSuffix(tr(" GiB"));
    m_size->setValue(static_cast<double>(m_cache.bytes) / kGiB);
    addRow(f, tr("Size"), m_size, tr("What was not used for longest goes when this is passed"));
    auto* used = new QWidget(part);
    auto* usedRow = new QHBoxLayout(used);
    usedRow->setContentsMargins(0, 0, 0, 0);
    usedRow->setSpacing(8);
    m_used = new QLabel(used);
    m_clear = new QPushButton(tr("Clear"), used);
    m_clear->setAutoDefault(false);
    m_clear->setAccessibleName(tr("Delete all kept results"));
    connect(m_clear, &QPushButton::clicked, this, &SettingsDialog::clearCache);
    usedRow->addWidget(m_used, 1);
    usedRow->addWidget(m_clear);
    addRow(f, tr("In use"), used, tr("What is kept in this folder now"));
    m_used->setToolTip(explain(Figure::CacheUse));
    connect(m_place, &QLineEdit::editingFinished, this, &SettingsDialog::countCache);
    return part;
}

study::CacheConfig SettingsDialog::cacheConfig() const
{
    study::CacheConfig out;
    out.enabled = m_useCache->isChecked();
    out.folder = QDir::fromNativeSeparators(m_place->text().trimmed()).toStdString();
    if (!out.folder.is_absolute()) out.folder = m_cache.folder;
    out.bytes = static_cast<std::uint64_t>(m_size->value() * kGiB);
    return out;
}

void SettingsDialog::countCache()
{
    using Usage = study::ResultCache::Usage;
    m_clear->setEnabled(false);
    m_work.jobs().request<Usage>(
        this, QStringLiteral("cache"),
        [config = cacheConfig()](const Context&) -> Result<Usage> { return study::ResultCache(config.folder, config.bytes).usage(); },
        [this](Result<Usage> r) {
            if (!r) return;
            m_used->setText(tr("%1 in %2 results").arg(text(formatBytes(r->bytes)), text(formatCount(r->files))));
            m_clear->setEnabled(r->files > 0);
        });
}

void SettingsDialog::clearCache()
{
    using Usage = study::ResultCache::Usage;
    m_clear->setEnabled(false);
    m_work.jobs().request<Usage>(
        this, QStringLiteral("cache"),
        [config = cacheConfig()](const Context&) -> Result<Usage> { return study::ResultCache(config.folder, config.bytes).clear(); },
        [this](Result<Usage>) { countCache(); });
}

void SettingsDialog::refreshRestart()
{
    const bool changed = m_language->currentData().toString() != m_settings.language() || m_scale->value() != m_settings.scale();
    m_restart->setText(changed ? tr("● Language and scale change when Quantoscope is started again.") : tr("Language and scale hold from the next start."));
}

void SettingsDialog::accept()
{
    if (m_threads->value() != m_settings.threads()) {
        m_settings.setThreads(m_threads->value());
        m_work.jobs().setThreads(m_threads->value());
    }
    const auto limit = static_cast<std::uint64_t>(m_memory->value() * kGiB);
    m_settings.setMemoryLimit(limit);
    m_work.jobs().setMemoryLimit(limit);
    m_settings.setDevice(m_device->currentData().toString());
    m_work.setDevice(m_settings.device());
    m_work.theme().setMode(static_cast<Theme::Mode>(m_theme->currentData().toInt()));
    m_settings.setLanguage(m_language->currentData().toString());
    m_settings.setScale(m_scale->value());
    const study::CacheConfig now = cacheConfig();
    if (!(now == m_cache)) {
        m_work.setCache(study::openCache(now));
        m_work.jobs().request<bool>(
            &m_work, QStringLiteral("cache settings"),
            [now, file = m_cacheFile](const Context&) -> Result<bool> {
                QS_TRY(study::saveCacheConfig(now, file));
                return true;
            },
            [work = &m_work](Result<bool> r) {
                if (!r) emit work->runFailed(errorText(r.error()));
            });
    }
    QDialog::accept();
}

} // namespace qs::gui
