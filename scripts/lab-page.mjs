// The text of docs/transports.md around what `npm run lab:report` has measured. Every figure in it is of that run.

const LANES = ['websocket', 'http-stream', 'sse', 'long-poll', 'poll'];
const CALM = [0.2, 1, 10, 100, 500];

/** The pictures, by file name. */
export function pictures({ lab, runs }) {
  const ages = (run) => run.lanes.map(({ lane, ages, p50, p99 }) => ({ name: lane, ages, p50, p99 }));
  const bytes = (run) =>
    run.lanes.map(({ lane, readings }) => {
      const { headerBytes, bodyBytes } = lab.costOf(readings, run.tallies[lane]);
      const each = Math.max(1, readings);
      return { name: lane, headerBytes: headerBytes / each, bodyBytes: bodyBytes / each };
    });
  return {
    'bytes.svg': lab.bytesSvg(
      'Bytes for each reading, by rate',
      CALM.map((rateHz) => ({ title: `${rateHz} readings/s`, rows: bytes(runs[`calm-${rateHz}`]) })),
    ),
    'ages-10.svg': lab.agesSvg('Age on arrival: 10 readings/s, calm', ages(runs['calm-10'])),
    'ages-500.svg': lab.agesSvg('Age on arrival: 500 readings/s, calm', ages(runs['calm-500'])),
    'ages-delay.svg': lab.agesSvg('Age on arrival: 10 readings/s, 150 ms delay each way', ages(runs.delay)),
    'ages-cut.svg': lab.agesSvg('Age on arrival: 10 readings/s, cut every 5 s', ages(runs.cut)),
  };
}

