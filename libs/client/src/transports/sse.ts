import { EventStream } from '../event-stream.js';
import { frameStream } from '../frame-stream.js';

/** An event stream that is asked for by POST, so that it can carry many subscriptions. */
export const sse = frameStream({
  path: '/api/v1/events',
  type: 'text/event-stream',
  splitter: () => {
    const events = new EventStream();
    // PROTOCOL R16: a frame is an unnamed event.
    return (bytes) => events.push(bytes).flatMap(({ type, data }) => (type === 'message' ? [data] : []));
  },
  binary: false,
});
