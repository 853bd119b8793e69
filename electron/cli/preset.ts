/** `basin kinds KIND --preset NAME --json`: the whole spec of a preset, defaults filled in, with what it would take here. */
import { kindOf, buildSpec } from './spec-arguments'
import { withLab } from './open-lab'

/** @throws LabError `spec/unknown-kind`, `spec/unknown-preset` */
export async function printPreset(kindId: string, preset: string | undefined, quick: boolean): Promise<void> {
  const kind = kindOf(kindId)
  const whole = kind.schema.parse(buildSpec(kind, { preset, set: [] }))
  const spec = quick ? kind.quick(whole) : whole
  const estimate = await withLab('read', (lab) => lab.estimate({ kind: kind.kind, spec }))
  const { name, title, description } = kind.presets.find(({ name }) => name === preset) ?? kind.presets[0]
  process.stdout.write(`${JSON.stringify({ kind: kind.kind, preset: name, title, description, spec, estimate })}\n`)
}
