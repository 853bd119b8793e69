/** Where Basin keeps things, and how much of the machine it uses, by the environment. */
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { coreCount } from '../host/cores'

/** BASIN_HOME, or the system's place for application data. */
export function basinHome(): string {
  const { BASIN_HOME } = process.env
  return BASIN_HOME ? resolve(BASIN_HOME) : envPaths('Basin', { suffix: '' }).data
}

/** BASIN_DATASETS: a folder with data sets that a person has already. */
export function datasetsFolder(): string | undefined {
  const { BASIN_DATASETS } = process.env
  return BASIN_DATASETS ? resolve(BASIN_DATASETS) : undefined
}

/** Where data sets are looked for, in this order. */
export function datasetFoldersOf({ home, datasetsFolder }: { home: string; datasetsFolder?: string }): string[] {
  return [join(home, 'datasets'), ...(datasetsFolder ? [datasetsFolder] : [])]
}

/** Runs at the same time: BASIN_THREADS, or one for each core. */
export function trainingCores(): number {
  const asked = Number.parseInt(process.env.BASIN_THREADS ?? '', 10)
  return asked >= 1 ? asked : coreCount()
}
