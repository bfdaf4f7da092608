import { Ladder, type OnSlow, type Policy, type Service } from '@telewire/protocol';

/** How one subscription is served at a time: as it was asked for, or less while its client cannot keep up (PROTOCOL R32). */
export class Serving {
  readonly #ladder: Ladder | undefined;
  /** What the client knows. */
  #told: Service;
  /** Who comes back with a cursor is behind and not slow: only one that once was up to date can fall behind. */
  #wasUpToDate = false;
  // Since the last tick.
  #upToDate = false;
  #took = false;
  // At the last tick.
  #owed = 0;

  constructor(
    private readonly asked: Policy,
    onSlow: OnSlow | undefined,
  ) {
    this.#told = asked;
    if (onSlow !== 'lag') this.#ladder = new Ladder(asked);
  }

  /** What is served now. */
  get service(): Service {
    return this.#ladder?.service ?? this.asked;
  }

  /** True while less is served than was asked for. */
  get degraded(): boolean {
    return this.#ladder?.degraded ?? false;
  }

  /** What is served now where the client does not know it yet; it does then. */
  tell(): Service | undefined {
    const { service } = this;
    if (service === this.#told) return undefined;
    return (this.#told = service);
  }

  /** Notes that the client has taken a frame. */
  took(): void {
    this.#took = true;
  }

  /** Notes that the client has taken all there was. */
  caughtUp(): void {
    this.#upToDate = this.#wasUpToDate = true;
  }

  /**
   * Judges the client by what it has done since the last tick.
   * @param owed how far it is behind what it could have, in sequence numbers
   * @param asking its transport waits for a frame, or has asked for one since
   * @returns true when another service begins
   */
  tick(owed: number, asking: boolean): boolean {
    const isBehind = this.#isBehind(owed, asking);
    this.#upToDate = this.#took = false;
    this.#owed = owed;
    return this.#ladder?.tick(isBehind) ?? false;
  }

  /**
   * Judges a client that waits for us: it does not fall behind by that, and it keeps up where it was up to date since the last tick.
   * @returns true when another service begins
   */
  excuse(asking: boolean): boolean {
    if (this.#upToDate) return this.tick(0, asking);
    // The next is not measured by the last.
    this.#owed = 0;
    return false;
  }

  #isBehind(owed: number, asking: boolean): boolean {
    if (this.service === 'paused') return !asking || this.#told !== 'paused';
    if (owed === 0) return false;
    return this.#wasUpToDate ? !this.#upToDate : !this.#took || (this.#owed > 0 && owed >= this.#owed);
  }
}
