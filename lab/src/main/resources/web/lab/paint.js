// @ts-check
/** Draws a window of a run with a pen: lanes, messages, events, clocks. Colour never stands alone. */

import {firstFrom, LEFT, TOP} from './layout.js';

/** @typedef {import('./layout.js').Layout} Layout */
/** @typedef {import('./layout.js').Flight} Flight */
/** @typedef {import('./core.js').LabEvent} LabEvent */
/** @typedef {import('./pens.js').Pen} Pen */
/**
 * @typedef {{ink: string, soft: string, faint: string, line: string, paper: string, accent: string, past: string, future: string,
 *   concurrent: string, lost: string, lane: string}} Colours
 */
/**
 * What a picture shows besides the run itself.
 * @typedef {{cursor: number, now: number, nodes: import('./core.js').NodeView[], clocks: ReadonlySet<string>, colours: Colours,
 *   selected: number[], message: ?string, past: ReadonlySet<number>, future: ReadonlySet<number>, concurrent: ReadonlySet<number>,
 *   chain: ReadonlySet<string>, steps: import('./core.js').Link[], broken: ReadonlySet<number>, blanks: ReadonlyMap<string, string>, focus: ?{node: string, event: number},
 *   ghost: ?{x: number, node: string}, drag: ?{x0: number, y0: number, x1: number, y1: number}}} Scene
 */

const R = 6.5;

/** @param {Record<string, number>} vector @param {string[]} nodes */
export function vectorText(vector, nodes) {
  if (nodes.length <= 6) return `[${nodes.map((node) => vector[node] ?? 0).join(',')}]`;
  const known = Object.entries(vector).filter(([, n]) => n > 0);
  const shown = known.slice(0, 4).map(([node, n]) => `${node}:${n}`);
  return `[${shown.join(' ')}${known.length > 4 ? ' …' : ''}]`;
}

/** @param {import('./core.js').Hybrid} hybrid */
export const hybridText = (hybrid) => `${hybrid.wall}.${hybrid.counter}`;

/** A window of the run, from left to right in the run's own pixels. */
export class Painter {
  /** @param {Pen} pen @param {Layout} layout @param {Scene} scene @param {number} left @param {number} right */
  constructor(pen, layout, scene, left, right) {
    this.pen = pen;
    this.layout = layout;
    this.scene = scene;
    this.left = left;
    this.right = right;
    this.names = [...layout.lanes.keys()];
    /** How far the captions of each lane reach. @type {Map<string, number>} */
    this.captions = new Map();
  }

  paint() {
    this.axis();
    this.lanes();
    this.chain();
    const flights = this.layout.flightsIn(this.left, this.right);
    const named = flights.length < 80;
    for (const flight of flights) this.flight(flight, named);
    this.nowLine();
    const {xs, events} = this.layout;
    const from = firstFrom(xs.length, (k) => xs[k], this.left - 40);
    const until = firstFrom(xs.length, (k) => xs[k], this.right + 40);
    for (let k = from; k < until; k++) this.event(events[k], xs[k]);
    for (let k = from; k < Math.min(until, this.scene.cursor); k++) this.clocks(events[k], xs[k]);
    this.hands();
  }

