import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import type { Subscription } from 'rxjs';
import { TELEWIRE } from '@telewire/angular';
import { LabError, tallySince, type LabRun, type LaneReport } from '@telewire/lab';
import type { LabAct, LabEvent, LabLane, LabMark, LabTally } from '@telewire/protocol';
import { AskedPlan, settingsOf } from './asked-plan.js';
import { MARKS_MS } from './lane-marks.js';
import type { LabPlan } from './lab-plan.js';
import { RunRecord } from './run-record.js';
import { LAB_TOOLS, type LabPlace, type Running, type Session } from './lab-tools.js';
import { TallyWindow } from './tally-window.js';
import { WireLog } from './wire-log.js';

/** `asking`: whether there is a lab; `none`: there is none; `failed`: the session could not be had, or is lost. */
export type Stage = 'asking' | 'none' | 'idle' | 'connecting' | 'running' | 'stopped' | 'failed';
/** What the sockets of all lanes have carried. */
export type Tally = Extract<LabEvent, { type: 'tally' }>;

/** The race: its session at the gateway, its five clients, and what was measured. All of it ends with the page. */
@Injectable()
export class RaceRun {
  private readonly tools = inject(LAB_TOOLS);
  private readonly telewire = inject(TELEWIRE);
  private readonly staged = signal<Stage>('asking');
  private readonly placed = signal<LabPlace>('on');
  private readonly why = signal('');
  private readonly plans = new AskedPlan();
  private readonly refused = signal<LabError | undefined>(undefined);
  private readonly reported = signal<readonly LaneReport[]>([]);
  private readonly tallied = signal<Tally | undefined>(undefined);
  private readonly recorded = signal<RunRecord | undefined>(undefined);
  private readonly watching = signal<LabLane | null>('websocket');
  private readonly wired = signal(0);
  /** What is counted from, when it is not the beginning of the session. */
  private readonly base = signal<Tally | undefined>(undefined);
  private readonly began = signal<number | undefined>(undefined);
  private readonly through = signal<string | undefined>(undefined);
  private session: Session | undefined;
  private race: Running | undefined;
  private listening: Subscription | undefined;
  private marked: readonly LabMark[] = [];
  // Asked to count anew: it is begun with the next tally.
  private recounting = false;
  // A start that was called off must not begin when its session comes at last.
  private attempt = 0;

  readonly stage = this.staged.asReadonly();
  /** Where there is none: why. */
  readonly place = this.placed.asReadonly();
  /** Why there is no race, in a short sentence. */
  readonly failure = this.why.asReadonly();
  /** What is set on the page: what runs, or would run next. */
  readonly plan = this.plans.plan;
  /** Why what was set last does not hold, where the gateway has refused it and the race goes on as it was. */
  readonly refusal = this.refused.asReadonly();
  /** What the figures were measured with; what is set after the race does not change it. */
  readonly ran = computed(() => this.recorded()?.plan ?? this.plans.held());
  /** Host and port of the proxy that the race goes, or went, through. */
  readonly host = this.through.asReadonly();
  readonly lanes = this.reported.asReadonly();
  readonly tally = this.tallied.asReadonly();
  /** The lane whose messages are told one by one; `null` while nobody looks at any. */
  readonly watched = this.watching.asReadonly();
  /** Changes with the log. */
  readonly revision = this.wired.asReadonly();
  /** What each lane has cost since the race began, or since it is counted anew. */
  readonly counted = computed<Readonly<Partial<Record<LabLane, LabTally>>>>(() => {
    const [now, before] = [this.tallied(), this.base()];
    if (now === undefined) return {};
    const lanes = Object.entries(now.lanes) as [LabLane, LabTally][];
    return Object.fromEntries(lanes.map(([lane, tally]) => [lane, tallySince(tally, before?.lanes[lane])]));
  });
  /** For how long that has been, seconds. */
  readonly seconds = computed(() => ((this.tallied()?.at ?? 0) - (this.base()?.at ?? this.began() ?? 0)) / 1000);
  readonly window = new TallyWindow();
  readonly log = new WireLog();

  constructor() {
    inject(DestroyRef).onDestroy(() => this.end());
    void this.ask();
  }

  /** The marks of the last seconds. */
  marks(): readonly LabMark[] {
    return this.marked;
  }

  /** Asks whether there is a lab at all. */
  async ask(): Promise<void> {
    this.staged.set('asking');
    const place = await this.tools.place();
    if (this.staged() !== 'asking') return;
    this.placed.set(place);
    this.staged.set(place === 'on' ? 'idle' : 'none');
  }

