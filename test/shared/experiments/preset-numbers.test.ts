/** Numbers that descriptions of presets name, against what their plans do. */
import { describe, expect, it } from 'vitest'
import { courseOf } from '../../../shared/experiments/run-course'
import { experimentKinds } from '../../../shared/experiments/registry'
import { trainingSize, type RunSpec } from '../../../shared/experiments/run-spec'
import { parameterCount } from '../../../shared/models/model'

/** The numbers before a word: '5,000 images' gives 5000. What is said to be about is left out. */
function numbersBefore(text: string, words: string): number[] {
  const found = text.matchAll(new RegExp(`(?<!about |than |counts |[\\d,])(\\d[\\d,]*) (?:${words})\\b`, 'g'))
  return [...found].map(([, number]) => Number(number!.replaceAll(',', '')))
}

/** Every number of steps that a run has: in all, of its phases, in an epoch, between what it keeps. */
function stepsOf(spec: RunSpec): number[] {
  const { stepsPerEpoch, ordinarySteps, totalSteps } = courseOf(spec, trainingSize(spec))
  const kept = [spec.record?.fullGradientEvery, spec.record?.snapshots?.every].flatMap((every) => every ?? [])
  return [ordinarySteps, totalSteps, totalSteps - ordinarySteps, stepsPerEpoch, ...kept]
}

const presets = Object.values(experimentKinds).flatMap((kind) =>
  kind.presets.map((preset) => ({ kind, preset, name: `${kind.kind} ${preset.name}` })),
)

describe('the description of a preset', () => {
  it.each(presets)('of $name counts its iterations and parameters as its plan does', ({ kind, preset }) => {
    const specs = kind.plan(preset.spec).runs.map(({ spec }) => spec)
    const steps = new Set(specs.flatMap(stepsOf))
    const parameters = new Set(specs.map(({ model }) => parameterCount(model)))
    const { title, description } = preset
    for (const number of numbersBefore(`${title}. ${description}`, 'iterations|steps'))
      expect([...steps]).toContain(number)
    for (const number of numbersBefore(`${title}. ${description}`, 'parameters'))
      expect([...parameters]).toContain(number)
  })

  it.each(presets)('of $name has the batches, learning rates and epochs of its plan', ({ kind, preset }) => {
    const specs = kind.plan(preset.spec).runs.map(({ spec }) => spec)
    const text = `${preset.title}. ${preset.description}`
    const said = (pattern: RegExp) =>
      [...text.matchAll(pattern)].map(([, number]) => Number(number!.replaceAll(',', '')))
    const rateOf = ({ optimizer }: RunSpec) => ('learningRate' in optimizer ? optimizer.learningRate : undefined)
    for (const number of said(/batches of (\d[\d,]*)/g))
      expect(specs.map(({ batchSize }) => batchSize)).toContain(number)
    for (const number of said(/(?:Adam|SGD) at (\d[\d.e-]*\d)/g)) expect(specs.map(rateOf)).toContain(number)
    for (const number of said(/(?<!every |[\d,])(\d[\d,]*) epochs/g))
      expect(specs.map(({ epochs }) => epochs)).toContain(number)
  })

  it('of report 1 of the actual task says what it makes and what the report counted', () => {
    const preset = experimentKinds['train-on-task'].presets.find(({ name }) => name === 'report-1')!
    const [spec] = experimentKinds['train-on-task'].plan(preset.spec).runs.map((run) => run.spec)
    expect(courseOf(spec!, trainingSize(spec!)).totalSteps).toBe(4300)
    expect(numbersBefore(preset.description, 'iterations')).toEqual([4300])
    expect(Math.round((5 * 55_000) / 64)).toBe(4297)
  })
})
