// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <QStringList>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace qs::gui {

/// What a number on show is. Tables, labels, read-outs and plots name their numbers by these; explain() has the words.
/// The order is that of the table in explain.cpp.
enum class Figure {
    // of a result
    BitsPerWeight, RelativeMse, OutputError, Sqnr, MaxError, Cosine, Seconds, Recipe, Tensor,
    // of a tensor
    Shape, TypeBits, TensorBytes, Mean, StandardDeviation, Kurtosis, AbsMax, Outliers, Histogram,
    // of a checkpoint
    FileBytes, TensorCount, Block, Expert, Filtered, Metadata, TokenId, TokenBytes, TokenScore, TokenCount, Finding,
    // of elements, rows, columns and groups
    Weight, DecodedWeight, ElementError, ElementAbsError, ElementSquaredError, ElementRelativeError, ErrorDifference, InputColumn, OutputRow, Selected, Group, Level, Usage, Scale, Code, LevelRank,
    Rms, RowMax, RowMean, PlaceRms, PlaceShare, PlaceOutput, Place, Inputs,
    // of curves and maps
    BinCount, BinCountDifference, LogElements, LogElementRatio, Magnitude, BinRms, BinRelativeMse, ErrorShare, GaussianQuantile, Quantile,
    // of recipes that have not run, and of the laboratory
    ForecastBits, PeakMemory, TrialMse, TrialSeconds, DeadLevels, LevelCount, LevelShare, LevelErrorShare, ColorRange,
    // of work and of the program
    Job, Progress, Rate, JobTime, Jobs, Threads, ResidentMemory, LogTime, CacheUse,
    // of two sessions
    ErrorChange, SessionMse, SessionBits,
    // of what a method has chosen
    FlipShare, FlipDirection, ClipRatio,
    // of evaluations and plans
    Mixture, Perplexity, LossDifference, Divergence, Agreement, ScoredTokens, TokenShare, TokenPlace, PlanError,
    Count_
};

/// One row of the table, in English; marked for translation.
struct FigureInfo {
    Figure figure;
    const char* id;      ///< as core's plots name it: "relative_mse"
    const char* what;
    const char* formula;
    const char* source;  ///< what it is computed from, or the paper
};

std::span<const FigureInfo> figures();
/// The figure that core names so; nothing for "" or an unknown name.
std::optional<Figure> figureNamed(std::string_view id);
/// What it is, in the window's language.
QString figureTitle(Figure figure);

/// "Explain this number": what it is, the formula, the values that went into this very number (`here`, one a line), and
/// where they come from; `of` names the tensor, file or recipe of this number.
QString explain(Figure figure, const QStringList& here = {}, const QString& of = {});
/// Of a text with several numbers: one after the other.
QString explain(const std::vector<Figure>& all, const QString& of = {});
/// Whether a tool tip came from explain().
bool isExplanation(const QString& text);

} // namespace qs::gui
