import { describe, expect, it } from '@jest/globals';
import type { FeedState } from '@telewire/client';
import { autoState, transportCode, transportState } from './transport-words.js';

const state = (part: Partial<FeedState>): FeedState => ({
  phase: 'live',
  choice: 'sse',
  transport: 'sse',
  since: 0,
  ...part,
});

describe('the state of a transport in words', () => {
  it('tells the one that delivers from those not in use', () => {
    const live = state({ delivering: 'sse' });
    expect(transportState('sse', live, 0)).toBe('delivers');
    expect(transportState('websocket', live, 0)).toBe('not in use');
  });

  it('shows both sides of a switch', () => {
    const switching = state({ delivering: 'websocket' });
    expect(transportState('sse', switching, 0)).toBe('opening');
    expect(transportState('websocket', switching, 0)).toBe('delivers until then');
  });

  it('says since when it is lost and when it is tried again', () => {
    expect(transportState('sse', state({ phase: 'resuming', retryAt: 10_000 }), 6_000)).toBe(
      'lost 6 s ago, again in 4 s',
    );
    expect(transportState('sse', state({ phase: 'resuming' }), 6_000)).toBe('lost 6 s ago, opening');
  });
});

describe('what is on the button', () => {
  it('is the code, led by AUTO where the transport was not named', () => {
    expect(transportCode(state({ choice: 'sse' }))).toBe('SSE');
    expect(transportCode(state({ choice: 'auto', transport: 'http-stream' }))).toBe('AUTO:HS');
  });
});

describe('the automatic choice in words', () => {
  it('names what it uses or tries, and promises the best where it is not chosen', () => {
    expect(autoState(state({ choice: 'auto', delivering: 'sse' }))).toBe('uses SSE now');
    expect(autoState(state({ choice: 'auto', delivering: 'websocket' }))).toBe('tries SSE now');
    expect(autoState(state({ choice: 'sse', delivering: 'sse' }))).toBe('the best that works');
  });
});

describe('widgets that share a transport', () => {
  it('are counted', () => {
    const live = state({ delivering: 'sse' });
    expect(transportState('sse', live, 0, 7)).toBe('delivers, 7 widgets share it');
    expect(transportState('sse', live, 0, 1)).toBe('delivers');
    expect(transportState('websocket', live, 0, 1)).toBe('open, carries 1 widget');
  });
});
