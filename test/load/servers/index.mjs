// The servers that are compared, ours first. Each says what is `missing` to run it, `start`s on the server's core, and has
// `speeches`: how a client of each transport speaks with it, and finds readings in what comes.
import * as mosquitto from './mosquitto.mjs';
import * as nchan from './nchan.mjs';
import * as socketIo from './socket-io.mjs';
import * as telewire from './telewire.mjs';
import * as ws from './ws.mjs';

export const servers = { telewire, ws, 'socket.io': socketIo, nchan, mosquitto };
