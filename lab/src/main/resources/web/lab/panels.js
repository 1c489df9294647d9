// @ts-check
/** The column beside the diagram: lesson or prediction, what was chosen, rules, invariants, branches. */

import {html, nothing} from './lit/lit-element.js';
import {live} from './lit/live.js';
import {hybridText, vectorText} from './paint.js';

/** @typedef {import('./lab.js').VolvoxLab} Lab */
/** @typedef {import('./core.js').View} View */

/** @param {Lab} lab */
export function side(lab) {
  return html`
    ${lab.mode === 'lessons' ? lesson(lab) : lab.mode === 'predict' ? predict(lab) : nothing}
    ${lab.quiz ? nothing : chosen(lab)} ${lab.quiz ? nothing : rules(lab)} ${branches(lab)} ${script(lab)}
  `;
}

/** @param {Lab} lab */
function lesson(lab) {
  const {lessons} = lab;
  const at = lessons[lab.lesson];
  const met = new Map(lab.goals.map((goal) => [goal.id, goal]));
  const done = at.goals.every((goal) => met.get(goal.id)?.met);
  return html`<section class="panel lesson">
    <p class="small">Lesson ${lab.lesson + 1} of ${lessons.length}</p>
    <h2>${at.title}</h2>
    ${at.text.map((paragraph) => html`<p>${paragraph}</p>`)}
    <ul class="goals" aria-label="Goals">
      ${at.goals.map((goal) => {
        const is = met.get(goal.id);
        return html`<li class=${is?.met ? 'met' : ''}><span class="box" aria-hidden="true">${is?.met ? '✓' : ''}</span>
          <span>${goal.title}${is?.text ? html`<small>${is.text}</small>` : nothing}<span class="heard">${is?.met ? ' (met)' : ' (not met yet)'}</span></span></li>`;
      })}
    </ul>
    ${done ? html`<p class="done">All goals met.</p>` : nothing}
    <div class="pages">
      <button ?disabled=${lab.lesson === 0} @click=${() => lab.openLesson(lab.lesson - 1)}>Previous</button>
      <button @click=${() => lab.openLesson(lab.lesson)}>Start again</button>
      <button class=${done ? 'primary' : ''} ?disabled=${lab.lesson === lessons.length - 1} @click=${() => lab.openLesson(lab.lesson + 1)}>Next</button>
    </div>
  </section>`;
}

/** @param {Lab} lab */
function predict(lab) {
  const {quiz, marks} = lab;
  if (!quiz) return html`<section class="panel"><h2>Predict</h2><button class="primary" @click=${() => lab.openQuiz(1, lab.seed)}>New run</button></section>`;
  const wrong = new Map(marks?.wrong.map((mistake) => [`${mistake.i} ${mistake.clock}`, mistake]));
  const levels = Array.from({length: quiz.levels}, (_, k) => k + 1);
  return html`<section class="panel predict">
    <p class="small">Predict, then check · level ${quiz.level} of ${quiz.levels} · score ${lab.score.right} of ${lab.score.of}</p>
    <h2>${quiz.title}</h2>
    <form @submit=${(/** @type {Event} */ e) => (e.preventDefault(), lab.check())}>
      ${quiz.blanks.map((blank) => {
        const key = `${blank.i} ${blank.clock}`;
        const event = lab.events[blank.i];
        const mistake = wrong.get(key);
        return html`<label class="blank ${marks ? (mistake ? 'wrong' : 'right') : ''}">
          <span>${nameOf(event)}<small>${event.at} ms</small></span>
          <input data-blank=${blank.i} inputmode=${blank.clock === 'vector' ? 'text' : 'numeric'} autocomplete="off" size="6"
            placeholder=${blank.clock === 'vector' ? lab.view?.nodes.map(() => '0').join(',') ?? '' : '?'} .value=${live(lab.values.get(key) ?? '')}
            @focus=${() => ((lab.selected = [blank.i]), lab.again())} @input=${(/** @type {any} */ e) => fill(lab, key, e.target.value)}>
          <span class="mark"><span aria-hidden="true">${marks ? (mistake ? '✗' : '✓') : ''}</span><span class="heard">${marks ? (mistake ? 'wrong' : 'right') : ''}</span></span>
          ${mistake ? html`<small class="why">${mistake.expected}: ${mistake.why}</small>` : nothing}
        </label>`;
      })}
      <div class="pages">
        <button class="primary" type="submit">Check</button>
        <button type="button" @click=${() => lab.openQuiz(quiz.level, lab.seed + 1)}>New run</button>
        <label>Level <select .value=${live(String(quiz.level))} @change=${(/** @type {any} */ e) => lab.openQuiz(Number(e.target.value), lab.seed + 1)}>
          ${levels.map((level) => html`<option value=${level} ?selected=${level === quiz.level}>${level}</option>`)}</select></label>
      </div>
    </form>
    ${marks ? html`<p class="done">${marks.score} of ${marks.of} right.</p>` : nothing}
  </section>`;
}

