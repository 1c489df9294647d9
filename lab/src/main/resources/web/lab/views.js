// @ts-check
/** What the page looks like for a state of the lab: templates only, they change nothing. */

import {html, nothing} from './lit/lit-element.js';
import {live} from './lit/live.js';
import {side} from './panels.js';
import {hybridText, vectorText} from './paint.js';

/** @typedef {import('./lab.js').VolvoxLab} Lab */

export const CLOCKS = [
  ['lamport', 'Lamport', 'One number: larger for every effect'],
  ['vector', 'Vector', 'One number for each node: tells before from concurrent'],
  ['hybrid', 'Hybrid', 'Physical milliseconds and a counter: close to the time of day'],
];

const ROWS = 100;

/** @param {Lab} lab */
export function page(lab) {
  const {view} = lab;
  if (!view) return html`<main></main>`;
  return html`
    ${header(lab)}
    <main>
      <div class="stage">
        ${intro(lab)}
        <section class="card" aria-label="The run">
          ${tools(lab)}
          <space-time .view=${view} .events=${lab.events} .messages=${lab.messages} .playhead=${lab.playhead} .clocks=${lab.clocks}
            .selected=${lab.selected} .message=${lab.message} .cone=${lab.cone} .chain=${lab.relation} .blanks=${lab.marks ? marked(lab) : lab.values}
            .sender=${lab.sender}></space-time>
          ${transport(lab)}
        </section>
        ${narration(lab)} ${hands(lab)} ${order(lab)} ${lab.table >= 0 ? table(lab) : nothing}
      </div>
      <p id="keys-short" class="heard">Arrows move, Enter chooses, L local event, S and a digit sends, P plays, brackets step, question mark for all keys.</p>
      <aside aria-label="Lesson and findings">${side(lab)}</aside>
    </main>
    ${help()}
  `;
}

/** After the check a blank shows what was filled in and whether it is right. @param {Lab} lab */
function marked(lab) {
  const wrong = new Set(lab.marks?.wrong.map((mistake) => `${mistake.i} ${mistake.clock}`));
  return new Map([...lab.values].map(([key, value]) => [key, `${value || '?'} ${wrong.has(key) ? '✗' : '✓'}`]));
}

/** @param {Lab} lab */
function header(lab) {
  const modes = /** @type {const} */ ([
    ['lessons', 'Lessons', () => lab.openLesson(lab.lesson)],
    ['free', 'Free run', () => lab.openScript(lab.script)],
    ['predict', 'Predict', () => lab.openQuiz(1, lab.seed)],
  ]);
  return html`<header>
    <a class="mark" href="./" aria-label="Volvox lab, first page"><img src="mark.svg" alt="" width="28" height="28"><h1>Volvox <span>lab</span></h1></a>
    <nav aria-label="What to do">
      ${modes.map(([id, title, go]) => html`<button class="tab" aria-current=${lab.mode === id ? 'page' : nothing} @click=${go}>${title}</button>`)}
    </nav>
    <div class="acts">
      <button @click=${() => lab.copyLink()}>Copy link</button>
      <label class="button">Open a run…<input class="heard" type="file" accept=".jsonl,.json,.lab,.txt,.log"
        @change=${(/** @type {any} */ e) => e.target.files.length && lab.openFile(e.target.files[0])}></label>
      <details class="menu" @click=${closeMenu}>
        <summary class="button">Export</summary>
        <div>
          <button @click=${() => lab.export('lines')}>Events, JSON lines</button>
          <button @click=${() => lab.export('script')}>Script</button>
          <button @click=${() => lab.export('svg')}>Picture, SVG</button>
          <button @click=${() => lab.export('shiviz')}>ShiViz log</button>
        </div>
      </details>
      <button class="icon" aria-label="Light or dark" title="Light or dark" @click=${() => lab.theme()}>${sign('theme')}</button>
      <button class="icon" aria-label="Keys and gestures" title="Keys and gestures (?)" @click=${() => lab.help()}>?</button>
    </div>
  </header>`;
}

