import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TestBed } from '@angular/core/testing';
import { Subject } from 'rxjs';
import { LAB_LANES, type LabEvent } from '@telewire/protocol';
import type { DuplexReport, DuplexWay } from '@telewire/lab';
import { DuplexRun } from './duplex-run.js';
import { FIRST_PLAN } from './lab-plan.js';
import { LAB_TOOLS, type Session } from './lab-tools.js';
import { RaceRun } from './race-run.js';
import { FakeLab, FakeSession } from './testing/fake-lab.js';
import { tally } from './testing/reports.js';

/** A lab whose sessions come when a spec lets them, and each of whose echoes a spec sends. */
class SlowLab extends FakeLab {
  readonly opening: { come(): FakeSession; fail(): void }[] = [];
  readonly ways: { readonly way: DuplexWay; readonly echoes: Subject<DuplexReport> }[] = [];

  override open(): Promise<Session> {
    return new Promise((resolve, reject) => {
      const session = new FakeSession();
      const come = () => (resolve(session), session);
      this.opening.push({ come, fail: () => reject(new Error('the lab is full')) });
    });
  }
  override echo(way?: DuplexWay): Subject<DuplexReport> {
    const echoes = new Subject<DuplexReport>();
    this.ways.push({ way: way!, echoes });
    return echoes;
  }
}

const settle = () => jest.advanceTimersByTimeAsync(0);
const back = (way: DuplexWay, returned: number): DuplexReport => ({ way, sent: 50, returned, requests: 1 });

describe('a run of echoes', () => {
  let lab: SlowLab;
  let run: DuplexRun;
  let at: number;
  const returned = () => run.reports().map((report) => report.returned);
  /** What has been counted is told twice: the first may be a repetition. */
  const count = async (session: FakeSession, body: number) => {
    tell(session, body);
    await settle();
  };
  const tell = (session: FakeSession, body: number) => {
    const lanes = Object.fromEntries(LAB_LANES.map((lane) => [lane, tally({ up: { header: 0, body } })]));
    for (let i = 0; i < 2; i++)
      session.happened.next({ type: 'tally', at: ++at, lanes, marks: [] } as unknown as LabEvent);
  };

  beforeEach(() => {
    jest.useFakeTimers();
    at = 0;
    lab = new SlowLab();
    TestBed.configureTestingModule({
      providers: [
        DuplexRun,
        { provide: LAB_TOOLS, useValue: lab },
        { provide: RaceRun, useValue: { plan: () => FIRST_PLAN } },
      ],
    });
    run = TestBed.inject(DuplexRun);
  });

  it('sends them over one way and then the other, each with what it has cost, and ends', async () => {
    void run.start();
    const session = lab.opening[0]!.come();
    await settle();
    for (const [i, way] of (['websocket', 'sse-post'] as const).entries()) {
      await count(session, 100 * i);
      expect(lab.ways.map((each) => each.way)).toHaveLength(i + 1);
      lab.ways[i]!.echoes.next(back(way, 50));
      lab.ways[i]!.echoes.complete();
      await settle();
      for (let n = 0; n < 2; n++) await count(session, 100 * i + 10);
    }
    expect(run.reports()).toMatchObject([
      { way: 'websocket', returned: 50, cost: { header: 0, body: 60 } },
      { way: 'sse-post', returned: 50, cost: { header: 0, body: 60 } },
    ]);
    expect([run.running(), run.failure(), session.closed]).toEqual([false, '', true]);
  });

  it('that is started again at once has the session of its own start, and that of the first is given back', async () => {
    void run.start();
    run.stop();
    void run.start();
    const first = lab.opening[0]!.come();
    await settle();
    expect([first.closed, first.settings, run.running()]).toEqual([true, [], true]);
    const second = lab.opening[1]!.come();
    await settle();
    expect([second.closed, second.settings.length]).toEqual([false, 1]);
    await count(second, 0);
    expect(lab.ways).toHaveLength(1);
    run.stop();
    expect(second.closed).toBe(true);
  });

  it('shows nothing that comes late of one that was stopped', async () => {
    void run.start();
    const first = lab.opening[0]!.come();
    await settle();
    await count(first, 0);
    lab.ways[0]!.echoes.next(back('websocket', 7));
    expect(returned()).toEqual([7, 0]);
    run.stop();
    void run.start();
    lab.ways[0]!.echoes.next(back('websocket', 8));
    lab.ways[0]!.echoes.complete();
    await count(first, 5);
    const second = lab.opening[1]!.come();
    await settle();
    expect([returned(), run.running(), run.failure()]).toEqual([[0, 0], true, '']);
    await count(second, 0);
    expect(lab.ways).toHaveLength(2);
    lab.ways[1]!.echoes.next(back('websocket', 9));
    expect(returned()).toEqual([9, 0]);
    run.stop();
  });

  it('that is stopped while it counts neither begins late nor ends the next', async () => {
    void run.start();
    lab.opening[0]!.come();
    await settle();
    run.stop();
    void run.start();
    await settle();
    expect([run.running(), run.failure(), lab.ways]).toEqual([true, '', []]);
    const second = lab.opening[1]!.come();
    await settle();
    tell(second, 0);
    run.stop();
    void run.start();
    await settle();
    expect(lab.ways).toEqual([]);
    const third = lab.opening[2]!.come();
    await settle();
    await count(third, 0);
    lab.ways[0]!.echoes.complete();
    await settle();
    await count(third, 10);
    tell(third, 10);
    run.stop();
    void run.start();
    await settle();
    expect(run.reports().map(({ cost }) => cost)).toEqual([undefined, undefined]);
    run.stop();
  });

  it('says why it could not be, unless it was stopped before', async () => {
    void run.start();
    run.stop();
    void run.start();
    lab.opening[0]!.fail();
    await settle();
    expect([run.running(), run.failure()]).toEqual([true, '']);
    lab.opening[1]!.fail();
    await settle();
    expect([run.running(), run.failure()]).toEqual([false, 'the lab is full']);
  });
});
