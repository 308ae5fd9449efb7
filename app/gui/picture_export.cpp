// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/picture_export.h"

#include "app/gui/stage.h"
#include "widgets/plots/plot_view.h"

#include <QDir>
#include <QSaveFile>

namespace qs::gui {

Status saveText(const QString& path, const QString& text)
{
    QSaveFile file(path);
    const QByteArray bytes = text.toUtf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(Error(ErrorCode::Io, "can't write this file").inFile(path.toStdString()).got(file.errorString().toStdString()));
    return {};
}

Result<int> saveAllPlots(Stage& stage, const QString& folder, bool print)
{
    const QDir dir(folder);
    int n = 0;
    for (int i = 0; i < stage.count(); ++i) {
        int k = 0;
        for (PlotView* plot : stage.page(i)->plots()) {
            if (!plot || plot->csv().isEmpty()) continue; // nothing on show
            const QString name = stage.id(i) + (k == 0 ? QString() : QStringLiteral("_%1").arg(k + 1));
            ++k;
            const QString picture = dir.filePath(name + QStringLiteral(".png"));
            if (!plot->exportPicture(picture, {1440, 900}, print))
                return fail(Error(ErrorCode::Io, "can't write this picture").inFile(picture.toStdString()));
            QS_TRY(saveText(dir.filePath(name + QStringLiteral(".csv")), plot->csv()));
            ++n;
        }
    }
    return n;
}

} // namespace qs::gui
