/** Nothing that a person can choose is without a golden case: what the core does not know would else train as something else. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { layerSchema } from '../../shared/models/layers'
import { activations } from '../../shared/models/model'
import { losses, optimizerTypes } from '../../shared/models/optimizer'
import { scheduleTypes } from '../../shared/models/schedule'

/** What the cases train with, by what it is: every `type` of a layer, optimiser or schedule, every activation and loss. */
const covered = {
  layers: new Set(),
  activations: new Set(),
  optimizers: new Set(),
  schedules: new Set(),
  losses: new Set(),
}

function gather(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) return value.forEach(gather)
  const { layers, activation, optimizer, loss } = value as Record<string, unknown>
  if (Array.isArray(layers)) for (const { type } of layers as { type: string }[]) covered.layers.add(type)
  if (activation !== undefined) covered.activations.add(activation)
  if (loss !== undefined) covered.losses.add(loss)
  if (typeof optimizer === 'object' && optimizer !== null) {
    const { type, schedule } = optimizer as { type: string; schedule?: { type: string } }
    covered.optimizers.add(type)
    if (schedule) covered.schedules.add(schedule.type)
  }
  Object.values(value).forEach(gather)
}

const folders = [import.meta.dirname, join(import.meta.dirname, 'layers')]
const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
for (const file of files.filter((path) => path.endsWith('.json'))) {
  gather(JSON.parse(readFileSync(file, 'utf8')))
  // Cases of one optimiser alone are in a file of its name.
  const alone = optimizerTypes.find((type) => file.endsWith(`/${type}.json`))
  if (alone) covered.optimizers.add(alone)
}

it.each([
  ['layers', layerSchema.options.map((option) => option.shape.type.value)],
  ['activations', activations],
  ['optimizers', optimizerTypes],
  ['schedules', scheduleTypes],
  ['losses', losses],
] as const)('all %s have golden cases', (what, all) => {
  expect([...covered[what]]).toEqual(expect.arrayContaining([...all]))
})
