// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_arguments.h"
#include "app/cli/model_run_options.h"
#include "app/cli/progress_line.h"
#include "core/base/format.h"
#include "core/io/formats/safetensors/writer.h"
#include "core/linalg/gemm.h"
#include "core/model/token_file.h"

#include <chrono>
#include <cmath>
#include <map>
#include <optional>

namespace qs::cli {
namespace {

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// What is written, by name: [tokens, width] each but the logits, which are made while they are written.
struct Outputs {
    std::map<std::string, std::shared_ptr<const Matrix>> matrices;
    std::map<std::string, Shape> shapes;
    void add(const std::string& name, std::shared_ptr<const Matrix> values, Shape shape)
    {
        matrices[name] = std::move(values);
        shapes[name] = std::move(shape);
    }
};

std::shared_ptr<const Matrix> copyOf(MatrixView x)
{
    auto m = std::make_shared<Matrix>(x.rows, x.cols);
    std::copy(x.data.begin(), x.data.end(), m->data().begin());
    return m;
}

/// The file's name of a layer without ".weight"; experts that the file stacks get their number.
std::string moduleName(const model::Model& model, const model::LinearSpec& layer)
{
    std::string name = model.tensorName(layer);
    if (name.ends_with(".weight")) name.resize(name.size() - std::string_view(".weight").size());
    const std::string number = std::to_string(std::max(layer.expert, 0));
    if (layer.expert >= 0 && name.find("." + number + ".") == std::string::npos) name += "." + number;
    return name;
}

std::uint64_t floats(Index a, Index b)
{
    return static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b) * sizeof(float);
}

// Peak memory and time of a run: what is kept until it is written, one block, one batch, the head.
Outcome plan(const model::Model& model, const model::Tokens& tokens, bool inputs)
{
    const auto& c = model.config();
    const Index n = tokens.count();
    const Index vocabulary = c.vocabulary;
    std::uint64_t kept = floats(n, (c.blocks + 3) * c.hidden);
    double perToken = static_cast<double>(vocabulary) * static_cast<double>(c.embedWidth);
    for (Index b = 0; b < c.blocks; ++b) {
        const auto described = model.block(b); // what it lists lies in it
        for (const auto* l : described.description().linears()) {
            const double share =
                l->expert < 0 ? 1 : static_cast<double>(c.expertsPerToken) / static_cast<double>(c.experts);
            perToken += static_cast<double>(l->out) * static_cast<double>(l->in) * share;
            if (inputs) kept += static_cast<std::uint64_t>(share * static_cast<double>(floats(n, l->in)));
        }
    }
    const Index batch = inputs ? n : std::min(n, std::max<Index>(2048, tokens.length)); // see run.batchTokens below
    const std::uint64_t work =
        floats(batch, 8 * c.hidden + 4 * c.heads * c.headDim + 3 * c.inner * std::max<Index>(1, c.expertsPerToken));
    const std::uint64_t peak =
        kept + model.blockBytes() + work + floats(vocabulary, c.embedWidth) + (std::uint64_t(128) << 20);
    // The machine's rate, from one small product.
    constexpr Index kSide = 512;
    const Matrix a(kSide, kSide);
    Matrix product(kSide, kSide);
    const auto start = std::chrono::steady_clock::now();
    linalg::gemmHere(kSide, kSide, kSide, linalg::plain(a), linalg::plain(a), product.data().data(), kSide);
    const double rate = 2 * std::pow(static_cast<double>(kSide), 3) / std::max(1e-6, secondsSince(start));
    const double seconds = 2 * perToken * static_cast<double>(n) / rate;
    Outcome out;
    out.json = {{"dry_run", true},
                {"sequences", tokens.sequences},
                {"length", tokens.length},
                {"peak_bytes", peak},
                {"estimated_seconds", seconds}};
    out.text = "would run " + formatCount(static_cast<std::uint64_t>(n)) + " tokens, peak memory " + formatBytes(peak)
               + ", at most about " + formatSeconds(seconds) + "\n";
    return out;
}

Result<Outcome> forward(const Invocation& invocation)
{
    const auto& options = invocation.options;
    const Context& context = invocation.context;
    QS_ASSIGN(model::RunOptions run, chosenRunOptions(invocation));
    const std::filesystem::path target = options.value("--out");
    if (target.extension() != ".safetensors")
        return fail(Error(ErrorCode::Usage, "wrong value for --out")
                        .wanted("a name that ends with .safetensors")
                        .got("'" + target.string() + "'"));
    const bool inputs = options.has("--inputs");
    QS_ASSIGN(const auto source, openArgument(invocation));
    QS_ASSIGN(const auto model, model::Model::open(source));
    QS_ASSIGN(const model::Tokens tokens, model::readTokens(options.value("--ids"), context));
    Outcome planned = plan(*model, tokens, inputs);
    const auto peak = planned.json["peak_bytes"].get<std::uint64_t>();
    if (context.memoryLimit > 0 && peak > context.memoryLimit)
        return fail(Error(ErrorCode::Lacking, "this run needs more memory than --memory-limit allows")
                        .wanted(formatBytes(peak))
                        .got(formatBytes(context.memoryLimit))
                        .fix("run fewer tokens at a time, or without --inputs"));
    if (invocation.common.dryRun) return planned;
    const auto onExisting = invocation.common.force ? io::OnExisting::Replace : io::OnExisting::Refuse;
    QS_ASSIGN(auto file, io::CrashSafeFile::create(target, onExisting));

    const auto start = std::chrono::steady_clock::now();
    std::optional<ProgressLine> progress;
    if (!invocation.common.quiet) progress.emplace(context.progress, "forward");
    Outputs outputs;
    const Shape stream{tokens.sequences, tokens.length, model->config().hidden};
    run.hidden = [&](Index l, const Matrix& hidden) -> Status {
        outputs.add("hidden." + std::to_string(l), copyOf(hidden), stream);
        return {};
    };
    // A batch is all tokens where inputs are kept: one matrix per layer.
    if (inputs) {
        run.batchTokens = std::max<Index>(run.batchTokens, tokens.count());
        run.observer = [&](const model::LinearInput& in) -> Status {
            const auto values = copyOf(in.x);
            for (const auto* layer : in.layers)
                outputs.add("linear_input." + moduleName(*model, *layer), values, Shape{in.x.rows, in.x.cols});
            return {};
        };
    }
    auto hidden = model::runModel(context, *model, tokens, run);
    if (!hidden) return fail(std::move(hidden.error()));
    QS_ASSIGN(const model::Head head, model->loadHead(context));
    auto final = std::make_shared<Matrix>();
    QS_TRY(head.finish(context, *hidden, *final));
    outputs.add("hidden.final", final, Shape{tokens.sequences, tokens.length, final->cols()});
    outputs.shapes["logits"] = Shape{tokens.sequences, tokens.length, head.vocabulary()};

    std::vector<io::TensorDeclaration> declared;
    for (const auto& [name, shape] : outputs.shapes) declared.push_back({name, DType::F32, shape});
    QS_ASSIGN(const auto writer, io::SafetensorsWriter::plan(std::move(declared), {}));
    bool finite = true;
    QS_TRY(writer.writeFile(
        0, file.output(),
        [&](std::size_t i, const io::ByteSink& sink) -> Status {
            const auto known = outputs.matrices.find(writer.tensors()[i].name);
            if (known != outputs.matrices.end()) return sink(std::as_bytes(known->second->data()));
            return head.forEachLogits(context, *final, [&](Index, Matrix& logits) -> Status {
                for (const float v : logits.data()) finite = finite && std::isfinite(v);
                return sink(std::as_bytes(std::span<const float>(logits.data())));
            });
        },
        context));
    if (context.stopped()) return cancelled();
    QS_TRY(file.commit());
    progress.reset();

    Outcome out;
    Json list = Json::array();
    for (const auto& t : writer.tensors())
        list.push_back({{"name", t.name}, {"dtype", dtypeName(t.dtype)}, {"shape", shapeJson(t.shape)}});
    out.json = {{"out", target.string()},        {"architecture", model->config().architecture},
                {"sequences", tokens.sequences}, {"length", tokens.length},
                {"tensors", std::move(list)},    {"bytes", writer.files()[0].bytes},
                {"seconds", secondsSince(start)}};
    out.text = "wrote " + escapeText(target.string()) + " (" + formatBytes(writer.files()[0].bytes) + ", "
               + formatCount(writer.tensors().size()) + " tensors of "
               + formatCount(static_cast<std::uint64_t>(tokens.count())) + " tokens)\n";
    if (!finite) out.warnings.push_back("logits hold values that are not finite");
    return out;
}

} // namespace

void registerForward(CommandRegistry& registry);
void registerForward(CommandRegistry& registry)
{
    std::vector<OptionSpec> options = {
        {"--ids", "FILE.npy", "token ids, [texts, tokens], I32 or I64", false, true},
        {"--out", "FILE.safetensors", "where to write logits and hidden states", false, true},
        {"--inputs", "", "write what each linear layer reads, too", false, false}};
    for (auto& o : modelRunOptions()) options.push_back(std::move(o));
    registry.add({"forward", "Runs the model on tokens and writes logits and hidden states", "PATH", 1, 1,
                  std::move(options), forward});
}

} // namespace qs::cli
