/**
 * How much the loss and the outputs of a trained network change with its input: the mean over samples of the Frobenius norm of their
 * gradient with respect to the input (Novak et al. 2018, of class probabilities). Computed in electron/analysis/sensitivity.ts.
 */
import { z } from 'zod'
import { trainingSize } from '../experiments/run-spec'
import { outputSize } from '../models/model'
import { checkOneRun, type AnalysedRun, type AnalysisKind } from './kind'
import { allSamples, forward, gradient, sumOfWork, testSize, type Work } from './work'

/** The outputs of a sample have a gradient each. */
function sensitivityWork({ samples = Infinity }: SensitivityQuestion, [run]: readonly AnalysedRun[]): Work {
  const { spec } = run!
  const asked = Math.min(samples, trainingSize(spec)) + Math.min(samples, testSize(spec))
  return sumOfWork(forward(allSamples(spec)), gradient(asked), gradient(asked * outputSize(spec.model)))
}

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

export const sensitivityAnalysis: AnalysisKind<SensitivityQuestion> = {
  kind: 'sensitivity',
  title: 'Sensitivity',
  schema: sensitivityAnalysisSchema,
  snapshots: 'last',
  check: (_, runs) => checkOneRun(runs, 'sensitivity is asked'),
  work: sensitivityWork,
}
