const LF = 10;
const CR = 13;

/** One event of an event stream. */
export interface StreamEvent {
  /** `message` where the stream names none. */
  readonly type: string;
  /** The `data:` lines, joined by newlines. */
  readonly data: string;
  /** The last `id:` so far, empty where there was none. */
  readonly lastEventId: string;
}

/**
 * Reads `text/event-stream` from bytes as they come, cut at any place. Source: WHATWG HTML §9.2.6 (interpreting an event
 * stream). What follows the last blank line is dropped when the stream ends there, as the standard asks.
 */
export class EventStream {
  // Takes the BOM away, and holds back the bytes of a character that is cut in two.
  readonly #decoder = new TextDecoder();
  #rest = '';
  #afterCarriageReturn = false;
  #type = '';
  #data: string[] = [];
  #lastEventId = '';

  /** The events that these bytes complete. */
  push(bytes: Uint8Array): StreamEvent[] {
    const events: StreamEvent[] = [];
    for (const line of this.#lines(this.#decoder.decode(bytes, { stream: true }))) {
      if (line === '') this.#dispatch(events);
      else this.#field(line);
    }
    return events;
  }

  *#lines(text: string): Generator<string> {
    let from = 0;
    if (text !== '' && this.#afterCarriageReturn) {
      // The line has already been ended by the CR in the chunk before: a LF now is the second half of the same end.
      if (text[0] === '\n') from = 1;
      this.#afterCarriageReturn = false;
    }
    for (let at = from; at < text.length; at++) {
      const char = text.charCodeAt(at);
      if (char !== LF && char !== CR) continue;
      yield this.#rest + text.slice(from, at);
      this.#rest = '';
      if (char === CR) {
        if (at + 1 === text.length) this.#afterCarriageReturn = true;
        else if (text.charCodeAt(at + 1) === LF) at += 1;
      }
      from = at + 1;
    }
    this.#rest += text.slice(from);
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment
    const name = colon === -1 ? line : line.slice(0, colon);
    const raw = colon === -1 ? '' : line.slice(colon + 1);
    const value = raw.startsWith(' ') ? raw.slice(1) : raw;
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'id' && !value.includes('\0')) this.#lastEventId = value;
    // `retry` is the pause of a native EventSource; ours comes from `hello` and `bye`.
  }

  #dispatch(events: StreamEvent[]): void {
    if (this.#data.length > 0)
      events.push({ type: this.#type || 'message', data: this.#data.join('\n'), lastEventId: this.#lastEventId });
    this.#type = '';
    this.#data = [];
  }
}
