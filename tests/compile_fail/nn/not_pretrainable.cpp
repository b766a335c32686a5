// expect-error: satisfaction of .Pretrainable<
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/from_pretrained.hpp>

const auto encoder = hpo::nn::from_pretrained<hpo::nn::BertEncoder>("folder");  // an encoder alone: no task, no head
