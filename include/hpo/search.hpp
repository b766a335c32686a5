#pragma once
/// \file  Everything that needs no torch, in reading order: hpo::search.
/// For programs, not for headers of hpo: including what is used compiles faster. Written by tests/layering.py --write.

#include <hpo/core/answer.hpp>
#include <hpo/core/crc32.hpp>
#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/file.hpp>
#include <hpo/core/file_descriptor.hpp>
#include <hpo/core/fixed_string.hpp>
#include <hpo/core/folder.hpp>
#include <hpo/core/function_ref.hpp>
#include <hpo/core/join.hpp>
#include <hpo/core/json.hpp>
#include <hpo/core/json_depth.hpp>
#include <hpo/core/mapped_file.hpp>
#include <hpo/core/one_line.hpp>
#include <hpo/core/philox.hpp>
#include <hpo/core/suggestion.hpp>
#include <hpo/core/trial_end.hpp>
#include <hpo/core/type_list.hpp>
#include <hpo/core/utf8.hpp>
#include <hpo/core/version.hpp>

#include <hpo/config/convert.hpp>
#include <hpo/config/document.hpp>
#include <hpo/config/limits.hpp>
#include <hpo/config/node.hpp>
#include <hpo/config/parse.hpp>
#include <hpo/config/place.hpp>
#include <hpo/config/problems.hpp>
#include <hpo/config/read.hpp>
#include <hpo/config/write.hpp>

#include <hpo/space/assignment.hpp>
#include <hpo/space/condition.hpp>
#include <hpo/space/constraint.hpp>
#include <hpo/space/consumption.hpp>
#include <hpo/space/distribution.hpp>
#include <hpo/space/distribution_json.hpp>
#include <hpo/space/enumerate.hpp>
#include <hpo/space/expression.hpp>
#include <hpo/space/grid.hpp>
#include <hpo/space/literal.hpp>
#include <hpo/space/param.hpp>
#include <hpo/space/python_json.hpp>
#include <hpo/space/read_enqueued.hpp>
#include <hpo/space/read_space.hpp>
#include <hpo/space/refusal.hpp>
#include <hpo/space/search_space.hpp>
#include <hpo/space/space.hpp>
#include <hpo/space/value.hpp>
#include <hpo/space/value_json.hpp>
#include <hpo/space/values.hpp>
#include <hpo/space/write_space.hpp>

#include <hpo/storage/any_storage.hpp>
#include <hpo/storage/attributes.hpp>
#include <hpo/storage/datetime.hpp>
#include <hpo/storage/history.hpp>
#include <hpo/storage/memory_storage.hpp>
#include <hpo/storage/row_words.hpp>
#include <hpo/storage/schema.hpp>
#include <hpo/storage/sqlite_connection.hpp>
#include <hpo/storage/sqlite_path.hpp>
#include <hpo/storage/sqlite_read.hpp>
#include <hpo/storage/sqlite_storage.hpp>
#include <hpo/storage/sqlite_transaction.hpp>
#include <hpo/storage/sqlite_write.hpp>
#include <hpo/storage/storage.hpp>
#include <hpo/storage/trial.hpp>
#include <hpo/storage/violation.hpp>

#include <hpo/search/math/argsort.hpp>
#include <hpo/search/math/cholesky.hpp>
#include <hpo/search/math/lbfgsb.hpp>
#include <hpo/search/math/sobol.hpp>
#include <hpo/search/math/sobol_directions.hpp>
#include <hpo/search/math/symmetric_eigen.hpp>
#include <hpo/search/math/truncated_normal.hpp>

#include <hpo/search/pareto/better.hpp>
#include <hpo/search/pareto/hypervolume.hpp>
#include <hpo/search/pareto/nondominated_sort.hpp>
#include <hpo/search/pareto/pareto_front.hpp>
#include <hpo/search/pareto/reference_point.hpp>
#include <hpo/search/pareto/signed_values.hpp>

#include <hpo/search/sampling/generations.hpp>
#include <hpo/search/sampling/hyperband_brackets.hpp>
#include <hpo/search/sampling/intermediate_values.hpp>
#include <hpo/search/sampling/observations.hpp>
#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/search/sampling/sampler.hpp>
#include <hpo/search/sampling/scale.hpp>
#include <hpo/search/sampling/trial_length.hpp>
#include <hpo/search/sampling/trial_rank.hpp>
#include <hpo/search/sampling/unit_scale.hpp>
#include <hpo/search/sampling/value_in_space.hpp>

