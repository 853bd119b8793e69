/** Keeps the draft of each kind in localStorage until it is started, so that nothing typed is ever lost. */
import type { ExperimentKindId } from '../../../shared/experiments/kind'
import { readDraft, taskChoiceSchema, type Draft, type TaskChoice } from './draft'

export interface StoredDraft {
  draft: Draft
  quick: boolean
  /** A name typed for the experiment; empty for the one that Basin gives. */
  name: string
  /** Of a draft with a task: what was typed for the other type of task. */
  otherTask?: TaskChoice
}

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>

const keyOf = (kind: ExperimentKindId) => `basin.draft.${kind}`

/** null when nothing is stored, or nothing that this version can read. */
export function loadDraft(storage: Storage, kind: ExperimentKindId): StoredDraft | null {
  try {
    const stored = JSON.parse(storage.getItem(keyOf(kind)) ?? 'null') as Partial<StoredDraft> | null
    const draft = readDraft(kind, stored?.draft)
    if (!draft) return null
    const { data: otherTask } = taskChoiceSchema.safeParse(stored?.otherTask)
    const name = typeof stored?.name === 'string' ? stored.name : ''
    return { draft, quick: stored?.quick === true, name, ...(otherTask && { otherTask }) }
  } catch {
    return null
  }
}

export function saveDraft(storage: Storage, kind: ExperimentKindId, stored: StoredDraft): void {
  try {
    storage.setItem(keyOf(kind), JSON.stringify(stored))
  } catch {
    // A full or forbidden storage costs the draft at the next start, nothing now.
  }
}

export function forgetDraft(storage: Storage, kind: ExperimentKindId): void {
  storage.removeItem(keyOf(kind))
}
