/**
 * How much the loss and the outputs of a trained network change with its input: the mean over samples of the Frobenius norm of their
 * gradient with respect to the input (Novak et al. 2018, of class probabilities). Computed in electron/analysis/sensitivity.ts.
 */
import { z } from 'zod'
import { LabError } from '../api/errors'
import type { AnalysedRun, AnalysisKind } from './kind'

export const sensitivityAnalysisSchema = z.strictObject({
  /** Gradients of so many samples of each set, evenly among all; absent: of all. Loss and accuracy are always over all. */
  samples: z.int().min(1).max(10_000_000).optional(),
})
export type SensitivityQuestion = z.infer<typeof sensitivityAnalysisSchema>

/** Of one set of samples. */
export interface SetSensitivity {
  /** Infinity where it is no finite number. */
  loss: number
  /** Share of right answers; NaN where there are no classes. */
  accuracy: number
  /** Mean over samples of ‖∂loss/∂x‖, each of the sample's own loss. */
  ofLoss: number
  /** Mean over samples of ‖∂outputs/∂x‖, of the outputs before any softmax. */
  ofOutputs: number
  /** Over how many samples both means are. */
  samples: number
}

export interface SensitivityResult {
  training: SetSensitivity
  test: SetSensitivity
}

function checkRuns(_: SensitivityQuestion, runs: readonly AnalysedRun[]): void {
  if (runs.length === 1) return
  const message = `sensitivity is asked of one run at a time, not of ${runs.length}`
  throw new LabError('spec/invalid', message, [{ path: ['runs'], message }])
}

export const sensitivityAnalysis: AnalysisKind<SensitivityQuestion> = {
  kind: 'sensitivity',
  title: 'Sensitivity',
  schema: sensitivityAnalysisSchema,
  snapshots: 'last',
  check: checkRuns,
}