#include <hpo/search/tpe/cell_kernels.hpp>
#include <hpo/search/tpe/kernel_column.hpp>
#include <hpo/search/tpe/kernel_order.hpp>
#include <hpo/search/tpe/kernel_store.hpp>
#include <hpo/search/tpe/kernel_sums.hpp>
#include <hpo/search/tpe/kernel_widths.hpp>
#include <hpo/search/tpe/parzen_mixture.hpp>
#include <hpo/search/tpe/simd.hpp>
#include <hpo/search/tpe/tpe_sampler.hpp>
#include <hpo/search/tpe/weights.hpp>

#include <hpo/search/grid/grid_axis.hpp>
#include <hpo/search/grid/grid_points.hpp>
#include <hpo/search/grid/grid_sampler.hpp>
#include <hpo/search/grid/permutation.hpp>

#include <hpo/search/nsga2/crossover.hpp>
#include <hpo/search/nsga2/crowding_distance.hpp>
#include <hpo/search/nsga2/nsga2_sampler.hpp>
#include <hpo/search/nsga2/nsga2_selection.hpp>

#include <hpo/search/qmc/qmc_sampler.hpp>

#include <hpo/search/pruners/asha_pruner.hpp>
#include <hpo/search/pruners/hyperband_pruner.hpp>
#include <hpo/search/pruners/patient_pruner.hpp>
#include <hpo/search/pruners/percentile_pruner.hpp>
#include <hpo/search/pruners/pruner.hpp>
#include <hpo/search/pruners/report_interval.hpp>
#include <hpo/search/pruners/signed_rank.hpp>
#include <hpo/search/pruners/threshold_pruner.hpp>
#include <hpo/search/pruners/wilcoxon_pruner.hpp>

#include <hpo/search/cmaes/cmaes.hpp>
#include <hpo/search/cmaes/cmaes_margin.hpp>
#include <hpo/search/cmaes/cmaes_replay.hpp>
#include <hpo/search/cmaes/cmaes_sampler.hpp>
#include <hpo/search/cmaes/mirrored_normal.hpp>

#include <hpo/search/gp/acquisition.hpp>
#include <hpo/search/gp/chebyshev.hpp>
#include <hpo/search/gp/data.hpp>
#include <hpo/search/gp/encoding.hpp>
#include <hpo/search/gp/feasibility.hpp>
#include <hpo/search/gp/fit.hpp>
#include <hpo/search/gp/gaussian_process.hpp>
#include <hpo/search/gp/gp_sampler.hpp>
#include <hpo/search/gp/kernel_text.hpp>
#include <hpo/search/gp/log_expected_improvement.hpp>
#include <hpo/search/gp/matern_kernel.hpp>
#include <hpo/search/gp/maximize.hpp>
#include <hpo/search/gp/output_transform.hpp>

#include <hpo/search/adopt_trial.hpp>
#include <hpo/search/any_pruner.hpp>
#include <hpo/search/any_sampler.hpp>
#include <hpo/search/batch_view.hpp>
#include <hpo/search/default_sampler.hpp>
#include <hpo/search/enqueue.hpp>
#include <hpo/search/optimize.hpp>
#include <hpo/search/process_id.hpp>
#include <hpo/search/propose.hpp>
#include <hpo/search/recorded_distributions.hpp>
#include <hpo/search/seen_configurations.hpp>
#include <hpo/search/stop_rule.hpp>
#include <hpo/search/study.hpp>
#include <hpo/search/study_options.hpp>
#include <hpo/search/study_trials.hpp>
#include <hpo/search/trial.hpp>

