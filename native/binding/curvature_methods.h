// Questions of curvature (electron/engines/curvature.ts): arguments in, a task out.
#pragma once

#include <napi.h>

#include <memory>

#include "compute_task.h"

namespace basin {

/// The task for `name`, one of the methods of Curvature, with its arguments. Copies what it needs of the session.
/// Throws Error BadArgument, BadData or OutOfMemory.
std::shared_ptr<Task> curvature_task(Napi::Env env, Session& session, const std::string& name, const Napi::CallbackInfo& info);

}  // namespace basin
