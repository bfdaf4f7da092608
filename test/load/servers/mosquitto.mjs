// Mosquitto's own WebSocket listener: the browser speaks MQTT. The broker is the server here, so what it costs to take messages
// in is in its figures, as it is in those of the others.
import { listens, startMosquitto } from '../rig/broker.mjs';
import { freePort, isInstalled, SERVER_CORE } from '../rig/machine.mjs';
import { connect, eachPacket, subscribe } from '../rig/mqtt-packets.mjs';
import { upgradeRequest } from '../rig/wires.mjs';
import { countOfPack, sentAtOfPack } from './senml.mjs';

export const missing = () => (isInstalled('mosquitto') ? undefined : 'apt-get install mosquitto');

/** Devices publish to it at `mqttPort`. */
export async function start() {
  const port = await freePort();
  const broker = await startMosquitto(SERVER_CORE, [`listener ${port} 127.0.0.1`, 'protocol websockets']);
  await listens(port);
  return { port, mqttPort: broker.port, pids: [broker.pid], stop: broker.stop };
}

const BINARY = 2;
const PUBLISH = 3;
const SUBACK = 9;
let clients = 0;

function typesIn(bytes, start, end) {
  const types = [];
  eachPacket(bytes, start, end, (type) => types.push(type));
  return types;
}

export const speeches = {
  websocket: {
    body: 'websocket',
    request: (port) => upgradeRequest('/mqtt', port, 'mqtt'),
    greet: (send) => {
      send(BINARY, connect(`browser-${process.pid}-${clients++}`));
      send(BINARY, subscribe('telewire/data/#', 0));
    },
    isReady: (bytes, start, end) => typesIn(bytes, start, end).includes(SUBACK),
    count: (bytes, start, end, pack) => {
      let messages = 0;
      eachPacket(bytes, start, end, (type) => (messages += type === PUBLISH));
      return messages * countOfPack(bytes, start, end, pack);
    },
    // The payload is what comes behind the topic.
    sentAt: (text) => sentAtOfPack(text.slice(text.indexOf('['))),
  },
};