/** @param {import('./core.js').LabEvent} event */
function nameOf(event) {
  const to = event.kind === 'send' ? 'to' : 'from';
  return event.message ? `${event.node} ${event.kind}s ${event.message} ${to} ${event.peer}` : `${event.node}, local event`;
}

/** @param {Lab} lab @param {string} key @param {string} value */
function fill(lab, key, value) {
  lab.values = new Map(lab.values).set(key, value.trim());
  lab.marks = null;
  lab.again();
}

/** @param {Lab} lab */
function chosen(lab) {
  const [a, b] = lab.selected;
  if (lab.message) return message(lab, lab.message);
  if (a === undefined) {
    if (lab.mode === 'lessons') return nothing;
    return html`<section class="panel empty"><h2>Nothing chosen</h2><p>Choose an event to see what led to it, what it led to, and what it knows nothing of. Choose a second one to see what lies between.</p></section>`;
  }
  return b === undefined ? event(lab, a) : pair(lab, a, b);
}

/** @param {Lab} lab @param {number} i */
function event(lab, i) {
  const view = /** @type {View} */ (lab.view);
  const it = lab.events[i];
  const {cone} = lab;
  const names = view.nodes.map((node) => node.id);
  return html`<section class="panel">
    <h2>${it.node}, ${it.at} ms: ${it.word}${it.label ? ` “${it.label}”` : ''}</h2>
    ${it.sum ? html`<p class="sum">${it.sum}</p>` : nothing}
    <p>${it.sum ? it.text.replace(`: ${it.sum}`, '') : it.text}</p>
    <dl class="facts">
      <dt>Lamport</dt><dd>${it.clock}</dd>
      ${it.vector ? html`<dt>Vector</dt><dd>${vectorText(it.vector, names)}</dd>` : nothing}
      ${it.hybrid ? html`<dt>Hybrid</dt><dd>${hybridText(it.hybrid)}</dd>` : nothing}
    </dl>
    ${cone
      ? html`<ul class="cones">
          <li class="past"><i aria-hidden="true">‹</i><b>${cone.past.length}</b> before it, that may have caused it</li>
          <li class="future"><i aria-hidden="true">›</i><b>${cone.future.length}</b> after it, that it may have caused</li>
          <li class="concurrent"><i aria-hidden="true">∥</i><b>${cone.concurrent.length}</b> concurrent, that know nothing of it</li>
        </ul>`
      : nothing}
    ${it.message ? html`<button @click=${() => lab.act({what: 'pick-message', message: it.message})}>Its message ${it.message}</button>` : nothing}
  </section>`;
}

/** @param {Lab} lab @param {number} a @param {number} b */
function pair(lab, a, b) {
  const relation = lab.relation;
  const sign = {before: '→', after: '←', concurrent: '∥', same: '=', unknown: '?'}[relation?.answer ?? 'unknown'];
  const [x, y] = [lab.events[a], lab.events[b]];
  return html`<section class="panel">
    <h2>${x.node} (${x.clock}) ${sign} ${y.node} (${y.clock})</h2>
    <p class="sum">${relation?.answer ?? 'no events of a clock'}</p>
    <p>${relation?.text}</p>
    ${relation?.chain.length
      ? html`<ol class="chain">${relation.chain.map(
          (link) => html`<li>${nameOf(lab.events[link.from])} <span>${link.by === 'order' ? 'then on the same node' : `by ${link.by}`}</span> ${nameOf(lab.events[link.to])}</li>`,
        )}</ol>`
      : nothing}
    <button @click=${() => lab.unselect()}>Choose others</button>
  </section>`;
}

