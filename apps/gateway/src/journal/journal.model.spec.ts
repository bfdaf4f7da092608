import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Value } from '@telewire/telemetry';
import { JournalBench } from '../testing/journal-bench.js';
import { type Draft, JournalModel, READERS } from '../testing/journal-model.js';

// SEED=… runs others. Where one fails its report says two paths: with RUN_PATH=… and REPLAY_PATH=… it is run alone.
const SEED = Number(process.env['SEED'] ?? 20_261);
const RUN_PATH = process.env['RUN_PATH'];
const REPLAY_PATH = process.env['REPLAY_PATH'];
const RUNS = Number(process.env['RUNS'] ?? 50);
const MAX_COMMANDS = 40;
// Ten numbers and four waveforms, of which two and one are evicted together.
const SMALL = { maxBytes: 2_500, maxWaveformBytes: 1_000, segmentSize: 2, retryMs: 1 };
// More runs may take longer.
const PATIENCE = Math.max(1, RUNS / 50);

/** Something that happens to a journal, after which it must hold what the model says. */
class Command implements fc.AsyncCommand<JournalModel, JournalBench> {
  constructor(
    private readonly text: string,
    private readonly act: (model: JournalModel, bench: JournalBench) => void | Promise<void>,
  ) {}

  check = (): boolean => true;

  async run(model: JournalModel, bench: JournalBench): Promise<void> {
    await this.act(model, bench);
    model.check(bench.journal);
  }

  toString = (): string => this.text;
}

// What SQLite has a type for, and what it has none for or would not keep as it is; the first is what a small counterexample has.
const NUMBERS: readonly Value[] = [
  ...[0, 1, -273.15, 5e-324, Number.MAX_SAFE_INTEGER, 1.7e308, null, true, false],
  ...['', 'ready', '7', '"\0\n', 'é\ud83d\ude00', '\ud83d', '\ude00'],
];
const WAVEFORMS: readonly Value[] = [
  { periodMs: 4, values: [] },
  { periodMs: 3.99, values: [0.5, null, -1] },
];
const draftOf = (series: readonly string[], ...values: (readonly Value[])[]): fc.Arbitrary<Draft> =>
  fc.record({
    series: fc.constantFrom(...series),
    value: fc.oneof({ withCrossShrink: true }, ...values.map((each) => fc.constantFrom(...each))),
  });
// `n`: of numbers and words, `w`: of waveforms, `t`: turns from one to the other and back.
const draft = fc.oneof(
  { withCrossShrink: true },
  { weight: 6, arbitrary: draftOf(['n1', 'n2', 'n3', 'n4', 'n5', 'n6'], NUMBERS) },
  { weight: 2, arbitrary: draftOf(['w1', 'w2'], WAVEFORMS) },
  { weight: 2, arbitrary: draftOf(['t1', 't2'], NUMBERS, WAVEFORMS) },
);
const drafts = fc.array(fc.array(draft, { maxLength: 6, size: 'max' }), { minLength: 1, maxLength: 4, size: 'max' });
const said = (lists: readonly (readonly Draft[])[]): string =>
  lists
    .map((list) => `[${list.map((each) => `${each.series}=${JSON.stringify(each.value)}`).join(', ')}]`)
    .join(' and ');

const append = drafts.map(
  (lists) =>
    new Command(`append ${said(lists)}`, async (model, bench) => {
      const readings = model.readings(lists);
      await bench.append(readings);
      model.acknowledge(readings);
    }),
);

// Nothing is visible while the disk is full, and everything when it no longer is.
const appendToFullDisk = drafts.map(
  (lists) =>
    new Command(`append to a full disk ${said(lists)}`, async (model, bench) => {
      const readings = model.readings(lists);
      await bench.appendToFullDisk(readings, () => model.check(bench.journal));
      model.acknowledge(readings);
    }),
);

const read = fc
  .record({ reader: fc.constantFrom(...READERS), atMost: fc.nat(30) })
  .map(
    ({ reader, atMost }) =>
      new Command(`a reader ${reader} reads ${atMost}`, (model, { journal }) => model.read(journal, reader, atMost)),
  );

const restart = fc.constant(new Command('restart', (_model, bench) => bench.restart()));
const kill = fc.constant(new Command('kill', (_model, bench) => bench.kill()));

const killInCommit = fc
  .record({ lists: drafts, percent: fc.nat(99), zeros: fc.boolean() })
  .map(({ lists, percent, zeros }) => {
    const how = `at ${percent} % of the commit${zeros ? ' and zeros' : ''}`;
    return new Command(`kill ${how} of ${said(lists)}`, async (model, bench) => {
      const readings = model.readings(lists);
      await bench.killInCommit(readings, { at: percent / 100, zeros });
      model.acknowledgeIfKept(readings, bench.journal);
    });
  });

// Only a commit notices: what is stopped before loses all.
const takeFileAway = draft.map(
  (one) =>
    new Command(`take the file away, append ${said([[one]])}`, async (model, bench) => {
      const readings = model.readings([[one]]);
      bench.takeFileAway();
      await bench.append(readings);
      model.acknowledge(readings);
    }),
);

const damage = fc.constant(
  new Command('damage', async (model, bench) => {
    await bench.damage();
    model.beginAnew();
  }),
);

// fc.commands() picks all alike; a weight is how often one is among them.
const times = (weight: number, command: fc.Arbitrary<Command>) => Array.from({ length: weight }, () => command);
const commands = fc.commands(
  [
    ...times(20, append),
    ...times(16, read),
    ...times(3, appendToFullDisk),
    ...times(3, kill),
    ...times(4, killInCommit),
    ...times(3, restart),
    ...times(2, takeFileAway),
    ...times(1, damage),
  ],
  { maxCommands: MAX_COMMANDS, size: 'max', ...(REPLAY_PATH === undefined ? {} : { replayPath: REPLAY_PATH }) },
);

describe('a durable journal', () => {
  it(
    `holds what was acknowledged and nothing else, whatever happens to it: SEED=${SEED}`,
    async () => {
      const seen = { values: 0, waveforms: 0, turned: 0, gaps: 0, halfWritten: 0 };
      let bench: JournalBench | undefined;
      const property = fc
        .asyncProperty(commands, async (each) => {
          const model = new JournalModel(SMALL);
          const real = (bench = await JournalBench.begin(SMALL));
          await fc.asyncModelRun(() => ({ model, real }), each);
          for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += model.seen[name];
        })
        // Also when the run hangs: what waits is let go.
        .afterEach(() => bench?.end());
      try {
        await fc.assert(property, {
          seed: SEED,
          numRuns: RUNS,
          timeout: 10_000,
          // Time to make what fails small.
          interruptAfterTimeLimit: 45_000 * PATIENCE,
          ...(RUN_PATH === undefined ? {} : { path: RUN_PATH }),
        });
      } finally {
        // The one that was interrupted.
        await bench?.end();
      }
      if (RUN_PATH === undefined) for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
    },
    60_000 * PATIENCE,
  );
});
