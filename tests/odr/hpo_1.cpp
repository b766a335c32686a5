// Two translation units include everything: a definition that is not inline fails to link.
#include <hpo/hpo.hpp>

int hpo_odr_1() {
  return 0;
}