/** @param {Lab} lab @param {string} id */
function message(lab, id) {
  const it = lab.messages.find((each) => each.id === id);
  if (!it) return html`<section class="panel empty"><h2>${id}</h2><p>Not sent yet at this moment.</p></section>`;
  const takes = it.dueAt - it.sentAt;
  const state = {flying: 'on its way', delivered: 'arrived', lost: 'lost'}[it.state] ?? it.state;
  return html`<section class="panel">
    <h2>${it.id}: ${it.from} to ${it.to}, ${state}</h2>
    <p>${it.carries === null ? 'It carries no clock.' : `It carries the clock ${it.carries}.`} ${it.copyOf ? `A copy of ${it.copyOf}.` : ''}</p>
    ${lab.view?.imported
      ? html`<p>Took ${takes} ms.</p>`
      : html`<div class="group wrap">
          <label>Takes <input type="number" min="1" max="1000000" .value=${live(String(takes))} @change=${(/** @type {any} */ e) => lab.act({what: 'delay', message: id, delay: Math.max(1, Math.round(Number(e.target.value) || 1))})}> ms</label>
          <button @click=${() => lab.act({what: 'sooner', message: id})}>10 ms less</button>
          <button @click=${() => lab.act({what: 'later', message: id})}>10 ms more</button>
          <button @click=${() => lab.act({what: 'drop', message: id})} ?disabled=${it.state === 'lost'}>Drop</button>
          <button @click=${() => lab.act({what: 'duplicate', message: id})}>Duplicate</button>
        </div>`}
  </section>`;
}

/** @param {Lab} lab */
function rules(lab) {
  const view = /** @type {View} */ (lab.view);
  if (view.invariants.length === 0) return nothing;
  const broken = view.invariants.filter((each) => !each.holds).length;
  return html`<section class="panel rules">
    <h2>What must hold</h2>
    <ul class="invariants">
      ${view.invariants.map(
        (each) => html`<li class=${each.holds ? 'holds' : 'fails'} data-invariant=${each.id}>
          <span class="sign" aria-hidden="true">${each.holds ? '✓' : '✗'}</span>
          <span><span class="heard">${each.holds ? 'holds: ' : 'broken: '}</span>${each.title}
            ${each.holds
              ? nothing
              : html`<small>${each.text}. ${each.event === null ? nothing : html`<button class="link" @click=${() => lab.pick(/** @type {number} */ (each.event))}>Show</button>`}</small>`}</span>
        </li>`,
      )}
    </ul>
    ${view.imported
      ? nothing
      : html`<h3>Break a rule <span>${broken ? '' : 'and see what it was for'}</span></h3>
          ${view.rules.map(
            (rule) => html`<div class="rule">
              <label><input type="checkbox" data-rule=${rule.id} .checked=${live(rule.on)} @change=${(/** @type {any} */ e) => lab.breakRule(rule.id, e.target.checked)}>
                <span>${rule.title}<small>${rule.text}</small></span></label>
              <button class="quiet" data-shortest=${rule.id} @click=${() => lab.shortest(rule.id)}>Shortest run that breaks</button>
            </div>`,
          )}`}
  </section>`;
}

/** @param {Lab} lab */
function branches(lab) {
  const view = /** @type {View} */ (lab.view);
  if (view.branches.length === 0) return nothing;
  return html`<section class="panel">
    <h2>Branches</h2>
    <ul class="branches">
      ${view.branches.map(
        (branch) => html`<li>${branch.id === view.branch
          ? html`<b>${branch.title}</b> <small>here</small>`
          : html`<button class="link" @click=${() => lab.goBranch(branch.id)}>${branch.title}</button> <small>left at ${branch.forkedAt} ms, ${branch.steps} steps</small>`}</li>`,
      )}
    </ul>
  </section>`;
}

/** @param {Lab} lab */
function script(lab) {
  const view = /** @type {View} */ (lab.view);
  if (view.imported || lab.quiz) return nothing;
  return html`<details class="panel script">
    <summary><h2>Script</h2> <small>seed ${view.seed} · digest <code data-digest>${view.digest}</code></small></summary>
    <textarea spellcheck="false" aria-label="Script of this run" rows="10" .value=${live(lab.script)}></textarea>
    <div class="pages">
      <button @click=${(/** @type {any} */ e) => lab.openScript(e.target.closest('details').querySelector('textarea').value)}>Run this script</button>
      <small>One action a line; equal scripts give equal runs.</small>
    </div>
  </details>`;
}
