// expect-error: use of deleted function .*TaskModel
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/model/task_model.hpp>

using Model = hpo::nn::TaskModel<hpo::nn::BertEncoder, hpo::nn::ClassificationHead>;
Model twin(const Model& model) {
  return model;
}
