import { expect, it } from 'vitest'
import { z } from 'zod'
import { parseOrThrow } from '../../../shared/api/contract'
import { LabError } from '../../../shared/api/errors'

const schema = z.strictObject({ a: z.unknown().optional(), runs: z.array(z.string()).optional() })

function refusal(value: unknown): LabError | null {
  try {
    parseOrThrow(schema, value, 'spec/invalid', 'spec')
    return null
  } catch (error) {
    if (error instanceof LabError) return error
    throw error
  }
}

it('refuses a key that would change what an object is, wherever it stands', () => {
  const value: unknown = JSON.parse('{"a": [{"b": {"__proto__": {"c": 1}}}]}')
  expect(refusal(value)).toMatchObject({ code: 'spec/invalid', message: 'spec: a.0.b.__proto__: unknown key' })
})

it('refuses a million keys, endless depth and endless keys in few words', () => {
  const keys = Object.fromEntries(Array.from({ length: 1_000_000 }, (_, i) => [`k${i}`, i]))
  expect(refusal(keys)!.message).toBe('spec: must have at most 100,000 keys and entries in all')
  let deep: unknown = 1
  for (let i = 0; i < 10_000; i++) deep = { a: deep }
  expect(refusal(deep)!.message).toMatch(/must be at most 64 levels deep$/)
  expect(refusal({ ['k'.repeat(1e6)]: 1 })!.message.length).toBeLessThan(200)
})

it('names fifty of many unknown keys and counts the rest', () => {
  const { message, issues } = refusal(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`k${i}`, i])))!
  expect(issues).toHaveLength(50)
  expect(message).toMatch(/k49: unknown key; and 19,950 more$/)
})

it('lets pass what is large and meant: runs by their ids, bytes', () => {
  const runs = Array.from({ length: 10_000 }, (_, i) => `r${i}`)
  expect(refusal({ a: new Uint8Array(1 << 20), runs })).toBeNull()
})

it.each(['{"toString": 1}', '{"hasOwnProperty": {}}', '{"constructor": {"prototype": 1}}', '{"valueOf": null}'])(
  '%s is unknown like any other key',
  (text) =>
    expect(refusal(JSON.parse(text))).toMatchObject({
      code: 'spec/invalid',
      message: expect.stringContaining('unknown key') as string,
    }),
)
