/**
 * Asks the lab what a spec would cost, a moment after the last change; answers to older questions are dropped. What the lab refuses
 * (only it knows older runs) is said before anybody starts.
 */
import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import { errorMessage, type Issue } from '../../../shared/api/errors'
import type { Estimate, SpecArgument } from '../../../shared/api/lab-api'
import { lab } from '../../lab/lab-client'
import { refusalIssues } from './check-draft'

const pauseMs = 350

/** @param question null while there is nothing to ask. */
export function useEstimate(question: () => SpecArgument | null) {
  const estimate = shallowRef<Estimate | null>(null)
  const pending = ref(false)
  const problem = ref<string | null>(null)
  const issues = shallowRef<readonly Issue[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let asked = 0

  async function ask(argument: SpecArgument, number: number) {
    const answer = await lab.estimate(argument).catch((error: unknown) => ({ error }))
    if (number !== asked) return
    pending.value = false
    if (!('error' in answer)) {
      estimate.value = answer
      problem.value = null
      return
    }
    estimate.value = null
    const refusal = refusalIssues(answer.error)
    if (refusal) issues.value = refusal
    else problem.value = errorMessage(answer.error)
  }

  watch(
    question,
    (argument) => {
      clearTimeout(timer)
      const number = ++asked
      pending.value = argument !== null
      issues.value = []
      if (argument === null) estimate.value = null
      else timer = setTimeout(() => void ask(argument, number), pauseMs)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    asked++
    clearTimeout(timer)
  })
  return { estimate, pending, problem, issues }
}