  axis() {
    const {pen, layout, scene} = this;
    if (layout.bySteps) return;
    const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 50000];
    const step = steps.find((ms) => ms * layout.scale >= 64) ?? 100000;
    let last = -100;
    for (let at = Math.floor(layout.timeAt(this.left) / step) * step; ; at += step) {
      const x = layout.xOf(at);
      if (x > this.right + 30) break;
      if (x < last + 40) continue;
      last = x;
      pen.path([x, TOP - 8, x, layout.height - 8], {stroke: scene.colours.faint, width: 1});
      pen.text(x, TOP - 19, `${at}${at === 0 ? ' ms' : ''}`, {size: 11, fill: scene.colours.soft});
    }
  }

  lanes() {
    const {pen, layout, scene} = this;
    const now = layout.xOf(scene.now);
    for (const node of scene.nodes) {
      const y = layout.yOf(node.id);
      const from = Math.max(this.left - 10, node.joinedAt > 0 ? layout.xOf(node.joinedAt) : LEFT - 14);
      const until = node.removedAt === null ? this.right + 10 : Math.min(this.right + 10, layout.xOf(node.removedAt));
      if (from < Math.min(until, now)) {
        pen.path([from, y, Math.min(until, now), y], {stroke: scene.colours.lane, width: 1.75});
      }
      if (until > Math.max(from, now)) {
        pen.path([Math.max(from, now), y, until, y], {stroke: scene.colours.line, width: 1.5, dash: [1, 6]});
      }
    }
  }

  /** The parts of a chain of cause and effect that run along a lane. */
  chain() {
    const {pen, layout, scene} = this;
    for (const {from, to} of scene.steps) {
      const y = layout.yOf(layout.events[from].node);
      pen.path([layout.xs[from], y, layout.xs[to], y], {stroke: scene.colours.accent, width: 3.5});
    }
  }

  nowLine() {
    const {pen, layout, scene} = this;
    const x = layout.xOf(scene.now);
    if (x < this.left - 20 || x > this.right + 20) return;
    pen.path([x, TOP - 8, x, layout.height - 8], {stroke: scene.colours.accent, width: 1.5});
    pen.path([x - 5, TOP - 13, x + 5, TOP - 13, x, TOP - 6], {fill: scene.colours.accent}, true);
  }

  /** @param {Flight} flight @param {boolean} named */
  flight(flight, named) {
    const {pen, scene} = this;
    const {message, x0, y0, x1, y1, end} = flight;
    const {colours} = scene;
    const share = x1 === x0 ? 1 : (end - x0) / (x1 - x0);
    const ye = y0 + (y1 - y0) * share;
    const picked = scene.message === message.id;
    const inChain = scene.chain.has(message.id);
    const lost = message.state === 'lost';
    const stroke = picked || inChain ? colours.accent : lost ? colours.lost : colours.soft;
    const width = picked || inChain ? 3 : 1.5;
    const dim = scene.past.size + scene.future.size + scene.concurrent.size > 0 && !picked && !inChain;
    const touches = scene.past.has(message.sent) || scene.future.has(message.sent) || scene.selected.includes(message.sent);
    const alpha = dim && !touches ? 0.45 : 1;
    const flying = message.state === 'flying';
    if (flying || lost) pen.path([end, ye, x1, y1], {stroke, width: 1.25, dash: [3, 5], alpha: lost ? 0.4 : 0.75});
    pen.path([x0, y0, end, ye], {stroke, width, alpha, dash: message.copyOf ? [7, 3] : []});
    if (message.state === 'delivered') this.arrow(x0, y0, x1, y1, stroke, alpha);
    if (flying) {
      pen.circle(end, ye, 4, {fill: colours.paper, stroke, width: 1.75});
      pen.rect(x1 - R, y1 - R, 2 * R, 2 * R, {fill: colours.paper, stroke, width: 1.25, dash: [2, 3]});
    }
    if (lost) this.cross(end, ye, colours.lost);
    if (!named || Math.hypot(end - x0, ye - y0) < 40) return;
    // Beside the line, and off its middle, where two messages that cross would put both names.
    const at = Math.min(0.36, share * 0.6);
    const words = message.copyOf ? `${message.id} = ${message.copyOf}` : message.id;
    this.label(x0 + (x1 - x0) * at, y0 + (y1 - y0) * at, words, {
      size: 11,
      fill: picked || inChain ? colours.accent : lost ? colours.lost : colours.soft,
      bold: picked || inChain,
    });
  }

  /** @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {string} stroke @param {number} alpha */
  arrow(x0, y0, x1, y1, stroke, alpha) {
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    const ux = (x1 - x0) / length;
    const uy = (y1 - y0) / length;
    const tx = x1 - ux * (R + 2);
    const ty = y1 - uy * (R + 2);
    const left = [tx - ux * 8 - uy * 4.5, ty - uy * 8 + ux * 4.5];
    const right = [tx - ux * 8 + uy * 4.5, ty - uy * 8 - ux * 4.5];
    this.pen.path([...left, tx, ty, ...right], {fill: stroke, alpha}, true);
  }

  /** @param {number} x @param {number} y @param {string} stroke */
  cross(x, y, stroke) {
    this.pen.circle(x, y, 8, {fill: this.scene.colours.paper});
    this.pen.path([x - 5, y - 5, x + 5, y + 5], {stroke, width: 2.5});
    this.pen.path([x - 5, y + 5, x + 5, y - 5], {stroke, width: 2.5});
  }

  /** @param {LabEvent} event @param {number} x */
  event(event, x) {
    const {pen, scene, layout} = this;
    const {colours} = scene;
    if (event.kind === 'lost') return; // Its message has the cross.
    const y = layout.yOf(event.node);
    const shown = event.i < scene.cursor;
    const alpha = shown ? 1 : 0.22;
    const selected = scene.selected.includes(event.i);
    const cone = scene.past.has(event.i) ? 'past' : scene.future.has(event.i) ? 'future' : scene.concurrent.has(event.i) ? 'concurrent' : '';
    const colour = selected ? colours.accent : cone ? colours[/** @type {'past'} */ (cone)] : colours.ink;
    if (selected) pen.circle(x, y, R + 6, {fill: colours.paper, stroke: colours.accent, width: 2.5});
    const hollow = cone === 'concurrent';
    const ink = {fill: hollow ? colours.paper : colour, stroke: colour, width: 2, alpha, dash: hollow ? [2.5, 2.5] : []};
    if (!hollow && shown) pen.circle(x, y, R + 1.5, {fill: colours.paper});
    this.shape(event, x, y, ink);
    if (cone === 'past' || cone === 'future') {
      const way = cone === 'past' ? -1 : 1;
      pen.path([x + way * 11, y - 5, x + way * 15.5, y, x + way * 11, y + 5], {stroke: colour, width: 2});
    }
    if (scene.broken.has(event.i)) pen.rect(x - 12, y - 12, 24, 24, {stroke: colours.lost, width: 2.5});
    const {focus} = scene;
    if (focus && focus.event === event.i) pen.circle(x, y, R + 9.5, {stroke: colours.accent, width: 2, dash: [3, 3]});
  }

  /** @param {LabEvent} event @param {number} x @param {number} y @param {import('./pens.js').Ink} ink */
  shape(event, x, y, ink) {
    const {pen, layout} = this;
    switch (event.kind) {
      case 'send': {
        // Points to where the message goes.
        const away = event.peer !== null && layout.yOf(event.peer) < y ? -1 : 1;
        const s = R + 1;
        pen.path([x - s, y - away * s * 0.75, x + s, y - away * s * 0.75, x, y + away * s], ink, true);
        break;
      }
      case 'receive':
        pen.path([x - R + 0.5, y - R + 0.5, x + R - 0.5, y - R + 0.5, x + R - 0.5, y + R - 0.5, x - R + 0.5, y + R - 0.5], ink, true);
        break;
      case 'join':
        pen.path([x, y - 9, x, y + 9], {...ink, width: 3});
        break;
      case 'remove':
        pen.path([x, y - 9, x, y + 9], {...ink, width: 3});
        pen.path([x - 4, y - 9, x - 4, y + 9], {...ink, width: 1.5});
        break;
      default:
        if (event.word === event.kind) pen.circle(x, y, R - 0.5, ink);
        else pen.path([x, y - R, x + R, y, x, y + R, x - R, y], ink, true);
    }
  }

  /** The clocks beside a dot: Lamport above, vector and hybrid below. @param {LabEvent} event @param {number} x */
  clocks(event, x) {
    const {scene, layout} = this;
    const {colours, blanks} = scene;
    if (event.sum === null && event.word === event.kind && ['lost', 'join', 'remove'].includes(event.kind)) return;
    const y = layout.yOf(event.node);
    let below = y + 20;
    if (scene.clocks.has('lamport')) {
      this.value(x, y - 19, String(event.clock), blanks.get(`${event.i} lamport`), {size: 14, bold: true, fill: colours.ink});
    }
    if (scene.clocks.has('vector') && event.vector) {
      const text = vectorText(event.vector, this.names);
      this.value(x, below, text, blanks.get(`${event.i} vector`), {size: 11, mono: true, fill: colours.ink});
      below += 14;
    }
    if (scene.clocks.has('hybrid') && event.hybrid) {
      this.label(x, below, hybridText(event.hybrid), {size: 11, mono: true, fill: colours.soft});
      below += 14;
    }
    if (event.label) this.caption(event, x, below);
  }

  /** What a local event is about, where there is room for it; the whole of it is told when the event is chosen. @param {LabEvent} event @param {number} x @param {number} y */
  caption(event, x, y) {
    const words = event.label.length > 22 ? `${event.label.slice(0, 21)}…` : event.label;
    const half = words.length * 3.3 + 4;
    if (x - half < (this.captions.get(event.node) ?? 0)) return;
    this.captions.set(event.node, x + half);
    this.label(x, y, words, {size: 11, fill: this.scene.colours.soft});
  }

  /** A clock, or what the learner has filled in for it. @param {number} x @param {number} y @param {string} text @param {string | undefined} blank @param {import('./pens.js').Letters} letters */
  value(x, y, text, blank, letters) {
    if (blank === undefined) {
      this.label(x, y, text, letters);
      return;
    }
    const words = blank === '' ? '?' : blank;
    const width = Math.max(18, words.length * 7.5 + 8);
    this.pen.rect(x - width / 2, y - 9, width, 18, {fill: this.scene.colours.paper, stroke: this.scene.colours.accent, width: 1.5, dash: blank === '' ? [3, 2] : []});
    this.pen.text(x, y, words, {...letters, fill: this.scene.colours.accent});
  }

  /** Words with paper under them, so that no line runs through. @param {number} x @param {number} y @param {string} words @param {import('./pens.js').Letters} letters */
  label(x, y, words, letters) {
    const size = letters.size ?? 12;
    const width = words.length * size * 0.6 + 3;
    this.pen.rect(x - width / 2, y - size * 0.55, width, size * 1.1, {fill: this.scene.colours.paper, alpha: 0.82});
    this.pen.text(x, y, words, letters);
  }

  /** What the hand is about to do. */
  hands() {
    const {pen, scene, layout} = this;
    const {ghost, drag, colours, focus} = scene;
    if (ghost) pen.circle(ghost.x, layout.yOf(ghost.node), R, {stroke: colours.accent, width: 2, dash: [3, 3]});
    if (focus && focus.event < 0) {
      const x = layout.xOf(scene.now);
      pen.circle(x, layout.yOf(focus.node), R + 5, {stroke: colours.accent, width: 2, dash: [3, 3]});
    }
    if (drag) {
      pen.path([drag.x0, drag.y0, drag.x1, drag.y1], {stroke: colours.accent, width: 2.5});
      this.arrow(drag.x0, drag.y0, drag.x1, drag.y1, colours.accent, 1);
    }
  }
}
