import { describe, expect, it } from 'vitest'
import { checkDraft, issuesByPath } from '../../../../renderer/pages/wizard/check-draft'
import { learnsFunction, readDraft, specOf, type TaskDraft } from '../../../../renderer/pages/wizard/draft'
import { loadDraft, saveDraft } from '../../../../renderer/pages/wizard/draft-storage'
import type { ErrorSurfaceDraft } from '../../../../renderer/pages/wizard/kinds/error-surface/draft'
import { switchTask } from '../../../../renderer/pages/wizard/task-choice'
import { convNet5 } from '../../../../shared/models/ready-networks'
import type { ErrorSurfaceExperiment } from '../../../../shared/experiments/error-surface/spec'
import type { Preset } from '../../../../shared/experiments/kind'
import { experimentKinds } from '../../../../shared/experiments/registry'

const errorSurface = experimentKinds['error-surface']
const { kind } = errorSurface
const onFunction = errorSurface.presets[0] as Preset<ErrorSurfaceExperiment>
const onImages: Preset<ErrorSurfaceExperiment> = {
  ...onFunction,
  name: 'images',
  spec: { ...onFunction.spec, task: { type: 'dataset', name: 'digits', trainSize: 500 } },
}
const presets = [onFunction, onImages] as const

function draftWith(change: (draft: TaskDraft) => void = () => undefined, preset = onFunction): TaskDraft {
  const draft = readDraft(kind, preset.spec) as TaskDraft
  change(draft)
  return draft
}

const own = (draft: TaskDraft) => draft as ErrorSurfaceDraft
const pathsOf = (draft: TaskDraft) => [...issuesByPath(checkDraft(errorSurface, draft, false).issues).keys()]

describe('the draft of an experiment with a task', () => {
  it.each(presets.map((preset) => [preset.name, preset] as const))('of the preset %s is that preset', (_, preset) => {
    const draft = draftWith(undefined, preset)
    expect(specOf(draft)).toEqual(preset.spec)
    expect(checkDraft(errorSurface, draft, false)).toMatchObject({ issues: [], plan: errorSurface.plan(preset.spec) })
    expect(learnsFunction(draft)).toBe(preset.name === 'default')
  })

  it.each<[string, (draft: TaskDraft) => void, string]>([
    ['points of words', ({ task }) => Object.assign(task, { points: 'many' }), 'task.points'],
    ['an emptied end', ({ task }) => Object.assign(task, { domain: ['', 1] }), 'task.domain.0'],
    ['a domain of no width', ({ task }) => Object.assign(task, { domain: [1, 1] }), 'task.domain'],
    ['negative noise', ({ task }) => Object.assign(task, { noise: -1 }), 'task.noise'],
    ['no expression', ({ task }) => Object.assign(task, { expression: '' }), 'task.expression'],
    ['an unknown name', ({ task }) => Object.assign(task, { expression: 'y' }), 'task.expression'],
    ['no value somewhere', ({ task }) => Object.assign(task, { expression: 'log(x)' }), 'task.expression'],
    ['layers for pictures', ({ models }) => (models[0]!.hidden = convNet5([1], 2)), 'models.0.hidden.0'],
    ['a width of words', (draft) => Object.assign(own(draft).surface, { resolution: 'wide' }), 'surface.resolution'],
    ['snapshots too often', (draft) => (own(draft).snapshots.every = 0.5), 'snapshots.every'],
    ['seeds of words', (draft) => (draft.seeds = 'some'), 'seeds'],
    ['no runs at all', (draft) => (draft.runs = []), 'runs'],
  ])('names the field of %s', (_, change, path) => {
    expect(pathsOf(draftWith(change))).toEqual([path])
  })

  it('names the field of more images than there are', () => {
    const draft = draftWith(({ task }) => Object.assign(task, { trainSize: 10_001, testSize: '' }), onImages)
    expect(pathsOf(draft)).toEqual(['task.trainSize'])
  })
})

describe('changing the task', () => {
  it('takes the first preset of that type where nothing was typed, and keeps what was', () => {
    const typed = draftWith(({ task }) => Object.assign(task, { expression: 'sin(x', points: 'x' })).task
    const images = switchTask({ task: typed }, 'dataset', presets)
    expect(images).toEqual({ task: onImages.spec.task, otherTask: typed })
    const smaller = { ...images.task, trainSize: '20' } as TaskDraft['task']
    const back = switchTask({ ...images, task: smaller }, 'function', presets)
    expect(back).toEqual({ task: typed, otherTask: smaller })
    expect(switchTask(back, 'dataset', presets).task).toEqual(smaller)
  })

  it.each(['function', 'dataset'] as const)('has a usual %s where no preset has one', (type) => {
    const other = type === 'function' ? onImages : onFunction
    const { task } = switchTask({ task: draftWith(undefined, other).task }, type, [])
    expect(pathsOf(draftWith((draft) => (draft.task = task)))).toEqual([])
    expect(task.type).toBe(type)
  })

  it('to what it is changes nothing', () => {
    const { task } = draftWith()
    expect(switchTask({ task }, 'function', presets)).toEqual({ task })
  })

  it('to images needs no download', () => {
    const mnist = { ...onImages, spec: { ...onImages.spec, task: { type: 'dataset', name: 'mnist' } } }
    expect(switchTask({ task: draftWith().task }, 'dataset', [mnist, onImages]).task).toEqual(onImages.spec.task)
    expect(switchTask({ task: draftWith().task }, 'dataset', [mnist]).task).toMatchObject({ name: 'digits' })
  })

  it('is remembered with the draft', () => {
    const kept = new Map<string, string>()
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    }
    const draft = draftWith()
    const otherTask: TaskDraft['task'] = { type: 'dataset', name: 'mnist', trainSize: 'few' }
    saveDraft(storage, kind, { draft, quick: false, name: '', otherTask })
    expect(loadDraft(storage, kind)).toEqual({ draft, quick: false, name: '', otherTask })
    saveDraft(storage, kind, { draft, quick: false, name: '', otherTask: { type: 'song' } as never })
    expect(loadDraft(storage, kind)).toEqual({ draft, quick: false, name: '' })
  })
})
