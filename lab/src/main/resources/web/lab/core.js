// @ts-check
/**
 * The border to the compiled core: text in, objects out. Every number and every verdict on the page comes
 * through here; no rule of a clock is written in JavaScript. docs/lab.md has the shapes.
 */
import * as core from './core.mjs';

/** @typedef {{wall: number, counter: number}} Hybrid */
/** @typedef {{id: string, joinedAt: number, removedAt: ?number, clock: number, vector: Record<string, number>, hybrid: ?Hybrid, skew: number}} NodeView */
/** @typedef {{id: string, title: string, text: string, on: boolean}} Rule */
/** @typedef {{id: string, title: string, holds: boolean, event: ?number, text: string}} Invariant */
/** @typedef {{id: string, steps: number, forkedAt: number, title: string}} Branch */
/**
 * @typedef {{nodes: NodeView[], cursor: number, steps: number, now: number, end: number, seed: number, branch: string,
 *   imported: boolean, rules: Rule[], invariants: Invariant[], digest: string, narration: string, branches: Branch[],
 *   script?: string, forked?: boolean}} View
 */
/**
 * @typedef {{i: number, at: number, node: string, kind: string, word: string, seq: number, clock: number,
 *   vector: ?Record<string, number>, hybrid: ?Hybrid, message: ?string, peer: ?string, text: string, label: string,
 *   sum: ?string}} LabEvent
 */
/**
 * @typedef {{id: string, copyOf: ?string, from: string, to: string, sent: number, received: ?number, state: string,
 *   sentAt: number, dueAt: number, lostAt: ?number, carries: ?number}} Message
 */
/** @typedef {{past: number[], future: number[], concurrent: number[]}} Cone */
/** @typedef {{from: number, to: number, by: string}} Link */
/** @typedef {{answer: string, chain: Link[], text: string}} Relation */
/** @typedef {{id: string, title: string, text: string[], script: string, goals: {id: string, title: string}[]}} Lesson */
/** @typedef {{id: string, met: boolean, text: string}} Goal */
/** @typedef {{i: number, clock: string}} Blank */
/** @typedef {{quiz: number, script: string, blanks: Blank[], title: string, level: number, levels: number}} Quiz */
/** @typedef {{i: number, clock: string, expected: string, why: string}} Mistake */
/** @typedef {{right: number[], wrong: Mistake[], score: number, of: number}} Marks */

/** What the core refuses, in its own words. */
export class LabError extends Error {}

/**
 * @param {string} text
 * @returns {any}
 */
function read(text) {
  const answer = JSON.parse(text);
  if (!answer.ok) throw new LabError(answer.error);
  return answer;
}

/** One run of the lab, open in the core. */
export class Run {
  /** @param {number} lab */
  constructor(lab) {
    this.lab = lab;
  }

  /** @param {string} script @returns {Run} */
  static open(script) {
    return new Run(read(core.open(script)).lab);
  }

  /** @param {string} text event lines @returns {Run} */
  static import(text) {
    return new Run(read(core.importLines(text)).lab);
  }

  close() {
    core.close(this.lab);
  }

  /** @returns {View} */
  view() {
    return read(core.view(this.lab));
  }

  /** @param {number} from @returns {LabEvent[]} */
  events(from) {
    return read(core.events(this.lab, from)).events;
  }

  /** @returns {Message[]} */
  messages() {
    return read(core.messages(this.lab)).messages;
  }

  /** @param {number} step @returns {View} */
  seek(step) {
    return read(core.seek(this.lab, step));
  }

  /** @param {number} millis @returns {View} */
  stepTo(millis) {
    return read(core.stepTo(this.lab, millis));
  }

  /** @param {string} line @returns {View} */
  edit(line) {
    return read(core.edit(this.lab, line));
  }

  /** @param {string} id @returns {View} */
  branch(id) {
    return read(core.branch(this.lab, id));
  }

  /** @param {number} i @returns {Cone} */
  cone(i) {
    return read(core.cone(this.lab, i));
  }

  /** @param {number} a @param {number} b @returns {Relation} */
  relation(a, b) {
    return read(core.relation(this.lab, a, b));
  }

  /** @returns {number[]} */
  order() {
    return read(core.order(this.lab)).order;
  }

  /** @param {string} lesson @returns {Goal[]} */
  goals(lesson) {
    return read(core.goals(this.lab, lesson)).goals;
  }

  /** @returns {string} */
  lines() {
    return read(core.exportLines(this.lab)).text;
  }

  /** @returns {string} */
  shiviz() {
    return read(core.exportShiviz(this.lab)).text;
  }

  /** A script that replays an imported run. @returns {string} */
  forked() {
    return read(core.fork(this.lab)).script;
  }
}

/** @param {string} rule @returns {{script: string, text: string, invariant: string}} */
export const counterexample = (rule) => read(core.counterexample(rule));

/** @returns {Lesson[]} */
export const lessons = () => read(core.lessons()).lessons;

/** @param {number} seed @param {number} level @returns {Quiz} */
export const quiz = (seed, level) => read(core.quiz(seed, level));

/** @param {number} id @param {{i: number, clock: string, value: string}[]} values @returns {Marks} */
export const answer = (id, values) => read(core.answer(id, JSON.stringify(values)));

/** @param {number} seed @param {number} nodes @param {number} steps @returns {string} */
export const random = (seed, nodes, steps) => read(core.random(seed, nodes, steps)).script;
