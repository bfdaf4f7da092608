import { Component, ViewEncapsulation, computed, effect, inject } from '@angular/core';
import { GATEWAY_CLOCK } from '@telewire/angular';
import { TRANSPORTS } from '@telewire/client';
import { reportCsv, reportMarkdown, weatherWords } from '@telewire/lab';
import type { LabWeather } from '@telewire/protocol';
import { Announcer } from '../frame/announcer.js';
import { PageTitle } from '../frame/page-title.js';
import { delayText } from '../widget/format.js';
import { Plot } from '../widget/plot.js';
import { drawAgeScale } from './age-histogram.js';
import { download } from './download.js';
import { DuplexPanel } from './duplex-panel.js';
import { DuplexRun } from './duplex-run.js';
import { LabNotice } from './lab-notice.js';
import { notesOf, type Measured } from './lab-notes.js';
import {
  BANDS,
  CUTS,
  DELAYS,
  FORMATS,
  INTERVALS,
  JITTERS,
  PACES,
  PROXIES,
  SILENCES,
  type LabPlan,
} from './lab-plan.js';
import { drawMarks } from './lane-marks.js';
import { noteOf } from './lane-notes.js';
import { LaneRow } from './lane-row.js';
import { lookAtLane } from './lane-view.js';
import { OwnSocket } from './own-socket.js';
import { RaceRun } from './race-run.js';
import { RateChoice } from './rate-choice.js';
import { Segments } from './segments.js';
import { StreamChoice } from './stream-choice.js';
import { WireView } from './wire-view.js';

/** The transport lab: one stream over five wires at once, measured on the sockets. */
@Component({
  selector: 'tw-lab',
  imports: [DuplexPanel, LabNotice, LaneRow, Plot, RateChoice, Segments, StreamChoice, WireView],
  templateUrl: './lab.html',
  styleUrls: ['./lab.css', './race.css', './wire.css'],
  // Loaded with the page: the sheets of the other pages stay as small as they are.
  encapsulation: ViewEncapsulation.None,
  providers: [RaceRun, OwnSocket, DuplexRun],
  host: { class: 'lab' },
})
export class Lab {
  protected readonly race = inject(RaceRun);
  private readonly own = inject(OwnSocket);
  private readonly duplex = inject(DuplexRun);
  private readonly announcer = inject(Announcer);
  private readonly clock = inject(GATEWAY_CLOCK);

  protected readonly choices = { FORMATS, INTERVALS, PACES, DELAYS, JITTERS, BANDS, PROXIES, SILENCES, CUTS };
  protected readonly scale = drawAgeScale;
  protected readonly plan = this.race.plan;
  protected readonly weather = computed(() => this.plan().weather);
  protected readonly on = computed(() => ['connecting', 'running'].includes(this.race.stage()));
  protected readonly has = computed(() => this.race.tally() !== undefined && this.race.lanes().length > 0);
  private readonly measured = computed<Measured>(() => ({
    lanes: this.race.lanes(),
    tallies: this.race.counted(),
    http: this.race.tally()?.http,
    plan: this.race.ran(),
    host: this.race.host(),
  }));
  protected readonly notes = computed(() => notesOf(this.measured()));
  protected readonly lanes = computed(() => {
    const measured = this.measured();
    const tally = this.race.tally();
    return TRANSPORTS.map((lane) => ({
      lane,
      view: lookAtLane(
        {
          lane,
          report: measured.lanes.find((each) => each.lane === lane),
          tally: measured.tallies[lane],
          pace: tally && this.race.window.pace(lane),
          over: !this.on(),
        },
        measured.plan,
      ),
      note: noteOf(lane, measured),
    }));
  });
  protected readonly drawings = computed(() => {
    const at = this.race.tally()?.at;
    const marks = this.race.marks();
    return new Map(TRANSPORTS.map((lane) => [lane, drawMarks(marks, lane, at)]));
  });
  // Ages are taken between two clocks: they are no better known than the difference of these.
  private readonly bound = computed(() => {
    const estimate = this.clock.estimate();
    return estimate === undefined ? '' : `, ages ±${delayText(estimate.boundMs)}`;
  });
  /** What is run, or why nothing is. */
  protected readonly about = computed(() => {
    const { stream, rateHz, format, weather } = this.plan();
    const what = stream ?? `${rateHz} readings a second`;
    switch (this.race.stage()) {
      case 'connecting':
        return 'opening a session at the gateway';
      case 'running':
        return `${what}, every reading, ${format === 'cbor' ? 'CBOR' : 'JSON'}, ${Math.round(this.race.seconds())} s, ${weatherWords(weather)}${this.bound()}`;
      case 'stopped':
        return `stopped after ${Math.round(this.race.seconds())} s; the figures are kept`;
      case 'failed':
        return `It has ended: ${this.race.failure()}.`;
      default:
        return 'the same readings over all five at once, counted on the sockets';
    }
  });

  constructor() {
    inject(PageTitle).show(() => 'Transport race');
    effect(() => {
      const said = {
        running: 'The race runs',
        stopped: 'The race is stopped',
        failed: `The race has ended: ${this.race.failure()}`,
      }[this.race.stage() as string];
      if (said !== undefined) this.announcer.say(said);
    });
  }

  protected change(change: Partial<LabPlan>): void {
    this.race.change(change);
  }

  protected cloud(change: Partial<LabWeather>): void {
    const weather = { ...this.weather(), ...change };
    this.race.change({ weather });
    this.own.follow(weather);
  }

  protected start(): void {
    void this.race.start();
  }

  protected again(): void {
    void this.race.ask();
  }

  protected keep(how: 'md' | 'csv'): void {
    const duplex = this.duplex.reports().filter(({ sent }) => sent > 0);
    const run = { ...this.race.result(), ...(duplex.length > 0 && { duplex }) };
    const name = `telewire-race-${new Date(run.startedAt).toISOString().slice(0, 19).replaceAll(':', '')}.${how}`;
    if (how === 'md') download(name, 'text/markdown', reportMarkdown(run));
    else download(name, 'text/csv', reportCsv(run));
  }
}
