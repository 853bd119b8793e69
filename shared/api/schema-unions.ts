/** Where a schema lets a value be one of several kinds, told apart by one key: `type` of an optimiser, `at` of a switch. */
import type { z } from 'zod'

type Schema = z.core.$ZodType

/** Without what only wraps a schema: defaults, what may be absent, texts that are read first. */
function unwrapped(schema: Schema): Schema {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === 'pipe') return unwrapped(def.out)
  return 'innerType' in def ? unwrapped(def.innerType) : schema
}

export interface Union {
  /** The key that tells the kinds apart. */
  discriminator: string
  /** The schema of one kind. */
  option(kind: unknown): z.core.$ZodObject | undefined
}

/** null for what is no such union. */
export function unionOf(schema: Schema | undefined): Union | null {
  if (!schema) return null
  const { def } = (unwrapped(schema) as z.core.$ZodTypes)._zod
  if (def.type !== 'union' || !('discriminator' in def)) return null
  const { discriminator, options } = def as z.core.$ZodDiscriminatedUnionDef
  const option = (kind: unknown) =>
    (options as readonly z.core.$ZodObject[]).find(
      (one) => one._zod.def.shape[discriminator]?._zod.values?.has(kind as z.core.util.Primitive) ?? false,
    )
  return { discriminator, option }
}

/** The schema of what stands at a key of a value; undefined where there is none, or none that is known. */
export function schemaAt(schema: Schema | undefined, value: unknown, key: string): Schema | undefined {
  if (!schema) return undefined
  const union = unionOf(schema)
  const kind = union && (value as Record<string, unknown>)[union.discriminator]
  const { def } = ((union ? union.option(kind) : unwrapped(schema)) as z.core.$ZodTypes | undefined)?._zod ?? {}
  if (def?.type === 'object') return Object.hasOwn(def.shape, key) ? def.shape[key] : undefined
  if (def?.type === 'array') return def.element
  return undefined
}
