// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/explain.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

namespace qs::gui {
namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Explain)
};

// Several figures share where they come from.
constexpr const char* kOfWeights = QT_TRANSLATE_NOOP("Figures", "all weights of the tensor as the file has them, and what the stored arrays decode to; sums in double");
constexpr const char* kOfTensor = QT_TRANSLATE_NOOP("Figures", "all elements of the tensor as the file has them; sums in double");
constexpr const char* kOfHeader = QT_TRANSLATE_NOOP("Figures", "the header of the checkpoint's files");
constexpr const char* kOfArrays = QT_TRANSLATE_NOOP("Figures", "the arrays that the artefact stores");
constexpr const char* kOfElement = QT_TRANSLATE_NOOP("Figures", "the tensor in the checkpoint's file");
constexpr const char* kOfPlace = QT_TRANSLATE_NOOP("Figures", "the weights of this place in the file, and what the stored arrays decode to");
constexpr const char* kOfProgram = QT_TRANSLATE_NOOP("Figures", "this program's own clock and counters");
constexpr const char* kOfTokenizer = QT_TRANSLATE_NOOP("Figures", "the tokenizer's file beside the checkpoint, or its metadata");
constexpr const char* kOfSession = QT_TRANSLATE_NOOP("Figures", "the figures that the two session files store");

constexpr const char* kOfTexts = QT_TRANSLATE_NOOP("Figures", "the scored tokens of the texts, each under the model's own tokenizer");

