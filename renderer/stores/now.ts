/** The time of day, for texts such as '3 min ago': one clock for the page, ticking four times a minute. */
import { ref, type Ref } from 'vue'

const now = ref(Date.now())
let ticking = false

export function useNow(): Readonly<Ref<number>> {
  if (!ticking) setInterval(() => (now.value = Date.now()), 15_000)
  ticking = true
  return now
}