  async start(): Promise<void> {
    this.end();
    const attempt = ++this.attempt;
    this.clear();
    this.staged.set('connecting');
    try {
      const session = await this.tools.open();
      if (attempt !== this.attempt) return session.close();
      this.session = session;
      this.through.set(new URL(session.url).host);
      this.recorded.set(RunRecord.of(this.plans.held(), session.series));
      this.listening = session.events.subscribe({
        next: (event) => this.take(event),
        error: (error: unknown) => this.fail(error),
      });
      await session.set({ ...settingsOf(this.plans.held()), watch: this.watching() });
      if (attempt !== this.attempt) return;
      this.race = this.tools.race({ url: session.url, clock: this.telewire.clock, ...this.terms(session) });
      this.listening.add(this.race.lanes.subscribe((lanes) => this.reported.set(lanes)));
      this.staged.set('running');
    } catch (error) {
      if (attempt === this.attempt) this.fail(error);
    }
  }

  stop(): void {
    if (this.staged() !== 'running' && this.staged() !== 'connecting') return;
    const hadBegun = this.staged() === 'running';
    this.end();
    this.staged.set(hadBegun ? 'stopped' : 'idle');
  }

  /**
   * Changes what the race is run with; it goes on meanwhile, and what was counted stays counted. What the gateway refuses is
   * put back to what held.
   */
  change(change: Partial<LabPlan>): void {
    const asked = this.plans.ask(change);
    const { session } = this;
    if (session === undefined) return this.plans.settle();
    const settings = settingsOf(asked);
    const said = Object.keys(settings).length > 0 ? session.set(settings) : Promise.resolve();
    this.tell(
      said,
      () => {
        this.plans.take(asked);
        this.recorded.update((record) => record?.changed(this.plans.held(), this.tallied()?.at ?? 0));
        this.race?.change(this.terms(session));
      },
      () => this.plans.drop(asked),
    );
  }

  /**
   * Counts from zero; the clients and their connections go on. Bytes are told four times a second: readings are counted from
   * the same moment, which is the next tally.
   */
  recount(): void {
    this.recounting = true;
  }

  /** What was run, for a report. */
  result(): LabRun {
    const seconds = this.seconds();
    const startedAt = (this.tallied()?.at ?? 0) - seconds * 1000;
    const record = this.recorded() ?? RunRecord.of(this.plans.held(), '');
    return {
      title: 'Transport race',
      startedAt,
      seconds: Math.max(0.001, seconds),
      ...record.settings(startedAt),
      lanes: this.reported(),
      tallies: this.counted(),
    };
  }

  watch(lane: LabLane | null): void {
    const before = this.watching();
    if (lane === before) return;
    this.look(lane);
    if (this.session === undefined) return;
    this.tell(
      this.session.set({ watch: lane }),
      () => undefined,
      () => lane === this.watching() && this.look(before),
    );
  }

  /** Does something to a connection. That it is gone by now costs the race nothing; the end of a session is told by itself. */
  act(act: LabAct): void {
    this.session?.act(act).catch(() => undefined);
  }

  private look(lane: LabLane | null): void {
    this.watching.set(lane);
    this.log.clear();
    this.wired.update((revision) => revision + 1);
  }

  private terms(session: Session) {
    const { stream, format, pollEveryMs, unpaced } = this.plans.held();
    return { filters: [stream ?? session.series], format, pollEveryMs, unpaced };
  }

  private take(event: LabEvent): void {
    if (event.type === 'tally') {
      this.began.update((at) => at ?? event.at);
      if (this.recounting) this.beginAnew(event);
      this.window.take(event.at, event.lanes);
      this.marked = [...this.marked, ...event.marks].filter(([at]) => at > event.at - MARKS_MS - 500);
      this.tallied.set(event);
    } else if (event.type === 'messages') {
      // Some of the lane that was watched before may still be on their way.
      this.log.take(
        event.messages.filter(({ lane }) => lane === this.watching()),
        event.missed,
      );
      this.wired.update((revision) => revision + 1);
    }
  }

  private beginAnew(event: Tally): void {
    this.recounting = false;
    this.race?.restart();
    this.base.set(event);
    this.recorded.update((record) => record?.begunAt(event.at));
  }

  // What a session that is over says to a change is of no interest: its end has been told.
  private tell(said: Promise<void>, taken: () => void, dropped: () => void): void {
    const { session } = this;
    this.refused.set(undefined);
    said.then(
      () => session === this.session && taken(),
      (error: unknown) => {
        if (session !== this.session) return;
        if (!(error instanceof LabError) || error.isEnd) return this.fail(error);
        dropped();
        this.refused.set(error);
      },
    );
  }

  private fail(error: unknown): void {
    this.end();
    this.why.set(error instanceof Error ? error.message : String(error));
    this.staged.set('failed');
  }

  private clear(): void {
    this.reported.set([]);
    this.tallied.set(undefined);
    this.recorded.set(undefined);
    this.base.set(undefined);
    this.began.set(undefined);
    this.recounting = false;
    this.marked = [];
    this.window.clear();
    this.log.clear();
    this.wired.update((revision) => revision + 1);
  }

  private end(): void {
    this.attempt++;
    this.listening?.unsubscribe();
    this.session?.close();
    this.listening = this.session = this.race = undefined;
    this.plans.settle();
    this.refused.set(undefined);
  }
}
