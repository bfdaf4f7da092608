import { Component, computed, effect, input, signal } from '@angular/core';
import { groupDigits } from '../widget/format.js';
import { acceptOf } from './accept-key.js';
import { bytesOf, contentOf, hexRows } from './hex-dump.js';
import type { WireEntry } from './wire-log.js';
import { explain, fieldOf, headingOf } from './wire-words.js';

const two = (value: number, digits = 2): string => String(value).padStart(digits, '0');

/** One message, byte for byte: its fields, its bytes with those marked that are not content, its text, and what it means. */
@Component({
  selector: 'tw-wire-detail',
  template: `
    <h3>{{ heading() }}</h3>
    <dl [class.long]="long()">
      @for (field of fields(); track $index) {
        <dt>{{ field[0] }}</dt>
        <dd [class.m]="field[1].length > 12">{{ field[1] }}</dd>
      }
    </dl>
    @for (sentence of said(); track $index) {
      <p>{{ sentence }}</p>
    }
    @if (rows().length > 0) {
      <div class="hex" role="group" aria-label="Bytes in hexadecimal; marked is what is not content">
        @for (row of rows(); track row.at) {
          <div>
            <span class="bytes">
              @for (run of row.runs; track $index) {
                @if (run.header) {
                  <b>{{ run.text }}</b>
                } @else {
                  <span>{{ run.text }}</span>
                }
              }</span
            ><span class="letters">{{ row.letters }}</span>
          </div>
        }
      </div>
      <p class="t3">{{ marked() }}</p>
    }
    @if (entry().message.text; as text) {
      <pre class="text" aria-label="Content as text">{{ text }}</pre>
    }
  `,
  host: { class: 'det', tabindex: '0', role: 'region', 'aria-label': 'The message that is chosen' },
})
export class WireDetail {
  readonly entry = input.required<WireEntry>();
  /** Everything known of its connection. */
  readonly peers = input.required<readonly WireEntry[]>();

  private readonly accept = signal<string | undefined>(undefined);
  private readonly message = computed(() => this.entry().message);
  private readonly bytes = computed(() => bytesOf(this.message()));
  protected readonly heading = computed(() => headingOf(this.message(), this.entry().number));
  protected readonly rows = computed(() => hexRows(this.bytes(), contentOf(this.message(), this.bytes())));
  protected readonly fields = computed<readonly (readonly [string, string])[]>(() => {
    const { fields, header, body, waitedMs, connection, at } = this.message();
    const time = new Date(at);
    const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${two(time.getMilliseconds(), 3)}`;
    return [
      ['at', clock],
      ['connection', String(connection)],
      ['header', `${groupDigits(header)} B`],
      ['content', `${groupDigits(body)} B`],
      ...(waitedMs === undefined ? [] : [['waited', `${groupDigits(waitedMs)} ms`] as const]),
      // What an event says is shown whole as its text.
      ...fields.filter(([name]) => name !== 'data'),
    ];
  });
  /** Names of headers need a line each; what a frame says fits beside each other. */
  protected readonly long = computed(() =>
    this.fields().some(([name, value]) => name.length > 12 || value.length > 16),
  );
  protected readonly marked = computed(() => {
    const { header, body } = this.message();
    const all = header + body;
    const share = all === 0 ? 0 : (header / all) * 100;
    const cut = all > this.bytes().length ? ` The first ${groupDigits(this.bytes().length)} bytes are shown.` : '';
    return `The marked bytes are not content: ${share.toFixed(share < 10 ? 1 : 0)} % of this message.${cut}`;
  });
  protected readonly said = computed(() =>
    explain(
      this.message(),
      this.accept(),
      this.peers().map(({ message }) => message),
    ).filter((sentence) => sentence !== ''),
  );

  constructor() {
    effect(() => {
      const key = this.peers()
        .map(({ message }) => fieldOf(message, 'sec-websocket-key'))
        .find((each) => each !== undefined);
      if (key === undefined) this.accept.set(undefined);
      else void acceptOf(key).then((accept) => this.accept.set(accept));
    });
  }
}
