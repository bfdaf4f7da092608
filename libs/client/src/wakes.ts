import type { Wakes } from './telewire.js';

/**
 * Tells when this page comes back: it is shown again, or thawed, or online again. A page that is hidden has its timers throttled
 * to one a minute, and one that is frozen runs none at all (Page Lifecycle). Never where there is no page.
 */
export const pageWakes = (): Wakes => ({
  subscribe: (woke) => {
    if (typeof document === 'undefined' || typeof window === 'undefined') return { unsubscribe: () => undefined };
    const gone = new AbortController();
    const on = (target: EventTarget, event: string, listener: () => void) =>
      target.addEventListener(event, listener, { signal: gone.signal });
    on(document, 'visibilitychange', () => document.visibilityState === 'visible' && woke());
    on(document, 'resume', woke);
    on(window, 'pageshow', woke);
    on(window, 'online', woke);
    return { unsubscribe: () => gone.abort() };
  },
});
