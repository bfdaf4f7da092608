import { Transform } from 'node:stream';
import { HEAD_END, type Head } from './http-head.js';

/** What is wrong with a way through the network. */
export type Fault =
  /** Nothing: what comes is passed on. */
  | { readonly kind: 'none' }
  /** After the head of an answer nothing more is passed on, and nothing is closed. */
  | { readonly kind: 'silent' }
  /** An answer is passed on once all of it is there; of one without an end nothing is, nor of an upgrade. */
  | { readonly kind: 'buffered' }
  /** A connection is reset once so many bytes of answers have passed. */
  | { readonly kind: 'cut'; readonly everyBytes: number }
  /** An answer ends in order after so many bytes, wherever that is. */
  | { readonly kind: 'truncated'; readonly bytes: number }
  /** Every request is answered with a page of somebody else's. */
  | { readonly kind: 'page'; readonly status: string; readonly html: string }
  /** Answers say that they are something else. */
  | { readonly kind: 'mistyped' }
  /** Everything is so late, each way. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Asks for an upgrade are passed on without it. */
  | { readonly kind: 'no-upgrade' }
  /** So much is passed on each way in a second. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number };

/** Which requests a fault befalls: all, or only those for an upgrade. */
export type Extent = 'all' | 'upgrades';

/** A fault, and which requests it befalls. */
export type Weather = Fault & { readonly extent?: Extent };

const SLOW_TICK_MS = 50;

/** The fault that befalls a request with this head. */
export const faultOf = ({ extent = 'all', ...fault }: Weather, head: Head): Fault =>
  extent === 'upgrades' && !head.isUpgrade ? { kind: 'none' } : fault;

/** The answer that is given in place of the gateway's, if any is. */
export function answerTo(fault: Fault): string | undefined {
  if (fault.kind !== 'page') return undefined;
  const { status, html } = fault;
  const lines = ['Content-Type: text/html', `Content-Length: ${Buffer.byteLength(html)}`, 'Connection: close'];
  return `HTTP/1.1 ${status}\r\n${lines.join('\r\n')}${HEAD_END}${html}`;
}

/**
 * What happens to the bytes of one connection on their way in one direction.
 * @param cut resets the connection
 */
export function passage(fault: Fault, direction: 'up' | 'down', cut: () => void): Transform[] {
  switch (fault.kind) {
    case 'late':
      return [late(fault.ms)];
    case 'slow':
      return [slow(fault.bytesPerSecond)];
    default:
      return direction === 'up' ? [] : down(fault, cut);
  }
}

function down(fault: Fault, cut: () => void): Transform[] {
  switch (fault.kind) {
    case 'silent':
      return [silent()];
    case 'buffered':
      return [buffered()];
    case 'mistyped':
      return [mistyped()];
    case 'cut':
      return [first(fault.everyBytes, cut)];
    case 'truncated':
      return [first(fault.bytes, (stream) => stream.push(null))];
    default:
      return [];
  }
}

function silent(): Transform {
  let head: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (!head) return done();
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf(HEAD_END);
      if (end < 0) return done();
      const passed = head.subarray(0, end + HEAD_END.length);
      head = undefined;
      done(null, passed);
    },
    // What has ended behind it does not show before it either.
    flush: () => undefined,
  });
}

function buffered(): Transform {
  const parts: Buffer[] = [];
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      parts.push(chunk);
      done();
    },
    flush: (done) => done(null, Buffer.concat(parts)),
  });
}

function mistyped(): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) =>
      done(null, Buffer.from(chunk.toString('latin1').replace(/^(content-type: )[^\r]*/im, '$1text/plain'), 'latin1')),
  });
}

/** Passes the first `bytes` on, and then does `over`. */
function first(bytes: number, over: (stream: Transform) => void): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (left <= 0) return done();
      this.push(chunk.subarray(0, left));
      left -= chunk.length;
      // What has been passed on is on the wire before that happens.
      if (left <= 0) setTimeout(() => over(this), SLOW_TICK_MS);
      done();
    },
  });
}

function late(ms: number): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      setTimeout(() => !this.destroyed && this.push(chunk), ms);
      done();
    },
    flush: (done) => void setTimeout(done, ms),
  });
}

function slow(bytesPerSecond: number): Transform {
  const portion = Math.ceil((bytesPerSecond * SLOW_TICK_MS) / 1000);
  return new Transform({
    // The one before has gone before the next is taken: what waits, waits at the sender.
    transform(chunk: Buffer, _encoding, done) {
      const pass = (from: number) => {
        if (this.destroyed) return;
        this.push(chunk.subarray(from, from + portion));
        const next = from + portion;
        setTimeout(() => (next < chunk.length ? pass(next) : done()), SLOW_TICK_MS);
      };
      pass(0);
    },
  });
}
