/**
 * Training labels that say nothing about a chosen share of the images (Zhang et al. 2017, "Understanding deep learning requires rethinking
 * generalization"). Which images, and which labels they get, depends on the seed alone.
 */
import { z } from 'zod'
import { RandomStream, randomKey } from '../random'

/**
 * `permute`: the chosen images exchange their labels, so that each class keeps its number of images. `redraw`: each chosen image gets a
 * class drawn uniformly. Either way about one in as many as there are classes is right by chance.
 */
export const labelChanges = ['permute', 'redraw'] as const
export type LabelChange = (typeof labelChanges)[number]

export const labelShareSchema = z
  .number()
  .min(0, 'a share is at least 0')
  .max(1, 'a share is at most 1, which is 100 % of the labels')

export const labelSettingsSchema = z.strictObject({
  /** Of the training images, from 0 to 1, whose labels are random. */
  share: labelShareSchema,
  how: z.enum(labelChanges),
  /** Decides which images and which labels; absent: the seed of the run. */
  seed: z.int().min(0).max(0xffff_ffff).optional(),
})
export type LabelSettings = z.infer<typeof labelSettingsSchema>

/** Streams of the purpose `labels`. */
const streams = { chosen: 0, permuted: 1, redrawn: 2 } as const

/** Images whose labels are random: the nearest whole number. */
export function randomLabelCount(samples: number, share: number): number {
  return Math.round(samples * share)
}

/**
 * Indices of the images whose labels are random, in the order in which they were drawn: a larger share of the same seed adds images to
 * those of a smaller one.
 */
export function chosenImages(samples: number, share: number, seed: number): Uint32Array {
  const order = new RandomStream(randomKey(seed, 'labels'), streams.chosen).permutation(samples)
  return order.subarray(0, randomLabelCount(samples, share))
}

/**
 * The labels of a training set with a share of them made random; those given stay as they are.
 * @param labels [N] class indices
 * @param classes how many there are, to draw from
 * @param runSeed used where the settings name no seed
 * @returns [N]
 */
export function withRandomLabels(
  labels: Uint8Array,
  { share, how, seed }: LabelSettings,
  { classes, runSeed }: { classes: number; runSeed: number },
): Uint8Array {
  const key = randomKey(seed ?? runSeed, 'labels')
  const chosen = chosenImages(labels.length, share, seed ?? runSeed)
  const changed = labels.slice()
  if (how === 'redraw') {
    const random = new RandomStream(key, streams.redrawn)
    for (const image of chosen) changed[image] = random.below(classes)
    return changed
  }
  const places = new RandomStream(key, streams.permuted).permutation(chosen.length)
  places.forEach((place, index) => (changed[chosen[index]!] = labels[chosen[place]!]!))
  return changed
}
