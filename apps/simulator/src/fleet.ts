import type { Device } from './device.js';
import { createBed } from './medical/bed.js';
import { Corridor } from './traffic/corridor.js';
import { demandAt, type TimeOfWeek } from './traffic/demand.js';
import { incidentSites } from './traffic/incidents.js';
import { placesOf, SLIP_KM } from './traffic/places.js';
import { createSignalController, JUNCTIONS } from './traffic/signal-controller.js';
import { createStation } from './traffic/station.js';

/** How large the fleet is, and which one of all possible ones. */
export interface FleetPlan {
  readonly beds: number;
  readonly stations: number;
  /** How many times as often as usual everything is published. */
  readonly rate: number;
  readonly seed: number;
}

/**
 * The devices: beds of a ward, and a motorway with detector stations and two signal controllers.
 * @param timeAt local time of the week at an elapsed second: the road's demand follows it
 */
export function createFleet(plan: FleetPlan, timeAt: (timeS: number) => TimeOfWeek): Device[] {
  const { beds, stations, rate, seed } = plan;
  const ward = Array.from({ length: beds }, (_, index) => createBed(index + 1, seed, rate));
  return stations === 0 ? ward : [...ward, ...createRoad(plan, timeAt)];
}

function createRoad({ stations, rate, seed }: FleetPlan, timeAt: (timeS: number) => TimeOfWeek): Device[] {
  const places = placesOf(stations);
  const kms = places.map((place) => place.km);
  const corridor = new Corridor({
    fromKm: kms[0]! - 2.5,
    toKm: kms.at(-1)! + 2.5,
    slipKm: SLIP_KM,
    incidents: incidentSites(seed, kms),
    demand: (timeS) => demandAt(timeAt(timeS)),
  });
  return [
    ...places.map((place) => createStation(place, corridor, seed, rate)),
    ...JUNCTIONS.map((junction) => createSignalController(junction, seed, rate)),
  ];
}
