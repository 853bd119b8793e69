/** The size of an element's content in CSS pixels, as it changes. */
import { onScopeDispose, ref, watch, type Ref } from 'vue'

export interface ElementSize {
  width: number
  height: number
}

/** @param initial until the element was measured. */
export function useElementSize(
  element: Readonly<Ref<HTMLElement | null>>,
  initial: ElementSize,
): Readonly<Ref<ElementSize>> {
  const size = ref(initial)
  const observer = new ResizeObserver(([entry]) => {
    if (entry) size.value = { width: entry.contentRect.width, height: entry.contentRect.height }
  })
  watch(element, (now, before) => {
    if (before) observer.unobserve(before)
    if (now) observer.observe(now)
  })
  onScopeDispose(() => observer.disconnect())
  return size
}
