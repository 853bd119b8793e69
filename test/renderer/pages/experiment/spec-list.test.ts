import { describe, expect, it } from 'vitest'
import { convNet } from '../../../../shared/models/ready-networks'
import { specSections } from '../../../../renderer/pages/experiment/spec-list'

describe('a spec to read', () => {
  it('has sections by its keys, models by their labels, and the paths that the command line takes', () => {
    const spec = {
      targets: [{ expression: 'x^2' }, { expression: 'sin(x)', label: 'sine' }],
      models: [
        {
          label: 'Deep',
          hidden: [
            { type: 'dense', units: 10, activation: 'tanh' },
            { type: 'dense', units: 5, activation: 'tanh' },
          ],
          initialization: 'pytorch',
        },
        {
          label: 'Mixed',
          hidden: [
            { type: 'dense', units: 4, activation: 'relu' },
            { type: 'dense', units: 3, activation: 'sin' },
          ],
          optimizer: { type: 'sgd', learningRate: 0.1 },
        },
        { label: 'Linear', hidden: [], initialization: 'pytorch' },
        { label: 'CNN', hidden: convNet([16], 128), initialization: 'pytorch' },
      ],
      training: { optimizer: { type: 'adam', learningRate: 0.001 }, batchSize: 'full' },
      sweep: { optimizers: [], learningRates: [0.1, 0.01] },
      seeds: 5,
    }
    expect(specSections(spec)).toEqual([
      {
        title: 'targets',
        entries: [
          { name: '1', value: 'x^2' },
          { name: 'sine', value: 'sin(x)' },
        ],
      },
      {
        title: 'models',
        entries: [
          { name: 'Deep', value: '10-5 tanh, pytorch' },
          { name: 'Mixed', value: '4 relu, 3 sin, type sgd, learningRate 0.1' },
          { name: 'Linear', value: 'none, pytorch' },
          { name: 'CNN', value: 'conv 16 3x3 pad 1, pool 2, dense 128, pytorch' },
        ],
      },
      {
        title: 'training',
        entries: [
          { name: 'training.optimizer.type', value: 'adam' },
          { name: 'training.optimizer.learningRate', value: '0.001' },
          { name: 'training.batchSize', value: 'full' },
        ],
      },
      {
        title: 'sweep',
        entries: [
          { name: 'sweep.optimizers', value: 'none' },
          { name: 'sweep.learningRates', value: '0.1, 0.01' },
        ],
      },
      { title: 'general', entries: [{ name: 'seeds', value: '5' }] },
    ])
  })

  it('is empty for what is not a spec', () => {
    expect([specSections(null), specSections('x'), specSections({})]).toEqual([[], [], []])
  })

  it('is silent about training where older runs are asked', () => {
    const spec = {
      training: { epochs: 20 },
      seeds: 1,
      differ: { what: 'batchSize' },
      alphas: { from: -1 },
      runs: ['r0000000a'],
    }
    expect(specSections(spec)).toEqual([
      { title: 'alphas', entries: [{ name: 'alphas.from', value: '-1' }] },
      { title: 'general', entries: [{ name: 'runs', value: 'r0000000a' }] },
    ])
  })
})
