import { EMPTY, fromEvent, filter, map, merge, type Observable } from 'rxjs';

/**
 * Emits when this page comes back: it is shown again, or thawed, or online again. A page that is hidden has its timers throttled
 * to one a minute, and one that is frozen runs none at all (Page Lifecycle). Nothing where there is no page.
 */
export function pageWakes(): Observable<void> {
  if (typeof document === 'undefined' || typeof window === 'undefined') return EMPTY;
  return merge(
    fromEvent(document, 'visibilitychange').pipe(filter(() => document.visibilityState === 'visible')),
    fromEvent(document, 'resume'),
    fromEvent(window, 'pageshow'),
    fromEvent(window, 'online'),
  ).pipe(map(() => undefined));
}
