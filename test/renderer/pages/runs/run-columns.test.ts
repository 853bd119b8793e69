import { describe, expect, it } from 'vitest'
import { runColumnsById } from '../../../../renderer/pages/runs/run-columns'
import { networkOf } from '../../../../shared/experiments/model-groups'
import { convNet } from '../../../../shared/models/ready-networks'
import { optimizerWithDefaults } from '../../../../shared/models/optimizer'
import { makeRow } from '../../fixtures'

const plain = makeRow(0)
const row = makeRow(1, {
  spec: {
    ...plain.spec,
    model: networkOf({ hidden: convNet([8], 32), initialization: 'pytorch' }, { input: [1, 28, 28], outputs: 10 }),
    optimizer: optimizerWithDefaults('levenberg-marquardt'),
    data: { type: 'dataset', dataset: 'mnist', trainSize: 500 },
    batchSize: 'full',
  },
})

describe('the columns of the runs table', () => {
  it('name the layers of a network, and all shapes in the tooltip', () => {
    const model = runColumnsById.get('model')!
    expect(model.text(plain)).toBe('1-190-1')
    expect(model.text(row)).toBe('conv8k3p1-pool2-32-10')
    expect(model.value(row)).toBe('1x28x28-conv8k3p1-pool2-32-10')
    expect(model.hint!(row).split('\n')[1]).toBe('conv 8 3x3 pad 1: 8 × 28 × 28, 80 parameters')
  })

  it('show no learning rate where there is none, and the whole set as the batch', () => {
    const cells = ['optimizer', 'learningRate', 'batch', 'samples'].map((name) => runColumnsById.get(name)!.text(row))
    expect(cells).toEqual(['Levenberg-Marquardt', '–', '500', '500'])
    expect(runColumnsById.get('learningRate')!.value(row)).toBeNull()
  })
})
