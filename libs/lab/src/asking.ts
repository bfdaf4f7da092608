import { concat, defer, Observable, of, repeat, throwError, timeout, timer, type SchedulerLike } from 'rxjs';
import { catchError, ignoreElements, map, startWith, switchMap } from 'rxjs';
import type { Batch, TransportName } from '@telewire/client';
import { cbor } from '@telewire/cbor';
import { decodePollAnswer, NEGOTIATION, RowReader } from '@telewire/protocol';
import type { Format, Frame, Message, Policy } from '@telewire/protocol';
import type { Environment } from './environment.js';
import type { LaneNews } from './lane-news.js';
import type { Questions } from './questions.js';

/** The pause after a question that was not answered. */
export const RETRY_MS = 1_000;
/** What an answer may take on top of the time that it is held. */
const MARGIN_MS = 10_000;

/** How a loop of the lab's own asks. */
export interface Asking {
  readonly transport: TransportName;
  /** `/api/v1/readings`, `/api/v1/lab/unpaced` */
  readonly path: string;
  readonly filters: readonly string[];
  readonly policy?: Policy | undefined;
  readonly maxHz?: number | undefined;
  /** Default `json`. */
  readonly format?: Format | undefined;
  /** How long the gateway is asked to hold an answer, seconds. */
  readonly waitS?: number;
  /** From one question to the next, milliseconds; 0 asks again at once. */
  readonly everyMs: number;
}

/**
 * Asks one question after the other with the cursor of the last answer, as a client without the SDK does: no pace but
 * `everyMs`, and what comes twice is handed on as it came.
 */
export function ask(asking: Asking, environment: Environment, questions: Questions): Observable<LaneNews> {
  const { scheduler } = environment;
  return defer(() => {
    let cursor: string | undefined;
    const question = defer(() => {
      const askedAt = scheduler.now();
      questions.ask(askedAt);
      return answerTo(addressOf(asking, environment, cursor), asking, environment).pipe(
        switchMap((frames) => {
          const now = scheduler.now();
          const dueMs = Math.max(0, askedAt + asking.everyMs - now);
          questions.answer(now, now + dueMs);
          cursor = cursorOf(frames) ?? cursor;
          const live: LaneNews = { type: 'state', state: { phase: 'live' } };
          const news = batchesOf(frames, asking.transport).map((batch): LaneNews => ({ type: 'batch', batch }));
          return concat(of(live, ...news), pause(dueMs, scheduler));
        }),
        catchError((cause: unknown) => {
          questions.fail();
          const retryAt = scheduler.now() + RETRY_MS;
          const reason = cause instanceof Error ? cause.message : String(cause);
          const phase = cursor === undefined ? 'connecting' : 'resuming';
          const state: LaneNews = { type: 'state', state: { phase, reason, retryAt } };
          return pause(RETRY_MS, scheduler).pipe(startWith(state));
        }),
      );
    });
    return question.pipe(repeat(), startWith<LaneNews>({ type: 'state', state: { phase: 'connecting' } }));
  });
}

const pause = (ms: number, scheduler: SchedulerLike): Observable<never> => timer(ms, scheduler).pipe(ignoreElements());

function addressOf(asking: Asking, { address }: Environment, after: string | undefined): URL {
  const url = address(asking.path);
  for (const filter of asking.filters) url.searchParams.append('filter', filter);
  if (asking.policy) url.searchParams.set('policy', asking.policy);
  if (asking.maxHz !== undefined) url.searchParams.set('maxHz', String(asking.maxHz));
  if (after !== undefined) url.searchParams.set('after', after);
  if (asking.waitS !== undefined) url.searchParams.set('wait', String(asking.waitS));
  return url;
}

function answerTo(
  url: URL,
  { waitS = 0, format = 'json' }: Asking,
  { fetch, scheduler }: Environment,
): Observable<readonly Frame[]> {
  const deadlineMs = waitS * 1000 + MARGIN_MS;
  return new Observable<Message>((subscriber) => {
    const abort = new AbortController();
    const run = async () => {
      const headers = { accept: NEGOTIATION[format].answer };
      const response = await fetch(url, { cache: 'no-store', headers, signal: abort.signal });
      const body = format === 'json' ? await response.text() : new Uint8Array(await response.arrayBuffer());
      if (response.status !== 200) throw new Error(`answered ${response.status}`);
      subscriber.next(body);
    };
    run().then(
      () => subscriber.complete(),
      (cause: unknown) => subscriber.error(cause),
    );
    return () => abort.abort();
  }).pipe(
    map((body) => decodePollAnswer(body, cbor).frames),
    timeout({ first: deadlineMs, scheduler, with: () => throwError(() => new Error('no answer')) }),
  );
}

/** The cursor to ask with next: the last frame says it (PROTOCOL R17, R28); after `bye` it is the old one. */
function cursorOf(frames: readonly Frame[]): string | undefined {
  const last = frames.at(-1);
  return last?.type === 'heartbeat' ? last.cursor : undefined;
}

function batchesOf(frames: readonly Frame[], transport: TransportName): Batch[] {
  const rows = new RowReader();
  return frames.flatMap((frame): Batch[] => {
    switch (frame.type) {
      case 'series':
        rows.learn(frame.names);
        return [];
      case 'snapshot':
      case 'readings':
        return [{ kind: frame.type, readings: frame.rows.map((row) => rows.read(row, frame.id)), transport }];
      case 'gap':
        return [{ kind: 'gap', reason: frame.reason, transport }];
      default:
        return [];
    }
  });
}
