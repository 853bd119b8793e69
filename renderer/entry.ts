/** Starts the page: styles, stores, router, and one place for errors that nobody handled. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { errorMessage } from '../shared/api/errors'
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './theme/color-scheme'
import App from './App.vue'
import { router } from './router'
import { useToasts } from './stores/toasts'

const app = createApp(App)
app.use(createPinia())
app.use(router)

/** A bug: say so in the window, and in full on the console. */
function report(error: unknown) {
  console.error(error)
  useToasts().show(`Something went wrong: ${errorMessage(error)}`, { tone: 'bad' })
}
app.config.errorHandler = report
router.onError(report)
addEventListener('unhandledrejection', (event) => report(event.reason))

app.mount('#app')

void globalThis.basin?.takeNotice().then((notice) => notice && useToasts().show(notice, { tone: 'bad' }))
