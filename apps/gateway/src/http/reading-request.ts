import type { Request } from 'express';
import {
  badRequest,
  type Frame,
  type FrameWriter,
  parseQuery,
  parseSubscriptionList,
  parseWait,
  ProtocolError,
  type SoleSubscription,
} from '@telewire/protocol';
import type { Hub } from '../hub/hub.js';
import type { Reader } from '../hub/reader.js';

/** However small the pace that a subscription allows, questions are answered no more often than this. */
export const MAX_ANSWERS_HZ = 20;

/** A reader opened for an HTTP request, and what the request said besides. */
export interface ReadingRequest {
  readonly reader: Reader;
  /** How the answer is written. */
  readonly writer: FrameWriter;
  /** Seconds to hold an answer; only long-poll allows more than 0. */
  readonly wait: number;
  /** The highest pace of the subscriptions. */
  readonly maxHz: number;
  /** The subscription of a plain GET. */
  readonly sole?: SoleSubscription;
  /** The cursor that the sole subscription goes on from, when there is one. */
  readonly after?: string;
  /** True when every subscription starts without a cursor: the first question of a client. */
  readonly fresh: boolean;
}

/**
 * Reads the subscriptions of a `GET` (one, in the query) or a `POST` (a list, in the body) and opens a reader for them.
 * @param writer how the answer is written
 * @param lastEventId goes before `after` (PROTOCOL R16)
 * @throws ProtocolError when the request does not parse; for a list, a subscription that cannot be taken is an `error` frame
 */
export function openReading(request: Request, hub: Hub, writer: FrameWriter, lastEventId?: string): ReadingRequest {
  const query = new URL(request.originalUrl, 'http://gateway').searchParams;
  if (request.method === 'POST') {
    const wait = parseWait(query);
    if (request.body === undefined) throw badRequest('no-body', 'send a body of content type application/json');
    const subscriptions = parseSubscriptionList(request.body);
    const reader = hub.open(writer);
    for (const { id, ...subscription } of subscriptions) {
      try {
        reader.subscribe(id, subscription);
      } catch (error) {
        if (!(error instanceof ProtocolError)) reader.close();
        // No more than are asked for, which are fewer than may wait.
        reader.say(refusal(error, id));
      }
    }
    const maxHz = Math.max(...subscriptions.map((each) => each.maxHz));
    return { reader, writer, wait, maxHz, fresh: subscriptions.every((each) => each.after === undefined) };
  }
  const parsed = parseQuery(query);
  const after = lastEventId ?? parsed.subscription.after;
  const reader = hub.open(writer);
  try {
    reader.subscribe(undefined, { ...parsed.subscription, after });
  } catch (error) {
    reader.close();
    throw error;
  }
  const { wait, subscription } = parsed;
  return {
    reader,
    writer,
    wait,
    maxHz: subscription.maxHz,
    fresh: after === undefined,
    sole: subscription,
    ...(after ? { after } : {}),
  };
}

/** The `error` frame for a subscription that was refused. Rethrows what is not a ProtocolError. */
export function refusal(error: unknown, id: string | undefined): Frame {
  if (!(error instanceof ProtocolError)) throw error;
  return { ...error.toFrame(), ...(id === undefined ? {} : { id }) };
}
