// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of formats.md A6.3, per architecture and naming.
#include "core/io/roles.h"

#include <QtTest>

using namespace qs::io;

namespace {

struct Row {
    const char* name;
    const char* role;
    int block = -1;
    int expert = -1;
    bool transposed = false;
};

std::string firstWrong(const char* architecture, std::initializer_list<Row> rows)
{
    for (const Row& r : rows) {
        const Place p = classify(r.name, architecture);
        if (roleName(p.role) != r.role || p.block != r.block || p.expert != r.expert || p.transposed != r.transposed)
            return std::string(r.name) + ": " + std::string(roleName(p.role)) + " block " + std::to_string(p.block) +
                   " expert " + std::to_string(p.expert) + (p.transposed ? " transposed" : "");
    }
    return "";
}

} // namespace

#define SAME(...) QCOMPARE(firstWrong(__VA_ARGS__), std::string())

class TestRoles : public QObject {
    Q_OBJECT
private slots:
    void names_roundTrip()
    {
        for (int i = 0; i < static_cast<int>(Role::Count); ++i)
            QVERIFY(roleFromName(roleName(static_cast<Role>(i))) == static_cast<Role>(i));
        QVERIFY(roleFromName("nothing") == Role::Count);
    }
    void linearRoles_areThoseInsideBlocks()
    {
        for (const Role r : {Role::QProj, Role::KProj, Role::VProj, Role::QkvProj, Role::OProj, Role::GateProj,
                             Role::UpProj, Role::GateUpProj, Role::DownProj})
            QVERIFY(isLinearRole(r));
        for (const Role r : {Role::Router, Role::Embedding, Role::PositionEmbedding, Role::LmHead, Role::Norm,
                             Role::Bias, Role::Other})
            QVERIFY(!isLinearRole(r));
    }
    void llamaFamily_huggingFace()
    {
        for (const char* a : {"llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", ""})
            SAME(a, {{"model.embed_tokens.weight", "embedding"},
                     {"model.norm.weight", "norm"},
                     {"lm_head.weight", "lm_head"},
                     {"model.layers.0.input_layernorm.weight", "norm", 0},
                     {"model.layers.12.self_attn.q_proj.weight", "q_proj", 12},
                     {"model.layers.1.self_attn.k_proj.weight", "k_proj", 1},
                     {"model.layers.1.self_attn.v_proj.weight", "v_proj", 1},
                     {"model.layers.1.self_attn.o_proj.weight", "o_proj", 1},
                     {"model.layers.1.self_attn.q_proj.bias", "bias", 1},
                     {"model.layers.1.self_attn.q_norm.weight", "norm", 1},
                     {"model.layers.1.self_attn.k_norm.weight", "norm", 1},
                     {"model.layers.1.post_attention_layernorm.weight", "norm", 1},
                     {"model.layers.1.pre_feedforward_layernorm.weight", "norm", 1},
                     {"model.layers.1.post_feedforward_layernorm.weight", "norm", 1},
                     {"model.layers.1.mlp.gate_proj.weight", "gate_proj", 1},
                     {"model.layers.1.mlp.up_proj.weight", "up_proj", 1},
                     {"model.layers.1.mlp.down_proj.weight", "down_proj", 1},
                     {"model.layers.1.self_attn.rotary_emb.inv_freq", "other", 1},
                     {"language_model.model.layers.7.mlp.up_proj.weight", "up_proj", 7}});
    }
    void llamaFamily_gguf()
    {
        for (const char* a : {"llama", "qwen2", "qwen3", "gemma", "gemma2", "gemma3", "gpt2", "gptneox", "phi2", ""})
            SAME(a, {{"token_embd.weight", "embedding"},
                     {"output_norm.weight", "norm"},
                     {"output.weight", "lm_head"},
                     {"output.bias", "bias"},
                     {"blk.0.attn_norm.weight", "norm", 0},
                     {"blk.30.attn_q.weight", "q_proj", 30},
                     {"blk.3.attn_k.weight", "k_proj", 3},
                     {"blk.3.attn_v.weight", "v_proj", 3},
                     {"blk.3.attn_output.weight", "o_proj", 3},
                     {"blk.3.attn_q.bias", "bias", 3},
                     {"blk.3.attn_q_norm.weight", "norm", 3},
                     {"blk.3.attn_k_norm.weight", "norm", 3},
                     {"blk.3.ffn_norm.weight", "norm", 3},
                     {"blk.3.post_attention_norm.weight", "norm", 3},
                     {"blk.3.post_ffw_norm.weight", "norm", 3},
                     {"blk.3.ffn_gate.weight", "gate_proj", 3},
                     {"blk.3.ffn_up.weight", "up_proj", 3},
                     {"blk.3.ffn_down.weight", "down_proj", 3},
                     {"rope_freqs.weight", "other"},
                     {"rope_factors_long.weight", "other"}});
    }
    void mixtralAndMoe_huggingFace()
    {
        for (const char* a : {"mixtral", "qwen2_moe", "qwen3_moe", ""})
            SAME(a, {{"model.layers.2.block_sparse_moe.gate.weight", "router", 2},
                     {"model.layers.2.block_sparse_moe.experts.7.w1.weight", "gate_proj", 2, 7},
                     {"model.layers.2.block_sparse_moe.experts.7.w2.weight", "down_proj", 2, 7},
                     {"model.layers.2.block_sparse_moe.experts.7.w3.weight", "up_proj", 2, 7},
                     {"model.layers.2.mlp.gate.weight", "router", 2},
                     {"model.layers.2.mlp.experts.63.gate_proj.weight", "gate_proj", 2, 63},
                     {"model.layers.2.mlp.experts.63.up_proj.weight", "up_proj", 2, 63},
                     {"model.layers.2.mlp.experts.63.down_proj.weight", "down_proj", 2, 63},
                     {"model.layers.2.mlp.shared_expert.gate_proj.weight", "gate_proj", 2},
                     {"model.layers.2.mlp.shared_expert_gate.weight", "router", 2},
                     {"model.layers.2.mlp.experts.gate_up_proj", "gate_up_proj", 2},
                     {"model.layers.2.mlp.experts.down_proj", "down_proj", 2},
                     {"model.layers.2.mlp.experts.gate_up_proj_bias", "bias", 2},
                     {"model.layers.2.mlp.router.weight", "router", 2}});
    }
    void mixtralAndMoe_gguf()
    {
        SAME("llama", {{"blk.2.ffn_gate_inp.weight", "router", 2},
                       {"blk.2.ffn_gate_exps.weight", "gate_proj", 2},
                       {"blk.2.ffn_up_exps.weight", "up_proj", 2},
                       {"blk.2.ffn_down_exps.weight", "down_proj", 2},
                       {"blk.2.ffn_gate.5.weight", "gate_proj", 2, 5},
                       {"blk.2.ffn_down.0.weight", "down_proj", 2, 0},
                       {"blk.2.ffn_gate_shexp.weight", "gate_proj", 2},
                       {"blk.2.ffn_gate_inp_shexp.weight", "router", 2}});
    }
    void gpt2_huggingFace_isTransposed()
    {
        for (const char* a : {"gpt2", ""})
            for (const std::string prefix : {"", "transformer."}) {
                const auto n = [&](const char* s) { return prefix + s; };
                SAME(a, {{n("wte.weight").c_str(), "embedding"},
                         {n("wpe.weight").c_str(), "position_embedding"},
                         {n("ln_f.weight").c_str(), "norm"},
                         {n("h.4.ln_1.weight").c_str(), "norm", 4},
                         {n("h.4.ln_2.bias").c_str(), "bias", 4},
                         {n("h.4.attn.c_attn.weight").c_str(), "qkv_proj", 4, -1, true},
                         {n("h.4.attn.c_attn.bias").c_str(), "bias", 4},
                         {n("h.4.attn.c_proj.weight").c_str(), "o_proj", 4, -1, true},
                         {n("h.4.mlp.c_fc.weight").c_str(), "up_proj", 4, -1, true},
                         {n("h.4.mlp.c_proj.weight").c_str(), "down_proj", 4, -1, true},
                         {n("h.4.attn.bias").c_str(), "other", 4},
                         {n("h.4.attn.masked_bias").c_str(), "other", 4}});
            }
    }
    void gpt2Names_ofPlainLinearLayers_areNotTransposed()
    {
        SAME("gpt_bigcode", {{"transformer.h.0.attn.c_attn.weight", "qkv_proj", 0},
                             {"transformer.h.0.mlp.c_fc.weight", "up_proj", 0}});
        SAME("starcoder2",
             {{"model.layers.0.mlp.c_fc.weight", "up_proj", 0}, {"model.layers.0.mlp.c_proj.weight", "down_proj", 0}});
        SAME("", {{"model.layers.0.mlp.c_fc.weight", "up_proj", 0}});
    }
    void gpt2_gguf()
    {
        SAME("gpt2", {{"token_embd.weight", "embedding"},
                      {"position_embd.weight", "position_embedding"},
                      {"blk.1.attn_qkv.weight", "qkv_proj", 1},
                      {"blk.1.attn_qkv.bias", "bias", 1},
                      {"blk.1.attn_output.weight", "o_proj", 1},
                      {"blk.1.ffn_up.weight", "up_proj", 1}});
    }
    void gptNeoX_huggingFace()
    {
        for (const char* a : {"gpt_neox", ""})
            SAME(a, {{"gpt_neox.embed_in.weight", "embedding"},
                     {"embed_out.weight", "lm_head"},
                     {"gpt_neox.final_layer_norm.weight", "norm"},
                     {"gpt_neox.layers.5.input_layernorm.weight", "norm", 5},
                     {"gpt_neox.layers.5.post_attention_layernorm.bias", "bias", 5},
                     {"gpt_neox.layers.5.attention.query_key_value.weight", "qkv_proj", 5},
                     {"gpt_neox.layers.5.attention.query_key_value.bias", "bias", 5},
                     {"gpt_neox.layers.5.attention.dense.weight", "o_proj", 5},
                     {"gpt_neox.layers.5.mlp.dense_h_to_4h.weight", "up_proj", 5},
                     {"gpt_neox.layers.5.mlp.dense_4h_to_h.weight", "down_proj", 5},
                     {"gpt_neox.layers.5.attention.bias", "other", 5},
                     {"gpt_neox.layers.5.attention.masked_bias", "other", 5},
                     {"gpt_neox.layers.5.attention.rotary_emb.inv_freq", "other", 5}});
    }
    void phi2_huggingFace()
    {
        for (const char* a : {"phi", ""})
            SAME(a, {{"model.layers.0.self_attn.q_proj.weight", "q_proj", 0},
                     {"model.layers.0.self_attn.dense.weight", "o_proj", 0},
                     {"model.layers.0.self_attn.dense.bias", "bias", 0},
                     {"model.layers.0.mlp.fc1.weight", "up_proj", 0},
                     {"model.layers.0.mlp.fc2.weight", "down_proj", 0},
                     {"model.final_layernorm.weight", "norm"},
                     {"lm_head.bias", "bias"}});
    }
    void phi3_bothNamings()
    {
        SAME("phi3", {{"model.layers.0.self_attn.qkv_proj.weight", "qkv_proj", 0},
                      {"model.layers.0.self_attn.o_proj.weight", "o_proj", 0},
                      {"model.layers.0.mlp.gate_up_proj.weight", "gate_up_proj", 0},
                      {"model.layers.0.mlp.down_proj.weight", "down_proj", 0},
                      {"blk.0.attn_qkv.weight", "qkv_proj", 0},
                      {"blk.0.ffn_up.weight", "gate_up_proj", 0},
                      {"blk.0.ffn_down.weight", "down_proj", 0},
                      {"rope_factors_short.weight", "other"}});
    }
    void opt_withAndWithoutPrefix()
    {
        for (const char* a : {"opt", ""})
            for (const std::string prefix : {"model.", ""}) {
                const auto n = [&](const char* s) { return prefix + "decoder." + s; };
                SAME(a, {{n("embed_tokens.weight").c_str(), "embedding"},
                         {n("embed_positions.weight").c_str(), "position_embedding"},
                         {n("project_in.weight").c_str(), "other"},
                         {n("final_layer_norm.weight").c_str(), "norm"},
                         {n("layers.9.self_attn.q_proj.weight").c_str(), "q_proj", 9},
                         {n("layers.9.self_attn.out_proj.weight").c_str(), "o_proj", 9},
                         {n("layers.9.self_attn.out_proj.bias").c_str(), "bias", 9},
                         {n("layers.9.self_attn_layer_norm.weight").c_str(), "norm", 9},
                         {n("layers.9.fc1.weight").c_str(), "up_proj", 9},
                         {n("layers.9.fc2.weight").c_str(), "down_proj", 9},
                         {n("layers.9.final_layer_norm.weight").c_str(), "norm", 9}});
            }
    }
    void bert_bothNamings()
    {
        for (const char* a : {"bert", ""})
            SAME(a, {{"bert.embeddings.word_embeddings.weight", "embedding"},
                     {"bert.embeddings.position_embeddings.weight", "position_embedding"},
                     {"embeddings.token_type_embeddings.weight", "embedding"},
                     {"bert.embeddings.LayerNorm.weight", "norm"},
                     {"bert.embeddings.LayerNorm.gamma", "norm"},
                     {"bert.embeddings.LayerNorm.beta", "bias"},
                     {"bert.encoder.layer.3.attention.self.query.weight", "q_proj", 3},
                     {"bert.encoder.layer.3.attention.self.key.weight", "k_proj", 3},
                     {"bert.encoder.layer.3.attention.self.value.weight", "v_proj", 3},
                     {"bert.encoder.layer.3.attention.self.value.bias", "bias", 3},
                     {"bert.encoder.layer.3.attention.output.dense.weight", "o_proj", 3},
                     {"bert.encoder.layer.3.attention.output.LayerNorm.weight", "norm", 3},
                     {"bert.encoder.layer.3.intermediate.dense.weight", "up_proj", 3},
                     {"bert.encoder.layer.3.output.dense.weight", "down_proj", 3},
                     {"bert.encoder.layer.3.output.LayerNorm.weight", "norm", 3},
                     {"bert.pooler.dense.weight", "other"},
                     {"cls.predictions.decoder.weight", "lm_head"},
                     {"cls.predictions.bias", "bias"},
                     {"cls.predictions.transform.dense.weight", "other"},
                     {"token_types.weight", "embedding"},
                     {"token_embd_norm.weight", "norm"},
                     {"blk.3.attn_output_norm.weight", "norm", 3},
                     {"blk.3.layer_output_norm.weight", "norm", 3}});
    }
    void quantizedParts_areOther()
    {
        SAME("llama", {{"model.layers.0.self_attn.q_proj.qweight", "other", 0},
                       {"model.layers.0.self_attn.q_proj.scales", "other", 0},
                       {"model.layers.0.self_attn.q_proj.g_idx", "other", 0},
                       {"model.layers.0.self_attn.q_proj.weight_scale", "other", 0}});
    }
    void oddNames_doNoHarm()
    {
        std::string dots(100'000, '.');
        for (const std::string& n :
             {std::string(), std::string("."), dots, std::string("layers."),
              std::string("layers.99999999999999999999.q_proj.weight"), std::string("layers.-1.q_proj.weight"),
              std::string("weight"), std::string("bias")})
            QVERIFY(classify(n, "llama").block == -1);
        QVERIFY(classify("q_proj.weight", "").role == Role::QProj);
    }
};

QTEST_GUILESS_MAIN(TestRoles)
#include "tst_roles.moc"
