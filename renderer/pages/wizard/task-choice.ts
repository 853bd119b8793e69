/** Changing between a function and a data set without losing what was typed for the other. Pure. */
import { datasets } from '../../../shared/data/datasets'
import type { Preset } from '../../../shared/experiments/kind'
import { functionTaskSchema } from '../../../shared/experiments/task'
import { taskChoiceSchema, type TaskChoice } from './draft'

type TaskType = TaskChoice['type']

export interface ChosenTask {
  task: TaskChoice
  /** What the task was before it became one of another type. */
  otherTask?: TaskChoice
}

const usual: Record<TaskType, () => TaskChoice> = {
  function: () => functionTaskSchema.parse({ type: 'function', expression: 'sin(5*pi*x)' }),
  dataset: () => ({ type: 'dataset', name: 'digits', trainSize: 2000, testSize: 1000 }),
}

/** The task of the first preset that has one of this type, without a download. */
function presetTask(presets: readonly Preset<unknown>[], type: TaskType): TaskChoice | undefined {
  for (const { spec } of presets) {
    const { data } = taskChoiceSchema.safeParse((spec as { task?: unknown }).task)
    if (data?.type !== type || (data.type === 'dataset' && !datasets[data.name].builtIn)) continue
    return data
  }
  return undefined
}

/** @param presets where a task comes from that was never typed. */
export function switchTask(
  { task, otherTask }: ChosenTask,
  type: TaskType,
  presets: readonly Preset<unknown>[],
): ChosenTask {
  if (task.type === type) return { task, ...(otherTask && { otherTask }) }
  const next = otherTask?.type === type ? otherTask : (presetTask(presets, type) ?? usual[type]())
  return { task: next, otherTask: task }
}
