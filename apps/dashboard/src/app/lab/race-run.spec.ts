import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { TELEWIRE } from '@telewire/angular';
import { CALM, LabError } from '@telewire/lab';
import { LAB_TOOLS } from './lab-tools.js';
import { RaceRun } from './race-run.js';
import { FakeLab, SILENT_CLIENT } from './testing/fake-lab.js';
import { counted } from './testing/reports.js';

const far = { ...CALM, delayMs: 300 };
const busy = () => new LabError('full', 'others make 500 now');
const settle = () => jest.advanceTimersByTimeAsync(0);

describe('a race whose plan is changed', () => {
  let run: RaceRun;
  let lab: FakeLab;
  const start = async () => {
    await run.start();
    const [session, race] = [lab.sessions.at(-1)!, lab.races.at(-1)!];
    for (const at of [1_000, 5_000]) session.happened.next(counted(at));
    return { session, race };
  };

  beforeEach(async () => {
    jest.useFakeTimers();
    lab = new FakeLab();
    TestBed.configureTestingModule({
      providers: [RaceRun, { provide: TELEWIRE, useValue: SILENT_CLIENT }, { provide: LAB_TOOLS, useValue: lab }],
    });
    run = TestBed.inject(RaceRun);
    await settle();
  });

  it('goes on as it was where the gateway refuses, says why, and has nothing of it in its record', async () => {
    const { session, race } = await start();
    session.refusal = busy();
    run.change({ rateHz: 200 });
    expect(run.plan().rateHz).toBe(200);
    await settle();
    expect([run.plan().rateHz, run.refusal()?.message]).toEqual([20, 'others make 500 now']);
    expect([run.stage(), session.closed, race.changes]).toEqual(['running', false, []]);
    expect([run.ran().rateHz, run.result().changes]).toEqual([20, []]);
  });

  it('keeps what is set before what is refused, and what is set after it', async () => {
    const { session } = await start();
    run.change({ unpaced: true });
    session.refusal = busy();
    run.change({ rateHz: 200 });
    session.refusal = undefined;
    run.change({ weather: far });
    await settle();
    expect(run.plan()).toMatchObject({ rateHz: 20, unpaced: true, weather: far });
    expect(run.result().changes).toMatchObject([{ afterS: 4, rateHz: 20, weather: far, terms: { unpaced: true } }]);
    run.change({ rateHz: 50 });
    expect(run.refusal()).toBeUndefined();
    await settle();
    expect(run.ran().rateHz).toBe(50);
  });

  it('races other series only once the gateway has taken it, and its own again', async () => {
    const { session, race } = await start();
    run.change({ stream: 'icu/#' });
    await settle();
    expect([session.settings.at(-1), race.changes.at(-1)]).toMatchObject([{ rateHz: 0 }, { filters: ['icu/#'] }]);
    session.refusal = busy();
    run.change({ stream: undefined });
    await settle();
    expect([run.plan().stream, race.changes.length]).toEqual(['icu/#', 1]);
  });

  it('keeps watching what it watched where another lane is refused', async () => {
    const { session } = await start();
    session.refusal = new LabError('refused', 'watch: not now');
    run.watch('sse');
    await settle();
    expect([run.watched(), run.stage(), run.refusal()?.message]).toEqual(['websocket', 'running', 'watch: not now']);
  });

  it.each(['ended', 'unreachable'] as const)(
    'fails where the session is %s, and keeps the plan for the next',
    async (reason) => {
      const { session } = await start();
      session.refusal = new LabError(reason, 'it is over');
      run.change({ rateHz: 200 });
      await settle();
      expect([run.stage(), run.failure(), session.closed]).toEqual(['failed', 'it is over', true]);
      expect([run.plan().rateHz, run.ran().rateHz, run.refusal()]).toEqual([200, 20, undefined]);
      await start();
      expect(lab.sessions.at(-1)?.settings[0]).toMatchObject({ rateHz: 200 });
    },
  );

  it('has nothing to do with what a session before it was refused', async () => {
    const { session } = await start();
    session.refusal = busy();
    run.change({ rateHz: 200 });
    run.stop();
    await start();
    await settle();
    expect([run.plan().rateHz, run.refusal(), run.stage()]).toEqual([200, undefined, 'running']);
  });
});
