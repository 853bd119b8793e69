/** Short messages at the bottom of the window: what failed, what was done, and how to undo it. The one place where errors of actions show. */
import { defineStore } from 'pinia'
import { ref } from 'vue'
import { errorMessage } from '../../shared/api/errors'

export interface ToastAction {
  label: string
  run: () => void
}

export interface Toast {
  toastId: number
  tone: 'plain' | 'bad'
  text: string
  action?: ToastAction
}

const shownMs = { plain: 7_000, bad: 12_000 }
const mostAtOnce = 4

export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let nextId = 1

  function dismiss(toastId: number) {
    toasts.value = toasts.value.filter((toast) => toast.toastId !== toastId)
  }

  /** @returns its id, for `dismiss`. */
  function show(text: string, options: { tone?: Toast['tone']; action?: ToastAction } = {}) {
    const toast: Toast = {
      toastId: nextId++,
      tone: options.tone ?? 'plain',
      text,
      ...(options.action && { action: options.action }),
    }
    // The same failure again replaces its message instead of piling up.
    const others = toasts.value.filter((other) => other.text !== text)
    toasts.value = [...others, toast].slice(-mostAtOnce)
    setTimeout(() => dismiss(toast.toastId), shownMs[toast.tone])
    return toast.toastId
  }

  /** Does something and shows why it failed. @returns what it gave, or undefined when it failed. */
  async function attempt<T>(action: () => Promise<T>, failure: string): Promise<T | undefined> {
    try {
      return await action()
    } catch (error) {
      show(`${failure}: ${errorMessage(error)}`, { tone: 'bad' })
      return undefined
    }
  }

  return { toasts, show, dismiss, attempt }
})
