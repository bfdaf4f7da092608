/* global document, location, requestAnimationFrame, window */
import { connect } from './telewire.js';

const output = document.querySelector('output');

/** Follows a series, and keeps in `window.seen` what a spec asks for. */
window.watch = (transport, series) => {
  const startedAt = performance.now();
  const seen = {
    firstAfterMs: undefined,
    count: 0,
    first: undefined,
    last: undefined,
    jumps: [],
    gaps: [],
    paints: [],
    losses: 0,
  };
  const feed = connect({ url: location.origin }).feed({ filters: [series], transport, onSlow: 'lag' });
  let painting = false;
  feed.state.subscribe((state) => {
    seen.state = { ...state, afterMs: performance.now() - startedAt };
    if (state.phase === 'resuming') seen.losses += 1;
  });
  feed.batches.subscribe((batch) => {
    if (batch.kind === 'gap') return seen.gaps.push(batch);
    seen.firstAfterMs ??= performance.now() - startedAt;
    for (const { value } of batch.readings) {
      if (seen.last !== undefined && value !== seen.last + 1) seen.jumps.push([seen.last, value]);
      seen.first ??= value;
      seen.last = value;
      seen.count += 1;
    }
    // As a page should: what came is drawn with the next frame of the display, however many batches it was.
    if (painting) return;
    painting = true;
    requestAnimationFrame(() => {
      painting = false;
      output.value = seen.last;
      seen.paints.push({ at: performance.now(), value: seen.last });
    });
  });
  seen.ledger = () => feed.ledger().get(series);
  window.seen = seen;
};

document.addEventListener('freeze', () => (window.frozenAt = performance.now()));
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') window.shownAt = performance.now();
});