/** The page, before it is formatted. */
export function page({ lab, runs, duplex, seconds, echoes, pollEveryMs }) {
  const { costOf, inBytes, inCount, inMs, inPercent, inRecovery, markdownTable: table, short } = lab;
  const of = (name, lane) => {
    const run = runs[name];
    const report = run.lanes.find((each) => each.lane === lane);
    const tally = run.tallies[lane];
    const cost = costOf(report.readings, tally);
    return { ...report, ...cost, ...tally, seconds: run.seconds, requestsHz: tally.requests / run.seconds };
  };
  const rows = (cells) => LANES.map((lane) => [lane, ...cells(lane)]);
  const calm = (lane) => CALM.map((rateHz) => of(`calm-${rateHz}`, lane));
  const rates = CALM.map((rateHz) => `${rateHz}/s`);
  const each = (name, lane) => inBytes(of(name, lane).bytesPerReading);
  const back = ({ longestRecoveryMs, notBackMs }) => inRecovery(longestRecoveryMs, notBackMs);
  const perMinute = (name, lane) => {
    const { headerBytes, bodyBytes, seconds: lasted } = of(name, lane);
    return inBytes(((headerBytes + bodyBytes) / lasted) * 60);
  };
  const opening = (lane) => {
    const tally = runs.idle.opening[lane];
    return { ...tally, ...costOf(0, tally) };
  };
  const accounted = Object.values(runs).flatMap((run) => run.lanes);
  const sum = (key) => accounted.reduce((total, report) => total + report[key], 0);
  const [echoSocket, echoPost] = duplex['duplex-calm'];
  const [farSocket, farPost] = duplex['duplex-delay'];
  const perEcho = ({ tally, sent }) => {
    const { headerBytes, bodyBytes } = costOf(sent, tally);
    return inBytes((headerBytes + bodyBytes) / sent);
  };

  return `# Five transports, measured

<!-- Written by \`npm run lab:report\`; the words are in scripts/lab-page.mjs. -->

The same readings, over all five transports at once, each with a client and connections of its own, through a proxy
that counts every byte on the sockets and makes the weather. This page is what one run of

\`\`\`sh
npm run lab:report -- --seconds ${seconds}
\`\`\`

found, without a browser: clients, proxy and gateway on one machine over loopback, so that times are those of the
programs and not of a network; the weather adds the network. Repeated on a machine that has time for it, the bytes are the
same to a few per cent; a busy one answers polls later, with more readings in each answer. The times depend on the machine,
and of a run in which its timers were late the better of two is taken. In the dashboard the same race runs live, with every switch in reach. All figures of every
run are in [runs.csv](transports/runs.csv).

Each scenario is measured for ${seconds} s (the slow ones three times, cut and buffered ones twice as long) from
3 s after the lines have been opened; what opening costs is told by itself. One series, policy \`every\`, at most 60
frames a second. **Age** is from a reading's device time to its arrival, **shown age** the mean over time of the age of
the newest reading at hand: what a glance at the screen gets. **Header** is every byte of TCP payload that is not a frame
of the protocol: request and response heads, chunk and frame headers, field names.

Of ${inCount(sum('readings'))} readings that came in all runs together, ${inCount(sum('repeats'))} came twice and
${inCount(sum('lost'))} were lost, by their ordinals.

## In short

${table(
  ['', ...LANES],
  [
    ['age at 10/s, p50', ...LANES.map((lane) => inMs(of('calm-10', lane).p50))],
    ['shown age at 10/s', ...LANES.map((lane) => inMs(of('calm-10', lane).shownAgeMs))],
    ['bytes/reading at 10/s', ...LANES.map((lane) => each('calm-10', lane))],
    ['bytes/reading at 500/s', ...LANES.map((lane) => each('calm-500', lane))],
    ['overhead at 10/s', ...LANES.map((lane) => inPercent(of('calm-10', lane).overhead))],
    ['requests/s at 10/s', ...LANES.map((lane) => short(of('calm-10', lane).requestsHz))],
    ['age at 150 ms delay, p50', ...LANES.map((lane) => inMs(of('delay', lane).p50))],
    ['back after a cut, longest', ...LANES.map((lane) => back(of('cut', lane)))],
    ['through a proxy that buffers', ...LANES.map((lane) => `${inCount(of('buffers', lane).readings)} readings`)],
  ],
)}

- **WebSocket**, where it works: as quick as any, both ways on one connection, and the client acknowledges what it has
  taken. That word up costs some bytes a reading, which makes an HTTP stream the one with the fewest.
- **HTTP stream** and **SSE** are as quick and need nothing but HTTP; a proxy that buffers stops them both.
- **Long-poll** is nearly as quick where the way is short and readings are seldom, passes every proxy, and pays with a
  request for every answer.
- **Poll** is for values that may be old, or come at known times: with \`nextAt\` it asks when there is something to be had.

## Bytes

![Bytes for each reading, header and body, at five rates](transports/bytes.svg)

Bytes for each reading, both ways, and how much of them is header:

${table(
  ['transport', ...rates],
  rows((lane) =>
    calm(lane).map(({ bytesPerReading, overhead }) => `${inBytes(bytesPerReading)} (${inPercent(overhead)})`),
  ),
)}

Requests a second:

${table(
  ['transport', ...rates],
  rows((lane) => calm(lane).map(({ requestsHz }) => short(requestsHz))),
)}

The header is what a request costs that has nothing to say: a question and its answer of a long-poll have
${inBytes(of('calm-10', 'long-poll').headerBytes / Math.max(1, of('calm-10', 'long-poll').requests))} of heads between them,
whether they bring one reading or fifty. A frame on a stream has some bytes of chunk header or event field around it
(${inPercent(of('calm-10', 'http-stream').overhead)} and ${inPercent(of('calm-10', 'sse').overhead)} of all bytes at 10/s), a
WebSocket frame two to eight (${inPercent(of('calm-10', 'websocket').overhead)}). So the polls become cheaper for each
reading the more readings share an answer, and at 500/s the pace of the answers makes them so. Bodies differ too: an
answer to a poll names its series and closes with its cursor each time, which a stream says once. Browsers send more
header than these clients do (cookies, \`User-Agent\`, \`Sec-Fetch-*\`), with each request; over HTTP/2 most of it is
compressed away.

What it costs to open a line, and to hear on it for a minute that nothing has happened:

${table(
  ['transport', 'opening: requests', 'opening: bytes', 'a minute of nothing: requests', 'bytes'],
  rows((lane) => {
    const { requests, headerBytes, bodyBytes } = opening(lane);
    return [
      inCount(requests),
      inBytes(headerBytes + bodyBytes),
      short(of('idle', lane).requestsHz * 60),
      perMinute('idle', lane),
    ];
  }),
)}

The minute is reckoned from ${short(of('idle', 'poll').seconds)} s. A long-poll is held for 25 s by the SDK, so that none ended in them: over a
whole minute it asks two or three times.

## Age

![Ages on arrival at 10 readings a second](transports/ages-10.svg)

p50 and p99 of the age on arrival, in calm weather:

${table(
  ['transport', ...rates],
  rows((lane) => calm(lane).map(({ p50, p99 }) => `${inMs(p50)}, ${inMs(p99)}`)),
)}

![Ages on arrival at 500 readings a second](transports/ages-500.svg)

At 500/s a stream sends a frame each 1/60 s at most (the contract's pace), so a reading waits for its frame; a
long-poll is answered each 1/20 s at most, and a poll asks no faster than that.

With 150 ms of delay each way the streams are later by one way. A long-poll is late by up to three: an answer is on its
way down, the next question on its way up, and what came meanwhile waits for it. A poll adds the time until it asks.

![Ages on arrival with 150 ms delay each way](transports/ages-delay.svg)

${table(
  ['transport', 'p50', 'p99', 'shown age', 'requests/s'],
  rows((lane) => {
    const { p50, p99, shownAgeMs, requestsHz } = of('delay', lane);
    return [inMs(p50), inMs(p99), inMs(shownAgeMs), short(requestsHz)];
  }),
)}

## Cut, and held back

Every connection cut without a word each 5 s. Who is cut goes on from its cursor, so nothing is lost; the pause before
coming back is drawn at random within what the gateway asks for (\`reconnectSpreadMs\`, 2 s), so that a thousand clients do not
come at once, and within more and more where lines do not last 10 s, as none does here. Polls have no connection to lose but the one that a question is on.

![Ages on arrival when every connection is cut each 5 s](transports/ages-cut.svg)

${table(
  ['transport', 'interruptions', 'longest until the next reading', 'age p50', 'age p99', 'readings', 'repeats', 'lost'],
  rows((lane) => {
    const { interruptions, p50, p99, readings, repeats, lost } = of('cut', lane);
    return [
      inCount(interruptions),
      back(of('cut', lane)),
      inMs(p50),
      inMs(p99),
      inCount(readings),
      inCount(repeats),
      inCount(lost),
    ];
  }),
)}

Who is in a pause when the time is over has the rest of the readings still to come; none is lost by it.

A proxy that hands an answer on only when it is complete, or 256 KiB are together, holds back a stream, whose answer is
never complete. The client hears nothing, leaves after two heartbeats and tries again; \`auto\` goes on to one that works. A
WebSocket is no HTTP answer any more once it is open, and passes.

${table(
  ['transport', 'readings', 'age p50', 'interruptions', 'longest silence', 'state at the end'],
  rows((lane) => {
    const { readings, p50, interruptions, longestSilenceMs, phase } = of('buffers', lane);
    return [inCount(readings), inMs(p50), inCount(interruptions), inMs(longestSilenceMs), phase];
  }),
)}

## The five, one by one

### WebSocket

One request that becomes a connection of frames, both ways at once. ${each('calm-10', 'websocket')} a reading at 10/s and
${each('calm-500', 'websocket')} at 500/s, ${inPercent(of('calm-10', 'websocket').overhead)} and
${inPercent(of('calm-500', 'websocket').overhead)} of it header; p99 ${inMs(of('calm-10', 'websocket').p99)}.

- For: a header of a few bytes (${inBytes(of('calm-10', 'websocket').headerBytes / of('calm-10', 'websocket').readings)} a reading at
  10/s, ${inBytes(of('calm-500', 'websocket').headerBytes / of('calm-500', 'websocket').readings)} at 500/s, up and down together). Subscriptions come, change and go in band, without a new request. The client acknowledges, so a
  slow one is noticed and no more than 64 KiB are under way to it; that is what goes up, and it makes
  ${inPercent((of('calm-10', 'websocket').up.header + of('calm-10', 'websocket').up.body) / (of('calm-10', 'websocket').headerBytes + of('calm-10', 'websocket').bodyBytes))}
  of all bytes at 10/s and ${inPercent((of('calm-500', 'websocket').up.header + of('calm-500', 'websocket').up.body) / (of('calm-500', 'websocket').headerBytes + of('calm-500', 'websocket').bodyBytes))}
  at 500/s. Does not count among a browser's six connections.
- Against: not HTTP once it is open. No caching, no compression by the server in front, no \`fetch\`; a proxy that does not know
  it refuses it. A connection is a state at one gateway: what it asked for must be said anew after a cut
  (${inCount(opening('websocket').requests)} request and ${inBytes(opening('websocket').headerBytes + opening('websocket').bodyBytes)}).

### HTTP stream

One POST whose answer does not end: NDJSON, a frame a line. ${each('calm-10', 'http-stream')} a reading at 10/s,
${each('calm-500', 'http-stream')} at 500/s; p99 ${inMs(of('calm-10', 'http-stream').p99)}.

- For: the fewest bytes. Plain HTTP, so authentication, compression and HTTP/2 are those of every other request. The request says it all:
  cursor and filters, so any gateway that has the journal can answer it.
- Against: one way. A change of what is asked for is a new request. Nothing comes through a proxy that buffers
  (${inCount(of('buffers', 'http-stream').readings)} readings in ${short(of('buffers', 'http-stream').seconds)} s). Holds one of the
  six connections that a browser opens to an origin over HTTP/1.1, for good.

### SSE

The same with \`text/event-stream\` around it: ${each('calm-10', 'sse')} a reading at 10/s, ${each('calm-500', 'sse')} at 500/s;
p99 ${inMs(of('calm-10', 'sse').p99)}.

- For: a browser's own \`EventSource\` reads it, comes back by itself and says where it stood (\`Last-Event-ID\`). Known to
  proxies and tools.
- Against: as the stream, and text only. \`EventSource\` can neither POST nor set a header, so the SDK reads events with
  \`fetch\`. Through a proxy that buffers: ${inCount(of('buffers', 'sse').readings)} readings.

### Long-poll

A question that is held until there is news, and asked again. At 1/s an answer brings one reading:
${each('calm-1', 'long-poll')} each, ${inPercent(of('calm-1', 'long-poll').overhead)} of it header, at an age of
${inMs(of('calm-1', 'long-poll').p50)}, where a stream has ${inMs(of('calm-1', 'http-stream').p50)}.

- For: every answer is a whole HTTP answer, so it passes every proxy (${inCount(of('buffers', 'long-poll').readings)} readings
  through the one that buffers), with nothing to keep open or to time out but a question of 25 s. Stateless: the cursor in the
  question is all there is, and an answer that is cut counts for nothing and is asked for again.
- Against: at 10/s ${short(of('calm-10', 'long-poll').requestsHz)} requests a second and ${each('calm-10', 'long-poll')} a reading,
  ${short(of('calm-10', 'long-poll').bytesPerReading / of('calm-10', 'websocket').bytesPerReading)} times a WebSocket's. Over a
  distance it is late: p50 ${inMs(of('delay', 'long-poll').p50)} where a stream has ${inMs(of('delay', 'http-stream').p50)}.

The naive loop asks again as soon as it is answered, and is answered as soon as there is one reading. The gateway holds
an answer back so that one client gets no more than 20 a second (PROTOCOL R18). What that saves, with the pace and on
\`/api/v1/lab/unpaced\` without (and with no pace of frames either, \`maxHz=1000\`):

${table(
  ['rate', 'loop', 'requests/s', 'bytes/reading', 'bytes/s', 'mean hold', 'age p50', 'age p99'],
  [100, 500].flatMap((rateHz) =>
    [
      ['paced', `calm-${rateHz}`],
      ['unpaced', `unpaced-${rateHz}`],
    ].map(([loop, name]) => {
      const {
        requestsHz,
        bytesPerReading,
        headerBytes,
        bodyBytes,
        seconds: lasted,
        heldMs,
        p50,
        p99,
      } = of(name, 'long-poll');
      return [
        `${rateHz}/s`,
        loop,
        short(requestsHz),
        inBytes(bytesPerReading),
        inBytes((headerBytes + bodyBytes) / lasted),
        inMs(heldMs),
        inMs(p50),
        inMs(p99),
      ];
    }),
  ),
)}

### Poll

A question that is answered at once, and another when the gateway says that there will be news: \`nextAt\` is reckoned from
the announced interval of the series. Against a fixed interval of ${inMs(pollEveryMs)}:

${table(
  ['rate', 'asks', 'questions a minute', 'bytes/reading', 'age p50', 'age p99', 'shown age'],
  [0.2, 10].flatMap((rateHz) =>
    [
      ['by `nextAt`', `calm-${rateHz}`],
      [`every ${inMs(pollEveryMs)}`, `fixed-${rateHz}`],
    ].map(([asks, name]) => {
      const { asked, seconds: lasted, bytesPerReading, p50, p99, shownAgeMs } = of(name, 'poll');
      return [
        `${rateHz}/s`,
        asks,
        short((asked / lasted) * 60),
        inBytes(bytesPerReading),
        inMs(p50),
        inMs(p99),
        inMs(shownAgeMs),
      ];
    }),
  ),
)}

- For: the simplest there is, and anything can do it (\`curl\`, a spreadsheet). Nothing has to stay open between two questions, so
  a cut often meets nothing: ${inCount(of('cut', 'poll').interruptions)} interruptions where an HTTP stream had
  ${inCount(of('cut', 'http-stream').interruptions)}. A
  plain \`GET\` may be kept by a cache until \`nextAt\`, for everyone.
- Against: half an interval late in the mean where the interval is fixed (p50 ${inMs(of('fixed-10', 'poll').p50)} at
  ${inMs(pollEveryMs)}), and it asks whether or not there is news. By \`nextAt\` a question
  that comes a moment before its reading may wait half an interval for the next (p99 ${inMs(of('calm-0.2', 'poll').p99)} at 0.2/s).

## Both ways

The same echo: ${echoes.echoes} messages of ${echoes.bytes} bytes, one each ${echoes.everyMs} ms, over a WebSocket, and over SSE
with a POST for the way up.

${table(
  ['way', 'weather', 'requests', 'bytes/echo', 'round trip p50', 'p99'],
  [
    ['WebSocket', 'calm', echoSocket],
    ['SSE + POST', 'calm', echoPost],
    ['WebSocket', '150 ms each way', farSocket],
    ['SSE + POST', '150 ms each way', farPost],
  ].map(([way, weather, report]) => [
    way,
    weather,
    inCount(report.requests),
    perEcho(report),
    inMs(report.p50),
    inMs(report.p99),
  ]),
)}

A POST for every word costs its heads, and each that is on its way holds a connection of its own: with six to an origin, one of
them the stream, and a round trip of 300 ms, a browser gets up no more than some sixteen words a second. A WebSocket sends the next
before the last is answered. Where words go up seldom (a subscription, an acknowledgement of an alarm) none of this matters.

## What else decides

**Six connections.** Over HTTP/1.1 a browser opens about six to an origin, for all tabs together; each stream, event stream and
held poll keeps one. A page with seven widgets that each open a stream hangs. The SDK carries all feeds of a transport on one
connection or question (subscriptions have ids), so a page holds one, however many widgets it has: in the calm runs above each stream
lane had ${inCount(runs['calm-10'].opening['http-stream'].connections)} connection. HTTP/2 lifts the limit: the nginx of
\`docker/\` speaks it. WebSockets are not counted among the six.

**State.** A subscription is filters, contract and cursor, and the client has them all. So a poll may go to any gateway that has the
journal (today one, as it lives in memory), and a cut is no more than the next question asked from the same place. Where a server keeps a client's session in
memory instead, each of its requests must find the same process (sticky sessions).

**Buffering.** A stream needs every hop to hand on what it has. The gateway says so (\`X-Accel-Buffering: no\`) and nginx
listens; others do not, so \`auto\` goes by what comes and not by what is
promised.

**Silence.** A connection that is cut without a word looks like one on which nothing happens. Streams have a heartbeat each 5 s, and
the client leaves after two that did not come; a poll has its answer's deadline.

## Socket.IO and SockJS

Both are for sending messages over whatever works, and leave what they mean to you.

**Socket.IO** opens a long-poll and upgrades to WebSocket (or WebTransport) when that works, with a heartbeat from the server,
acknowledgements where they are asked for, rooms and namespaces, and packets of its own around each message. A session lives in one
server's memory: with polling allowed, a cluster needs sticky sessions. Delivery is at most once; what was sent while a client was
away is lost unless connection state recovery is on, which keeps packets for a while in the server or an adapter.
**SockJS** tries WebSocket, then streams, then polls (XHR, event source, iframes for old browsers), with a heartbeat each 25 s, and
the API of a WebSocket. It does not reconnect, and knows no ordinals.

The SDK does the same where telemetry needs it, and differs where a cursor makes it simpler:

${table(
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
)}

If you need rooms, binary messages and calls in both directions, take Socket.IO; this is for readings.
`;
}
