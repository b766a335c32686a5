// Two translation units include everything: a definition that is not inline fails to link.
#include <hpo/search.hpp>

int hpo_search_odr_1() {
  return 0;
}
