import type { Subscription } from '@telewire/protocol';
import type { Arrival } from './arrival.js';
import type { Scheduler, Timer } from './scheduler.js';
import { Listener, Source } from './source.js';
import type { Wants } from './wants.js';

/**
 * Runs `ask`, and leaves it and runs it anew when the set of subscriptions has become another one, for a line that cannot be
 * told anything once it runs. Everybody's cursor is asked for as it stands by then, so nobody loses or repeats anything.
 * @param ask must call the function it is given for the subscriptions of each request
 */
export const askAnew = (
  wants: Wants,
  scheduler: Scheduler,
  ask: (now: () => readonly Subscription[]) => Source<Arrival>,
): Source<Arrival> =>
  new Source((listener) => {
    const asked = new Set<string>();
    let timer: Timer | undefined;
    let line: Listener<Arrival> | undefined;
    const now = () => {
      const subscriptions = wants.now();
      asked.clear();
      for (const { id } of subscriptions) asked.add(id);
      return subscriptions;
    };
    const look = () => {
      timer = undefined;
      if (!wants.differsFrom(asked)) return;
      line?.stop();
      line = new Listener<Arrival>({
        next: (arrival) => {
          // The gateway has dropped a subscription that it refuses: leaving it out needs no new request.
          if (arrival.type === 'error' && arrival.id !== undefined) asked.delete(arrival.id);
          listener.next(arrival);
        },
        error: (cause) => listener.error(cause),
      });
      ask(now).into(line);
    };
    // A page that builds its widgets makes many changes in one turn: they are one request.
    const follow = () => {
      timer ??= scheduler.schedule(look, 0);
    };
    listener.add(wants.changed.listen(follow));
    listener.add(() => timer?.unsubscribe());
    listener.add(() => line?.stop());
    follow();
  });
