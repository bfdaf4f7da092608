import { describe, expect, it } from '@jest/globals';
import { message } from './testing/messages.js';
import { WireLog } from './wire-log.js';
import { arrowAt, layOut } from './wire-timeline.js';

const wide = (text: string) => text.length * 6;

describe('the timeline of the wire', () => {
  const log = new WireLog();
  log.take([
    message({ at: 0, kind: 'request', direction: 'up', title: 'GET /api/v1/socket' }),
    message({ at: 4, kind: 'response', title: '101 Switching Protocols' }),
  ]);
  for (let at = 0; at < 40; at++) log.take([message({ at: 10 + at * 50, text: '{"type":"readings"}' })]);
  log.take([
    message({ at: 3_000, direction: 'up', title: 'close 1000' }),
    message({ at: 3_010, direction: 'down', title: 'close 1000' }),
  ]);
  const layout = layOut(log.items(), wide);

  it('has the messages in their order, and parts the handshake from the frames and the close', () => {
    expect(layout.stretches.map(({ name }) => name)).toEqual(['HTTP/1.1', 'frames', 'close']);
    expect(layout.arrows.map(({ x }) => x)).toEqual([...layout.arrows.map(({ x }) => x)].sort((a, b) => a - b));
    expect(layout.arrows.at(-1)?.seconds).toBeCloseTo(3.01);
  });

  it('gives words on one side room', () => {
    const words = layout.arrows.filter(({ notable, up }) => notable && !up);
    words.forEach((arrow, i) => {
      const next = words[i + 1];
      if (next) expect(next.x - arrow.x).toBeGreaterThan(Math.max(wide(arrow.label), wide(arrow.sub)));
    });
  });

  it('says how many are left out', () => {
    expect(layout.breaks.map(({ left }) => left)).toEqual([28]);
  });

  it('finds the arrow that is pointed at', () => {
    const [first] = layout.arrows;
    expect(arrowAt(layout, (first?.x ?? 0) + 12)?.index).toBe(first?.index);
    expect(arrowAt(layout, 2)).toBeUndefined();
  });

  it('is empty before anything has passed', () => {
    expect(layOut([], wide).arrows).toEqual([]);
  });
});
