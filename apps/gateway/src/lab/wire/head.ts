import { createHash } from 'node:crypto';
import type { Draft } from './draft.js';
import type { BodyLength } from './http-reader.js';

// RFC 6455 §1.3
const WEBSOCKET_ID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The method and target of a request line (RFC 9112 §3); `undefined` when it is none. */
export function parseRequestLine(line: string): { method: string; target: string } | undefined {
  const [, method, target] = /^([!#$%&'*+.^_`|~\w-]+) (\S+) HTTP\/1\.[01]$/.exec(line) ?? [];
  return method === undefined ? undefined : { method, target: target! };
}

/** The status of a status line and what it says (RFC 9112 §4); `undefined` when it is none. */
export function parseStatusLine(line: string): { status: number; title: string } | undefined {
  const [, status, reason = ''] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(line) ?? [];
  return status === undefined ? undefined : { status: Number(status), title: `${status} ${reason}`.trim() };
}

/** True when a request asks to go on as a WebSocket (RFC 6455 §4.1). */
export const asksForWebSocket = (head: Draft): boolean =>
  head.list('upgrade').includes('websocket') && head.list('connection').includes('upgrade');

/** What a server answers to `Sec-WebSocket-Key` (RFC 6455 §4.2.2). */
export const acceptOf = (key: string): string => createHash('sha1').update(`${key}${WEBSOCKET_ID}`).digest('base64');

/** RFC 9112 §6.3: chunks go before a length; without either there is `undefined`. */
export function bodyLengthOf(draft: Draft): BodyLength | undefined {
  const codings = draft.list('transfer-encoding');
  const lengths = [...new Set(draft.list('content-length'))];
  if (codings.length > 0 && lengths.length > 0) draft.faults.push('both a length and chunks (RFC 9112 §6.1)');
  if (codings.at(-1) === 'chunked') return 'chunked';
  if (codings.length > 0) return 'until-close';
  if (lengths.length === 0) return undefined;
  if (lengths.length > 1 || !/^\d{1,15}$/.test(lengths[0]!)) {
    draft.faults.push('a length that is none (RFC 9112 §6.3)');
    return 'until-close';
  }
  return Number(lengths[0]);
}
