import { isUtf8 } from 'node:buffer';
import type { LabMessage } from '@telewire/protocol';
import { cborText } from './cbor-text.js';

/** So much of a message is kept to be shown. */
export const PREVIEW_BYTES = 2_048;

/** Which way bytes go: from the client to the gateway, or back. */
export type Direction = LabMessage['direction'];

/**
 * A message as it has been decoded; who watches adds the connection, and `bytes` in base64. Text and bytes are made when they
 * are looked at: most messages are of lanes that nobody watches.
 */
export type WireMessage = Omit<LabMessage, 'connection' | 'bytes'> & { readonly bytes: Buffer };

/** A message of which more is to come: what has passed of it, and what is known of it. */
export class Draft {
  header = 0;
  body = 0;
  title = '';
  /** The text, where it is not simply what the content says. */
  spoken: string | undefined;
  readonly fields: [string, string][] = [];
  readonly faults: string[] = [];
  readonly #bytes = new Preview();
  readonly #content = new Preview();

  /** True until the first byte. */
  get empty(): boolean {
    return this.header + this.body === 0;
  }

  /** Bytes pass, so many of which are body. */
  pass(piece: Buffer, body: number): void {
    this.header += piece.length - body;
    this.body += body;
    this.#bytes.add(piece);
  }

  /** What they say, without framing and mask. */
  say(content: Buffer): void {
    this.#content.add(content);
  }

  /** The value of the first field of this name, in lower case. */
  field(name: string): string | undefined {
    return this.fields.find(([each]) => each.toLowerCase() === name)?.[1];
  }

  /** The values of all fields of this name, as one list (RFC 9110 §5.3), in lower case. */
  list(name: string): string[] {
    return this.fields
      .filter(([each]) => each.toLowerCase() === name)
      .flatMap(([, value]) => value.toLowerCase().split(','))
      .map((value) => value.trim());
  }

  /** The start of what passed. */
  get bytes(): Buffer {
    return this.#bytes.whole;
  }

  /** The start of the content, unmasked. */
  get content(): Buffer {
    return this.#content.whole;
  }

  /** The start of the content as text, of CBOR in words of JSON; empty when it is neither. */
  get text(): string {
    if (this.spoken !== undefined) return this.spoken;
    const content = this.content;
    for (let cut = 0; cut <= 3 && cut <= content.length; cut++) {
      const start = content.subarray(0, content.length - cut);
      if (isUtf8(start)) return start.toString();
      // Only where it was cut off may a character be incomplete.
      if (content.length < PREVIEW_BYTES) break;
    }
    return cborText(content);
  }
}

/** Copies of the first bytes: what they were part of is not kept. */
class Preview {
  #pieces: Buffer[] = [];
  #left = PREVIEW_BYTES;

  add(piece: Buffer): void {
    if (this.#left === 0) return;
    const kept = Buffer.from(piece.subarray(0, this.#left));
    this.#left -= kept.length;
    this.#pieces.push(kept);
  }

  get whole(): Buffer {
    if (this.#pieces.length !== 1) this.#pieces = [Buffer.concat(this.#pieces)];
    return this.#pieces[0]!;
  }
}
