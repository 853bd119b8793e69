/** Identities, branded so that a plain string does not pass for one. */
import { z } from 'zod'

export type ExperimentId = string & { readonly __brand: 'ExperimentId' }
export type RunId = string & { readonly __brand: 'RunId' }
export type AnalysisId = string & { readonly __brand: 'AnalysisId' }

export const experimentIdSchema = z
  .string()
  .regex(/^x[0-9a-z]{8}$/, 'not the id of an experiment') as unknown as z.ZodType<ExperimentId, string>
export const runIdSchema = z.string().regex(/^r[0-9a-z]{8}$/, 'not the id of a run') as unknown as z.ZodType<
  RunId,
  string
>
export const analysisIdSchema = z.string().regex(/^a[0-9a-z]{8}$/, 'not the id of an analysis') as unknown as z.ZodType<
  AnalysisId,
  string
>

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Eight characters of Crockford's base 32 (40 random bits) from random bytes, five or more. */
function randomPart(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < 8; i++) {
    const bit = i * 5
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
    text += alphabet[(pair >> (11 - (bit & 7))) & 31]
  }
  return text
}

/** @param bytes at least five random bytes; the caller has the generator, this file runs anywhere. */
export function newExperimentId(bytes: Uint8Array): ExperimentId {
  return `x${randomPart(bytes)}` as ExperimentId
}

export function newRunId(bytes: Uint8Array): RunId {
  return `r${randomPart(bytes)}` as RunId
}

export function newAnalysisId(bytes: Uint8Array): AnalysisId {
  return `a${randomPart(bytes)}` as AnalysisId
}
