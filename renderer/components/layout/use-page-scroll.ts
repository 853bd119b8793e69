/** A new page begins at its top; going back or forward finds the place where a page was left. */
import { nextTick, onScopeDispose, type ShallowRef } from 'vue'
import { useRouter } from 'vue-router'

/** The router counts the entries of the history. */
const place = () => (history.state as { position?: number } | null)?.position ?? 0

const patienceMs = 1000

/** @param scroller the element that pages scroll in */
export function usePageScroll(scroller: Readonly<ShallowRef<HTMLElement | null>>) {
  const router = useRouter()
  const tops = new Map<number, number>()
  /** Where the history was after the last change of page. */
  let current: number | undefined
  let isReturn = false

  /** A page may first have to read what makes it that long. */
  async function reach(top: number, path: string) {
    const until = performance.now() + patienceMs
    do {
      scroller.value?.scrollTo({ top, behavior: 'instant' })
      if (!scroller.value || Math.abs(scroller.value.scrollTop - top) <= 1) return
      await new Promise((resolve) => requestAnimationFrame(resolve))
    } while (performance.now() < until && router.currentRoute.value.fullPath === path)
  }

  const endings = [
    router.beforeEach((to, from) => {
      // When someone goes back or forward, the history is at the other page already.
      isReturn = current !== undefined && place() !== current
      if (to.path !== from.path && scroller.value) tops.set(current ?? place(), scroller.value.scrollTop)
    }),
    router.afterEach(async (to, from) => {
      current = place()
      if (to.path === from.path) return
      const top = isReturn ? (tops.get(current) ?? 0) : 0
      await nextTick()
      await reach(top, to.fullPath)
    }),
  ]
  onScopeDispose(() => endings.forEach((end) => end()))
}
