import { expect, it } from '@jest/globals';
import { filter, firstValueFrom } from 'rxjs';
import { connect, TRANSPORTS } from '@telewire/client';
import { testGateway } from '../support/gateway.js';
import { OpenedSockets, sendsAtOnce } from '../support/opened-sockets.js';

it.each(TRANSPORTS)('sends each frame of %s at once, not with the next', async (transport) => {
  const gateway = await testGateway();
  const telewire = connect({ url: gateway.url });
  const sockets = new OpenedSockets();
  const { batches } = telewire.feed({ filters: ['a/#'], transport });
  try {
    const came = firstValueFrom(batches.pipe(filter((batch) => batch.kind !== 'gap' && batch.readings.length > 0)));
    await gateway.send('a/b', [{ n: 'x', v: 1 }]);
    await came;
    const port = Number(new URL(gateway.url).port);
    const accepted = sockets.accepted.filter(({ localPort }) => localPort === port);
    expect(accepted.length).toBeGreaterThan(0);
    expect(accepted.map(sendsAtOnce)).toEqual(accepted.map(() => true));
  } finally {
    sockets.close();
    telewire.close();
    await gateway.stop();
  }
});
