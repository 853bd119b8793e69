import { describe, expect, it } from 'vitest'
import { networkLines, networkTooltip } from '../../../renderer/text/network-text'
import { networkOf } from '../../../shared/experiments/model-groups'
import { dense, batchNormNet, residualNet } from '../../../shared/models/ready-networks'

const images = { input: [3, 32, 32], outputs: 10 } as const

describe('a network in words', () => {
  it('names each layer, the shape after it and its parameters', () => {
    expect(networkLines(networkOf({ hidden: batchNormNet([8], 32), initialization: 'pytorch' }, images))).toEqual([
      { text: 'input', shape: '3 × 32 × 32', parameters: 0 },
      { text: 'conv 8 3x3 pad 1 linear', shape: '8 × 32 × 32', parameters: 224 },
      { text: 'batch norm relu', shape: '8 × 32 × 32', parameters: 16 },
      { text: 'pool 2', shape: '8 × 16 × 16', parameters: 0 },
      { text: 'dense 32', shape: '32', parameters: 65_568 },
      { text: 'dense 10 linear', shape: '10', parameters: 330 },
    ])
  })

  it('is a chain in a tooltip where all layers are dense, and a line for each layer otherwise', () => {
    const initialization = 'pytorch'
    const hidden = [dense(64), dense(32)]
    expect(networkTooltip(networkOf({ hidden, initialization }, images))).toBe('3072-64-32-10')
    const lines = networkTooltip(networkOf({ hidden: residualNet(4), initialization }, images)).split('\n')
    expect(lines).toHaveLength(9)
    expect(lines[0]).toBe('input: 3 × 32 × 32')
    expect(lines[4]).toMatch(/^residual\(conv 4 3x3 pad 1 linear, .*\): 4 × 16 × 16, 312 parameters$/)
  })
})
