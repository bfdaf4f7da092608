import { markdownTable } from '../report-markdown.js';
import { blocks } from './claim.js';

/** What two well-known libraries do of what the SDK does, by their own documentation; nothing of it was measured here. */
export const librariesSection = (): string =>
  blocks(
    '## Socket.IO and SockJS',
    'Both are for sending messages over whatever works, and leave what they mean to you.',
    '**Socket.IO** opens a long-poll and upgrades to WebSocket (or WebTransport) when that works, with a heartbeat from the server, acknowledgements where they are asked for, rooms and namespaces, and packets of its own around each message. A session lives in one server’s memory: with polling allowed, a cluster needs sticky sessions. Delivery is at most once; what was sent while a client was away is lost unless connection state recovery is on, which keeps packets for a while in the server or an adapter.',
    '**SockJS** tries WebSocket, then streams, then polls (XHR, event source, iframes for old browsers), with a heartbeat each 25 s, and the API of a WebSocket. It does not reconnect, and knows no ordinals.',
    'The SDK does the same where telemetry needs it, and differs where a cursor makes it simpler:',
    markdownTable(
      ['', 'Socket.IO', 'SockJS', 'Telewire'],
      [
        ['begins with', 'long-poll, then upgrades', 'WebSocket, then falls back', '`auto`: the best, and falls back'],
        ['goes back to a better one', 'on the next connect', 'no', 'yes, make before break'],
        ['comes back after a cut', 'yes, growing pauses', 'no', 'yes, growing pauses spread at random'],
        ['what was missed', 'lost, or kept for a while', 'lost', 'from the cursor, or a `gap` that says what is lost'],
        ['what came twice', 'yours to notice', 'yours to notice', 'left out by ordinal'],
        ['a slow client', 'the server buffers', 'the server buffers', 'no queue: it reads the journal later'],
        ['state at the server', 'a session', 'a session', 'none that a question does not bring'],
        ['sticky sessions', 'needed for polling', 'needed', 'not needed'],
        ['words up', 'any', 'any', 'subscriptions only'],
      ],
    ),
    'If you need rooms, binary messages and calls in both directions, take Socket.IO; this is for readings.',
  );
