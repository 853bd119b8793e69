/** A run, fully resolved: everything that training one network once needs, reproducible alone. */
import { z } from 'zod'
import {
  initializations,
  layerIssues,
  layerSchema,
  parameterLayout,
  shapeSize,
  type LayerSlice,
  type Model,
} from '../models/model'
import { losses, optimizerSchema, precisions } from '../models/optimizer'
import { datasetNames, datasets } from '../data/datasets'
import { labelSettingsSchema } from '../data/random-labels'

export const seedSchema = z.int().min(0).max(0xffff_ffff)

export const functionDataSchema = z.strictObject({
  type: z.literal('function'),
  /** mathjs expression in x. */
  expression: z.string().min(1).max(500),
  domain: z.tuple([z.number(), z.number()]),
  points: z.int().min(2).max(1_000_000),
  /** Standard deviation of Gaussian noise added to the training targets. */
  noise: z.number().min(0).max(1e6),
  /** `grid`: evenly spaced with both ends; `random`: uniform on the domain. */
  sampling: z.enum(['grid', 'random']),
})
export type FunctionData = z.infer<typeof functionDataSchema>

export const datasetDataSchema = z.strictObject({
  type: z.literal('dataset'),
  dataset: z.enum(datasetNames),
  /** Number of samples drawn (seeded, without replacement); absent: all. */
  trainSize: z.int().min(1).optional(),
  testSize: z.int().min(1).optional(),
  /** Training labels of which a share is random; absent: as they are. Test labels always stay true. */
  labels: labelSettingsSchema.optional(),
})
export type DatasetData = z.infer<typeof datasetDataSchema>

const extent = z.int().min(1).max(1_000_000)

/** Also refuses shapes whose product is not the input's size, and layers that do not fit what comes before them. */
export const modelSchema: z.ZodType<Model> = z
  .strictObject({
    inputSize: extent,
    inputShape: z.tuple([extent, extent, extent]).optional(),
    layers: z.array(layerSchema).min(1).max(100),
    initialization: z.enum(initializations),
  })
  .superRefine(({ inputSize, inputShape, layers }, context) => {
    const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message })
    if (inputShape && shapeSize(inputShape) !== inputSize) {
      return refuse(['inputShape'], `input shape must have ${inputSize} numbers, not ${shapeSize(inputShape)}`)
    }
    for (const { path, message } of layerIssues({ inputSize, inputShape, layers })) refuse(['layers', ...path], message)
  })

/** What is kept of a run beside its usual series. */
export const recordSchema = z.strictObject({
  /**
   * Weights before the first step, after every so many epochs or steps of ordinary training, where a gradient phase begins, and at the
   * end. Absent: at the end alone.
   */
  snapshots: z.strictObject({ every: z.int().min(1).max(10_000_000), unit: z.enum(['epoch', 'step']) }).optional(),
  /**
   * The norm of the gradient over the whole training set before every so many-th step (1, 1 + k, 1 + 2k, ...) of ordinary training, of
   * the network as it is evaluated. In a gradient phase `gradientNorm` is that norm at every step.
   */
  fullGradientEvery: z.int().min(1).max(10_000_000).optional(),
  /** Norms of the parts of each step's gradient that belong to single layers, in ordinary training. */
  layerGradients: z.boolean().optional(),
})
export type RecordSettings = z.infer<typeof recordSchema>

export const gradientMethods = ['adam', 'lbfgs', 'newton', 'levenberg-marquardt'] as const
export type GradientMethod = (typeof gradientMethods)[number]

/** A second phase that minimises half the squared gradient norm of the mean loss over the training set, in float64. */
export const gradientPhaseSchema = z.strictObject({
  /** When the ordinary phase ends, at the latest with its epochs. */
  switchAt: z.discriminatedUnion('at', [
    z.strictObject({ at: z.literal('step'), step: z.int().min(1).max(1_000_000_000) }),
    z.strictObject({ at: z.literal('epoch'), epoch: z.int().min(1).max(10_000_000) }),
    z.strictObject({ at: z.literal('gradient-norm'), norm: z.number().positive() }),
  ]),
  method: z.enum(gradientMethods),
  /** Of Adam; absent: the engine's default. */
  learningRate: z.number().positive().max(1e6).optional(),
  /** The phase ends when the gradient norm is at most this, or after so many steps. */
  targetNorm: z.number().min(0),
  maxSteps: z.int().min(1).max(10_000_000),
})
export type GradientPhase = z.infer<typeof gradientPhaseSchema>

/** First weights from a file instead of the seed. The lab keeps the file by its SHA-256, so that a run can start from it again. */
export const startSchema = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256'),
  /** What the file was called. */
  file: z.string().min(1).max(1000),
})

