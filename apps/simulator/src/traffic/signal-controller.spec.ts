import { describe, expect, it } from '@jest/globals';
import { parseDeviceInfo } from '@telewire/telemetry';
import { createSignalController, JUNCTIONS } from './signal-controller.js';

interface Change {
  atS: number;
  phase: number;
  indication: string;
}
const [junction] = JUNCTIONS;

function play(seconds: number, seed = 1): Change[] {
  const [task] = createSignalController(junction!, seed, 1).tasks;
  const changes: Change[] = [];
  while (task!.dueMs <= seconds * 1000)
    for (const { name, value, elapsedMs } of task!.run())
      changes.push({
        atS: elapsedMs / 1000,
        phase: Number(/^phase-(\d)\//.exec(name)![1]),
        indication: value as string,
      });
  return changes;
}

describe('a signal controller', () => {
  it('announces eight phases and its cycle', () => {
    const { info } = createSignalController(junction!, 1, 1);
    expect(parseDeviceInfo(JSON.parse(JSON.stringify(info)))).toEqual(info);
    expect(info).toMatchObject({
      device: 'a9/signal-214',
      label: '214',
      type: 'signal-controller',
      detail: 'Nordkreuz',
    });
    expect(info.series).toHaveLength(9);
    expect(info.series[1]).toMatchObject({ series: 'a9/signal-214/phase-2/indication', intervalMs: null });
  });

  it('tells every phase at first and from then on changes only', () => {
    const changes = play(600);
    const shown = new Map<number, string>();
    expect(changes.slice(0, 8).map(({ phase }) => phase)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    changes.forEach(({ phase, indication }, i) => {
      if (i >= 8) expect(indication).not.toBe(shown.get(phase));
      shown.set(phase, indication);
    });
  });

  it('goes from green over yellow to red, every phase once a cycle', () => {
    for (let phase = 1; phase <= 8; phase++) {
      const words = play(1_200)
        .slice(8)
        .filter((change) => change.phase === phase)
        .map((change) => change.indication);
      words.slice(1).forEach((word, i) => {
        expect(word).toBe({ green: 'yellow', yellow: 'red', red: 'green' }[words[i]!]);
      });
      expect(words.filter((word) => word === 'green').length).toBeGreaterThanOrEqual(9);
    }
  });

  it('never shows green or yellow to two phases of one ring nor to both sides of the barrier', () => {
    const shown = new Map<number, string>();
    const changes = play(1_200);
    changes.forEach(({ atS, phase, indication }, i) => {
      shown.set(phase, indication);
      if (i < 7 || changes[i + 1]?.atS === atS) return;
      const open = [...shown].filter(([, word]) => word !== 'red').map(([each]) => each);
      expect(open.filter((each) => each <= 4).length).toBeLessThanOrEqual(1);
      expect(open.filter((each) => each > 4).length).toBeLessThanOrEqual(1);
      const main = open.filter((each) => [1, 2, 5, 6].includes(each));
      expect([0, open.length]).toContain(main.length);
    });
  });

  it('says the same for the same seed, and after a hole every phase again', () => {
    expect(play(600)).toEqual(play(600));
    expect(play(600)).not.toEqual(play(600, 2));
    const [task] = createSignalController(junction!, 1, 1).tasks;
    task!.run();
    task!.skipTo(500_000);
    expect(task!.run()).toHaveLength(8);
  });

  it('counts the seconds of its cycle once a second', () => {
    const [, task] = createSignalController(junction!, 1, 1).tasks;
    const seconds = Array.from({ length: 250 }, () => task!.run()[0]!.value as number);
    expect(Math.max(...seconds)).toBeLessThan(120);
    expect(seconds[130]! - seconds[10]!).toBeCloseTo(0);
    expect(seconds[11]! - seconds[10]!).toBeCloseTo(1);
  });
});
