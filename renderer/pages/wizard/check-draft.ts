/** From a draft to a plan, or to all that is wrong with it by field. Pure: what the lab would say, before it is asked. */
import { parseOrThrow } from '../../../shared/api/contract'
import { LabError, errorMessage, isLabError, type Issue } from '../../../shared/api/errors'
import type { ExperimentKind, Plan } from '../../../shared/experiments/kind'
import { specOf, type Draft } from './draft'

export interface CheckedDraft {
  /** As it would be sent; parsed when `issues` is empty. */
  spec: unknown
  /** What a quick look makes of the spec; null while it is invalid. */
  quickSpec: unknown
  /** Of the spec, or of its quick look; null while something is wrong. */
  plan: Plan | null
  /** The name that the experiment would get; null while something is wrong. */
  name: string | null
  issues: Issue[]
}

export function checkDraft(kind: ExperimentKind, draft: Draft, quick: boolean): CheckedDraft {
  const raw = specOf(draft)
  try {
    const spec = parseOrThrow(kind.schema, raw, 'spec/invalid', 'spec')
    const quickSpec = kind.quick(spec)
    // A quick look drops models and functions; what is wrong with those must still be said.
    const whole = kind.plan(spec)
    return { spec, quickSpec, plan: quick ? kind.plan(quickSpec) : whole, name: kind.name(spec), issues: [] }
  } catch (error) {
    return { spec: raw, quickSpec: null, plan: null, name: null, issues: issuesOfError(error) }
  }
}

/** Issues by field; an error without any becomes one of the whole form. */
export function issuesOfError(error: unknown): Issue[] {
  if (error instanceof LabError && error.issues.length > 0) return error.issues
  return [{ path: [], message: errorMessage(error) }]
}

/** What is wrong with a spec by a lab's word; null for an error that is not about it. */
export function refusalIssues(error: unknown): Issue[] | null {
  if (isLabError(error, 'run/not-found')) return [{ path: ['runs'], message: error.message }]
  return isLabError(error, 'spec/invalid') ? issuesOfError(error) : null
}

/** The first message for each path, such as `training.epochs`. */
export function issuesByPath(issues: readonly Issue[]): ReadonlyMap<string, string> {
  const messages = new Map<string, string>()
  for (const issue of issues) {
    const path = issue.path.join('.')
    if (!messages.has(path)) messages.set(path, issue.message)
  }
  return messages
}

/** 'learningRate' as 'learning rate'. */
function wordsOf(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

const entryNames: Record<string, string> = {
  targets: 'function',
  models: 'model',
  hidden: 'layer',
  layers: 'inner layer',
  methods: 'method',
  runs: 'run',
  shares: 'share',
  counts: 'count',
  values: 'value',
}

/** Sections whose fields are not known by their own names alone. */
const ownSections = new Set([
  'neighbours',
  'surface',
  'search',
  'snapshots',
  'gradient',
  'gradientPhase',
  'labels',
  'differ',
  'alphas',
  'gradients',
])

/** Last names that say less than the message. */
const silentNames = new Set(['models', 'hidden', 'layers', 'targets', 'name', 'expression'])

/**
 * An issue as one sentence that names its place: 'model 2, layer 1: units must be at least 1'. The last name is left to the message
 * where that says it itself.
 */
export function issueSentence({ path, message }: Issue): string {
  // Names that were chosen: the message repeats them, their place says nothing.
  if (path[0] === 'layers') return message
  const places: string[] = []
  path.forEach((part, index) => {
    const before = path[index - 1]
    if (typeof part === 'number') places.push(`${entryNames[String(before)] ?? wordsOf(String(before))} ${part + 1}`)
  })
  if (path.length > 1 && ownSections.has(String(path[0]))) places.unshift(wordsOf(String(path[0])))
  const last = path.at(-1)
  const says = typeof last === 'string' ? wordsOf(last) : ''
  if (says && !silentNames.has(String(last)) && !message.toLowerCase().includes(says)) places.push(says)
  return places.length > 0 ? `${places.join(', ')}: ${message}` : message
}

/** What a quick look would change, in words: 'epochs 2,000 → 600'. */
export function quickChanges(spec: unknown, quickSpec: unknown): string[] {
  const changes: string[] = []
  for (const [path, title] of quickFields) {
    const before = valueAt(spec, path)
    const after = valueAt(quickSpec, path)
    if (after === undefined || before === after) continue
    changes.push(before === undefined ? `${title} ${shown(after)}` : `${title} ${shown(before)} → ${shown(after)}`)
  }
  return changes
}

const quickFields: readonly (readonly [string, string])[] = [
  ['training.epochs', 'epochs'],
  ['training.maxSteps', 'steps'],
  ['data.points', 'points'],
  ['dataset.trainSize', 'training images'],
  ['dataset.testSize', 'test images'],
  ['task.points', 'points'],
  ['task.trainSize', 'training images'],
  ['task.testSize', 'test images'],
  ['seeds', 'seeds'],
  ['targets.length', 'functions'],
  ['models.length', 'models'],
  ['sweep.learningRates.length', 'learning rates'],
  ['snapshots.every', 'weights kept every'],
  ['snapshots.unit', 'in'],
  ['gradient.fullEvery', 'full gradient every'],
  ['gradientPhase.maxSteps', 'steps on the gradient norm'],
  ['search.maxSteps', 'steps on the gradient norm'],
  ['surface.resolution', 'points per axis'],
  ['surface.samples', 'samples of the loss'],
  ['labels.shares.length', 'shares'],
  ['sizes.counts.length', 'sizes'],
  ['between', 'networks between'],
  ['alphas.count', 'values of α'],
  ['vary.values.length', 'values'],
  ['gradients.samples', 'samples of the gradients'],
]

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value)
}

function shown(value: unknown): string {
  return typeof value === 'number' ? value.toLocaleString('en') : String(value)
}
