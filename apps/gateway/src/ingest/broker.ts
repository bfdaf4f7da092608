import type { Observable } from 'rxjs';

/** An MQTT PUBLISH as the gateway takes it. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** How the link to the broker stands, and in words why it is lost. */
export interface BrokerState {
  readonly connected: boolean;
  readonly reason?: string;
}

/** Takes a message; resolves once it is in the journal or counted as refused. Never rejects because of what is in it. */
export type TakeMessage = (message: Message) => Promise<void>;

/** Where messages come from. A QoS 1 message is acknowledged only after {@link TakeMessage} has resolved. */
export interface Broker {
  /** The present state on subscription, then each change. */
  readonly state: Observable<BrokerState>;
  /**
   * Begins to deliver. Resolves when listening (embedded) or when the first attempt is under way (external).
   * @param filters topic filters to subscribe to; an embedded broker hands over everything
   */
  start(take: TakeMessage, filters: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}
