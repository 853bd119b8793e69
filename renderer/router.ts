/** Addresses of pages. Hash history, because the page is served from app:// and from any web server alike. */
import { createRouter, createWebHashHistory, type RouteLocationNormalized } from 'vue-router'
import { experimentKindIds } from '../shared/experiments/kind'

declare module 'vue-router' {
  interface RouteMeta {
    title: string
  }
}

/** Unknown kinds go home. */
function knownKind(to: RouteLocationNormalized) {
  return (experimentKindIds as readonly string[]).includes(String(to.params['kind'])) || { name: 'home' }
}

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    { path: '/', name: 'home', meta: { title: 'Home' }, component: () => import('./pages/home/HomePage.vue') },
    {
      path: '/new/:kind',
      name: 'wizard',
      meta: { title: 'New experiment' },
      beforeEnter: knownKind,
      component: () => import('./pages/wizard/WizardPage.vue'),
    },
    {
      path: '/experiments/:experimentId',
      name: 'experiment',
      meta: { title: 'Experiment' },
      component: () => import('./pages/experiment/ExperimentPage.vue'),
    },
    { path: '/runs', name: 'runs', meta: { title: 'Runs' }, component: () => import('./pages/runs/RunsPage.vue') },
    { path: '/data', name: 'data', meta: { title: 'Data' }, component: () => import('./pages/data/DataPage.vue') },
    {
      path: '/settings',
      name: 'settings',
      meta: { title: 'Settings' },
      component: () => import('./pages/settings/SettingsPage.vue'),
    },
    { path: '/:rest(.*)*', redirect: { name: 'home' } },
  ],
})

router.afterEach((to) => {
  document.title = to.name === 'home' ? 'Basin' : `${to.meta.title} · Basin`
})
