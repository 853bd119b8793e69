import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/api/errors'
import { compileExpression, readExpression } from '../../../shared/data/expression'

function messageOf(text: string): string {
  try {
    compileExpression(text)
  } catch (error) {
    if (error instanceof LabError && error.code === 'spec/invalid') return error.message
    throw error
  }
  return 'compiles'
}

describe('an expression in x', () => {
  it.each([
    ['2*x*cos(x) + 2', 0.5, 2 * 0.5 * Math.cos(0.5) + 2],
    ['5x^2 - 0.5x + 0.2', 3, 43.7],
    ['-x^2', 3, -9],
    ['2^-x', 1, 0.5],
    ['sin(5πx)/(5πx)', 0.1, Math.sin(0.5 * Math.PI) / (0.5 * Math.PI)],
    ['2x·cos(x)−1', 0, -1],
    ['x³', -2, -8],
    ['log(abs(2*x + 0.5))', 1, Math.log(2.5)],
    ['log(x, 2)', 8, 3],
    ['sgn(x) + arcsinh(x)', -1, -1 + Math.asinh(-1)],
    ['x < 0 ? -1 : 1', -0.1, -1],
    ['-1 < x < 1', 0, 1],
    ['-1 < x < 1', 1, 0],
    ['x % 2', -0.5, 1.5],
    ['max(x, 1, 2)', 0, 2],
    ['e^x', 1, Math.E],
  ])('%s at %f is %f', (text, x, value) => {
    expect(compileExpression(text)(x)).toBeCloseTo(value, 12)
  })

  it.each([
    ['sin(5*', 'does not parse at character 7: unexpected end of expression'],
    ['5πx/(5πx', 'does not parse at character 9: parenthesis ) expected'],
    ['2*y', "unknown name 'y' at character 3; the variable is x"],
    ['1 + foo(x)', "unknown function 'foo' at character 5"],
    ['sin x', 'sin needs parentheses at character 1: sin(x)'],
    ['sin(1, 2)', 'sin takes 1 argument, not 2'],
    ['min()', 'min takes 1 to 16 arguments, not 0'],
    ['x!', "the operator '!' is not allowed at character 2"],
    ['  ', 'type a function of x'],
  ])('%s is refused and says where', (text, message) => {
    expect(messageOf(text)).toBe(message)
  })

  it.each([
    'f(x) = x',
    'x = 3',
    '[1, 2]',
    '"text"',
    '1; 2',
    'x.constructor',
    'a.sin(x)',
    'import("fs")',
    'constructor(x)',
    '__proto__',
    'true',
  ])('%s does nothing but fail', (text) => {
    expect(messageOf(text)).not.toBe('compiles')
  })

  it('has no value where real arithmetic has none', () => {
    expect([compileExpression('log(x)')(-1), compileExpression('sqrt(x)')(-1), compileExpression('1/x')(0)]).toEqual([
      NaN,
      NaN,
      Infinity,
    ])
  })

  it('either compiles to a function of numbers or is refused with a reason, whatever is typed', () => {
    const piece = fc.constantFrom(
      'x',
      '2',
      '.5',
      '+',
      '-',
      '*',
      '/',
      '^',
      '(',
      ')',
      ',',
      'sin',
      'cos(',
      'π',
      ' ',
      '<',
      '?',
      ':',
      '[',
      '"',
      'y',
      '²',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 40 }),
          fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join('')),
        ),
        (text) => {
          try {
            expect(typeof compileExpression(text)(0.3)).toBe('number')
          } catch (error) {
            expect(error).toMatchObject({ code: 'spec/invalid', issues: [{ path: [] }] })
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('refuses parentheses nested too deep rather than break', () => {
    expect(messageOf(`${'('.repeat(20_000)}x${')'.repeat(20_000)}`)).toMatch(/does not parse|too deep/)
  })
})

function readingOrRefusal(text: string): string {
  try {
    return readExpression(text)
  } catch (error) {
    if (error instanceof LabError && error.code === 'spec/invalid') return error.message
    throw error
  }
}

describe('the reading of an expression', () => {
  it.each([
    ['sin(5πx)/(5πx)', 'sin(5 * pi * x) / (5 * pi * x)'],
    ['5x^2 - 0.5x + 0.2', '5 * x^2 - 0.5 * x + 0.2'],
    ['2x·cos(x)−1', '2 * x * cos(x) - 1'],
    ['x^1/2', 'x^1 / 2'],
    ['-x^2', '-(x^2)'],
    ['2^-x', '2^(-x)'],
    ['x - (1 - x)', 'x - (1 - x)'],
    ['x/2*3', '(x / 2) * 3'],
    ['x < 0 ? -1 : x^2 e^x', 'x < 0 ? (-1) : (x^2 * e^x)'],
    ['-1 < x < 1', '-1 < x < 1'],
    ['(pi/2) x', '(pi / 2) * x'],
    ['pi/(2x)', 'pi / (2 * x)'],
    ['x^2 sin(x)', 'x^2 * sin(x)'],
    ['x²sin(x) + x²x', 'x^2 * sin(x) + x^2 * x'],
    ['log(x, 2)', 'log(x, 2)'],
  ])('%s is %s', (text, reading) => {
    expect(readingOrRefusal(text)).toBe(reading)
  })

  it.each([
    ['sin(pi/2 x)', '(pi / 2) * x', 'pi / (2 * x)'],
    ['1/sqrt(2) x', '(1 / sqrt(2)) * x', '1 / (sqrt(2) * x)'],
    ['1/2 x', '(1 / 2) * x', '1 / (2 * x)'],
    ['1/2x', '(1 / 2) * x', '1 / (2 * x)'],
    ['-1/2 x^2 + 1', '((-1) / 2) * x^2', '(-1) / (2 * x^2)'],
    ['1/2 pi x', '(1 / 2) * pi * x', '1 / (2 * pi * x)'],
    ['2/3(x + 1)', '(2 / 3) * (x + 1)', '2 / (3 * (x + 1))'],
    ['x/2(x + 1)', '(x / 2) * (x + 1)', 'x / (2 * (x + 1))'],
    ['2 pi/3 x', '((2 * pi) / 3) * x', '(2 * pi) / (3 * x)'],
    ['x % 2 pi', '(x % 2) * pi', 'x % (2 * pi)'],
    ['π/2x', '(pi / 2) * x', 'pi / (2 * x)'],
    ['e^2x', '^2 * x', '^(2 * x)'],
    ['2^-3x', '^-3 * x', '^(-3 * x)'],
  ])('%s is refused with both', (text, one, other) => {
    expect(readingOrRefusal(text)).toBe(`can be read as ${one} or as ${other}: write the one that is meant`)
  })

  it('of what was learned long ago is still that of mathjs', () => {
    expect(compileExpression('sin(pi/2 x)')(2)).toBeCloseTo(Math.SQRT1_2, 12)
  })

  it('is the same function as what was typed, and reads as itself', () => {
    const leaf = fc.constantFrom('x', '2', '0.5', 'pi', 'e')
    const { tree } = fc.letrec<{ tree: string }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc
          .tuple(tie('tree'), fc.constantFrom('+', '-', '*', '/', '^', '%', ' '), tie('tree'))
          .map((part) => part.join('')),
        tie('tree').map((inner) => `(${inner})`),
        tie('tree').map((inner) => `-${inner}`),
        tie('tree').map((inner) => `sin(${inner})`),
        fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `((${a}) < (${b}) ? ${a} : ${b})`),
      ),
    }))
    fc.assert(
      fc.property(tree, (text) => {
        const reading = readingOrRefusal(text)
        fc.pre(!/^(can be read|does not parse|unknown|only|.*needs|.*not a number)/.test(reading))
        expect(readExpression(reading)).toBe(reading)
        for (const x of [-1.3, 0.4, 2]) expect(compileExpression(reading)(x)).toBe(compileExpression(text)(x))
      }),
      { numRuns: 500 },
    )
  })
})
