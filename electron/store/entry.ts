/** The store process: serves StoreApi to the lab that started it, and closes the database when the lab is gone. */
import { toPlainError } from '../../shared/api/errors'
import { storeMethods, type StoreApi, type StoreClientApi } from '../../shared/api/store-api'
import { serveContract } from '../../shared/api/rpc'
import { workerChannel } from '../host/worker-channel'
import { Store } from './store'

const store = new Store({ onStopped: (reason) => lab.onStopped(toPlainError(reason)) })

const lab = serveContract<StoreApi, StoreClientApi>(
  workerChannel(() => void store.close({}).finally(() => process.exit(0))),
  store,
  storeMethods,
)
