/** Parts of a draft that may hold what was typed instead of what is meant. */
import { z } from 'zod'

/** A number, or what was typed instead of one. */
export const loose = z.union([z.number(), z.string()])
