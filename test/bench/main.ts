/**
 * `npm run bench`: our times beside those of other programs, both measured in one run on the same cores.
 * Standard output has one BenchResult a line as JSON, standard error a table. Options: --case PATTERN (a regular expression, looked for
 * in "name, N threads, simd"), --quick (fewer and shorter rounds). BASIN_PEER_PYTHON names a Python with torch, jax and scipy;
 * without it our times stand alone. BASIN_DATASETS names the folder of MNIST and CIFAR-10. BASIN_SIMD chooses what ours uses where a
 * case does not.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { caseLabel, TaskFiles } from './bench-case'
import { benchCases } from './cases'
import { measureCase, type BenchResult } from './measure'
import { Peers } from './peer'

const say = (text: string) => process.stderr.write(`basin: ${text}\n`)

/** @returns the exit code: 1 where a case could not be measured */
export async function main({ words, peerFolder }: { words: string[]; peerFolder: string }): Promise<number> {
  const { values } = parseArgs({ args: words, options: { case: { type: 'string' }, quick: { type: 'boolean' } } })
  const pattern = new RegExp(values.case ?? '')
  const chosen = benchCases.filter((bench) => pattern.test(caseLabel(bench)))
  if (chosen.length === 0) throw new Error(`No case is like ${pattern}: ${benchCases.map(caseLabel).join('; ')}`)

  const python = process.env.BASIN_PEER_PYTHON
  if (!python) say('BASIN_PEER_PYTHON names no Python with torch, jax and scipy: our times alone')
  const peers = python ? new Peers(python, peerFolder) : undefined
  const folder = mkdtempSync(join(tmpdir(), 'basin-bench-'))
  // One for all: peers know a case by its settings, names of files among them.
  const files = new TaskFiles(folder)
  const rounds = values.quick ? { rounds: 3, share: 0.25 } : { rounds: 9, share: 1 }
  const results: BenchResult[] = []
  let leftOut = 0
  try {
    for (const bench of chosen) {
      const label = caseLabel(bench)
      try {
        const options = {
          files,
          peers,
          ...rounds,
          say: (why: string) => say(`${label}: ${why}`),
        }
        for (const result of await measureCase(bench, options)) {
          process.stdout.write(`${JSON.stringify(result)}\n`)
          results.push(result)
        }
      } catch (error) {
        leftOut++
        say(`${label}: left out: ${(error as Error).message}`)
      }
    }
  } finally {
    await peers?.end()
    rmSync(folder, { recursive: true, force: true })
  }
  process.stderr.write(table(results))
  return leftOut > 0 ? 1 : 0
}

function table(results: readonly BenchResult[]): string {
  const head = ['microseconds', 'Basin', 'min', 'peer', 'min', 'ratio', 'threads', 'on', '  peer']
  const number = (value: number | null) => value?.toLocaleString('en', { maximumSignificantDigits: 4 }) ?? '-'
  const rows = results.map(({ case: name, unit, ours, oursMin, peer, peerMin, ratio, threads, simd, peerName }) => [
    `${name}, a ${unit}`,
    ...[ours, oursMin, peer, peerMin, ratio, threads].map(number),
    simd,
    `  ${peerName ?? '-'}`,
  ])
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const line = (row: string[]) => {
    const cells = row.map((cell, i) => (i === 0 || i === 8 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]! + 2)))
    return `${cells.join('').trimEnd()}\n`
  }
  return `\n${all.map(line).join('')}`
}
