/** A number that the draft has only while its field is not empty, for `v-model`. */
import { computed, type WritableComputedRef } from 'vue'

type Value = number | string | undefined

/** @param holder the part of the draft that has the number under this key */
export function optionalNumber<Key extends string>(
  holder: () => Partial<Record<Key, number | string>>,
  key: Key,
): WritableComputedRef<Value> {
  return computed<Value>({
    get: () => holder()[key],
    set: (next) => {
      const part = holder()
      if (next === '' || next === undefined) delete part[key]
      else part[key] = next
    },
  })
}