/** @param {MouseEvent} e */
function closeMenu(e) {
  const target = /** @type {HTMLElement} */ (e.target);
  if (target.tagName === 'BUTTON') /** @type {HTMLElement} */ (e.currentTarget).removeAttribute('open');
}

/** @param {Lab} lab */
function intro(lab) {
  return html`<p class="intro">
    A logical clock is a number that grows with every step, so that an effect always has a larger one than its cause.
    It puts what many machines do in an order that all agree on, although no two of their watches do.
    ${lab.view?.imported || lab.quiz ? nothing : html`<b>${
          matchMedia('(pointer: coarse)').matches
            ? 'Tap a lane: something happens there. Tap a node, then another: a message goes.'
            : 'Click a lane: something happens there. Drag from lane to lane: a message goes.'
        }</b>`}
  </p>`;
}

/** @param {Lab} lab */
function tools(lab) {
  return html`<div class="tools">
    <div class="group" role="group" aria-label="Clocks shown">
      ${CLOCKS.map(
        ([id, title, text]) => html`<button class="toggle" title=${text} aria-pressed=${lab.clocks.has(id) ? 'true' : 'false'} @click=${() => lab.toggleClock(id)}>${title}</button>`,
      )}
    </div>
    <ul class="legend" aria-label="Signs">
      <li>${sign('local')} local</li><li>${sign('send')} send</li><li>${sign('receive')} receive</li><li>${sign('lost')} lost</li>
    </ul>
    <div class="group end" role="group" aria-label="Scale">
      <button class="icon" aria-label="Narrower" title="Narrower" ?disabled=${lab.diagram?.layout.bySteps} @click=${() => lab.diagram.zoom(1 / 1.4)}>−</button>
      <button class="icon" aria-label="Wider" title="Wider" ?disabled=${lab.diagram?.layout.bySteps} @click=${() => lab.diagram.zoom(1.4)}>+</button>
      <button title="Space by steps, not by time" aria-pressed=${lab.diagram?.layout.bySteps ? 'true' : 'false'} class="toggle"
        @click=${() => (lab.diagram.fit(!lab.diagram.layout.bySteps), lab.again())}>By steps</button>
      <button class="toggle" aria-pressed=${lab.table >= 0 ? 'true' : 'false'} @click=${() => ((lab.table = lab.table < 0 ? 0 : -1), lab.again())}>Table</button>
    </div>
  </div>`;
}

/** @param {'local' | 'send' | 'receive' | 'lost' | 'first' | 'last' | 'theme'} kind */
export function sign(kind) {
  const shapes = {
    local: html`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="5.5"></circle></svg>`,
    send: html`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><path d="M2 4H14L8 14Z"></path></svg>`,
    receive: html`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><rect x="2.5" y="2.5" width="11" height="11"></rect></svg>`,
    lost: html`<svg class="sign lost" viewBox="0 0 16 16" aria-hidden="true"><path d="M3 3L13 13M3 13L13 3"></path></svg>`,
    first: html`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><path d="M2 2H4V14H2ZM14 2V14L5 8Z"></path></svg>`,
    last: html`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><path d="M12 2H14V14H12ZM2 2V14L11 8Z"></path></svg>`,
    theme: html`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1A7 7 0 1 0 8 15A7 7 0 1 0 8 1ZM8 3V13A5 5 0 1 1 8 3Z"></path></svg>`,
  };
  return shapes[kind];
}

