import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseNumber, parseNumberList, parseSize, sizeText } from '../../../../renderer/components/form/number-text'

describe('numbers as people type them', () => {
  it.each([
    ['0.001', 0.001],
    ['1e-3', 0.001],
    ['.5', 0.5],
    ['2.', 2],
    ['2,048', 2048],
    ['1,234,567.5', 1_234_567.5],
    [' −1 ', -1],
    ['+3', 3],
  ])('reads %s', (text, value) => expect(parseNumber(text)).toBe(value))

  it.each(['', ' ', 'abc', '1 2', '1,2', '12,34', '0x10', '1e', 'Infinity', 'NaN', '1e999', '--1', '1.2.3'])(
    'refuses “%s”',
    (text) => expect(parseNumber(text)).toBeNull(),
  )

  it('reads back every number that it could show', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value))).toBe(value === 0 ? 0 : value)
      }),
    )
  })

  it('reads a list and leaves what is no number as it was typed', () => {
    expect(parseNumberList('0.001, 1e-2;x 3')).toEqual([0.001, 0.01, 'x', 3])
    expect(parseNumberList('  ')).toEqual([])
  })

  it.each<[string, ReturnType<typeof parseSize>]>([
    ['3', 3],
    ['3x5', [3, 5]],
    [' 3 × 5 ', [3, 5]],
    ['3 5', [3, 5]],
    ['3x', null],
    ['x3', null],
    ['3x4x5', null],
    ['', null],
    ['three', null],
  ])('reads the size “%s”', (text, size) => expect(parseSize(text)).toEqual(size))

  it.each([3, 2.5, [2, 7] as const, [4, 4] as const])('reads back the size %j as it shows it', (size) => {
    const [rows, columns] = typeof size === 'number' ? [size, size] : size
    expect(parseSize(sizeText(size))).toEqual(rows === columns ? rows : [rows, columns])
  })
})
