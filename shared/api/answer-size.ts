/** How much one answer may hold. A question that asks for more is refused and asked again in parts (see in-parts.ts and records-in-parts.ts in experiments/). */
import { LabError } from './errors'

/** A million exact points of a series, half as many buckets: more than any screen shows, and little enough to hold a few of. */
export const mostAnswerBytes = 16 * 1024 * 1024

/** Adds up what an answer is going to hold, before it is made. */
export class AnswerSize {
  #bytes = 0

  /** @param what is asked for, with what to ask for instead: 'fewer runs' */
  constructor(private readonly what: string) {}

  /** @throws LabError `answer/too-large` */
  add(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes <= mostAnswerBytes) return
    throw new LabError(
      'answer/too-large',
      `More than ${mostAnswerBytes / 2 ** 20} MB in one answer; ask for ${this.what}`,
    )
  }
}

/** About what a run or an analysis takes in an answer: its names and numbers, its spec, and for each series what a summary says. */
export function recordBytes(specLength: number, seriesCount = 0): number {
  return 600 + specLength + 200 * seriesCount
}