constexpr std::array kFigures = {
    FigureInfo{Figure::BitsPerWeight, "bits", QT_TRANSLATE_NOOP("Figures", "bits per weight (bpw): everything that is stored, for one weight"),
               QT_TRANSLATE_NOOP("Figures", "8 · Σ bytes of the stored arrays / weights"), kOfArrays},
    FigureInfo{Figure::RelativeMse, "relative_mse", QT_TRANSLATE_NOOP("Figures", "relative mean squared error of the weights; lower is better"), "‖Ŵ − W‖² / ‖W‖²", kOfWeights},
    FigureInfo{Figure::OutputError, "output", QT_TRANSLATE_NOOP("Figures", "relative squared error of the layer's output; lower is better"), "tr(E Σ Eᵀ) / tr(W Σ Wᵀ), E = Ŵ − W",
               QT_TRANSLATE_NOOP("Figures", "Σ = mean of x·xᵀ over the calibration file's inputs of the layer; the objective of GPTQ (Frantar et al., 2022)")},
    FigureInfo{Figure::Sqnr, "sqnr", QT_TRANSLATE_NOOP("Figures", "signal to quantization noise in decibels; higher is better"), "10·log₁₀(‖W‖² / ‖Ŵ − W‖²)", kOfWeights},
    FigureInfo{Figure::MaxError, "max_error", QT_TRANSLATE_NOOP("Figures", "largest error of one weight"), "max |ŵ − w|", kOfWeights},
    FigureInfo{Figure::Cosine, "cosine", QT_TRANSLATE_NOOP("Figures", "cosine of the angle between original and decoded weights; 1 is the same direction"), "⟨W, Ŵ⟩ / (‖W‖·‖Ŵ‖)", kOfWeights},
    FigureInfo{Figure::Seconds, "seconds", QT_TRANSLATE_NOOP("Figures", "time of this tensor under this recipe"),
               QT_TRANSLATE_NOOP("Figures", "end − start of reading, fitting, encoding and measuring"), kOfProgram},
    FigureInfo{Figure::Recipe, "recipe", QT_TRANSLATE_NOOP("Figures", "recipe: how the weights are quantized"),
               QT_TRANSLATE_NOOP("Figures", "transform × grid × assignment × residual, with the parameters behind each name"), QT_TRANSLATE_NOOP("Figures", "the recipe's text")},
    FigureInfo{Figure::Tensor, "tensor", QT_TRANSLATE_NOOP("Figures", "tensor: a matrix of the checkpoint"),
               QT_TRANSLATE_NOOP("Figures", "block . role of its name in the file"), kOfHeader},

    FigureInfo{Figure::Shape, "shape", QT_TRANSLATE_NOOP("Figures", "shape of the tensor"), QT_TRANSLATE_NOOP("Figures", "rows × columns as stored, [out, in]"), kOfHeader},
    FigureInfo{Figure::TypeBits, "type_bits", QT_TRANSLATE_NOOP("Figures", "stored type, and the bits it takes for one weight"),
               QT_TRANSLATE_NOOP("Figures", "8 · bytes of a block / weights of a block"),
               QT_TRANSLATE_NOOP("Figures", "the header of the checkpoint's files, and the definition of the type (IEEE 754, OCP, ggml)")},
    FigureInfo{Figure::TensorBytes, "tensor_bytes", QT_TRANSLATE_NOOP("Figures", "size of the tensor in its file"), QT_TRANSLATE_NOOP("Figures", "elements × bits of the type / 8"), kOfHeader},
    FigureInfo{Figure::Mean, "mean", QT_TRANSLATE_NOOP("Figures", "arithmetic mean of all finite elements"), "μ = Σ w / n", kOfTensor},
    FigureInfo{Figure::StandardDeviation, "std", QT_TRANSLATE_NOOP("Figures", "standard deviation of the population"), "σ = √(Σ (w − μ)² / n)", kOfTensor},
    FigureInfo{Figure::Kurtosis, "kurtosis", QT_TRANSLATE_NOOP("Figures", "excess kurtosis: 0 for a Gaussian, above for heavy tails"), "m₄ / m₂² − 3", kOfTensor},
    FigureInfo{Figure::AbsMax, "max", QT_TRANSLATE_NOOP("Figures", "largest magnitude"), "max |w|", kOfTensor},
    FigureInfo{Figure::Outliers, "outliers", QT_TRANSLATE_NOOP("Figures", "elements far out in the tails"), "#{|w − μ| > 6σ}", kOfTensor},
    FigureInfo{Figure::Histogram, "histogram", QT_TRANSLATE_NOOP("Figures", "histogram of the tensor; the numbers are its smallest and largest value"),
               QT_TRANSLATE_NOOP("Figures", "elements per bin, bins of one width from min w to max w"), kOfTensor},

    FigureInfo{Figure::FileBytes, "file_bytes", QT_TRANSLATE_NOOP("Figures", "size of the checkpoint or file"), QT_TRANSLATE_NOOP("Figures", "Σ bytes of its files"),
               QT_TRANSLATE_NOOP("Figures", "the file system")},
    FigureInfo{Figure::TensorCount, "tensor_count", QT_TRANSLATE_NOOP("Figures", "number of tensors"), QT_TRANSLATE_NOOP("Figures", "entries counted"), kOfHeader},
    FigureInfo{Figure::Block, "block", QT_TRANSLATE_NOOP("Figures", "block (layer) of the model, counted from 0"), QT_TRANSLATE_NOOP("Figures", "the number in the tensors' names"), kOfHeader},
    FigureInfo{Figure::Expert, "expert", QT_TRANSLATE_NOOP("Figures", "expert of a mixture-of-experts block, counted from 0"),
               QT_TRANSLATE_NOOP("Figures", "the number in the tensors' names, or the place in a stacked tensor"), kOfHeader},
    FigureInfo{Figure::Filtered, "filtered", QT_TRANSLATE_NOOP("Figures", "what the filter shows, of all"), QT_TRANSLATE_NOOP("Figures", "rows that match / all rows"),
               QT_TRANSLATE_NOOP("Figures", "the rows of this table")},
    FigureInfo{Figure::Metadata, "metadata", QT_TRANSLATE_NOOP("Figures", "entry of the checkpoint's metadata"), QT_TRANSLATE_NOOP("Figures", "key = value, as stored"),
               QT_TRANSLATE_NOOP("Figures", "the metadata of the file, and config.json")},
    FigureInfo{Figure::TokenId, "token_id", QT_TRANSLATE_NOOP("Figures", "id of the token"), QT_TRANSLATE_NOOP("Figures", "place in the vocabulary, counted from 0"), kOfTokenizer},
    FigureInfo{Figure::TokenBytes, "token_bytes", QT_TRANSLATE_NOOP("Figures", "length of the token's text"), QT_TRANSLATE_NOOP("Figures", "bytes in UTF-8"), kOfTokenizer},
    FigureInfo{Figure::TokenScore, "token_score", QT_TRANSLATE_NOOP("Figures", "score of the token"),
               QT_TRANSLATE_NOOP("Figures", "unigram: log p; BPE: rank of the merge, negative"), kOfTokenizer},
    FigureInfo{Figure::TokenCount, "token_count", QT_TRANSLATE_NOOP("Figures", "size of the vocabulary, and the number of merges"), QT_TRANSLATE_NOOP("Figures", "entries counted"), kOfTokenizer},
    FigureInfo{Figure::Finding, "finding", QT_TRANSLATE_NOOP("Figures", "finding of the file doctor"),
               QT_TRANSLATE_NOOP("Figures", "each tensor's values counted and compared with those of the other blocks"), kOfTensor},

    FigureInfo{Figure::Weight, "weight", QT_TRANSLATE_NOOP("Figures", "weight: one element of the tensor"), "w = W[row, column]", kOfElement},
    FigureInfo{Figure::DecodedWeight, "decoded_weight", QT_TRANSLATE_NOOP("Figures", "decoded weight"),
               QT_TRANSLATE_NOOP("Figures", "ŵ = level of its code × scale of its group (+ zero point), then the transform undone"), kOfArrays},
    FigureInfo{Figure::ElementError, "element_error", QT_TRANSLATE_NOOP("Figures", "error of one weight"), "e = ŵ − w", kOfPlace},
    FigureInfo{Figure::ElementAbsError, "element_abs_error", QT_TRANSLATE_NOOP("Figures", "magnitude of the error of one weight"), "|e| = |ŵ − w|", kOfPlace},
    FigureInfo{Figure::ElementSquaredError, "element_squared_error", QT_TRANSLATE_NOOP("Figures", "squared error of one weight"), "e² = (ŵ − w)²", kOfPlace},
    FigureInfo{Figure::ElementRelativeError, "element_relative_error", QT_TRANSLATE_NOOP("Figures", "error of one weight in units of the weight"), "(ŵ − w) / |w|", kOfPlace},
    FigureInfo{Figure::ErrorDifference, "error_difference", QT_TRANSLATE_NOOP("Figures", "whose error is larger: above 0 that of A"), "|e_A| − |e_B|", kOfPlace},
    FigureInfo{Figure::InputColumn, "input_column", QT_TRANSLATE_NOOP("Figures", "column: an input of the layer, counted from 0"), QT_TRANSLATE_NOOP("Figures", "second index of W[out, in]"), kOfElement},
    FigureInfo{Figure::OutputRow, "output_row", QT_TRANSLATE_NOOP("Figures", "row: an output of the layer, counted from 0"), QT_TRANSLATE_NOOP("Figures", "first index of W[out, in]"), kOfElement},
    FigureInfo{Figure::Selected, "selected", QT_TRANSLATE_NOOP("Figures", "rows and columns on show, or selected, counted from 0"), QT_TRANSLATE_NOOP("Figures", "first–last; weights = rows × columns"),
               QT_TRANSLATE_NOOP("Figures", "the selection that all views share")},
    FigureInfo{Figure::Group, "group", QT_TRANSLATE_NOOP("Figures", "group: weights that share a scale or a codebook"),
               QT_TRANSLATE_NOOP("Figures", "row · groups per row + column / group size"), kOfArrays},
    FigureInfo{Figure::Level, "level", QT_TRANSLATE_NOOP("Figures", "level: a value that a code of this group decodes to"), QT_TRANSLATE_NOOP("Figures", "entry of the grid × scale (+ zero point)"), kOfArrays},
    FigureInfo{Figure::Usage, "usage", QT_TRANSLATE_NOOP("Figures", "use of a level"), QT_TRANSLATE_NOOP("Figures", "weights of the group with this code / weights of the group"), kOfArrays},
    FigureInfo{Figure::Scale, "scale", QT_TRANSLATE_NOOP("Figures", "stored factor of a group: scale, zero point, or entry of a shared factor"),
               QT_TRANSLATE_NOOP("Figures", "value of the stored array at the group, decoded"), kOfArrays},
    FigureInfo{Figure::Code, "code", QT_TRANSLATE_NOOP("Figures", "code: which level the weight has taken"), QT_TRANSLATE_NOOP("Figures", "index of the level in its group's codebook"), kOfArrays},
    FigureInfo{Figure::LevelRank, "level_rank", QT_TRANSLATE_NOOP("Figures", "level of the group by size, the largest on top"), QT_TRANSLATE_NOOP("Figures", "rank among the group's levels"), kOfArrays},
    FigureInfo{Figure::Rms, "rms", QT_TRANSLATE_NOOP("Figures", "root mean square of a row or column"), "√(Σ v² / n)", kOfPlace},
    FigureInfo{Figure::RowMax, "row_max", QT_TRANSLATE_NOOP("Figures", "largest magnitude of a row or column"), "max |v|", kOfPlace},
    FigureInfo{Figure::RowMean, "row_mean", QT_TRANSLATE_NOOP("Figures", "mean of a row or column"), "Σ v / n", kOfPlace},
    FigureInfo{Figure::PlaceRms, "place_rms", QT_TRANSLATE_NOOP("Figures", "root mean square error of a row, column or group"), "√(Σ(ŵ − w)² / n)", kOfPlace},
    FigureInfo{Figure::PlaceShare, "place_share", QT_TRANSLATE_NOOP("Figures", "its part of the tensor's squared error"),
               QT_TRANSLATE_NOOP("Figures", "Σ(ŵ − w)² here / Σ(ŵ − w)² of the tensor"), kOfPlace},
    FigureInfo{Figure::PlaceOutput, "place_output", QT_TRANSLATE_NOOP("Figures", "its part of the error of the layer's output; below 0 where it makes up for others"),
               QT_TRANSLATE_NOOP("Figures", "its terms of tr(E Σ Eᵀ) / tr(E Σ Eᵀ) of the tensor"), kOfPlace},
    FigureInfo{Figure::Place, "place", QT_TRANSLATE_NOOP("Figures", "row, column or group of the tensor, counted from 0"), QT_TRANSLATE_NOOP("Figures", "sorted by rms error, the worst first"), kOfPlace},
    FigureInfo{Figure::Inputs, "inputs", QT_TRANSLATE_NOOP("Figures", "how large an input of the layer is over the calibration text"), "max |x|, √(Σx² / n), Σ|x| / n", QT_TRANSLATE_NOOP("Figures", "the calibration file")},

    FigureInfo{Figure::BinCount, "bin_count", QT_TRANSLATE_NOOP("Figures", "elements in a bin of the histogram"), "#{from ≤ w < to}", kOfTensor},
    FigureInfo{Figure::BinCountDifference, "bin_count_difference", QT_TRANSLATE_NOOP("Figures", "elements per bin of A less those of B"), "#A − #B", kOfArrays},
    FigureInfo{Figure::LogElements, "log_elements", QT_TRANSLATE_NOOP("Figures", "how many elements lie in this cell of the plot"), "log₁₀ n", kOfWeights},
    FigureInfo{Figure::LogElementRatio, "log_element_ratio", QT_TRANSLATE_NOOP("Figures", "where A has more elements than B (above 0) or fewer"), "log₁₀ (1 + n_A) / (1 + n_B)", kOfWeights},
    FigureInfo{Figure::Magnitude, "magnitude", QT_TRANSLATE_NOOP("Figures", "magnitude of the original weight"), "|w|", kOfElement},
    FigureInfo{Figure::BinRms, "bin_rms", QT_TRANSLATE_NOOP("Figures", "rms error of the weights of one bin of magnitude"), "√(Σ(ŵ − w)² / n)", kOfWeights},
    FigureInfo{Figure::BinRelativeMse, "bin_relative_mse", QT_TRANSLATE_NOOP("Figures", "relative mean squared error of the weights of one bin of magnitude"), "Σ(ŵ − w)² / Σw²", kOfWeights},
    FigureInfo{Figure::ErrorShare, "error_share", QT_TRANSLATE_NOOP("Figures", "part of the squared error that one bin of magnitude has"),
               QT_TRANSLATE_NOOP("Figures", "Σ(ŵ − w)² of the bin / Σ(ŵ − w)² of the tensor"), kOfWeights},
    FigureInfo{Figure::GaussianQuantile, "gaussian_quantile", QT_TRANSLATE_NOOP("Figures", "quantile of a Gaussian, in standard deviations"), "Φ⁻¹(p)",
               QT_TRANSLATE_NOOP("Figures", "the inverse normal distribution (Wilk and Gnanadesikan, 1968)")},
    FigureInfo{Figure::Quantile, "quantile", QT_TRANSLATE_NOOP("Figures", "quantile of the values, in their standard deviations"), "(F⁻¹(p) − μ) / σ", kOfTensor},

    FigureInfo{Figure::ForecastBits, "forecast_bits", QT_TRANSLATE_NOOP("Figures", "bits per weight that this recipe will store"),
               QT_TRANSLATE_NOOP("Figures", "8 · Σ bytes of the arrays to be stored / weights"), QT_TRANSLATE_NOOP("Figures", "the sizes that grid, transform and residual state for this shape")},
    FigureInfo{Figure::PeakMemory, "peak_memory", QT_TRANSLATE_NOOP("Figures", "working memory of the job, stated before it runs"),
               QT_TRANSLATE_NOOP("Figures", "matrix as float + codes + stored arrays + tiles of rows"), QT_TRANSLATE_NOOP("Figures", "the shape of the tensor and what the recipe's parts need")},
    FigureInfo{Figure::TrialMse, "trial_mse", QT_TRANSLATE_NOOP("Figures", "relative mean squared error of a trial; ≈ where it is of the first rows only"), "‖Ŵ − W‖² / ‖W‖²", kOfWeights},
    FigureInfo{Figure::TrialSeconds, "trial_seconds", QT_TRANSLATE_NOOP("Figures", "time that this recipe will take here"),
               QT_TRANSLATE_NOOP("Figures", "time of the trial × rows / rows of the trial"), kOfProgram},
    FigureInfo{Figure::DeadLevels, "dead_levels", QT_TRANSLATE_NOOP("Figures", "dead levels: no weight uses them"), "#{level : use = 0}", kOfArrays},
    FigureInfo{Figure::LevelCount, "level_count", QT_TRANSLATE_NOOP("Figures", "number of groups or levels"), QT_TRANSLATE_NOOP("Figures", "entries counted"), kOfArrays},
    FigureInfo{Figure::LevelShare, "level_share", QT_TRANSLATE_NOOP("Figures", "part of the weights whose nearest level this is"), QT_TRANSLATE_NOOP("Figures", "weights at this level / weights"), kOfTensor},
    FigureInfo{Figure::LevelErrorShare, "level_error_share", QT_TRANSLATE_NOOP("Figures", "part of the squared error that this level's weights have"),
               QT_TRANSLATE_NOOP("Figures", "Σ(level − w)² of its weights / Σ over all levels"), kOfTensor},
    FigureInfo{Figure::ColorRange, "color_range", QT_TRANSLATE_NOOP("Figures", "values that the colours stand for; marks on the left are the true extremes"),
               QT_TRANSLATE_NOOP("Figures", "1st to 99th percentile of the values on show, or as dragged; signed values: symmetric about 0"), kOfPlace},

    FigureInfo{Figure::Job, "job", QT_TRANSLATE_NOOP("Figures", "job: a tensor under a recipe, or other work in the background"),
               QT_TRANSLATE_NOOP("Figures", "block . role of the tensor, and the recipe's name"), kOfProgram},
    FigureInfo{Figure::Progress, "progress", QT_TRANSLATE_NOOP("Figures", "progress of work"), QT_TRANSLATE_NOOP("Figures", "elements read, quantized and measured / elements expected"), kOfProgram},
    FigureInfo{Figure::Rate, "rate", QT_TRANSLATE_NOOP("Figures", "rate of the job in millions of elements a second"), QT_TRANSLATE_NOOP("Figures", "elements done / running time"), kOfProgram},
    FigureInfo{Figure::JobTime, "job_time", QT_TRANSLATE_NOOP("Figures", "running time without pauses, or what is left of it"),
               QT_TRANSLATE_NOOP("Figures", "left = time × (1 − progress) / progress"), kOfProgram},
    FigureInfo{Figure::Jobs, "jobs", QT_TRANSLATE_NOOP("Figures", "jobs that run, wait or rest"), QT_TRANSLATE_NOOP("Figures", "entries of the job list that have not ended"), kOfProgram},
    FigureInfo{Figure::Threads, "threads", QT_TRANSLATE_NOOP("Figures", "threads that jobs compute with"), QT_TRANSLATE_NOOP("Figures", "the setting, or all that the machine has"),
               QT_TRANSLATE_NOOP("Figures", "the settings and the operating system")},
    FigureInfo{Figure::ResidentMemory, "resident_memory", QT_TRANSLATE_NOOP("Figures", "resident memory of Quantoscope"), QT_TRANSLATE_NOOP("Figures", "resident pages × page size"),
               QT_TRANSLATE_NOOP("Figures", "the operating system")},
    FigureInfo{Figure::LogTime, "log_time", QT_TRANSLATE_NOOP("Figures", "when it happened"), QT_TRANSLATE_NOOP("Figures", "local time"), kOfProgram},
    FigureInfo{Figure::CacheUse, "cache_use", QT_TRANSLATE_NOOP("Figures", "what the result cache holds"), QT_TRANSLATE_NOOP("Figures", "Σ bytes of its files; one file a result"),
               QT_TRANSLATE_NOOP("Figures", "the file system")},

    FigureInfo{Figure::ErrorChange, "error_change", QT_TRANSLATE_NOOP("Figures", "change of the relative mean squared error"), QT_TRANSLATE_NOOP("Figures", "after / before − 1"), kOfSession},
    FigureInfo{Figure::SessionMse, "session_mse", QT_TRANSLATE_NOOP("Figures", "relative mean squared error as the session stores it"), "‖Ŵ − W‖² / ‖W‖²", kOfSession},
    FigureInfo{Figure::SessionBits, "session_bits", QT_TRANSLATE_NOOP("Figures", "bits per weight as the session stores them"), QT_TRANSLATE_NOOP("Figures", "stored bits / weights"), kOfSession},

    FigureInfo{Figure::FlipShare, "flip_share", QT_TRANSLATE_NOOP("Figures", "weights that take another level than the nearest of their group"),
               QT_TRANSLATE_NOOP("Figures", "100 · #{w : code ≠ nearest code} / weights of the cell"), kOfPlace},
    FigureInfo{Figure::FlipDirection, "flip_direction", QT_TRANSLATE_NOOP("Figures", "which way weights were moved: above 0 more of them up than down"),
               QT_TRANSLATE_NOOP("Figures", "100 · (#{level above the nearest} − #{level below}) / weights of the cell"), kOfPlace},
    FigureInfo{Figure::ClipRatio, "clip_ratio", QT_TRANSLATE_NOOP("Figures", "clip ratio: how much of a group's range its levels cover"),
               QT_TRANSLATE_NOOP("Figures", "100 · (largest level − least level) / (max w − min w)"), kOfWeights},
    FigureInfo{Figure::Mixture, "mixture", QT_TRANSLATE_NOOP("Figures", "mixture: which recipe stands for which layer"),
               QT_TRANSLATE_NOOP("Figures", "for each layer one result, or the checkpoint's own weights"), QT_TRANSLATE_NOOP("Figures", "the choices in the table of layers and recipes, or of a budget")},
    FigureInfo{Figure::Perplexity, "perplexity", QT_TRANSLATE_NOOP("Figures", "perplexity: among how many tokens the model hesitates; lower is better"), "exp(−Σ ln p / n)", kOfTexts},
    FigureInfo{Figure::LossDifference, "loss_difference", QT_TRANSLATE_NOOP("Figures", "loss above that of the original on the same tokens, in nats a token; lower is better"), "Σ(ln p₀ − ln p) / n", kOfTexts},
    FigureInfo{Figure::Divergence, "divergence", QT_TRANSLATE_NOOP("Figures", "how far the distribution of the next token is from the original's, in nats; 0 is the same"), "KL = Σ p₀ · ln(p₀ / p)", kOfTexts},
    FigureInfo{Figure::Agreement, "agreement", QT_TRANSLATE_NOOP("Figures", "part of the tokens where both find the same token most likely; higher is better"), "#{argmax p = argmax p₀} / n", kOfTexts},
    FigureInfo{Figure::ScoredTokens, "scored_tokens", QT_TRANSLATE_NOOP("Figures", "tokens that were scored"), QT_TRANSLATE_NOOP("Figures", "tokens of the windows without the first of each, and without those scored before"), kOfTexts},
    FigureInfo{Figure::TokenShare, "token_share", QT_TRANSLATE_NOOP("Figures", "part of the tokens whose loss moves by so much"), "#{from ≤ ln p₀ − ln p < to} / n", kOfTexts},
    FigureInfo{Figure::TokenPlace, "token_place", QT_TRANSLATE_NOOP("Figures", "token of the text, counted from 0"), QT_TRANSLATE_NOOP("Figures", "place among the scored tokens"), kOfTexts},
    FigureInfo{Figure::PlanError, "plan_error", QT_TRANSLATE_NOOP("Figures", "mean relative error of all layers, of their outputs where a calibration is there; lower is better"),
               QT_TRANSLATE_NOOP("Figures", "Σ weights of the layer × its relative error / Σ weights"), QT_TRANSLATE_NOOP("Figures", "the measured results of each layer")},
};

