import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketWidth, seriesData, type SeriesRange } from '../../../electron/store/envelope'
import { Points } from '../../../electron/store/points'
import { plain } from './open-store'

function pointsOf(values: Float32Array | Float64Array, steps: Float64Array | null, firstStep = 0): Points {
  const points = new Points(steps === null)
  points.append({ firstStep, steps, values })
  return points
}

/** The same again, point by point. */
function slowData(
  steps: number[],
  values: number[],
  { buckets, fromStep = -Infinity, toStep = Infinity }: SeriesRange,
) {
  const kept = steps.map((step, i) => ({ step, value: values[i] as number }))
  const inRange = kept.filter(({ step }) => step >= fromStep && step <= toStep)
  const count = inRange.length
  if (buckets === undefined || count <= buckets) {
    return { steps: inRange.map(({ step }) => step), values: inRange.map(({ value }) => value), count }
  }
  const width = bucketWidth(count, buckets)
  const groups: (typeof inRange)[] = []
  for (let i = 0; i < count; i += width) groups.push(inRange.slice(i, i + width))
  const best = groups.map((group) => {
    const numbers = group.map(({ value }) => value).filter((value) => !Number.isNaN(value))
    const finite = numbers.filter(Number.isFinite)
    const of = finite.length > 0 ? finite : numbers.length > 0 ? numbers : [NaN]
    return of.toSorted((a, b) => a - b)
  })
  return {
    steps: groups.map((group) => group.at(-1)?.step),
    values: groups.map((group) => group.at(-1)?.value),
    min: best.map((sorted) => sorted[0]),
    max: best.map((sorted) => sorted.at(-1)),
    count,
  }
}

const value = fc.oneof(
  { weight: 5, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0) },
  fc.constantFrom(NaN, Infinity, -Infinity),
)
const point = fc.record({ gap: fc.integer({ min: 1, max: 5 }), value })
const range = fc.record(
  {
    buckets: fc.integer({ min: 1, max: 30 }),
    fromStep: fc.oneof(fc.integer({ min: -10, max: 300 }), fc.double({ noNaN: true, min: 0, max: 100 })),
    toStep: fc.oneof(fc.integer({ min: -10, max: 300 }), fc.double({ noNaN: true, min: 0, max: 100 })),
  },
  { requiredKeys: [] },
)

describe('seriesData', () => {
  it('agrees with a slow envelope for irregular steps, NaN and infinities', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 120 }), range, (list, asked) => {
        let step = 0
        const steps = list.map(({ gap }) => (step += gap))
        const values = list.map((one) => one.value)
        const points = pointsOf(Float64Array.from(values), Float64Array.from(steps))
        expect(plain(seriesData(points, asked))).toEqual(slowData(steps, values, asked))
      }),
    )
  })

  it('agrees with a slow envelope for regular steps', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 120 }), range, fc.nat(50), (list, asked, firstStep) => {
        const values = Float32Array.from(list, (one) => Math.fround(one) + 0)
        const steps = list.map((_, i) => firstStep + i)
        expect(plain(seriesData(pointsOf(values, null, firstStep), asked))).toEqual(slowData(steps, [...values], asked))
      }),
    )
  })

  it('never gives more buckets than asked for, and more than half of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 100_000 }), (count, buckets) => {
        const got = Math.ceil(count / bucketWidth(count, buckets))
        expect(got).toBeLessThanOrEqual(buckets)
        expect(got).toBeGreaterThanOrEqual(Math.min(count, Math.floor(buckets / 2)))
      }),
    )
  })

  it('leaves earlier buckets as they are while a series grows', () => {
    const values = Float64Array.from({ length: 990 }, (_, i) => Math.sin(i * i))
    const early = seriesData(pointsOf(values.subarray(0, 900), null), { buckets: 50 })
    const late = seriesData(pointsOf(values, null), { buckets: 50 })
    const closed = early.steps.length - 1
    expect([...late.values.subarray(0, closed)]).toEqual([...early.values.subarray(0, closed)])
    expect([...(late.max?.subarray(0, closed) ?? [])]).toEqual([...(early.max?.subarray(0, closed) ?? [])])
  })
})
