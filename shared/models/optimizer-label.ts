/** Optimisers in words: what tells one from another where several are compared. */
import { learningRateOf, optimizerTitles, type Optimizer } from './optimizer'
import { scheduleText, type Schedule } from './schedule'

type Setting = Exclude<
  Optimizer extends infer One ? (One extends One ? keyof One : never) : never,
  'type' | 'learningRate'
>

/** How each setting is said; '' for what does nothing. A missing one does not compile. */
const settingTexts: Record<Setting, (value: never) => string> = {
  momentum: (value: number) => (value > 0 ? `momentum ${value}` : ''),
  nesterov: (value: boolean) => (value ? 'Nesterov' : ''),
  weightDecay: (value: number) => (value > 0 ? `weight decay ${value}` : ''),
  schedule: (value: Schedule) => scheduleText(value),
  alpha: (value: number) => `α ${value}`,
  beta1: (value: number) => `β₁ ${value}`,
  beta2: (value: number) => `β₂ ${value}`,
  epsilon: (value: number) => `ε ${value}`,
  history: (value: number) => `history ${value}`,
  damping: (value: number) => `damping ${value}`,
  decrease: (value: number) => `decrease ${value}`,
  increase: (value: number) => `increase ${value}`,
}
const settingNames = Object.keys(settingTexts) as Setting[]

function text(optimizer: Optimizer, name: Setting): string {
  const value = (optimizer as Partial<Record<Setting, unknown>>)[name]
  return value === undefined ? '' : settingTexts[name](value as never)
}

/**
 * Names for optimisers that are compared: type and learning rate, momentum where there is any, and whatever else those that have such a
 * setting differ in: 'SGD 0.1, weight decay 0.01'. Two of them have one name only where they are the same.
 */
export function optimizerLabels(compared: readonly Optimizer[]): (optimizer: Optimizer) => string {
  const differs = (name: Setting): boolean => {
    const isCommon = name === 'weightDecay' || name === 'schedule'
    const having = isCommon ? compared : compared.filter((optimizer) => name in optimizer)
    return new Set(having.map((optimizer) => text(optimizer, name))).size > 1
  }
  const told = settingNames.filter((name) => name === 'momentum' || differs(name))
  return (optimizer) => {
    const head = [optimizerTitles[optimizer.type], learningRateOf(optimizer)].filter((part) => part !== null).join(' ')
    return [head, ...told.map((name) => text(optimizer, name))].filter((part) => part !== '').join(', ')
  }
}
