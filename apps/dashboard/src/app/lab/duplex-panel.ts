import { Component, computed, inject } from '@angular/core';
import { groupDigits } from '../widget/format.js';
import { DuplexRun, type WayReport } from './duplex-run.js';
import { bytesFigure, delayFigure, inWords, NOTHING } from './figures.js';
import { LabFigure } from './lane-row.js';

const NAMES = { websocket: 'WebSocket', 'sse-post': 'SSE and POST' } as const;
const ABOUT = {
  websocket: 'both ways at once on one connection',
  'sse-post': 'one way down, and a request for every word up',
} as const;

/** The same echo over a full-duplex line and over two half-duplex ones. */
@Component({
  selector: 'tw-duplex-panel',
  imports: [LabFigure],
  template: `
    <header class="w-head">
      <h2>Two ways</h2>
      <span class="sub">50 echoes of 64 bytes, ten a second, over one way after the other</span>
      <span class="grow"></span>
      @if (echoes.running()) {
        <button type="button" class="btn" (click)="echoes.stop()">Stop</button>
      } @else {
        <button type="button" class="btn" (click)="start()">Send echoes</button>
      }
    </header>
    <table>
      <thead>
        <tr>
          <th scope="col">Wire</th>
          <th scope="col" class="r">back</th>
          <th scope="col" class="r">requests</th>
          <th scope="col" class="r">bytes an echo</th>
          <th scope="col" class="r">median</th>
          <th scope="col" class="r">worst 1 %</th>
        </tr>
      </thead>
      <tbody>
        @for (row of rows(); track row.way) {
          <tr>
            <th scope="row">
              <b>{{ row.name }}</b><span>{{ row.about }}</span>
            </th>
            <td><tw-lab-figure [figure]="row.back" /></td>
            <td><tw-lab-figure [figure]="row.requests" /></td>
            <td><tw-lab-figure [figure]="row.bytes" /></td>
            <td><tw-lab-figure [figure]="row.median" /></td>
            <td><tw-lab-figure [figure]="row.worst" /></td>
          </tr>
        }
      </tbody>
    </table>
    <p class="note" role="status">{{ words() }}</p>
  `,
  host: { class: 'duplex', role: 'region', 'aria-label': 'Half and full duplex' },
})
export class DuplexPanel {
  protected readonly echoes = inject(DuplexRun);
  protected readonly rows = computed(() => this.echoes.reports().map(rowOf));
  protected readonly words = computed(() => {
    const failure = this.echoes.failure() || this.echoes.reports().find((each) => each.failure)?.failure;
    return failure ? `It ended early: ${failure}.` : compare(this.echoes.reports());
  });

  protected start(): void {
    void this.echoes.start();
  }
}

const perEcho = ({ cost, returned }: WayReport): number | undefined =>
  cost === undefined || returned === 0 ? undefined : (cost.header + cost.body) / returned;

function rowOf(report: WayReport) {
  const { way, sent, returned, requests, p50, p99 } = report;
  return {
    way,
    name: NAMES[way],
    about: ABOUT[way],
    back: sent === 0 ? NOTHING : { value: String(returned), unit: `of ${sent}` },
    requests: sent === 0 ? NOTHING : { value: groupDigits(requests) },
    bytes: bytesFigure(perEcho(report)),
    median: delayFigure(p50),
    worst: delayFigure(p99),
  };
}

/** What the two have shown beside each other. */
export function compare(reports: readonly WayReport[]): string {
  const [full, half] = reports;
  const [a, b] = [full && perEcho(full), half && perEcho(half)];
  if (a === undefined || b === undefined)
    return 'A WebSocket carries both directions at once. SSE only comes down: every word up is a request of its own, with its headers.';
  return `An echo took ${inWords(bytesFigure(a))} over the WebSocket and ${inWords(bytesFigure(b))} over SSE and POST, ${(b / a).toFixed(1)} times as much: ${half?.requests ?? 0} requests against ${full?.requests ?? 0}.`;
}
