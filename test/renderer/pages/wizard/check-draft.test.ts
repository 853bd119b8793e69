import { describe, expect, it } from 'vitest'
import { experimentKinds } from '../../../../shared/experiments/registry'
import { checkDraft, issuesByPath, issueSentence, quickChanges } from '../../../../renderer/pages/wizard/check-draft'
import { denseDrafts } from '../../../../renderer/pages/wizard/model-drafts'
import { convNet5 } from '../../../../shared/models/ready-networks'
import { readDraft, type FunctionDraft, type DatasetDraft } from '../../../../renderer/pages/wizard/draft'

const simulate = experimentKinds['simulate-function']
const task = experimentKinds['train-on-task']

function functionDraft(change: (draft: FunctionDraft) => void): FunctionDraft {
  const draft = readDraft('simulate-function', simulate.presets[0].spec) as FunctionDraft
  change(draft)
  return draft
}

const pathsOf = (draft: FunctionDraft) => [...issuesByPath(checkDraft(simulate, draft, false).issues).keys()]

describe('checking a draft', () => {
  it.each([simulate, task])('finds every preset of $kind ready to start, with the plan of its spec', (kind) => {
    for (const preset of kind.presets) {
      const draft = readDraft(kind.kind, preset.spec)!
      const checked = checkDraft(kind, draft, false)
      expect(checked.issues).toEqual([])
      expect(checked.spec).toEqual(preset.spec)
      expect(checked.plan).toEqual(kind.plan(preset.spec))
      expect(checked.name).toBe(kind.name(preset.spec))
    }
  })

  it('plans the quick look when that is asked for', () => {
    const draft = functionDraft(() => undefined)
    expect(checkDraft(simulate, draft, true).plan).toEqual(simulate.plan(simulate.quick(simulate.presets[0].spec)))
  })

  it.each<[string, (draft: FunctionDraft) => void, string]>([
    [
      'a learning rate that is no number',
      (draft) => (draft.training.optimizer.learningRate = 'abc'),
      'training.optimizer.learningRate',
    ],
    ['an emptied field', (draft) => (draft.training.epochs = ''), 'training.epochs'],
    ['half an epoch', (draft) => (draft.training.epochs = 1.5), 'training.epochs'],
    ['a batch of words', (draft) => (draft.training.batchSize = 'many'), 'training.batchSize'],
    ['no units', (draft) => (draft.models[1]!.hidden = denseDrafts([0], 'relu')), 'models.1.hidden.0.units'],
    ['an empty label', (draft) => (draft.models[0]!.label = ''), 'models.0.label'],
    ['a label twice', (draft) => (draft.models[1]!.label = draft.models[0]!.label), 'models.1.label'],
    ['an expression that does not parse', (draft) => (draft.targets[0]!.expression = 'sin(5x'), 'targets.0.expression'],
    [
      'a function without a value somewhere',
      (draft) => (draft.targets[0]!.expression = 'sqrt(x)'),
      'targets.0.expression',
    ],
    ['a rate in the sweep that is none', (draft) => (draft.sweep.learningRates = [0.1, 'x']), 'sweep.learningRates.1'],
    [
      'a warm-up of words',
      (draft) => (draft.training.optimizer.schedule = { type: 'constant', warmUpSteps: 'x' }),
      'training.optimizer.schedule.warmUpSteps',
    ],
    ['a kernel that does not fit', (draft) => (draft.models[0]!.hidden = convNet5([1], 2)), 'models.0.hidden.0'],
    [
      'an optimizer that needs the whole training set',
      (draft) => (draft.training.optimizer = { type: 'levenberg-marquardt', damping: 1, decrease: 0.5, increase: 2 }),
      'training.batchSize',
    ],
    [
      'an own optimizer that is wrong',
      (draft) => (draft.models[0]!.optimizer = { type: 'sgd', learningRate: -1 }),
      'models.0.optimizer.learningRate',
    ],
  ])('names the field of %s', (_, change, path) => {
    const draft = functionDraft(change)
    expect(pathsOf(draft)).toEqual([path])
    expect(checkDraft(simulate, draft, false).plan).toBeNull()
  })

  it('finds what a quick look would leave out', () => {
    const draft = functionDraft((changed) => {
      const expressions = ['x', 'x^2', 'x^3', 'x^4', 'log(x)']
      changed.targets = expressions.map((expression) => ({ expression }))
    })
    expect([...issuesByPath(checkDraft(simulate, draft, true).issues).keys()]).toEqual(['targets.4.expression'])
  })

  it('says where an expression does not parse', () => {
    const draft = functionDraft((changed) => (changed.targets[0]!.expression = 'sin(x) + foo(x)'))
    expect(checkDraft(simulate, draft, false).issues[0]!.message).toMatch(/foo.*character 10/)
  })

  it('leaves emptied fields out that need not be there', () => {
    const draft = readDraft('train-on-task', task.presets[0].spec) as DatasetDraft
    draft.dataset.trainSize = ''
    draft.training.maxSteps = ''
    draft.training.optimizer.weightDecay = ''
    const checked = checkDraft(task, draft, false)
    expect(checked.issues).toEqual([])
    expect(checked.spec).toEqual(task.presets[0].spec)
  })

  it('refuses more images than there are, at their field', () => {
    const draft = readDraft('train-on-task', task.presets[0].spec) as DatasetDraft
    draft.dataset.trainSize = 10_001
    expect([...issuesByPath(checkDraft(task, draft, false).issues).keys()]).toEqual(['dataset.trainSize'])
  })
})

