// Builds one instruction set's table of linear algebra, as level.h does for training.

#define BASIN_STRING(name) #name
#define BASIN_NAME(name) BASIN_STRING(name)
#define BASIN_JOIN(name, suffix) name##suffix
#define BASIN_FUNCTION(name, suffix) BASIN_JOIN(name, suffix)

namespace basin {
namespace BASIN_SPACE {
namespace {

#include "linalg.h"

}  // namespace
}  // namespace BASIN_SPACE

const LinalgKernels& BASIN_FUNCTION(BASIN_LEVEL, LinalgKernels)() {
  namespace level = BASIN_SPACE;
  static const LinalgKernels table = {BASIN_NAME(BASIN_LEVEL),
                                      &BASIN_FUNCTION(BASIN_LEVEL, Kernels)<double>(),
                                      level::dot,
                                      level::axpy,
                                      level::scale_vector,
                                      level::row_dots,
                                      level::add_rows,
                                      level::symmetric_product,
                                      level::secular_sums,
                                      level::qr_steps,
                                      level::lanes};
  return table;
}

}  // namespace basin
