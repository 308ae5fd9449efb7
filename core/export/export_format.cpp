// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/export/export_format.h"

#include "core/blocks/ggml/ggml_parts.h"

#include <cctype>

namespace qs::exporting {

namespace {

constexpr const char* kPlainTypes = "f32|f16|bf16";

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

std::optional<DType> plainType(std::string_view value)
{
    if (value == "f32") return DType::F32;
    if (value == "f16") return DType::F16;
    if (value == "bf16") return DType::BF16;
    return std::nullopt;
}

// Plain types, and the block types that the grid `ggml` writes.
std::optional<DType> ggufType(std::string_view value)
{
    if (const auto plain = plainType(value)) return plain;
    for (const auto& form : blocks::ggmlForms())
        if (lower(dtypeName(form.type)) == value) return form.type;
    return std::nullopt;
}

std::string ggufTypes()
{
    std::string out = kPlainTypes;
    for (const auto& form : blocks::ggmlForms()) out += "|" + lower(dtypeName(form.type));
    return out;
}

const char* keysOf(ExportFormat::Kind kind)
{
    if (kind == ExportFormat::Safetensors) return "dtype=f32|f16|bf16, names=keep|hf";
    if (kind == ExportFormat::Gguf) return "type=TYPE, pre=NAME";
    return "no keys";
}

} // namespace

Result<ExportFormat> ExportFormat::parse(std::string_view text)
{
    ExportFormat f;
    const auto colon = text.find(':');
    const std::string name(text.substr(0, colon));
    if (name == "safetensors") f.kind = Safetensors;
    else if (name == "quantoscope") f.kind = Quantoscope;
    else if (name == "npz") f.kind = Npz;
    else if (name == "gguf") f.kind = Gguf;
    else
        return fail(Error(ErrorCode::Usage, "no export format of this name")
                        .wanted("safetensors, quantoscope, npz or gguf")
                        .got("'" + name + "'"));
    std::string_view rest = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        const std::string_view pair = rest.substr(0, comma);
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        const auto equals = pair.find('=');
        const std::string_view key = pair.substr(0, equals);
        const std::string_view value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
        const auto wrong = [&](const std::string& wanted) {
            return fail(Error(ErrorCode::Usage, "wrong value of " + std::string(key) + " in the format")
                            .wanted(wanted)
                            .got("'" + std::string(value) + "'"));
        };
        if ((f.kind == Safetensors && key == "dtype") || (f.kind == Gguf && key == "type")) {
            if (f.dtype) return fail(ErrorCode::Usage, std::string(key) + " is given twice in the format");
            f.dtype = f.kind == Gguf ? ggufType(lower(value)) : plainType(value);
            if (!f.dtype) return wrong(f.kind == Gguf ? ggufTypes() : kPlainTypes);
        } else if (f.kind == Safetensors && key == "names") {
            if (value != "keep" && value != "hf") return wrong("keep|hf");
            f.hfNames = value == "hf";
        } else if (f.kind == Gguf && key == "pre") {
            if (value.empty()) return wrong("a name that llama.cpp knows, like llama-bpe");
            f.pre = value;
        } else {
            return fail(Error(ErrorCode::Usage, "format " + name + " has no key '" + std::string(key) + "'").wanted(keysOf(f.kind)));
        }
    }
    return f;
}

const char* ExportFormat::name() const
{
    switch (kind) {
    case Quantoscope: return "quantoscope";
    case Npz: return "npz";
    case Gguf: return "gguf";
    case Safetensors: break;
    }
    return "safetensors";
}

std::string ExportFormat::text() const
{
    std::string out;
    if (dtype) out += (kind == Gguf ? "type=" : "dtype=") + lower(dtypeName(*dtype));
    if (hfNames) out += (out.empty() ? "" : ",") + std::string("names=hf");
    if (!pre.empty()) out += (out.empty() ? "pre=" : ",pre=") + pre;
    return out.empty() ? name() : std::string(name()) + ":" + out;
}

bool ExportFormat::isFileTarget(const std::filesystem::path& target) const
{
    if (kind == Npz) return target.extension() == ".npz";
    if (kind == Gguf) return target.extension() == ".gguf";
    return kind == Quantoscope && target.extension() == ".safetensors";
}

const char* ExportFormat::fileInFolder() const { return kind == Npz ? "model.npz" : kind == Gguf ? "model.gguf" : ""; }

} // namespace qs::exporting
