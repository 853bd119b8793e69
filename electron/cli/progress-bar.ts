/** One line of progress on a terminal's standard error, redrawn in place. Where that is no terminal, nothing. */
import type { ExperimentProgress } from '../../shared/api/lab-api'
import { isEnded } from '../../shared/api/records'
import { countOf, formatInteger } from '../../shared/text/format'
import { durationText } from './text'

const barWidth = 28

export class ProgressBar {
  #drawn = false

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  draw(progress: ExperimentProgress): void {
    if (!this.stream.isTTY) return
    const text = progressText(progress).slice(0, (this.stream.columns || 80) - 1)
    this.stream.write(`\r\x1b[2K${text}`)
    this.#drawn = true
  }

  clear(): void {
    if (this.#drawn) this.stream.write('\r\x1b[2K')
    this.#drawn = false
  }
}

/** ███████░░░░  62 %  9 of 15 runs  41,300 steps/s  12 s left */
export function progressText(progress: ExperimentProgress): string {
  const { share, stepsPerSecond, etaMs, runCount, endedRuns, analyses } = progress
  const filled = Math.round(share * barWidth)
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
  const count = (ended: number, all: number, noun: string): string[] =>
    all > 0 ? [`${ended} of ${countOf(all, noun)}`] : []
  const endedAnalyses = analyses.filter(({ status }) => isEnded(status)).length
  return [
    bar,
    `${String(Math.floor(100 * share)).padStart(3)} %`,
    ...count(endedRuns, runCount, 'run'),
    ...count(endedAnalyses, analyses.length, 'analysis'),
    ...(stepsPerSecond > 0 ? [`${formatInteger(Math.round(stepsPerSecond))} steps/s`] : []),
    ...(etaMs === null ? [] : [`${durationText(etaMs)} left`]),
  ].join('  ')
}