#include <hpo/report/console.hpp>
#include <hpo/report/display_width.hpp>
#include <hpo/report/events.hpp>
#include <hpo/report/grid_density.hpp>
#include <hpo/report/importance.hpp>
#include <hpo/report/importance_text.hpp>
#include <hpo/report/json_progress.hpp>
#include <hpo/report/listings.hpp>
#include <hpo/report/live_progress.hpp>
#include <hpo/report/log_format.hpp>
#include <hpo/report/model_card.hpp>
#include <hpo/report/params_text.hpp>
#include <hpo/report/plain_progress.hpp>
#include <hpo/report/ranking.hpp>
#include <hpo/report/summary.hpp>
#include <hpo/report/tally.hpp>
#include <hpo/report/terminal.hpp>
#include <hpo/report/text_table.hpp>
#include <hpo/report/trials_table.hpp>

#include <hpo/text/unicode/code_point_map.hpp>
#include <hpo/text/unicode/grapheme.hpp>
#include <hpo/text/unicode/span.hpp>
#include <hpo/text/unicode/unicode.hpp>
#include <hpo/text/unicode/unicode_newer.hpp>

#include <hpo/text/vocabulary/added_tokens.hpp>
#include <hpo/text/vocabulary/byte_tokens.hpp>
#include <hpo/text/vocabulary/vocabulary.hpp>
#include <hpo/text/vocabulary/word_cache.hpp>
#include <hpo/text/vocabulary/word_token.hpp>

#include <hpo/text/models/bpe.hpp>
#include <hpo/text/models/model.hpp>
#include <hpo/text/models/unigram.hpp>
#include <hpo/text/models/word_piece.hpp>

#include <hpo/text/pipeline/aligned_text.hpp>
#include <hpo/text/pipeline/byte_level.hpp>
#include <hpo/text/pipeline/encoding.hpp>
#include <hpo/text/pipeline/gpt2_pattern.hpp>
#include <hpo/text/pipeline/normal_form.hpp>
#include <hpo/text/pipeline/normalizer.hpp>
#include <hpo/text/pipeline/pattern.hpp>
#include <hpo/text/pipeline/pieces.hpp>
#include <hpo/text/pipeline/pipeline.hpp>
#include <hpo/text/pipeline/post_processor.hpp>
#include <hpo/text/pipeline/pre_tokenizer.hpp>
#include <hpo/text/pipeline/precompiled.hpp>
#include <hpo/text/pipeline/templates.hpp>
#include <hpo/text/pipeline/token_ids.hpp>
#include <hpo/text/pipeline/truncation.hpp>

#include <hpo/text/folder/json_field.hpp>
#include <hpo/text/folder/read_model.hpp>
#include <hpo/text/folder/read_post_processor.hpp>
#include <hpo/text/folder/read_steps.hpp>
#include <hpo/text/folder/sentencepiece.hpp>
#include <hpo/text/folder/sentencepiece_parts.hpp>
#include <hpo/text/folder/sequence_depth.hpp>
#include <hpo/text/folder/tokenizer_config.hpp>
#include <hpo/text/folder/tokenizer_folder.hpp>
#include <hpo/text/folder/vocabulary_files.hpp>

#include <hpo/text/tokenizer.hpp>

#include <hpo/data/alignment_report.hpp>
#include <hpo/data/answer_alignment.hpp>
#include <hpo/data/batches.hpp>
#include <hpo/data/classification_reader.hpp>
#include <hpo/data/content_key.hpp>
#include <hpo/data/delimited.hpp>
#include <hpo/data/examples.hpp>
#include <hpo/data/json_lines.hpp>
#include <hpo/data/json_text.hpp>
#include <hpo/data/load.hpp>
#include <hpo/data/options.hpp>
#include <hpo/data/partition.hpp>
#include <hpo/data/read_table.hpp>
#include <hpo/data/source_text.hpp>
#include <hpo/data/span_features.hpp>
#include <hpo/data/span_reader.hpp>
#include <hpo/data/split.hpp>
#include <hpo/data/squad.hpp>
#include <hpo/data/table.hpp>
#include <hpo/data/token_layout.hpp>
#include <hpo/data/token_store.hpp>
#include <hpo/data/tokenize.hpp>
#include <hpo/data/white_space.hpp>
#include <hpo/data/whole_number.hpp>

#include <hpo/sweep/best_models.hpp>
#include <hpo/sweep/loop.hpp>
#include <hpo/sweep/messages.hpp>
#include <hpo/sweep/signals.hpp>
#include <hpo/sweep/trial_process.hpp>
