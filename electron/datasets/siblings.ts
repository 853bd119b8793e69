/** Names of folders beside the data sets of a store that are there for a moment only. Clearing up after who was killed is recover.ts. */
import { randomBytes } from 'node:crypto'
import { datasetNames } from '../../shared/data/datasets'
import type { FileDatasetName } from './locate'

/** Siblings this process is at work on. */
export const busySiblings = new Set<string>()

/** Hidden, and with the process in its name, so that what a killed process left can be told from work in progress. */
export function siblingName(name: FileDatasetName, purpose: 'new' | 'old' | 'gone'): string {
  const sibling = `.${name}-${purpose}-${process.pid}-${randomBytes(4).toString('hex')}`
  busySiblings.add(sibling)
  return sibling
}

export const siblingPattern = new RegExp(`^\\.(${datasetNames.join('|')})-(new|old|gone)-(\\d+)-[0-9a-f]+$`)
