/** A data set's state in words. */
import type { DatasetState } from '../../../shared/api/lab-api'
import { formatInteger } from '../../../shared/text/format'
import { formatBytes } from '../../text/units'

export function isUsable(state: DatasetState): boolean {
  return state.state === 'ready' || state.state === 'partial'
}

/** '60,000 + 10,000 images', 'not here yet', 'downloading, 40 %' */
export function datasetStateText(state: DatasetState | undefined): string {
  switch (state?.state) {
    case undefined:
      return '…'
    case 'ready':
      return `${formatInteger(state.trainSize)} + ${formatInteger(state.testSize)} images`
    case 'partial':
      return `part of it: ${formatInteger(state.trainSize)} + ${formatInteger(state.testSize)} images`
    case 'fetching':
      return `downloading${state.totalBytes > 0 ? `, ${Math.floor((100 * state.fetchedBytes) / state.totalBytes)} %` : ''}`
    case 'damaged':
      return 'damaged'
    case 'missing':
      return state.totalBytes > 0 ? `not here yet, ${formatBytes(state.totalBytes)}` : 'not here yet'
  }
}
