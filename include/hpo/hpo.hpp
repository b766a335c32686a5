#pragma once
/// \file  Everything, in reading order: hpo::hpo.
/// For programs, not for headers of hpo: including what is used compiles faster. Written by tests/layering.py --write.

#include <hpo/search.hpp>

#include <hpo/checkpoint/dtype.hpp>
#include <hpo/checkpoint/folder.hpp>
#include <hpo/checkpoint/folder_writer.hpp>
#include <hpo/checkpoint/foreign_file.hpp>
#include <hpo/checkpoint/hub_cache.hpp>
#include <hpo/checkpoint/model_config.hpp>
#include <hpo/checkpoint/names.hpp>
#include <hpo/checkpoint/safetensors.hpp>
#include <hpo/checkpoint/safetensors_header.hpp>
#include <hpo/checkpoint/safetensors_writer.hpp>
#include <hpo/checkpoint/torch_version.hpp>
#include <hpo/checkpoint/weights.hpp>

#include <hpo/placement/adopt.hpp>
#include <hpo/placement/context.hpp>
#include <hpo/placement/fill.hpp>
#include <hpo/placement/from_checkpoint.hpp>
#include <hpo/placement/inventory.hpp>
#include <hpo/placement/inventory_table.hpp>
#include <hpo/placement/place.hpp>
#include <hpo/placement/plan.hpp>
#include <hpo/placement/refuse_meta.hpp>
#include <hpo/placement/reinitialize.hpp>
#include <hpo/placement/self_initializing.hpp>
#include <hpo/placement/shared_memory.hpp>
#include <hpo/placement/stage.hpp>

#include <hpo/nn/model/check_batch.hpp>
#include <hpo/nn/model/config_reader.hpp>
#include <hpo/nn/model/encoder.hpp>
#include <hpo/nn/model/freeze.hpp>
#include <hpo/nn/model/head.hpp>
#include <hpo/nn/model/loss.hpp>
#include <hpo/nn/model/pass.hpp>
#include <hpo/nn/model/scope.hpp>
#include <hpo/nn/model/task_model.hpp>
#include <hpo/nn/model/tensor_options.hpp>
#include <hpo/nn/model/token_batch.hpp>

#include <hpo/nn/layers/activation.hpp>
#include <hpo/nn/layers/attention.hpp>
#include <hpo/nn/layers/checkpointing.hpp>
#include <hpo/nn/layers/dropout.hpp>
#include <hpo/nn/layers/embedding.hpp>
#include <hpo/nn/layers/head_transform.hpp>
#include <hpo/nn/layers/layer_norm.hpp>
#include <hpo/nn/layers/linear.hpp>
#include <hpo/nn/layers/lowest.hpp>
#include <hpo/nn/layers/pooling.hpp>
#include <hpo/nn/layers/rotary.hpp>
#include <hpo/nn/layers/rotary_heads.hpp>

#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/encoders/deberta.hpp>
#include <hpo/nn/encoders/deberta_config.hpp>
#include <hpo/nn/encoders/deberta_convolution.hpp>
#include <hpo/nn/encoders/deberta_embeddings.hpp>
#include <hpo/nn/encoders/deberta_layer.hpp>
#include <hpo/nn/encoders/deberta_position_scores.hpp>
#include <hpo/nn/encoders/deberta_positions.hpp>
#include <hpo/nn/encoders/distilbert.hpp>
#include <hpo/nn/encoders/electra.hpp>
#include <hpo/nn/encoders/embeddings.hpp>
#include <hpo/nn/encoders/encoder_stack.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/encoders/modernbert_config.hpp>
#include <hpo/nn/encoders/modernbert_layer.hpp>
#include <hpo/nn/encoders/pooled_encoder.hpp>
#include <hpo/nn/encoders/post_norm_config.hpp>
#include <hpo/nn/encoders/post_norm_encoder.hpp>
#include <hpo/nn/encoders/post_norm_layer.hpp>
#include <hpo/nn/encoders/roberta.hpp>

#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/heads/span_head.hpp>
#include <hpo/nn/heads/token_classification_head.hpp>

#include <hpo/nn/check_tokenizer.hpp>
#include <hpo/nn/from_pretrained.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include <hpo/nn/models.hpp>

#include <hpo/train/adamw.hpp>
#include <hpo/train/adamw_kernel.hpp>
#include <hpo/train/adamw_lists.hpp>
#include <hpo/train/answer_collector.hpp>
#include <hpo/train/answer_metrics.hpp>
#include <hpo/train/classification.hpp>
#include <hpo/train/classification_metrics.hpp>
#include <hpo/train/classification_scores.hpp>
#include <hpo/train/clip.hpp>
#include <hpo/train/collate.hpp>
#include <hpo/train/concepts.hpp>
#include <hpo/train/early_stopping.hpp>
#include <hpo/train/evaluate.hpp>
#include <hpo/train/fit.hpp>
#include <hpo/train/fit_result.hpp>
#include <hpo/train/options.hpp>
#include <hpo/train/parameters.hpp>
#include <hpo/train/schedule.hpp>
#include <hpo/train/snapshot.hpp>
#include <hpo/train/span_decoding.hpp>
#include <hpo/train/span_extraction.hpp>
#include <hpo/train/span_rows.hpp>
#include <hpo/train/step.hpp>

#include <hpo/agent/agent.hpp>
#include <hpo/agent/classification.hpp>
#include <hpo/agent/config.hpp>
#include <hpo/agent/consumers.hpp>
#include <hpo/agent/export.hpp>
#include <hpo/agent/metrics.hpp>
#include <hpo/agent/model_source.hpp>
#include <hpo/agent/options.hpp>
#include <hpo/agent/predictions.hpp>
#include <hpo/agent/span_extraction.hpp>
#include <hpo/agent/tokens.hpp>
#include <hpo/agent/trained_record.hpp>
#include <hpo/agent/trial_setup.hpp>
#include <hpo/agent/unsearched.hpp>

#include <hpo/sweep/agent/dry_run.hpp>
#include <hpo/sweep/agent/model_files.hpp>
#include <hpo/sweep/agent/prepare.hpp>
#include <hpo/sweep/agent/train_trial.hpp>

#include <hpo/app/apply.hpp>
#include <hpo/app/blas.hpp>
#include <hpo/app/cli.hpp>
#include <hpo/app/command.hpp>
#include <hpo/app/configuration.hpp>
#include <hpo/app/doctor.hpp>
#include <hpo/app/exit_code.hpp>
#include <hpo/app/gemm_speed.hpp>
#include <hpo/app/guarded_main.hpp>
#include <hpo/app/machine.hpp>
#include <hpo/app/run.hpp>
#include <hpo/app/train.hpp>
#include <hpo/app/tune.hpp>
#include <hpo/app/usage_text.hpp>
#include <hpo/app/verb_options.hpp>
