/** Asks the lab what a spec would cost, a moment after the last change; answers to older questions are dropped. */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { errorMessage } from '../../../shared/api/errors'
import type { Estimate, SpecArgument } from '../../../shared/api/lab-api'
import { lab } from '../../lab/lab-client'

const pauseMs = 350

/** @param question null while there is nothing to ask. */
export function useEstimate(question: () => SpecArgument | null) {
  const estimate = shallowRef<Estimate | null>(null)
  const pending = ref(false)
  const problem = ref<string | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function ask(argument: SpecArgument, number: number) {
    const answer = await lab.estimate(argument).catch((error: unknown) => errorMessage(error))
    if (number !== asked) return
    pending.value = false
    problem.value = typeof answer === 'string' ? answer : null
    estimate.value = typeof answer === 'string' ? null : answer
  }

  watch(
    question,
    (argument) => {
      clearTimeout(timer)
      const number = ++asked
      pending.value = argument !== null
      if (argument === null) estimate.value = null
      else timer = setTimeout(() => void ask(argument, number), pauseMs)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    asked++
    clearTimeout(timer)
  })
  return { estimate, pending, problem }
}
