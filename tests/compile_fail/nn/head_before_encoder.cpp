// expect-error: satisfaction of .HasConfig<E>. .with E = hpo::nn::ClassificationHead
#include <hpo/nn/encoders/bert.hpp>
#include <hpo/nn/heads/classification_head.hpp>
#include <hpo/nn/model/task_model.hpp>

hpo::nn::TaskModel<hpo::nn::ClassificationHead, hpo::nn::BertEncoder>* model;
