/** What can be wrong with data, in words a person can act on. */
import { LabError } from '../../shared/api/errors'
import { datasets, type DatasetName } from '../../shared/data/datasets'

/** `file` is a path, or archive/member. */
export function damaged(file: string, why: string): LabError {
  return new LabError('dataset/damaged', `${file} is damaged: ${why}`)
}

/** @param wanted - the content that it must have; absent: any will do */
export function missing(name: DatasetName, wanted?: string): LabError {
  const which = wanted ? ` Needed is the one whose content is ${shortContent(wanted)}.` : ''
  return new LabError(
    'dataset/missing',
    `${datasets[name].title} is not on this machine.${which} Get it on the Data page or with \`basin data fetch ${name}\`, ` +
      'import files you have, or name a folder that holds it in BASIN_DATASETS.',
  )
}

/**
 * @param wanted - the content of which there is none
 * @param here - what there is instead
 */
export function changed(name: DatasetName, wanted: string, here: { folder: string; content: string }): LabError {
  const { title } = datasets[name]
  return new LabError(
    'dataset/changed',
    `A run was trained on other data than the ${title} that is here now: its content is ${shortContent(wanted)}, ` +
      `that of ${here.folder} is ${shortContent(here.content)}. Import that set again, or put it back where it was: ` +
      'it is found by its content, beside the one that is here. To train on what is here now, start a new experiment.',
  )
}

/** As people compare it. */
export const shortContent = (sha256: string) => sha256.slice(0, 12)

export function canceled(name: DatasetName): LabError {
  return new LabError('dataset/canceled', `The download of ${datasets[name].title} was canceled.`)
}

/** 12345 as 12,345. */
export function withCommas(value: number): string {
  return value.toLocaleString('en-US')
}
