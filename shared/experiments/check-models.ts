/**
 * What a schema cannot see of networks and their training: layers that do not fit what comes before them, optimisers that need another
 * batch size or a smaller network, and batches too small for batch normalisation.
 */
import { issueText } from '../api/contract'
import { LabError, type Issue } from '../api/errors'
import { layerIssues, parameterCount, type Layer } from '../models/model'
import { needsFullBatch, optimizerTitles, type OptimizerType } from '../models/optimizer'
import { lonelyBatchIssues } from './lonely-batches'
import { networkOf, type ModelEntry, type NetworkEnds, type Sweep, type Training } from './model-groups'

/** Levenberg-Marquardt solves with a matrix of parameters by parameters in float64: of 134 MB here. */
export const mostLevenbergMarquardtParameters = 4096

export interface ModelSettings {
  models: readonly ModelEntry[]
  training: Training
  sweep: Sweep
}

/** The types of optimisers that a model is trained with. */
function typesOf(entry: ModelEntry, { training, sweep }: ModelSettings): readonly OptimizerType[] {
  return sweep.optimizers.length > 0 ? sweep.optimizers : [(entry.optimizer ?? training.optimizer).type]
}

function batchIssues(settings: ModelSettings): Issue[] {
  if (settings.training.batchSize === 'full') return []
  const types = new Set(settings.models.flatMap((entry) => typesOf(entry, settings)))
  const first = [...types].find(needsFullBatch)
  if (!first) return []
  const message = `${optimizerTitles[first]} needs the whole training set in each step: batch size must be 'full'`
  return [{ path: ['training', 'batchSize'], message }]
}

/** Layers whose loss is another one in each evaluation, or for each batch: no step of a full-batch optimiser means anything there. */
function noiseIssues(layers: readonly Layer[], path: Issue['path'], optimizer: OptimizerType): Issue[] {
  return layers.flatMap((layer, index) => {
    const here = [...path, index]
    if (layer.type === 'residual') return noiseIssues(layer.layers, [...here, 'layers'], optimizer)
    if (layer.type !== 'dropout' && layer.type !== 'batch-norm') return []
    const what = layer.type === 'dropout' ? 'dropout' : 'batch normalisation'
    return [{ path: here, message: `${what} does not go with ${optimizerTitles[optimizer]}` }]
  })
}

function modelIssues(entry: ModelEntry, index: number, ends: NetworkEnds, settings: ModelSettings): Issue[] {
  const network = networkOf(entry, ends)
  const place = ['models', index, 'hidden']
  const misfits = layerIssues(network).map(({ path, message }) => ({ path: [...place, ...path], message }))
  const types = typesOf(entry, settings)
  const fullBatch = types.find(needsFullBatch)
  const issues = fullBatch ? [...misfits, ...noiseIssues(entry.hidden, place, fullBatch)] : misfits
  if (issues.length > 0 || !types.includes('levenberg-marquardt')) return issues
  const count = parameterCount(network)
  if (count <= mostLevenbergMarquardtParameters) return []
  const most = mostLevenbergMarquardtParameters.toLocaleString('en')
  const message = `Levenberg-Marquardt is for at most ${most} parameters, and this network has ${count.toLocaleString('en')}`
  return [{ path: place, message }]
}

/**
 * @param samples - that an epoch trains on
 * @throws LabError `spec/invalid` with the path of each layer, network or batch size that cannot be.
 */
export function checkModels(settings: ModelSettings, ends: NetworkEnds, samples: number): void {
  const issues = [
    ...settings.models.flatMap((entry, index) => modelIssues(entry, index, ends, settings)),
    ...batchIssues(settings),
  ]
  if (issues.length > 0) throw specError(issues)
  const lonely = lonelyBatchIssues(settings.models, settings.training, ends, samples)
  if (lonely.length > 0) throw specError(lonely)
}

/** All that is wrong with a spec in one error. */
export function specError(issues: Issue[]): LabError {
  return new LabError('spec/invalid', issues.map(issueText).join('; '), issues)
}
