// expect-error: satisfaction of .HasConfig<E>. .with E = hpo::nn::ClassificationHead
#include <hpo/nn/bert.hpp>
#include <hpo/nn/classification_head.hpp>
#include <hpo/nn/task_model.hpp>

hpo::nn::TaskModel<hpo::nn::ClassificationHead, hpo::nn::BertEncoder>* model;
