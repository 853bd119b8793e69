/** Plans of a kind from specs as people write them, and what is wrong with those that have none. */
import { LabError } from '../../shared/api/errors'
import type { ExperimentKindId, Plan } from '../../shared/experiments/kind'
import { experimentKinds, parseSpec } from '../../shared/experiments/registry'

export interface Planned<Input> {
  planOf(spec: Input): Plan
  /** 'path: message' of each; empty where there is a plan. */
  problems(spec: unknown): string[]
}

export function planned<Input>(kindId: ExperimentKindId): Planned<Input> {
  const plan = (spec: unknown): Plan => experimentKinds[kindId].plan(parseSpec(kindId, spec) as never)
  return {
    planOf: plan,
    problems(spec) {
      try {
        plan(spec)
      } catch (error) {
        if (!(error instanceof LabError) || error.code !== 'spec/invalid') throw error
        return error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
      }
      return []
    },
  }
}
