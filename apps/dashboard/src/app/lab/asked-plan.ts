import { computed, signal } from '@angular/core';
import type { LabSettings } from '@telewire/protocol';
import { FIRST_PLAN, type LabPlan } from './lab-plan.js';

/** What the race is run with: what holds, and on top of it what was asked for and is not answered. */
export class AskedPlan {
  private readonly holding = signal<LabPlan>(FIRST_PLAN);
  private readonly asking = signal<readonly Partial<LabPlan>[]>([]);

  /** What was taken last. */
  readonly held = this.holding.asReadonly();
  /** What is set on the page: as if all that was asked for were taken. */
  readonly plan = computed(() =>
    this.asking().reduce<LabPlan>((plan, asked) => ({ ...plan, ...asked }), this.holding()),
  );

  /** Asks for something else. Returns what is answered by {@link take} or {@link drop}. */
  ask(change: Partial<LabPlan>): Partial<LabPlan> {
    const { stream, rateHz } = this.plan();
    // The two are one to the gateway, which makes no readings of its own series while others are raced.
    const asked = 'stream' in change || 'rateHz' in change ? { stream, rateHz, ...change } : { ...change };
    this.asking.update((all) => [...all, asked]);
    return asked;
  }

  /** It holds from now on. */
  take(asked: Partial<LabPlan>): void {
    this.drop(asked);
    this.holding.update((held) => ({ ...held, ...asked }));
  }

  /** It does not: what holds stays, and what else was asked for. */
  drop(asked: Partial<LabPlan>): void {
    this.asking.update((all) => all.filter((each) => each !== asked));
  }

  /** Nobody is there to answer: the next race is run with all that was asked for. */
  settle(): void {
    this.holding.set(this.plan());
    this.asking.set([]);
  }
}

/** What a plan, or a part of one that {@link AskedPlan.ask} returns, says to the gateway; the rest of it is the clients' alone. */
export const settingsOf = (plan: Partial<LabPlan>): LabSettings => ({
  ...(plan.weather !== undefined && { weather: plan.weather }),
  ...(plan.rateHz !== undefined && { rateHz: plan.stream === undefined ? plan.rateHz : 0 }),
});