describe('the sentence of an issue', () => {
  it.each([
    [['training', 'optimizer', 'learningRate'], 'learning rate must be positive', 'learning rate must be positive'],
    [['models', 1, 'label'], 'another model has this label', 'model 2: another model has this label'],
    [['models', 0, 'hidden', 2, 'units'], 'units must be at least 1', 'model 1, layer 3: units must be at least 1'],
    [['models', 0, 'hidden', 3], 'a kernel does not fit', 'model 1, layer 4: a kernel does not fit'],
    [
      ['models', 0, 'hidden', 1, 'layers', 2, 'kernel'],
      'must be a whole number',
      'model 1, layer 2, inner layer 3, kernel: must be a whole number',
    ],
    [['models', 0, 'hidden'], 'must start with 1 (inputs)', 'model 1: must start with 1 (inputs)'],
    [['sweep', 'learningRates', 1], 'must be a number', 'learning rates 2: must be a number'],
    [['data', 'points'], 'must be a whole number', 'points: must be a whole number'],
    [['neighbours', 'count'], 'count must be a whole number', 'neighbours: count must be a whole number'],
    [['search', 'switchAt', 'norm'], 'norm must be positive', 'search: norm must be positive'],
    [['search', 'methods', 1], 'is there twice', 'search, method 2: is there twice'],
    [['gradientPhase', 'maxSteps'], 'max steps must be at least 1', 'gradient phase: max steps must be at least 1'],
    [['layers', 0], 'no model has weights in layer7', 'no model has weights in layer7'],
    [['runs', 2], 'has no weights', 'run 3: has no weights'],
    [[], 'at most 10,000 runs are possible', 'at most 10,000 runs are possible'],
  ])('of %j names the place once', (path, message, sentence) => {
    expect(issueSentence({ path, message })).toBe(sentence)
  })
})

describe('what a quick look changes', () => {
  it('names what becomes less, and nothing else', () => {
    const before = { training: { epochs: 2000 }, data: { points: 2048 }, seeds: 5, targets: [1, 2] }
    const after = { training: { epochs: 600 }, data: { points: 1024 }, seeds: 2, targets: [1, 2] }
    expect(quickChanges(before, after)).toEqual(['epochs 2,000 → 600', 'points 2,048 → 1,024', 'seeds 5 → 2'])
  })

  it('names a limit that was not there', () => {
    expect(quickChanges({ training: {} }, { training: { maxSteps: 900 } })).toEqual(['steps 900'])
  })
})
