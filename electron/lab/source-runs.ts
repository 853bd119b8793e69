/**
 * How older runs look in an experiment that asks them. A group is runs that differ only in their seeds: those of different experiments
 * stay apart even where they are called alike, by what they were trained with. And analyses name their runs instead of giving their ids.
 */
import type { ExperimentDetail, RunSummary } from '../../shared/api/records'
import { datasets } from '../../shared/data/datasets'
import { countText } from '../../shared/experiments/model-groups'
import { trainingSize } from '../../shared/experiments/run-spec'
import { valueLabel } from '../../shared/experiments/variation'
import { architectureLabel } from '../../shared/models/model'
import { optimizerLabels } from '../../shared/models/optimizer-label'

/** What may set groups of one name apart, in words: what each of these runs was trained on and with. */
function settingsOf(runs: readonly RunSummary[]): readonly ((run: RunSummary) => string)[] {
  const optimizerLabel = optimizerLabels(runs.map(({ spec }) => spec.optimizer))
  return [
    ({ facet }) => facet,
    ({ spec: { data } }) => (data.type === 'function' ? data.expression : datasets[data.dataset].title),
    ({ spec }) => countText(trainingSize(spec), 'sample'),
    ({ parameterCount }) => countText(parameterCount, 'parameter'),
    ({ spec }) => architectureLabel(spec.model),
    ({ spec }) => spec.model.initialization,
    ({ spec }) => optimizerLabel(spec.optimizer),
    ({ spec: { batchSize } }) => (batchSize === 'full' ? 'full batch' : valueLabel('batchSize', batchSize)),
    ({ spec }) => countText(spec.epochs, 'epoch'),
    ({ spec: { maxSteps } }) => (maxSteps === undefined ? '' : `at most ${countText(maxSteps, 'step')}`),
    ({ spec: { precision = 'float32' } }) => precision,
  ]
}

/** Names for groups, given the first run of each: 'Shallow, batch 10' and 'Shallow, batch 500'. */
function distinctNames(firsts: readonly RunSummary[]): string[] {
  const taken = new Set<string>()
  return firsts.map((run) => {
    const alike = firsts.filter(({ group }) => group === run.group)
    const differing = settingsOf(alike).filter((text) => new Set(alike.map(text)).size > 1)
    const name = [run.group, ...differing.map((text) => text(run))].filter((part) => part !== '').join(', ')
    let distinct = name
    for (let count = 2; taken.has(distinct); count++) distinct = `${name} (${count})`
    taken.add(distinct)
    return distinct
  })
}

function apart(runs: readonly RunSummary[]): RunSummary[] {
  const keyOf = ({ experimentId, facet, groupIndex }: RunSummary) => JSON.stringify([experimentId, facet, groupIndex])
  const firsts = new Map<string, RunSummary>()
  for (const run of runs) if (!firsts.has(keyOf(run))) firsts.set(keyOf(run), run)
  const keys = [...firsts.keys()]
  const names = distinctNames([...firsts.values()])
  // Colours stay those of their own experiment where they can.
  const hasOwnColors = new Set([...firsts.values()].map(({ groupIndex }) => groupIndex)).size === keys.length
  return runs.map((run) => {
    const index = keys.indexOf(keyOf(run))
    const group = names[index]!
    const label = run.label.startsWith(run.group) ? group + run.label.slice(run.group.length) : run.label
    return { ...run, group, label, groupIndex: hasOwnColors ? run.groupIndex : index }
  })
}

export function withNamedSources(detail: ExperimentDetail): ExperimentDetail {
  if (detail.sourceRuns.length === 0) return detail
  const sourceRuns = apart(detail.sourceRuns)
  const labels = new Map<string, string>(sourceRuns.map(({ runId, label }) => [runId, label]))
  const named = (text: string) =>
    text.replaceAll(/\b(?:Run )?(r[0-9a-z]{8})\b/g, (all, runId: string) => labels.get(runId) ?? all)
  const analyses = detail.analyses.map((analysis) => {
    return { ...analysis, label: named(analysis.label), group: named(analysis.group) }
  })
  return { ...detail, sourceRuns, analyses }
}
