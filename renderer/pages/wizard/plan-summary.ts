/** What a plan comes to, in numbers for the panel beside Start. Pure. */
import type { Plan } from '../../../shared/experiments/kind'
import { parameterCount } from '../../../shared/models/model'
import { networkTooltip } from '../../text/network-text'

export interface PlannedModel {
  /** Colour of the group. */
  groupIndex: number
  label: string
  architecture: string
  parameterCount: number
}

export interface PlanSummary {
  runs: number
  /** '15 (3 models, 5 seeds)', '12 (6 settings of 1 model, 2 seeds)', 'none' where older ones are asked. */
  runsText: string
  analyses: number
  /** Groups in the order of their colours. */
  groups: PlannedModel[]
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

export function summarizePlan({ runs, analyses = [] }: Plan, facetNoun: string): PlanSummary {
  const groups = new Map<number, PlannedModel>()
  const facets = new Set<string>()
  const seeds = new Set<number>()
  for (const { groupIndex, group, facet, spec } of runs) {
    facets.add(facet)
    seeds.add(spec.seed)
    if (groups.has(groupIndex)) continue
    const { model } = spec
    groups.set(groupIndex, {
      groupIndex,
      label: group,
      architecture: networkTooltip(model),
      parameterCount: parameterCount(model),
    })
  }
  const models = new Set(runs.map(({ spec }) => JSON.stringify(spec.model)))
  // The same network again and again differs in how it is trained.
  const settings = models.size < groups.size ? `${counted(groups.size, 'setting')} of ` : ''
  const parts = [`${settings}${counted(models.size, 'model')}`, counted(seeds.size, 'seed')]
  if (facets.size > 1) parts.unshift(counted(facets.size, facetNoun))
  return {
    runs: runs.length,
    runsText: runs.length > 0 ? `${runs.length.toLocaleString('en')} (${parts.join(', ')})` : 'none',
    analyses: analyses.length,
    groups: [...groups.values()].sort((a, b) => a.groupIndex - b.groupIndex),
  }
}
