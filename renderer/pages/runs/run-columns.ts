/**
 * The columns of the runs table: what each takes from a run, how it is written, sorted, filtered and exported.
 * The filter's field names are the column ids.
 */
import type { RunRow, SeriesSummary } from '../../../shared/api/records'
import { datasets } from '../../../shared/data/datasets'
import { batchSamples, trainingSize, type RunSpec, type SeriesName } from '../../../shared/experiments/run-spec'
import { architectureLabel } from '../../../shared/models/model'
import { learningRateOf, optimizerTitles } from '../../../shared/models/optimizer'
import { networkTooltip } from '../../text/network-text'
import {
  absent,
  formatDate,
  formatDuration,
  formatInteger,
  formatMeasure,
  formatPercent,
} from '../../../shared/text/format'

export type CellValue = string | number | null

export interface RunColumn {
  /** Also what people type in the filter. */
  columnId: string
  title: string
  /** Said in full where the title is short: column chooser and tooltip. */
  description: string
  type: 'text' | 'number' | 'date'
  /** Pixels. */
  width: number
  shownAtFirst: boolean
  /** What is sorted, compared and exported; null when the run has none. */
  value(row: RunRow): CellValue
  /** What is shown. */
  text(row: RunRow): string
  /** The tooltip of a cell; absent: its text. */
  hint?(row: RunRow): string
}

type ColumnParts = Partial<Omit<RunColumn, 'columnId' | 'title' | 'value'>>

function textColumn(columnId: string, title: string, value: (row: RunRow) => string, parts: ColumnParts): RunColumn {
  return {
    columnId,
    title,
    description: title,
    type: 'text',
    width: 140,
    shownAtFirst: true,
    value,
    text: value,
    ...parts,
  }
}

function numberColumn(
  columnId: string,
  title: string,
  value: (row: RunRow) => number | null,
  format: (value: number) => string,
  parts: ColumnParts,
): RunColumn {
  const text = (row: RunRow) => {
    const found = value(row)
    return found === null ? absent : format(found)
  }
  return { columnId, title, description: title, type: 'number', width: 100, shownAtFirst: true, value, text, ...parts }
}

function seriesColumn(
  columnId: string,
  title: string,
  name: SeriesName,
  which: keyof SeriesSummary,
  parts: ColumnParts,
) {
  const ofValue = name.endsWith('Accuracy') ? formatPercent : (value: number) => formatMeasure(value)
  const format = which.endsWith('Step') ? formatInteger : ofValue
  return numberColumn(columnId, title, (row) => row.series[name]?.[which] ?? null, format, parts)
}

/** 'sin(5 * x)', 'MNIST' or 'MNIST, 50 % random labels'. */
export function dataLabel(data: RunSpec['data']): string {
  if (data.type === 'function') return data.expression
  const { title } = datasets[data.dataset]
  return data.labels ? `${title}, ${Number((100 * data.labels.share).toPrecision(6))} % random labels` : title
}

