import fc from 'fast-check'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { labSchemas } from '../../../shared/api/lab-api'
import { experimentKinds } from '../../../shared/experiments/registry'
import { isPlain, plainText, visible } from '../../../shared/text/visible'

it('writes what nobody sees as its number and leaves the rest', () => {
  expect(visible('step\u0002size \u001b[31m\nsin(5πx)²\u202e 😀\ud83d')).toBe(
    'step\\u0002size \\u001b[31m\\u000asin(5πx)²\\u202e 😀\\ud83d',
  )
  expect(visible('a\n\tb\u0000', '\n\t')).toBe('a\n\tb\\u0000')
})

it('keeps JSON what it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visible(JSON.stringify({ text }))
      expect(JSON.parse(shown)).toEqual({ text })
      expect(isPlain(shown)).toBe(true)
    }),
  )
})

it('is refused where text comes in, with the character and its place', () => {
  const issues = (text: string) =>
    plainText(z.string())
      .safeParse(text)
      .error?.issues.map(({ message }) => message)
  expect(issues('sin(5πx), Größe 😀')).toBeUndefined()
  expect(issues('step\u0002size')).toEqual(['must not have control characters, such as U+0002 at character 5'])
})

it.each(['\u001b[31mx', 'a\nb', 'a\u202eb', 'a\u0085b', 'a\u0000b', 'a\ufffeb'])(
  '%j is no label, name or expression',
  (text) => {
    const model = { label: text, hidden: 'dense 2' }
    const ofFunction = experimentKinds['simulate-function'].schema
    const places = [
      ofFunction.safeParse({ models: [model] }),
      ofFunction.safeParse({ targets: [{ expression: 'x', label: text }] }),
      ofFunction.safeParse({ targets: [{ expression: `x${text}` }] }),
      experimentKinds['critical-point'].schema.safeParse({ task: { type: 'function', expression: 'x', label: text } }),
      labSchemas.renameExperiment.safeParse({ experimentId: 'x00000001', name: text }),
      labSchemas.startExperiment.safeParse({ kind: 'sharpness', spec: {}, name: text }),
    ]
    const messages = places.map(({ error }) => error?.issues[0]?.message)
    for (const message of messages) expect(message).toMatch(/^must not have control characters/)
  },
)
