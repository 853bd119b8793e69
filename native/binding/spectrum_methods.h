// Those methods of Curvature that ask about a matrix by its products, and about the inputs.
#pragma once

#include <napi.h>

#include "curvature_question.h"

namespace basin {

/// The task for a method and its options, or null where there is none of that name here. Throws Error BadArgument.
std::shared_ptr<Task> spectrum_task(Napi::Env env, const SharedQuestion& question, const std::string& name,
                                    Napi::Value options);

}  // namespace basin