/** What an unfinished run has trained for so far counts as its time. */
export const runColumns: readonly RunColumn[] = [
  textColumn('label', 'Run', (row) => row.label, { width: 190 }),
  textColumn('experiment', 'Experiment', (row) => row.experimentName, { width: 150 }),
  textColumn('status', 'Status', (row) => row.status, { width: 106 }),
  textColumn('model', 'Model', (row) => architectureLabel(row.spec.model), {
    width: 170,
    description: 'Architecture: the layers from input to output',
    // The shape of a picture is that of its data, and the room is better spent on layers.
    text: (row) => architectureLabel(row.spec.model).replace(/^\d+x\d+x\d+-/, ''),
    hint: (row) => networkTooltip(row.spec.model),
  }),
  numberColumn('parameters', 'Parameters', (row) => row.parameterCount, formatInteger, {
    width: 100,
    description: 'Trainable weights and biases',
  }),
  seriesColumn('trainLoss', 'Best train loss', 'trainLoss', 'best', {
    width: 120,
    description: 'Lowest training loss',
  }),
  seriesColumn('testAccuracy', 'Best test accuracy', 'testAccuracy', 'best', {
    width: 138,
    description: 'Highest test accuracy',
  }),
  numberColumn(
    'seconds',
    'Time',
    (row) => (row.durationMs > 0 ? row.durationMs / 1000 : null),
    (seconds) => formatDuration(seconds * 1000),
    {
      width: 88,
      description: 'Time spent training',
    },
  ),
  {
    ...numberColumn('date', 'Date', (row) => row.createdAt, formatDate, {
      width: 128,
      description: 'When it was set up',
    }),
    type: 'date',
  },
  textColumn('data', 'Data', (row) => dataLabel(row.spec.data), {
    width: 180,
    description: 'Target function or data set',
  }),
  textColumn('optimizer', 'Optimizer', (row) => optimizerTitles[row.spec.optimizer.type], { width: 96 }),
  numberColumn(
    'learningRate',
    'Learning rate',
    (row) => learningRateOf(row.spec.optimizer),
    (rate) => String(rate),
    {
      width: 112,
    },
  ),
  numberColumn('batch', 'Batch', (row) => batchSamples(row.spec), formatInteger, {
    width: 80,
    description: 'Samples in a batch',
  }),
  numberColumn('seed', 'Seed', (row) => row.seed, String, { width: 72 }),
  numberColumn('steps', 'Steps', (row) => row.steps, formatInteger, { width: 96, description: 'Steps completed' }),
  seriesColumn('testLoss', 'Best test loss', 'testLoss', 'best', { width: 124, description: 'Lowest test loss' }),
  seriesColumn('lastTrainLoss', 'Last train loss', 'trainLoss', 'last', {
    width: 124,
    description: 'Training loss of the last epoch',
  }),
  seriesColumn('lastTestLoss', 'Last test loss', 'testLoss', 'last', {
    width: 124,
    description: 'Test loss of the last evaluation',
    shownAtFirst: false,
  }),
  seriesColumn('lastTestAccuracy', 'Last test accuracy', 'testAccuracy', 'last', {
    width: 150,
    description: 'Test accuracy of the last evaluation',
    shownAtFirst: false,
  }),
  seriesColumn('trainLossStep', 'Step of best train loss', 'trainLoss', 'bestStep', {
    width: 160,
    description: 'Step of the lowest training loss',
    shownAtFirst: false,
  }),
  seriesColumn('testLossStep', 'Step of best test loss', 'testLoss', 'bestStep', {
    width: 160,
    description: 'Step of the lowest test loss',
    shownAtFirst: false,
  }),
  seriesColumn('testAccuracyStep', 'Step of best test accuracy', 'testAccuracy', 'bestStep', {
    width: 180,
    description: 'Step of the highest test accuracy',
    shownAtFirst: false,
  }),
  seriesColumn('lastGradientNorm', 'Last gradient norm', 'gradientNorm', 'last', {
    width: 140,
    description: 'Gradient norm of the last step',
    shownAtFirst: false,
  }),
  seriesColumn('lowestGradientNorm', 'Lowest gradient norm', 'gradientNorm', 'min', {
    width: 150,
    description: 'Lowest gradient norm of all steps',
    shownAtFirst: false,
  }),
  seriesColumn('lowestGradientNormStep', 'Step of lowest norm', 'gradientNorm', 'minStep', {
    width: 150,
    description: 'Step of the lowest gradient norm',
    shownAtFirst: false,
  }),
  numberColumn('epochs', 'Epochs', (row) => row.epochs, formatInteger, {
    width: 90,
    description: 'Epochs completed',
    shownAtFirst: false,
  }),
  numberColumn('samples', 'Samples', (row) => trainingSize(row.spec), formatInteger, {
    description: 'Training samples',
    shownAtFirst: false,
  }),
  textColumn('kind', 'Kind', (row) => row.kind, { width: 150, shownAtFirst: false, description: 'Kind of experiment' }),
]

export const runColumnsById: ReadonlyMap<string, RunColumn> = new Map(
  runColumns.map((column) => [column.columnId, column]),
)