/** @param {Lab} lab */
function transport(lab) {
  const view = /** @type {import('./core.js').View} */ (lab.view);
  const playing = lab.player.playing;
  return html`<div class="transport">
    <button class="icon" aria-label="To the beginning" title="To the beginning" ?disabled=${view.cursor === 0} @click=${() => lab.seek(0)}>${sign('first')}</button>
    <button ?disabled=${view.cursor === 0} title="One step back ([)" @click=${() => lab.step(-1)}>‹ Back</button>
    <button class="play" title="P" ?disabled=${view.steps === 0} @click=${() => lab.play()}>${playing ? 'Pause' : 'Play'}</button>
    <button ?disabled=${view.cursor >= view.steps} title="One step (])" @click=${() => lab.step(1)}>Step ›</button>
    <button class="icon" aria-label="To the end" title="To the end" ?disabled=${view.cursor >= view.steps} @click=${() => lab.seek(view.steps)}>${sign('last')}</button>
    <input class="slider" type="range" min="0" max=${view.steps} .value=${live(String(view.cursor))} aria-label="Step"
      aria-valuetext=${`step ${view.cursor} of ${view.steps}, ${view.now} ms`} @input=${(/** @type {any} */ e) => lab.seek(Number(e.target.value))}>
    <output>${view.cursor} / ${view.steps}<span> · ${view.now} ms</span></output>
    <label class="speed">Speed
      <select .value=${live(lab.speed)} @change=${(/** @type {any} */ e) => setSpeed(lab, e.target.value)}>
        ${[['0.25', '¼×'], ['0.5', '½×'], ['1', '1×'], ['2', '2×'], ['4', '4×'], ['8', '8×'], ['16', '16×'], ['instant', 'instant']].map(
          ([value, title]) => html`<option value=${value} ?selected=${value === lab.speed}>${title}</option>`,
        )}
      </select>
    </label>
  </div>`;
}

/** @param {Lab} lab @param {string} speed */
function setSpeed(lab, speed) {
  lab.speed = speed;
  if (speed === 'instant') lab.stop();
  else lab.player.speed = Number(speed);
  lab.again();
}

/** @param {Lab} lab */
function narration(lab) {
  const {note} = lab;
  const waiting = lab.messages.filter((message) => message.state === 'flying').length;
  const next =
    waiting > 0 && !lab.player.playing && !lab.sender
      ? ` ${waiting === 1 ? 'A message is' : `${waiting} messages are`} on the way: Step or Play lets ${waiting === 1 ? 'it' : 'them'} arrive.`
      : '';
  return html`
    <p class="narration" aria-live=${lab.told ? 'off' : 'polite'}><span>${lab.said}</span><span class="next">${next}</span></p>
    <div role="status" class="note ${note?.kind ?? ''}" ?hidden=${!note}>
      ${note
        ? html`<span>${note.kind === 'error' ? '⚠︎ ' : ''}${note.text}</span>
            ${note.action ? html`<button @click=${note.action.run}>${note.action.title}</button>` : nothing}
            <button class="icon" aria-label="Close" @click=${() => ((lab.note = null), lab.again())}>×</button>`
        : nothing}
    </div>
  `;
}

/** The same acts as by hand on the diagram, as buttons. @param {Lab} lab */
function hands(lab) {
  const view = /** @type {import('./core.js').View} */ (lab.view);
  if (view.imported || lab.quiz) return nothing;
  const here = view.nodes.filter((node) => node.removedAt === null);
  const from = lab.sender;
  return html`<div class="hands" role="group" aria-label="At the now line">
    ${from
      ? html`<b>${from}</b>
          <button @click=${() => lab.act({what: 'local', node: from, at: null})}>Local event</button>
          ${here.filter((node) => node.id !== from).map((node) => html`<button @click=${() => lab.act({what: 'send', from, to: node.id, at: null, delay: null})}>Send to ${node.id}</button>`)}
          <button @click=${() => (lab.unselect(), lab.try(() => lab.edit(`remove ${from}`)))}>Remove ${from}</button>
          <span class="pair"><button class="icon" aria-label="Physical clock of ${from} 10 ms back" @click=${() => skew(lab, from, -10)}>−</button>
            <span>watch ${signed(view.nodes.find((node) => node.id === from)?.skew ?? 0)} ms</span>
            <button class="icon" aria-label="Physical clock of ${from} 10 ms ahead" @click=${() => skew(lab, from, 10)}>+</button></span>
          <button class="quiet" @click=${() => lab.unselect()}>Cancel</button>`
      : html`<button @click=${() => lab.addNode()}>Add node</button>
          <span class="hint">Choose a node on the left to send from it, skew its watch, or remove it.</span>
          <button class="quiet" @click=${() => lab.try(() => lab.edit('clear'))}>Clear</button>
          <button class="quiet" @click=${() => lab.randomRun()}>Random run</button>`}
  </div>`;
}