constexpr bool inOrder()
{
    for (std::size_t i = 0; i < kFigures.size(); ++i)
        if (kFigures[i].figure != static_cast<Figure>(i)) return false;
    return kFigures.size() == static_cast<std::size_t>(Figure::Count_);
}
static_assert(inOrder(), "the table has one row for each figure, in their order");

QString own(const char* english) { return QCoreApplication::translate("Figures", english); }

const FigureInfo& infoOf(Figure figure) { return kFigures[static_cast<std::size_t>(figure)]; }

// What stands before the value in a line: "Formula: ".
QString prefixOf(const QString& line) { return line.section(QStringLiteral("%1"), 0, 0); }

} // namespace

std::span<const FigureInfo> figures() { return kFigures; }

std::optional<Figure> figureNamed(std::string_view id)
{
    const auto it = std::find_if(kFigures.begin(), kFigures.end(), [&](const FigureInfo& f) { return f.id == id; });
    if (it == kFigures.end()) return std::nullopt;
    return it->figure;
}

QString figureTitle(Figure figure) { return own(infoOf(figure).what); }

QString explain(Figure figure, const QStringList& here, const QString& of)
{
    const FigureInfo& f = infoOf(figure);
    QStringList lines{own(f.what), Texts::tr("Formula: %1").arg(own(f.formula))};
    for (const QString& line : here)
        if (!line.isEmpty()) lines << line;
    const QString source = own(f.source);
    lines << Texts::tr("Source: %1").arg(of.isEmpty() ? source : of + QStringLiteral("; ") + source);
    return lines.join(QLatin1Char('\n'));
}

QString explain(const std::vector<Figure>& all, const QString& of)
{
    QStringList out;
    for (const Figure f : all) out << explain(f, {}, of);
    return out.join(QStringLiteral("\n\n"));
}

bool isExplanation(const QString& text)
{
    return text.contains(QLatin1Char('\n') + prefixOf(Texts::tr("Formula: %1"))) && text.contains(QLatin1Char('\n') + prefixOf(Texts::tr("Source: %1")));
}

} // namespace qs::gui
