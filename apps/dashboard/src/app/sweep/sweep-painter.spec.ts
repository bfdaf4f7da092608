import { beforeEach, describe, expect, it } from '@jest/globals';
import { Playhead } from './playhead.js';
import { SampleRing } from './sample-ring.js';
import { SweepPainter } from './sweep-painter.js';

const INK = { trace: 'green', bar: 'grey', tick: 'grey', lineWidth: 1 };
const WIDTH = 400;
const PX_PER_SECOND = 100;

/** Notes what is drawn in place of a canvas. */
class Recorder {
  readonly canvas = { width: 0, height: 0, getContext: () => this } as unknown as HTMLCanvasElement;
  calls: [string, ...number[]][] = [];
  setTransform = () => undefined;
  beginPath = () => undefined;
  stroke = () => undefined;
  clearRect = (...at: number[]) => this.calls.push(['clear', ...at]);
  fillRect = (...at: number[]) => this.calls.push(['fill', ...at]);
  moveTo = (...at: number[]) => this.calls.push(['move', ...at]);
  lineTo = (...at: number[]) => this.calls.push(['line', ...at]);
  count = (call: string) => this.calls.filter(([name]) => name === call).length;
}

describe('the painter of a sweep', () => {
  let ring: SampleRing;
  let recorder: Recorder;
  let painter: SweepPainter;
  const push = (at: number, ...values: (number | null)[]) => ring.push(at, { periodMs: 10, values });
  // The playhead runs 600 ms behind.
  const frame = (playAt: number) => {
    recorder.calls = [];
    painter.frame(playAt + 600, 0);
  };

  beforeEach(() => {
    ring = new SampleRing(1024);
    recorder = new Recorder();
    const source = { ring, playhead: new Playhead(), range: { low: 0, high: 1 }, pxPerSecond: PX_PER_SECOND };
    painter = new SweepPainter(recorder.canvas, source, INK);
    painter.dress(WIDTH, 50, 1, INK);
    painter.visible = true;
  });

  it('draws only the samples that came due since the last frame, joined to them', () => {
    push(0, ...Array<number>(100).fill(0.5));
    frame(500);
    frame(520);
    expect([recorder.count('move'), recorder.count('line')]).toEqual([1, 2]);
  });

  it('clears no more than the way of the bar', () => {
    push(0, ...Array<number>(100).fill(0.5));
    frame(500);
    frame(520);
    const [, x, , width] = recorder.calls.find(([name]) => name === 'clear') ?? [];
    expect(x).toBeCloseTo(64);
    expect(width).toBeCloseTo(6);
  });

  it('leaves it blank from the last sample on', () => {
    push(0, 0.5, 0.5);
    frame(100);
    frame(200);
    expect(recorder.count('line')).toBe(0);
    expect(recorder.count('clear')).toBe(1);
  });

  it('draws no line across a hole or a missing block', () => {
    push(0, 0.5, null, 0.5);
    push(200, 0.5, 0.5);
    frame(400);
    expect([recorder.count('move'), recorder.count('line')]).toEqual([3, 1]);
  });

  it('fills in what comes late and is still on the sweep, and leaves out what is not', () => {
    frame(10_000);
    push(1_000, 0.5, 0.5);
    push(9_000, 0.5, 0.5, 0.5);
    frame(10_016);
    expect([recorder.count('move'), recorder.count('line')]).toEqual([1, 2]);
  });

  it('draws everything anew when the page comes back', () => {
    push(0, ...Array<number>(300).fill(0.5));
    frame(500);
    frame(2_500);
    expect(recorder.calls).toContainEqual(['clear', 0, 0, WIDTH, 50]);
  });

  it('does nothing out of sight', () => {
    painter.visible = false;
    frame(500);
    expect(recorder.calls).toEqual([]);
  });

  it('steps once a second where motion is reduced', () => {
    push(0, ...Array<number>(300).fill(0.5));
    painter.frame(1_700, 1_000);
    recorder.calls = [];
    painter.frame(2_500, 1_000);
    expect(recorder.calls).toEqual([]);
    painter.frame(2_700, 1_000);
    expect(recorder.count('line')).toBeGreaterThan(90);
  });
});