/** @param {number} n */
const signed = (n) => (n > 0 ? `+${n}` : String(n).replace('-', '−'));

/** @param {Lab} lab @param {string} node @param {number} by */
function skew(lab, node, by) {
  const now = lab.view?.nodes.find((each) => each.id === node)?.skew ?? 0;
  lab.try(() => lab.edit(`${node} skew ${now + by}`));
  lab.sender = node;
  lab.again();
}

/** @param {Lab} lab */
function order(lab) {
  if (lab.quiz || lab.order.length === 0) return nothing;
  return html`<section class="order" aria-labelledby="order-title">
    <h2 id="order-title">Total order <span>by (clock, node): the one list that all nodes agree on</span></h2>
    <total-order .order=${lab.order} .events=${lab.events} .selected=${lab.selected} .cone=${lab.cone}></total-order>
  </section>`;
}

/** @param {Lab} lab */
function table(lab) {
  const view = /** @type {import('./core.js').View} */ (lab.view);
  const from = lab.table * ROWS;
  const names = view.nodes.map((node) => node.id);
  const rows = lab.events.slice(from, Math.min(view.cursor, from + ROWS));
  const hide = lab.quiz !== null;
  return html`<section class="table">
    <div class="scroll" tabindex="0" role="region" aria-label="Events as a table">
    <table>
      <caption>Events ${from + 1} to ${from + rows.length} of ${view.cursor}</caption>
      <thead><tr><th scope="col">ms</th><th scope="col">node</th><th scope="col">what</th><th scope="col">Lamport</th><th scope="col">vector</th><th scope="col">hybrid</th></tr></thead>
      <tbody>
        ${rows.map(
          (event) => html`<tr class=${lab.selected.includes(event.i) ? 'selected' : ''}>
            <td>${event.at}</td><td>${event.node}</td>
            <td><button class="link" @click=${() => lab.pick(event.i)}>${hide ? event.word : event.text || event.word}</button></td>
            <td>${hide ? '?' : event.clock}</td><td>${hide || !event.vector ? '' : vectorText(event.vector, names)}</td><td>${hide || !event.hybrid ? '' : hybridText(event.hybrid)}</td>
          </tr>`,
        )}
      </tbody>
    </table></div>
    <div class="pages">
      <button ?disabled=${lab.table === 0} @click=${() => (lab.table--, lab.again())}>Previous</button>
      <button ?disabled=${from + ROWS >= view.cursor} @click=${() => (lab.table++, lab.again())}>Next</button>
    </div>
  </section>`;
}

function help() {
  const keys = [
    ['← →', 'along a lane'], ['↑ ↓', 'from lane to lane'], ['M', 'to the other end of a message'], ['Enter', 'choose an event; at the now line: a local event'],
    ['L', 'a local event'], ['S, then 1–9', 'send to that node'], ['D', 'drop the message'], ['U', 'duplicate it'], ['+ −', 'let it take longer, shorter'],
    ['N', 'add a node'], ['P', 'play, pause'], ['[ ]', 'step back, step'], ['Esc', 'choose nothing'], ['?', 'this list'],
  ];
  return html`<dialog aria-labelledby="keys-title">
    <form method="dialog"><h2 id="keys-title">Keys and gestures</h2><button class="icon" aria-label="Close">×</button></form>
    <dl>${keys.map(([key, text]) => html`<dt>${key}</dt><dd>${text}</dd>`)}</dl>
    <p>Click a lane for a local event at the now line, or to the right of it. Drag from lane to lane to send; where you let go is when it arrives.
      Drag the end of a message to change how long it takes. Click a message to drop or duplicate it. Click an event for its past and future, a second
      one for what lies between. Step back and act: the old future is kept as a branch.</p>
  </dialog>`;
}
