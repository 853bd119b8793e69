import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  architectureText,
  networkText,
  parseArchitecture,
  parseNetwork,
} from '../../../../renderer/pages/wizard/architecture-text'
import type { LayerDraft } from '../../../../renderer/pages/wizard/draft'
import type { NetworkEnds } from '../../../../shared/experiments/model-groups'
import { convNet } from '../../../../shared/models/ready-networks'

const ends: NetworkEnds = { input: [1, 1, 1], outputs: 1 }
const images: NetworkEnds = { input: [1, 28, 28], outputs: 10 }

describe('architectures as people type them', () => {
  it.each([
    ['1-5-10-10-10-10-10-5-1', ends, [5, 10, 10, 10, 10, 10, 5]],
    ['784-128-10', images, [128]],
    ['784, 128, 64, 10', images, [128, 64]],
    ['1 → 20 → 1', ends, [20]],
    ['1 -> 20 -> 1', ends, [20]],
    ['1-9x7-1', ends, [9, 9, 9, 9, 9, 9, 9]],
    ['1-9 × 2-4-1', ends, [9, 9, 4]],
    ['1-1', ends, []],
  ])('reads %s', (text, around, widths) => expect(parseArchitecture(text, around)).toEqual({ widths }))

  it.each([
    ['', 'start with 1'],
    ['5-10', 'start with 1 (inputs) and end with 1 (outputs)'],
    ['1-10', 'end with 1'],
    ['1-ten-1', '“ten” is not a number of units'],
    ['1-2.5-1', '“2.5” is not a number of units'],
    ['1-0-1', 'at least one unit'],
    ['1-5x0-1', 'at least one unit'],
    ['1-5x200-1', 'at most 99 hidden layers'],
  ])('says what is wrong with “%s”', (text, reason) => {
    const parsed = parseArchitecture(text, ends)
    expect('problem' in parsed && parsed.problem).toContain(reason)
  })

  it('reads back what it writes', () => {
    const widths = fc.array(fc.integer({ min: 1, max: 65_536 }), { maxLength: 99 })
    fc.assert(
      fc.property(widths, (hidden) => {
        expect(parseArchitecture(architectureText(hidden, images), images)).toEqual({ widths: hidden })
      }),
    )
  })

  it('never throws, whatever is typed', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseArchitecture(text, ends)))
  })
})

describe('networks as people type them', () => {
  it('are chains where all layers are dense, and named layers otherwise', () => {
    const dense: LayerDraft[] = [{ type: 'dense', units: '', activation: 'tanh' }]
    expect(networkText(dense, images, 'tanh')).toBe('784-?-10')
    expect(networkText([], images, 'relu')).toBe('784-10')
    const network = convNet([16, 32], 128)
    const text = 'conv 16 3x3 pad 1, pool 2, conv 32 3x3 pad 1, pool 2, dense 128'
    expect(networkText(network, images, 'relu')).toBe(text)
    expect(parseNetwork(text, images, null)).toEqual({ layers: network })
  })

  it('are read as one or the other by their words', () => {
    expect(parseNetwork('784-9x2-10', images, 'relu')).toEqual({ widths: [9, 9] })
    expect(parseNetwork('dense 9', images, 'tanh')).toEqual({
      layers: [{ type: 'dense', units: 9, activation: 'tanh' }],
    })
    expect(parseNetwork('784-ten-10', images, 'relu')).toEqual({ problem: '“ten” is not a number of units' })
    expect(parseNetwork('conv', images, 'relu')).toEqual({ problem: expect.stringContaining('lacks its filters') })
  })
})
