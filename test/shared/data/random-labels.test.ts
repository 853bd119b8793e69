import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chosenImages, labelChanges, randomLabelCount, withRandomLabels } from '../../../shared/data/random-labels'
import { golden } from '../../golden/golden'

const classes = 10
const anyLabels = fc.uint8Array({ minLength: 1, maxLength: 300, max: classes - 1 })
const anyShare = fc.double({ min: 0, max: 1, noNaN: true })
const anySeed = fc.nat({ max: 0xffff_ffff })

const counts = (labels: Uint8Array) =>
  Array.from({ length: classes }, (_, label) => labels.filter((l) => l === label).length)

describe('random labels', () => {
  it('are those that an implementation in Python draws', () => {
    const { given, changed } = golden('random').labels
    for (const { share, how, seed, labels } of changed) {
      const from = Uint8Array.from(given)
      expect([...withRandomLabels(from, { share, how }, { classes, runSeed: seed })]).toEqual(labels)
      expect([...withRandomLabels(from, { share, how, seed }, { classes, runSeed: seed + 1 })]).toEqual(labels)
      expect([...from]).toEqual(given)
    }
  })

  it.each(labelChanges)('%s: change only the chosen share of the images', (how) => {
    fc.assert(
      fc.property(anyLabels, anyShare, anySeed, (labels, share, seed) => {
        const changed = withRandomLabels(labels, { share, how }, { classes, runSeed: seed })
        const chosen = new Set(chosenImages(labels.length, share, seed))
        expect(chosen.size).toBe(randomLabelCount(labels.length, share))
        labels.forEach((label, image) => {
          if (!chosen.has(image)) expect(changed[image]).toBe(label)
        })
        expect(Math.max(...changed)).toBeLessThan(classes)
        if (how === 'permute') expect(counts(changed)).toEqual(counts(labels))
      }),
    )
  })

  it('of a larger share are random for the images of a smaller one too', () => {
    const [few, many] = [chosenImages(100, 0.2, 7), chosenImages(100, 0.7, 7)]
    expect([...many.subarray(0, few.length)]).toEqual([...few])
  })

  it('say nothing about the images: one in ten is right by chance, whatever the way', () => {
    const labels = Uint8Array.from({ length: 20_000 }, (_, image) => image % classes)
    for (const how of labelChanges) {
      const changed = withRandomLabels(labels, { share: 1, how }, { classes, runSeed: 3 })
      const right = labels.filter((label, image) => changed[image] === label).length / labels.length
      // Five standard errors of a share of 0.1.
      expect(Math.abs(right - 0.1)).toBeLessThan(0.011)
    }
  })
})
