// @ts-check
/** <volvox-lab>: the page's state, and what each act of hand or key does to the run in the core. */

import {html, LitElement} from './lit/lit-element.js';
import {answer, counterexample, LabError, lessons, quiz, random, Run} from './core.js';
import {openText, save} from './files.js';
import {LINK_MAX, pack, packedIn, unpack} from './link.js';
import {Player} from './play.js';
import {page} from './views.js';
import './space-time.js';
import './total-order.js';

/** @typedef {import('./core.js').View} View */
/** @typedef {import('./space-time.js').SpaceTime} SpaceTime */
/** @typedef {{text: string, kind: 'info' | 'error', action?: {title: string, run: () => void}}} Note */

export const EXAMPLE = `lab 1
nodes 3
@0 n1 local
@10 n1 send n2 delay 25
@12 n3 local
@20 n3 send n1 delay 40
@48 n2 send n3 delay 22
@55 n1 local
`;
const EMPTY = 'lab 1\nnodes 3\n';
const DELAY = 30;
/** A run longer than this is redrawn ten times a second while it plays, not sixty. */
const BIG = 1500;

export class VolvoxLab extends LitElement {
  static properties = {state: {state: true}};

  constructor() {
    super();
    this.state = 0;
    /** @type {?Run} */
    this.run = null;
    /** @type {?View} */
    this.view = null;
    this.script = '';
    /** @type {import('./core.js').LabEvent[]} */
    this.events = [];
    /** @type {import('./core.js').Message[]} */
    this.messages = [];
    /** @type {number[]} */
    this.order = [];
    /** @type {ReadonlySet<string>} */
    this.clocks = new Set(['lamport']);
    /** @type {number[]} */
    this.selected = [];
    /** @type {?string} */
    this.message = null;
    /** @type {?import('./core.js').Cone} */
    this.cone = null;
    /** @type {?import('./core.js').Relation} */
    this.relation = null;
    /** @type {?string} */
    this.sender = null;
    /** @type {'lessons' | 'free' | 'predict'} */
    this.mode = 'lessons';
    this.lessons = lessons();
    this.lesson = 0;
    /** @type {import('./core.js').Goal[]} */
    this.goals = [];
    /** @type {?import('./core.js').Quiz} */
    this.quiz = null;
    /** @type {Map<string, string>} */
    this.values = new Map();
    /** @type {?import('./core.js').Marks} */
    this.marks = null;
    this.score = {right: 0, of: 0};
    /** @type {?Note} */
    this.note = null;
    this.said = '';
    /** Whether a voice tells it already, because the focus went there. */
    this.told = false;
    this.table = -1;
    this.speed = '1';
    this.seed = 7;
    /** @type {?number} */
    this.playhead = null;
    this.player = new Player((moment) => this.moment(moment));
    this.lastShown = 0;
    this.linkTimer = 0;
    this.ownHash = '';
    /** The script that the address holds. */
    this.linked = '';
  }

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this.replaceChildren();
    addEventListener('hashchange', () => location.hash !== this.ownHash && this.openLink());
    addEventListener('keydown', (e) => this.pageKey(e));
    addEventListener('dragover', (e) => e.preventDefault());
    addEventListener('drop', (e) => {
      e.preventDefault();
      if (e.dataTransfer?.files.length) this.openFile(e.dataTransfer.files[0]);
    });
    this.addEventListener('act', (e) => this.act(/** @type {CustomEvent} */ (e).detail));
    if (packedIn(location.hash)) this.openLink();
    else this.openLesson(0);
  }

  render() {
    return page(this);
  }

  get diagram() {
    return /** @type {SpaceTime} */ (this.querySelector('space-time'));
  }

  again() {
    this.state++;
  }

  // Opening

  async openLink() {
    const packed = packedIn(location.hash);
    if (!packed) return;
    this.mode = 'free';
    try {
      this.open(Run.open(await unpack(packed)));
    } catch (e) {
      if (!this.run) this.open(Run.open(EXAMPLE));
      this.fail(e, 'This link holds no run that can be read');
    }
  }

  /** @param {Run} run */
  open(run) {
    this.stop();
    this.run?.close();
    this.run = run;
    this.events = [];
    this.sender = null;
    this.note = null;
    this.table = Math.min(this.table, 0);
    this.values = new Map();
    this.quiz = null;
    this.marks = null;
    this.unselect();
    const view = run.view();
    this.show(view);
    this.updateComplete.then(() => {
      this.diagram.fit();
      this.again(); // The button shows how time is spaced.
      this.diagram.updateComplete.then(() => this.diagram.follow());
    });
  }

  /** @param {string} script @param {'lessons' | 'free' | 'predict'} [mode] */
  openScript(script, mode = 'free') {
    this.try(() => {
      const run = Run.open(script);
      this.mode = mode;
      this.open(run);
    });
  }

  /** @param {number} k */
  openLesson(k) {
    this.lesson = k;
    this.openScript(this.lessons[k].script || EMPTY, 'lessons');
  }

  /** @param {number} level @param {number} seed */
  openQuiz(level, seed) {
    this.try(() => {
      const next = quiz(seed, level);
      this.seed = seed;
      this.openScript(next.script, 'predict');
      this.quiz = next;
      this.values = new Map(next.blanks.map((blank) => [`${blank.i} ${blank.clock}`, '']));
      this.clocks = new Set(next.blanks.map((blank) => blank.clock));
      this.again();
    });
  }

  /** @param {File} file */
  async openFile(file) {
    try {
      const run = openText(await file.text());
      this.mode = 'free';
      this.open(run);
      if (this.view?.imported) {
        this.info(`${file.name}: ${this.view.steps} events of ${this.view.nodes.length} nodes, read only.`, {
          title: 'Fork into a script',
          run: () => this.forkImported(),
        });
      }
    } catch (e) {
      this.fail(e, `Cannot read ${file.name}`);
    }
  }

  forkImported() {
    this.try(() => this.openScript(this.current.forked()));
  }

  get current() {
    if (!this.run) throw new LabError('no run is open');
    return this.run;
  }

  // What is shown

  /** @param {View} view */
  show(view) {
    const changed = view.script !== undefined && view.script !== this.script;
    const sameRun = this.view?.digest === view.digest && this.events.length > 0;
    const before = this.view?.cursor ?? 0;
    if (view.script !== undefined) this.script = view.script;
    if (!sameRun) this.events = this.current.events(0);
    else if (view.cursor > this.events.length) this.events = [...this.events, ...this.current.events(this.events.length)];
    this.view = {...view, script: this.script};
    if (!sameRun || view.cursor !== before || changed) {
      this.messages = this.current.messages();
      this.order = this.current.order();
      this.select(this.selected.filter((i) => i < view.cursor));
    } else {
      // Only time went on: who was on the way may have been lost meanwhile.
      this.messages = [...this.messages];
    }
    if (this.mode === 'lessons') this.goals = this.current.goals(this.lessons[this.lesson].id);
    this.told = false;
    // Whoever is to predict must not hear the answer.
    this.said = this.quiz || this.mode === 'predict' ? 'Fill in what the clocks show at the marked events.' : view.narration;
    this.again();
    if (changed || !this.ownHash) this.linkSoon();
  }

  /** The address follows the script, so that a copied address is the run. */
  linkSoon() {
    clearTimeout(this.linkTimer);
    this.linkTimer = setTimeout(async () => {
      if (this.view?.imported || this.quiz) return;
      const script = this.script;
      const packed = await pack(script);
      if (packed.length > LINK_MAX || script !== this.script) return;
      this.ownHash = `#s=${packed}`;
      history.replaceState(null, '', this.ownHash);
      this.linked = script;
    }, 150);
  }

  async copyLink() {
    const packed = await pack(this.script);
    if (this.view?.imported || packed.length > LINK_MAX) {
      this.info('This run is too long for a link, or not a script: export it as a file.');
      return;
    }
    this.ownHash = `#s=${packed}`;
    history.replaceState(null, '', this.ownHash);
    try {
      await navigator.clipboard.writeText(location.href);
      this.info('The link is copied. The whole run is inside it.');
    } catch {
      this.info('The whole run is in the address above: copy it from there.');
    }
  }

  /** @param {number[]} selected */
  select(selected) {
    this.selected = selected;
    this.cone = null;
    this.relation = null;
    const [a, b] = selected;
    if (a === undefined || this.quiz) return;
    try {
      if (b === undefined) this.cone = this.current.cone(a);
      else this.relation = this.current.relation(a, b);
    } catch (e) {
      if (!(e instanceof LabError)) throw e; // A join or a leave is no event of a clock.
    }
  }

  unselect() {
    this.select([]);
    this.message = null;
    this.sender = null;
    this.again();
  }

  /** @param {number} event */
  pick(event) {
    const [a, b] = this.selected;
    this.message = null;
    if (this.quiz) this.fillIn(event);
    if (a === event && b === undefined) this.select([]);
    else this.select(a !== undefined && b === undefined && a !== event ? [a, event] : [event]);
    if (!this.quiz) this.said = this.relation?.text ?? this.events[event].text;
    this.again();
  }

  /** @param {number} event */
  fillIn(event) {
    /** @type {?HTMLElement} */ (this.querySelector(`[data-blank="${event}"]`))?.focus();
  }

  // Acts

  /** @param {any} act */
  act(act) {
    this.note = null;
    if (this.quiz && !['pick', 'say', 'clear'].includes(act.what)) {
      this.say('This run is for predicting; Free run opens it for play.');
      return;
    }
    this.try(() => {
      switch (act.what) {
        case 'local':
          return this.doAt(act.at, act.node, `${act.node} local`);
        case 'send':
          return this.send(act.from, act.to, act.at, act.delay);
        case 'head':
          return this.head(act.node);
        case 'pick':
          return this.pick(act.event);
        case 'pick-message':
          this.select([]);
          this.message = act.message;
          return this.again();
        case 'delay':
          return this.edit(`delay ${act.message} ${act.delay}`);
        case 'drop':
        case 'duplicate':
          return act.message ? this.edit(`${act.what} ${act.message}`) : this.say('No message here.');
        case 'later':
        case 'sooner':
          return this.shift(act.message, act.what === 'later' ? 10 : -10);
        case 'say':
          this.say(act.text);
          this.told = act.quiet ?? false;
          return;
        default:
          return this.unselect();
      }
    });
  }

  /** @param {string} text */
  say(text) {
    this.said = text;
    this.told = false;
    this.again();
  }

  /** @param {string} node */
  head(node) {
    if (this.sender && this.sender !== node) return this.send(this.sender, node, null, null);
    this.sender = this.sender === node ? null : node;
    return this.say(this.sender ? `${node} sends: choose the receiver.` : '');
  }

  /** @param {string} from @param {string} to @param {?number} at @param {?number} delay */
  send(from, to, at, delay) {
    this.sender = null;
    this.doAt(at, from, `${from} send ${to} delay ${delay ?? DELAY}`);
  }

  /** @param {string} id @param {number} by */
  shift(id, by) {
    const message = this.messages.find((each) => each.id === id);
    if (message) this.edit(`delay ${id} ${Math.max(1, message.dueAt - message.sentAt + by)}`);
  }

  /**
   * Acts at a moment from now on; without one it is now, or a little later if the node has just done something.
   * @param {?number} at @param {string} node @param {string} line
   */
  doAt(at, node, line) {
    this.stop();
    const view = /** @type {View} */ (this.view);
    let when = Math.max(at ?? view.now, view.now);
    const busy = this.events.some((event) => event.node === node && event.i < view.cursor && event.at === when);
    if (busy) when += Math.max(1, Math.round(30 / this.diagram.layout.scale));
    if (when > view.now) this.show(this.current.stepTo(when));
    this.edit(line);
  }

  /** @param {string} line */
  edit(line) {
    this.stop();
    const before = this.view?.branches.length ?? 0;
    const view = this.current.edit(line);
    this.show(view);
    this.updateComplete.then(() => this.diagram.follow());
    if (view.forked || view.branches.length > before) {
      const kept = view.branches.at(-1);
      this.info('You changed the past: the old run is kept as a branch.', kept && {title: 'Go back to it', run: () => this.goBranch(kept.id)});
    }
  }

  /** @param {string} id */
  goBranch(id) {
    this.try(() => {
      this.events = [];
      this.note = null;
      this.show(this.current.branch(id));
    });
  }

  /** @param {string} rule @param {boolean} on */
  breakRule(rule, on) {
    const view = /** @type {View} */ (this.view);
    const broken = view.rules.filter((each) => (each.id === rule ? on : each.on)).map((each) => each.id);
    this.try(() => this.edit(`rules ${broken.join(' ')}`.trim()));
  }

  /** @param {string} rule */
  shortest(rule) {
    this.try(() => {
      const found = counterexample(rule);
      this.openScript(found.script);
      this.info(found.text);
    });
  }

  randomRun() {
    this.seed = (this.seed * 31 + 17) % 10_007;
    this.openScript(random(this.seed, 4, 24));
  }

  check() {
    const {quiz: open} = this;
    if (!open) return;
    this.try(() => {
      const values = open.blanks.map((blank) => ({...blank, value: this.values.get(`${blank.i} ${blank.clock}`) ?? ''}));
      const first = this.marks === null;
      this.marks = answer(open.quiz, values);
      // Only the first try counts; later ones are for learning.
      if (first) this.score = {right: this.score.right + this.marks.score, of: this.score.of + this.marks.of};
      this.say(`${this.marks.score} of ${this.marks.of} right.`);
    });
  }

  // Time

  /** @param {number} step */
  seek(step) {
    this.stop();
    this.try(() => this.show(this.current.seek(step)));
    this.updateComplete.then(() => this.diagram.follow());
  }

  /** @param {number} by */
  step(by) {
    if (this.view) this.seek(this.view.cursor + by);
  }

  play() {
    const {view, player} = this;
    if (!view) return;
    if (player.playing) {
      this.stop();
      return;
    }
    const over = view.cursor >= view.steps;
    if (this.speed === 'instant') {
      this.seek(view.steps);
      return;
    }
    if (over) this.try(() => this.show(this.current.seek(0)));
    player.speed = Number(this.speed);
    // Who wants little motion gets steps, one after the other, and no line that glides.
    player.bySteps = this.diagram.layout.bySteps || matchMedia('(prefers-reduced-motion: reduce)').matches;
    player.start(player.bySteps ? (over ? 0 : view.cursor) : over ? 0 : view.now);
    this.again();
  }

  stop() {
    this.player.stop();
    this.playhead = null;
    this.again();
  }

  /** @param {number} moment @returns {boolean} */
  moment(moment) {
    const view = /** @type {View} */ (this.view);
    const whole = Math.floor(moment);
    const now = performance.now();
    if (view.steps > BIG && now - this.lastShown < 100) return true;
    this.lastShown = now;
    const at = this.player.bySteps ? view.cursor : view.now;
    if (whole > at) this.show(this.player.bySteps ? this.current.seek(whole) : this.current.stepTo(whole));
    const over = (this.view?.cursor ?? 0) >= view.steps;
    this.playhead = this.player.bySteps || over ? null : moment;
    this.again();
    this.diagram.updateComplete.then(() => this.diagram.follow());
    return !over;
  }

  // The page

  /** @param {KeyboardEvent} e */
  pageKey(e) {
    const target = /** @type {HTMLElement} */ (e.composedPath()[0]);
    if (e.ctrlKey || e.metaKey || e.altKey || target.closest?.('input, textarea, select, dialog')) return;
    const acts = {
      p: () => this.play(),
      '[': () => this.step(-1),
      ']': () => this.step(1),
      n: () => this.addNode(),
      '?': () => this.help(),
    };
    const act = acts[/** @type {'p'} */ (e.key.toLowerCase())];
    if (!act) return;
    e.preventDefault();
    act();
  }

  addNode() {
    this.note = null;
    if (!this.quiz) this.try(() => this.edit('node'));
  }

  help() {
    /** @type {HTMLDialogElement} */ (this.querySelector('dialog')).showModal();
  }

  /** @param {string} clock */
  toggleClock(clock) {
    const clocks = new Set(this.clocks);
    if (!clocks.delete(clock)) clocks.add(clock);
    if (clocks.size === 0) return;
    this.clocks = clocks;
    this.again();
  }

  theme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    this.diagram.recolour?.();
    this.again();
  }

  /** @param {'lines' | 'svg' | 'shiviz' | 'script'} format */
  export(format) {
    this.try(() => {
      if (format === 'lines') save('run.jsonl', this.current.lines(), 'application/jsonl');
      else if (format === 'svg') save('run.svg', this.diagram.svg(), 'image/svg+xml');
      else if (format === 'shiviz') save('run-shiviz.log', this.current.shiviz(), 'text/plain');
      else save('run.lab', this.script, 'text/plain');
    });
  }

  /** @param {string} text @param {Note['action']} [action] */
  info(text, action) {
    this.note = {text, kind: 'info', action};
    this.again();
  }

  /** @param {unknown} e @param {string} [what] */
  fail(e, what) {
    const why = e instanceof Error ? e.message : String(e);
    this.note = {text: what ? `${what}: ${why}` : why, kind: 'error'};
    if (this.view?.imported) this.note.action = {title: 'Fork into a script', run: () => this.forkImported()};
    this.again();
  }

  /** What the core refuses is said, not thrown. @param {() => void} act */
  try(act) {
    try {
      act();
    } catch (e) {
      if (!(e instanceof LabError)) throw e;
      this.stop();
      this.fail(e);
    }
  }
}

customElements.define('volvox-lab', VolvoxLab);
