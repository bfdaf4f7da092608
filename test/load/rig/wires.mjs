// What comes over a socket, cut by its headers alone: nothing is decoded, and nothing copied but what is cut by the end of a read.

const NOTHING = Buffer.alloc(0);
const CR_LF_CR_LF = Buffer.from('\r\n\r\n');
const LINE_FEED = 10;

/** The head of an HTTP answer, then what follows it. RFC 9112 §2.1 */
export class HeadReader {
  #bytes = NOTHING;

  /** Takes what was read; returns the head and what comes behind it once that is whole. */
  take(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const at = this.#bytes.indexOf(CR_LF_CR_LF);
    if (at < 0) return undefined;
    return { head: this.#bytes.toString('latin1', 0, at), rest: Buffer.from(this.#bytes.subarray(at + 4)) };
  }
}

/** Frames of a WebSocket, each message one frame, as all servers here send them. RFC 6455 §5.2 */
export class WebSocketReader {
  #rest = NOTHING;

  /** @param each called with opcode, bytes, and where the payload begins and ends in them */
  constructor(each) {
    this.each = each;
  }

  /** Takes what was read. */
  take(read) {
    const bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, read]) : read;
    const { length } = bytes;
    let at = 0;
    while (length - at >= 2) {
      let size = bytes[at + 1] & 0x7f;
      let start = at + 2;
      if (size === 126) {
        if (length - at < 4) break;
        size = (bytes[at + 2] << 8) | bytes[at + 3];
        start = at + 4;
      } else if (size === 127) {
        if (length - at < 10) break;
        size = bytes.readUIntBE(at + 4, 6);
        start = at + 10;
      }
      if (start + size > length) break;
      this.each(bytes[at] & 0x0f, bytes, start, start + size);
      at = start + size;
    }
    this.#rest = at < length ? Buffer.from(bytes.subarray(at)) : NOTHING;
  }
}

/** The body of one HTTP answer after another: chunked, or of a length that its head says. RFC 9112 §6 */
export class BodyReader {
  #left = 0;
  #chunked = true;
  #line = '';
  #ended = true;
  #last = false;

  /** @param each called with bytes, and where a piece of the body begins and ends in them
   *  @param end called with the bytes behind the end of a body */
  constructor(each, end = () => {}) {
    this.each = each;
    this.end = end;
  }

  /** Begins with the body that this head announces. */
  begin(head) {
    const length = /^content-length:\s*(\d+)/im.exec(head);
    this.#chunked = /^transfer-encoding:\s*chunked/im.test(head);
    // A stream that says neither lasts as long as its connection.
    this.#left = length ? Number(length[1]) : this.#chunked ? 0 : Infinity;
    this.#line = '';
    this.#ended = false;
    if (this.#left === 0 && !this.#chunked) this.#finish(NOTHING);
  }

  /** Takes what was read. */
  take(bytes) {
    let at = 0;
    while (at < bytes.length && !this.#ended) {
      if (this.#left > 0) {
        const to = Math.min(bytes.length, at + this.#left);
        this.each(bytes, at, to);
        this.#left -= to - at;
        at = to;
        if (this.#left === 0 && !this.#chunked) this.#finish(bytes.subarray(at));
      } else {
        // The end of the chunk before, and the size of the next.
        const to = bytes.indexOf(LINE_FEED, at);
        this.#line += bytes.toString('latin1', at, to < 0 ? bytes.length : to);
        at = to < 0 ? bytes.length : to + 1;
        if (to < 0) break;
        const line = this.#line.trim();
        this.#line = '';
        if (this.#last) {
          this.#last = false;
          this.#finish(bytes.subarray(at));
        } else if (line !== '') {
          this.#left = parseInt(line, 16);
          this.#last = this.#left === 0;
        }
      }
    }
  }

  #finish(rest) {
    this.#ended = true;
    this.end(rest);
  }
}

/** Lines of a body. */
export class LineReader {
  #rest = NOTHING;

  /** @param each called with bytes, and where a line begins and ends in them */
  constructor(each) {
    this.each = each;
  }

  /** Takes a piece of the body. */
  take(bytes, start, end) {
    let at = start;
    for (;;) {
      const to = bytes.indexOf(LINE_FEED, at);
      if (to < 0 || to >= end) break;
      if (this.#rest.length > 0) {
        const line = Buffer.concat([this.#rest, bytes.subarray(at, to)]);
        this.#rest = NOTHING;
        this.each(line, 0, line.length);
      } else this.each(bytes, at, to);
      at = to + 1;
    }
    if (at < end) this.#rest = Buffer.concat([this.#rest, bytes.subarray(at, end)]);
  }
}

/** A frame as a client sends it. The mask may be nothing: it only has to be there. RFC 6455 §5.3 */
export function clientFrame(opcode, payload = '') {
  const body = Buffer.from(payload);
  const head =
    body.length < 126
      ? [0x80 | opcode, 0x80 | body.length]
      : [0x80 | opcode, 0x80 | 126, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), body]);
}

/** The request of a client that wants a WebSocket. RFC 6455 §4.1 */
export function upgradeRequest(path, port, protocol) {
  return (
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n` +
    `${protocol ? `Sec-WebSocket-Protocol: ${protocol}\r\n` : ''}\r\n`
  );
}

/** A plain request. */
export function getRequest(path, port, headers = '') {
  return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}\r\n`;
}
