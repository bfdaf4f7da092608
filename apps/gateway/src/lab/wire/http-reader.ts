import { Draft } from './draft.js';
import { EventStream, eventFields } from './event-stream.js';

/** A head, or a line between chunks, that is longer is not waited for any more. */
export const MAX_HEAD_BYTES = 64 * 1024;

const LF = 10;

/** What follows a head: so many bytes; chunks; everything until the connection ends; or another protocol. */
export type BodyLength = number | 'chunked' | 'until-close' | 'switch';

/** What a {@link HttpReader} finds, in order. */
export interface HttpListener {
  /** Bytes have passed; called for every byte, as it passes. */
  counted(header: number, body: number): void;
  /** A start line has passed; names the message. Returns what is wrong with it. */
  started(line: string, draft: Draft): string | undefined;
  /** A head is whole: says what follows. */
  headed(draft: Draft): BodyLength;
  /** A part to be shown is whole: a message, or where it is chunked its head and each chunk. */
  shown(draft: Draft, kind: 'message' | 'chunk' | 'broken'): void;
  /** The message is at its end. */
  finished(): void;
}

type Place =
  'start' | 'field' | 'fixed' | 'size' | 'data' | 'data-end' | 'trailer' | 'until-close' | 'switched' | 'broken';

/**
 * Reads one direction of an HTTP/1.1 connection (RFC 9112), message after message. It keeps a line, the fields of a head and
 * the start of what is shown, and never a body.
 */
export class HttpReader {
  #place: Place = 'start';
  #draft = new Draft();
  #line = '';
  #lineBytes = 0;
  // Of a body, a chunk: how much is still to come.
  #left = 0;
  #events: EventStream | undefined;
  #head: Draft | undefined;

  constructor(private readonly listener: HttpListener) {}

  /** True between two messages. */
  get idle(): boolean {
    return this.#place === 'start' && this.#draft.empty;
  }

  /** True when nothing more can be understood. */
  get broken(): boolean {
    return this.#place === 'broken';
  }

  /**
   * Takes bytes; returns how many: fewer than all behind a head that switches protocols, or behind the first end of what is
   * asked for.
   */
  push(bytes: Buffer, until?: 'head' | 'message'): number {
    let at = 0;
    while (at < bytes.length && this.#place !== 'switched') {
      const inHead = this.#place === 'start' || this.#place === 'field';
      const head = this.#head;
      at += this.#step(bytes.subarray(at));
      if (until === 'head' && inHead && head !== this.#head) break;
      if (until === 'message' && this.idle) break;
    }
    return at;
  }

  /** HTTP goes on after all: the switch of protocols was refused (RFC 9110 §7.8). */
  resume(): void {
    if (this.#place === 'switched') this.#place = 'start';
  }

  /** Nothing more comes in this direction. */
  end(): void {
    if (this.#place === 'until-close') {
      this.#draft.title = `body of ${this.#draft.header + this.#draft.body} bytes`;
      this.#show('chunk');
      this.#finish();
    } else if (!this.idle && this.#place !== 'broken' && this.#place !== 'switched') {
      this.fail('ended in the middle of a message (RFC 9112 §8)');
    }
  }

  /** Gives up: what follows is counted and no longer understood. */
  fail(fault: string): void {
    this.#draft.faults.push(fault);
    this.#draft.title ||= 'broken';
    this.#show('broken');
    this.#place = 'broken';
  }

  #step(bytes: Buffer): number {
    switch (this.#place) {
      case 'fixed':
      case 'data':
      case 'until-close':
        return this.#body(bytes);
      case 'broken':
        this.listener.counted(bytes.length, 0);
        return bytes.length;
      default:
        return this.#text(bytes);
    }
  }

  #text(bytes: Buffer): number {
    const end = bytes.subarray(0, MAX_HEAD_BYTES - this.#lineBytes).indexOf(LF);
    const piece = bytes.subarray(0, end >= 0 ? end + 1 : MAX_HEAD_BYTES - this.#lineBytes);
    this.#pass(piece, 0);
    this.#lineBytes += piece.length;
    this.#line += piece.toString('latin1');
    if (end >= 0) {
      const line = this.#line.replace(/\r?\n$/, '');
      this.#line = '';
      this.#takeLine(line);
    } else if (this.#lineBytes === MAX_HEAD_BYTES) {
      this.#line = '';
      this.fail('a head of more than 64 KiB (RFC 9110 §5.4)');
    }
    return piece.length;
  }

  #takeLine(line: string): void {
    switch (this.#place) {
      case 'start':
        return this.#takeStart(line);
      case 'field':
        return line === '' ? this.#takeHead() : this.#takeField(line);
      case 'size':
        return this.#takeSize(line);
      case 'data-end':
        if (line !== '') return this.fail('a chunk that is longer than its size (RFC 9112 §7.1)');
        this.#show('chunk');
        this.#to('size');
        return;
      default:
        if (line !== '') return this.#takeField(line);
        this.#show('chunk');
        this.#finish();
    }
  }

  #takeStart(line: string): void {
    // RFC 9112 §2.2: empty lines before a message are passed over; they are counted with it.
    if (line === '') return;
    const fault = this.listener.started(line, this.#draft);
    if (fault) return this.fail(fault);
    this.#place = 'field';
  }

  #takeField(line: string): void {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined) this.#draft.faults.push('a line that is no field (RFC 9112 §5)');
    else this.#draft.fields.push([name, value!]);
  }

