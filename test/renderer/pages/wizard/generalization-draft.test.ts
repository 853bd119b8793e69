import { describe, expect, it } from 'vitest'
import { checkDraft, issueSentence, issuesByPath, quickChanges } from '../../../../renderer/pages/wizard/check-draft'
import { readDraft, specOf } from '../../../../renderer/pages/wizard/draft'
import type { ParameterCountDraft } from '../../../../renderer/pages/wizard/kinds/parameter-count/draft'
import type { RandomLabelsDraft } from '../../../../renderer/pages/wizard/kinds/random-labels/draft'
import type { SensitivityDraft } from '../../../../renderer/pages/wizard/kinds/sensitivity/draft'
import { experimentKinds } from '../../../../shared/experiments/registry'

const randomLabels = experimentKinds['random-labels']
const parameterCount = experimentKinds['parameter-count']
const { sensitivity } = experimentKinds

function checked<Draft extends RandomLabelsDraft | ParameterCountDraft | SensitivityDraft>(
  kind: typeof randomLabels,
  change: (draft: Draft) => void,
) {
  const draft = readDraft(kind.kind, kind.presets[0].spec) as Draft
  change(draft)
  return checkDraft(kind, draft, false)
}

describe.each([randomLabels, parameterCount, sensitivity])('the draft of $kind', (kind) => {
  it.each(kind.presets.map((preset) => [preset.name, preset.spec] as const))(
    'of the preset %s is that preset',
    (_, spec) => {
      expect(specOf(readDraft(kind.kind, spec)!)).toEqual(spec)
    },
  )
})

describe('the draft of random labels', () => {
  it.each<[string, (draft: RandomLabelsDraft) => void, string, string]>([
    [
      'per cent',
      ({ labels }) => (labels.shares = [0, 50]),
      'labels.shares.1',
      'labels, share 2: a share is at most 1, which is 100 % of the labels',
    ],
    ['words', ({ labels }) => (labels.shares = ['half']), 'labels.shares.0', 'labels, share 1: must be a number'],
    [
      'no shares',
      ({ labels }) => (labels.shares = []),
      'labels.shares',
      'labels, shares: at least one share is needed',
    ],
    ['a negative seed', ({ labels }) => (labels.seed = -1), 'labels.seed', 'labels: seed must be at least 0'],
    [
      'a function',
      (draft) =>
        (draft.task = { type: 'function', expression: 'x', domain: [0, 1], points: 9, noise: 0, sampling: 'grid' }),
      'task.type',
      'type: only images have labels; choose a data set',
    ],
  ])('names the field of %s', (_, change, path, sentence) => {
    const { issues } = checked(randomLabels, change)
    expect([...issuesByPath(issues).keys()]).toEqual([path])
    expect(issues.map(issueSentence)).toEqual([sentence])
  })

  it('says what a quick look leaves out', () => {
    const { spec, quickSpec } = checked<RandomLabelsDraft>(
      randomLabels,
      ({ labels }) => (labels.shares = [0, 0.25, 0.5, 0.75, 1]),
    )
    expect(quickChanges(spec, quickSpec)).toContain('shares 5 → 3')
  })
})

describe('the draft of parameter counts', () => {
  it.each<[string, (draft: ParameterCountDraft) => void, string]>([
    ['words', ({ sizes }) => (sizes.counts = [30_000, 'many']), 'sizes.counts.1'],
    ['what no network has', ({ sizes }) => (sizes.counts = [10, 30_000]), 'sizes.counts.0'],
    ['what cannot be solved', ({ models }) => (models[0]!.hidden = []), 'models.0.hidden'],
    ['a single size', ({ sizes }) => (sizes.counts = []), 'models'],
  ])('names the field of %s', (_, change, path) => {
    expect([...issuesByPath(checked(parameterCount, change).issues).keys()]).toEqual([path])
  })

  it('says what a quick look leaves out', () => {
    const { spec, quickSpec } = checked<ParameterCountDraft>(parameterCount, () => undefined)
    expect(quickChanges(spec, quickSpec)).toContain('sizes 10 → 6')
  })
})

describe('the draft of sensitivities', () => {
  it.each<[string, (draft: SensitivityDraft) => void, string, string]>([
    ['a single value', ({ vary }) => (vary.values = [64]), 'vary.values', 'a sweep needs at least two values'],
    [
      'a batch larger than the data',
      ({ vary }) => (vary.values = [64, 4001]),
      'vary.values.1',
      'value 2: a batch of 4,001 is larger than the 4,000 training samples',
    ],
    ['words', ({ vary }) => (vary.values = [64, 'large']), 'vary.values.1', 'value 2: must be a number'],
    [
      'no samples',
      ({ gradients }) => (gradients.samples = 0),
      'gradients.samples',
      'gradients: samples must be at least 1',
    ],
  ])('names the field of %s', (_, change, path, sentence) => {
    const { issues } = checked(sensitivity, change)
    expect([...issuesByPath(issues).keys()]).toEqual([path])
    expect(issues.map(issueSentence)).toEqual([sentence])
  })

  it('says what a quick look leaves out', () => {
    const { spec, quickSpec } = checked<SensitivityDraft>(
      sensitivity,
      ({ vary }) => (vary.values = [1, 2, 3, 4, 5, 6, 7]),
    )
    expect(quickChanges(spec, quickSpec)).toEqual(
      expect.arrayContaining(['values 7 → 6', 'samples of the gradients 1,000 → 500']),
    )
  })
})
