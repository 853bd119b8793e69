/**
 * What the preload script gives the page of the desktop window, as `window.basin`. Absent in a browser. Everything about the lab goes
 * through bytes (codec.ts); the rest is what only a desktop can do.
 */

/** Bytes both ways; encoded by codec.ts, so that nothing but data crosses. */
export interface DesktopApi {
  sendToLab(bytes: Uint8Array): void
  /** @returns a function that ends it. */
  onLabMessage(listener: (bytes: Uint8Array) => void): () => void
  /** The system's dialog for files, or for one folder. Empty when a person cancels. */
  chooseFiles(options: { folders: boolean }): Promise<string[]>
  /** Why the window had to load its page again, once; null where nothing happened. */
  takeNotice(): Promise<string | null>
  readonly versions: DesktopVersions
}

export interface DesktopVersions {
  basin: string
  electron: string
  chrome: string
  node: string
  /** process.platform: keys are named differently on darwin. */
  platform: string
}

declare global {
  /** Present in the desktop window only. */
  var basin: DesktopApi | undefined
}