  #takeHead(): void {
    const draft = this.#draft;
    this.#head = draft;
    const length = this.listener.headed(draft);
    this.#events = draft.field('content-type')?.startsWith('text/event-stream') ? new EventStream() : undefined;
    if (typeof length === 'number' && length > 0) {
      this.#left = length;
      this.#to('fixed');
      return;
    }
    this.#show('message');
    if (length === 'chunked') this.#to('size');
    else if (length === 'until-close') this.#to('until-close');
    else {
      this.#finish();
      if (length === 'switch') this.#place = 'switched';
    }
  }

  #takeSize(line: string): void {
    const [, digits] = /^([\da-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line) ?? [];
    if (digits === undefined) return this.fail('a chunk without a size (RFC 9112 §7.1)');
    this.#left = parseInt(digits, 16);
    this.#draft.fields.push(['size', digits]);
    this.#draft.title = this.#left === 0 ? 'last chunk' : `chunk of ${this.#left} bytes`;
    this.#to(this.#left === 0 ? 'trailer' : 'data');
  }

  #body(bytes: Buffer): number {
    const piece = this.#place === 'until-close' ? bytes : bytes.subarray(0, this.#left);
    this.#pass(piece, this.#events ? this.#events.content(piece) : piece.length);
    this.#draft.say(piece);
    this.#left -= piece.length;
    if (this.#left > 0 || this.#place === 'until-close') return piece.length;
    if (this.#place === 'data') this.#to('data-end');
    else {
      this.#show('message');
      this.#finish();
    }
    return piece.length;
  }

  #pass(piece: Buffer, body: number): void {
    this.#draft.pass(piece, body);
    this.listener.counted(piece.length - body, body);
  }

  #show(kind: 'message' | 'chunk' | 'broken'): void {
    const draft = this.#draft;
    if (kind === 'chunk' && this.#events && !draft.title.startsWith('last')) {
      const fields = eventFields(draft.text);
      draft.fields.push(...fields);
      draft.title = fields.some(([name]) => name === 'data') ? 'event' : (fields[0]?.[0] ?? draft.title);
    }
    this.#draft = new Draft();
    this.listener.shown(draft, kind);
  }

  #to(place: Place): void {
    this.#place = place;
    this.#lineBytes = 0;
  }

  #finish(): void {
    this.#to('start');
    this.#events = undefined;
    this.listener.finished();
  }
}