export const runSpecSchema = z.strictObject({
  model: modelSchema,
  data: z.discriminatedUnion('type', [functionDataSchema, datasetDataSchema]),
  loss: z.enum(losses),
  optimizer: optimizerSchema,
  epochs: z.int().min(1).max(10_000_000),
  /** Ends the run early, whatever the epochs say. */
  maxSteps: z.int().min(1).optional(),
  /** `full`: the whole training set in each step. */
  batchSize: z.union([z.int().min(1).max(1_000_000), z.literal('full')]),
  evaluateEveryEpochs: z.int().min(1).max(10_000_000),
  /** What is computed in; absent: float32. */
  precision: z.enum(precisions).optional(),
  record: recordSchema.optional(),
  gradientPhase: gradientPhaseSchema.optional(),
  start: startSchema.optional(),
  seed: seedSchema,
})
export type RunSpec = z.infer<typeof runSpecSchema>

/** Samples that a run trains on, as far as its spec says; a data set may have fewer here. */
export function trainingSize({ data }: Pick<RunSpec, 'data'>): number {
  return data.type === 'function' ? data.points : (data.trainSize ?? datasets[data.dataset].trainSize)
}

/** Samples in a batch. */
export function batchSamples(spec: Pick<RunSpec, 'data' | 'batchSize'>): number {
  return spec.batchSize === 'full' ? trainingSize(spec) : spec.batchSize
}

/** What a run records along its steps. Stored by these names, printed by these names. */
export const seriesNames = [
  'trainLoss',
  'trainAccuracy',
  'testLoss',
  'testAccuracy',
  'batchLoss',
  'gradientNorm',
  'fullGradientNorm',
] as const

/** The norm of the gradient's part in the k-th layer with parameters (parameterLayout). */
export type LayerSeriesName = `layerGradientNorm.${number}`
export type SeriesName = (typeof seriesNames)[number] | LayerSeriesName

const layerSeriesPattern = /^layerGradientNorm\.(0|[1-9]\d{0,3})$/

export const seriesNameSchema = z.union([
  z.enum(seriesNames),
  z.string().regex(layerSeriesPattern, 'not the name of a series') as unknown as z.ZodType<LayerSeriesName, string>,
])

export function layerSeriesName(layer: number): LayerSeriesName {
  return `layerGradientNorm.${layer}`
}

/** The layer of such a series, null for any other. */
export function layerOfSeries(name: SeriesName): number | null {
  const match = layerSeriesPattern.exec(name)
  return match && Number(match[1])
}

/** Names of what any of these recorded: in the order of `seriesNames`, then layer by layer. */
export function recordedSeries(series: readonly Partial<Record<SeriesName, unknown>>[]): SeriesName[] {
  const names = new Set(series.flatMap((ofRun) => Object.keys(ofRun) as SeriesName[]))
  const layers = [...names].flatMap((name) => layerOfSeries(name) ?? [])
  return [...seriesNames.filter((name) => names.has(name)), ...layers.sort((a, b) => a - b).map(layerSeriesName)]
}

export interface SeriesMeaning {
  title: string
  /** Axis label with unit. */
  label: string
  /** Which end is good; `none` for what is only observed. */
  better: 'lower' | 'higher' | 'none'
  per: 'step' | 'epoch'
}

export const seriesMeanings: Record<(typeof seriesNames)[number], SeriesMeaning> = {
  trainLoss: { title: 'Training loss', label: 'loss', better: 'lower', per: 'epoch' },
  trainAccuracy: { title: 'Training accuracy', label: 'accuracy (%)', better: 'higher', per: 'epoch' },
  testLoss: { title: 'Test loss', label: 'loss', better: 'lower', per: 'epoch' },
  testAccuracy: { title: 'Test accuracy', label: 'accuracy (%)', better: 'higher', per: 'epoch' },
  batchLoss: { title: 'Batch loss', label: 'loss', better: 'lower', per: 'step' },
  gradientNorm: { title: 'Gradient norm', label: '‖∇L‖', better: 'none', per: 'step' },
  fullGradientNorm: { title: 'Full gradient norm', label: '‖∇L‖', better: 'none', per: 'step' },
}

/** @param model - of the run, to name the layer of a layer's series: 'Gradient norm, layer0 (dense 784→128)' */
export function seriesMeaning(name: SeriesName, model?: Model): SeriesMeaning {
  const layer = layerOfSeries(name)
  if (layer === null) return seriesMeanings[name as keyof typeof seriesMeanings]
  const slice = model && parameterLayout(model)[layer]
  return { ...seriesMeanings.gradientNorm, title: `Gradient norm, ${slice ? sliceTitle(slice) : `layer ${layer}`}` }
}

function sliceTitle({ name, type, inputs, outputs, weightShape }: LayerSlice): string {
  const [filters, channels, ...kernel] = weightShape
  if (type === 'dense') return `${name} (dense ${inputs}→${outputs})`
  if (type === 'conv2d') return `${name} (conv ${channels}→${filters}, ${kernel.join('×')})`
  return `${name} (batch norm ${outputs})`
}
